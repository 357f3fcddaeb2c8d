#include "decimals.hpp"

#include "accounts/types.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace exchange::wire {
namespace {

__extension__ typedef unsigned __int128 magnitude;

bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return '0' <= c && c <= '9'; });
}

// False: it would be beyond `most`.
bool append_digit(venue::amount& units, int digit, venue::amount most) noexcept {
  units = units * 10 + digit;
  return units <= most;
}

}  // namespace

read_units read_decimal(std::string_view text, unsigned decimals, venue::amount most) noexcept {
  bool const negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  auto const point = text.find('.');
  auto const whole = text.substr(0, point);
  auto fraction = point == text.npos ? std::string_view() : text.substr(point + 1);
  if (!all_digits(whole) || (point != text.npos && !all_digits(fraction))) {
    return {0, decimal_fault::no_decimal};
  }
  fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  if (fraction.size() > decimals) return {0, decimal_fault::too_fine};
  venue::amount units = 0;
  bool fits = true;
  for (char const c : whole) fits = fits && append_digit(units, c - '0', most);
  for (char const c : fraction) fits = fits && append_digit(units, c - '0', most);
  for (auto i = fraction.size(); i < decimals; ++i) fits = fits && append_digit(units, 0, most);
  if (!fits) return {0, decimal_fault::too_large};
  return {negative ? -units : units, decimal_fault::none};
}

void append_decimal(std::string& out, venue::amount units, unsigned decimals) {
  std::array<char, 48> digits;  // 39 of an amount, and zeros in front of small ones
  auto left = units < 0 ? -static_cast<magnitude>(units) : static_cast<magnitude>(units);
  auto at = digits.end();
  for (unsigned written = 0; left != 0 || written <= decimals; ++written) {
    if (written == decimals && decimals != 0) *--at = '.';
    *--at = static_cast<char>('0' + static_cast<int>(left % 10));
    left /= 10;
  }
  if (units < 0) *--at = '-';
  out.append(at, digits.end());
}

std::string decimal_text(venue::amount units, unsigned decimals) {
  std::string text;
  append_decimal(text, units, decimals);
  return text;
}

}  // namespace exchange::wire
