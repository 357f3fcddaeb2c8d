// Bytes as lower-case hex digits.
#pragma once

#include <span>
#include <string>

namespace runes::detail {

inline std::string hex(std::span<unsigned char const> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (unsigned char const byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace runes::detail
