#include "lobster_message.hpp"

#include "lobster_fields.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace exchange {
namespace {

using kind = lobster_message::kind;
using fields = std::array<std::string_view, 6>;
using lobster::damaged, lobster::largest, lobster::quoted, lobster::whole;

constexpr std::int64_t seconds_of_a_day = 86'400;
constexpr std::size_t most_digits = 9;  // of a second

fields split(std::string_view line) {
  fields all;
  lobster::field_reader reader(line);
  for (auto& one : all) {
    if (reader.ended()) damaged("the line has not six fields");
    one = reader.next();
  }
  if (!reader.ended()) damaged("the line has not six fields");
  return all;
}

std::chrono::nanoseconds time_of(std::string_view text) {
  constexpr auto what = "time of the day in seconds";
  auto const point = std::min(text.find('.'), text.size());
  auto const seconds = whole(text.substr(0, point), std::int64_t{0}, seconds_of_a_day, what);
  std::int64_t nanoseconds = 0;
  if (point < text.size()) {
    auto digits = std::string(text.substr(point + 1));
    if (digits.empty() || digits.size() > most_digits) damaged(quoted(text) + " is no " + what);
    digits.resize(most_digits, '0');
    nanoseconds = whole(std::string_view(digits), std::int64_t{0}, std::int64_t{999'999'999}, what);
  }
  return std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds);
}

runes::side side_of(std::string_view text) {
  if (text == "1") return runes::side::buy;
  if (text == "-1") return runes::side::sell;
  damaged(quoted(text) + " is no direction");
}

}  // namespace

lobster_message parse_lobster_message(std::string_view line) {
  auto const [time, type, order, size, price, direction] = split(line);
  lobster_message one;
  one.time = time_of(time);
  one.what = static_cast<kind>(whole(type, 1, 7, "type of an event"));
  if (one.what == kind::halt) {
    using step = lobster_message::halt_step;
    one.halted_to = static_cast<step>(whole(price, -1, 1, "step of a halt"));
    return one;
  }
  if (names_an_order(one.what))
    one.order = whole(order, std::uint64_t{1}, lobster_id_end - 1, "id of an order");
  one.size = whole(size, std::int64_t{1}, largest, "size");
  one.price = whole(price, std::int64_t{1}, largest, "price");
  one.side = side_of(direction);
  return one;
}

}  // namespace exchange
