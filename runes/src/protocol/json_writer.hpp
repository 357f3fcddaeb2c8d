// Writing JSON by appending to a string: no streams, no intermediate values.
#pragma once

#include <runes/decimal.hpp>

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace runes::detail {

/// Room for any integer of 64 bits in digits, with its sign.
inline constexpr std::size_t max_integer_chars = 20;
/// Room for any decimal without its quotes: a sign, a point and 19 digits.
inline constexpr std::size_t max_decimal_chars = 21;

/// Writes the digits of `value` at `out` and returns their end. Needs room for max_decimal_chars.
char* write_decimal(char* out, decimal value) noexcept;

/// Appends `text` as a JSON string with its quotes. Whether it is valid UTF-8 is the caller's
/// matter.
void append_string(std::string& out, std::string_view text);

/// `text` as a JSON string with its quotes.
std::string json_string(std::string_view text);

/// Appends a character that may not stand for itself as the escape that JSON has for it. At most
/// U+FFFF.
void append_escape(std::string& out, char32_t c);

/// Appends the exact digits in quotes, as every price, quantity and amount travels.
void append_decimal(std::string& out, decimal value);

template <std::integral Integer>
  requires(!std::same_as<Integer, bool>)
void append_integer(std::string& out, Integer value) {
  char digits[max_integer_chars];
  auto const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  // By its size: g++ 12 takes the two pointers for a range that may be negative, and warns.
  out.append(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace runes::detail
