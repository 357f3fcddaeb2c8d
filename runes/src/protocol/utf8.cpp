#include "protocol/utf8.hpp"

#include <array>
#include <cstddef>
#include <cstring>

namespace runes::detail {
namespace {

constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080U;

/// Skips what is plain ASCII, 64 bytes a time and then 8. May stop up to seven bytes early.
char const* skip_ascii(char const* at, char const* end) noexcept {
  using block = std::array<std::uint64_t, 8>;
  for (; end - at >= static_cast<std::ptrdiff_t>(sizeof(block)); at += sizeof(block)) {
    block words;
    std::memcpy(&words, at, sizeof(block));
    std::uint64_t all = 0;
    for (auto const word : words) all |= word;
    if (all & high_bits) break;
  }
  for (; end - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof(word));
    if (word & high_bits) break;
  }
  return at;
}

}  // namespace

bool utf8_checker::feed(std::string_view bytes) noexcept {
  char const* at = bytes.data();
  char const* const end = at + bytes.size();
  while (at != end) {
    if (missing_ == 0) at = skip_ascii(at, end);
    // A stretch of its own, so that a text of two-byte letters is not asked for ASCII at each.
    for (int i = 0; i < 16 && at != end; ++i) {
      if (!step(static_cast<unsigned char>(*at++))) return false;
    }
  }
  return true;
}

bool utf8_checker::step(unsigned char byte) noexcept {
  if (missing_ > 0) {
    if (byte < lowest_ || byte > highest_) return false;
    lowest_ = 0x80;
    highest_ = 0xbf;
    --missing_;
    return true;
  }
  if (byte < 0x80) return true;
  if (byte < 0xc2 || byte > 0xf4) return false;
  missing_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  switch (byte) {
    case 0xe0:
      lowest_ = 0xa0;
      break;  // shorter forms exist
    case 0xed:
      highest_ = 0x9f;
      break;  // surrogates
    case 0xf0:
      lowest_ = 0x90;
      break;  // shorter forms exist
    case 0xf4:
      highest_ = 0x8f;
      break;  // above U+10FFFF
    default:
      break;
  }
  return true;
}

}  // namespace runes::detail
