#include "lobster_book.hpp"

#include "line_source.hpp"
#include "lobster_fields.hpp"

#include <runes/error.hpp>

#include <string>
#include <variant>

namespace exchange {
namespace {

/// What stands where a side has no more levels.
constexpr std::int64_t nobodys_price = 9'999'999'999;

}  // namespace

std::vector<lobster_level> parse_lobster_row(std::string_view line) {
  using lobster::largest, lobster::whole;
  std::vector<lobster_level> levels;
  lobster::field_reader fields(line);
  for (auto which = runes::side::sell; !fields.ended();
       which = which == runes::side::sell ? runes::side::buy : runes::side::sell) {
    auto const price = whole(fields.next(), -nobodys_price, largest, "price");
    auto const size = whole(fields.next(), std::int64_t{0}, largest, "size");
    if (size == 0) continue;
    if (price <= 0) lobster::damaged("a level has the price " + std::to_string(price));
    levels.push_back({which, price, size});
  }
  return levels;
}

std::vector<lobster_level> read_lobster_book(std::filesystem::path const& message_file) {
  constexpr std::string_view messages = "_message_", books = "_orderbook_";
  auto name = message_file.filename().string();
  auto const at = name.find(messages);
  if (at == name.npos) return {};
  auto const file = message_file.parent_path() / name.replace(at, messages.size(), books);
  if (!std::filesystem::exists(file)) return {};
  line_source lines(file);
  auto const first = lines.next();
  if (!first) return {};
  try {
    if (auto const* const wrong = std::get_if<problem>(&*first)) lobster::damaged(wrong->sentence);
    return parse_lobster_row(std::get<text_line>(*first).text);
  } catch (runes::error const& wrong) {
    throw runes::error(runes::errc::bad_config, file.string() + ":1: " + wrong.sentence());
  }
}

}  // namespace exchange
