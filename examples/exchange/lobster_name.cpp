#include "lobster_name.hpp"

#include "line_source.hpp"
#include "lobster_message.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

namespace exchange {
namespace {

namespace chrono = std::chrono;

// Daylight saving time as it has been since 2007, from when on there are recordings: from the
// second Sunday of March to the first of November. Those days themselves have no trading.
chrono::sys_seconds midnight_in_new_york(chrono::year_month_day day) {
  auto const year = day.year();
  auto const begins = chrono::sys_days(year / chrono::March / chrono::Sunday[2]);
  auto const ends = chrono::sys_days(year / chrono::November / chrono::Sunday[1]);
  auto const date = chrono::sys_days(day);
  bool const daylight = begins <= date && date < ends;
  return date + (daylight ? chrono::hours(4) : chrono::hours(5));
}

std::vector<std::string_view> parts_of(std::string_view text, char divider) {
  std::vector<std::string_view> all;
  for (;;) {
    auto const at = text.find(divider);
    all.push_back(text.substr(0, at));
    if (at == text.npos) return all;
    text.remove_prefix(at + 1);
  }
}

std::optional<chrono::year_month_day> day_of(std::string_view text) {
  auto const parts = parts_of(text, '-');
  if (text.size() != std::size("2012-06-21") - 1 || parts.size() != 3) return std::nullopt;
  std::array<int, 3> numbers{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto const* const end = parts[i].data() + parts[i].size();
    auto const [stop, failure] = std::from_chars(parts[i].data(), end, numbers[i]);
    if (failure != std::errc() || stop != end) return std::nullopt;
  }
  auto const [year, month, day_of_month] = numbers;
  chrono::year_month_day const day{chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                   chrono::day(static_cast<unsigned>(day_of_month))};
  if (!day.ok()) return std::nullopt;
  return day;
}

bool is_symbol(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') || c == '-' ||
           c == '.';
  });
}

}  // namespace

std::optional<lobster_name> parse_lobster_name(std::filesystem::path const& file) {
  auto const name = file.filename().string();
  auto const parts = parts_of(std::string_view(name).substr(0, name.rfind(".csv")), '_');
  if (parts.size() != 6 || parts[4] != "message" || !is_symbol(parts[0])) return std::nullopt;
  auto const day = day_of(parts[1]);
  if (!day) return std::nullopt;
  return lobster_name{std::string(parts[0]), midnight_in_new_york(*day)};
}

lobster_name lobster_name_of(std::filesystem::path const& file) {
  if (auto known = parse_lobster_name(file)) return *known;
  auto const name = file.filename().string();
  auto const symbol = name.substr(0, name.find_first_of("_."));
  if (is_symbol(symbol)) return {symbol, {}};
  throw runes::error(runes::errc::bad_config,
                     file.string() +
                         " is of no symbol: its name is to begin with one, as in "
                         "AAPL_2012-06-21_34200000_57600000_message_50.csv");
}

bool is_lobster(std::filesystem::path const& file) {
  line_source lines(file);
  if (parse_lobster_name(file)) return true;
  auto const first = lines.next();
  auto const* const line = first ? std::get_if<text_line>(&*first) : nullptr;
  if (line == nullptr) return false;
  try {
    parse_lobster_message(line->text);
    return true;
  } catch (runes::error const&) {
    return false;
  }
}

}  // namespace exchange
