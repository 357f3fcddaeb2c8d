// Whether bytes are UTF-8, told in pieces and at the first byte that is not.
#pragma once

#include <cstdint>
#include <string_view>

namespace runes::detail {

/// Takes a text piece by piece, cut anywhere, also within a character. A plain object of three
/// bytes.
class utf8_checker {
 public:
  /// False when no text can go on like this (Unicode, table 3-7): overlong forms, surrogates and
  /// what lies above U+10FFFF included. Not to be fed any more then.
  bool feed(std::string_view bytes) noexcept;
  /// Whether the text may end here: no character is unfinished.
  bool complete() const noexcept { return missing_ == 0; }
  void reset() noexcept { *this = utf8_checker(); }

 private:
  bool step(unsigned char byte) noexcept;

  std::uint8_t missing_ = 0;                     ///< bytes that the character still needs
  std::uint8_t lowest_ = 0x80, highest_ = 0xbf;  ///< what the next of them may be
};

inline bool is_utf8(std::string_view text) noexcept {
  utf8_checker all;
  return all.feed(text) && all.complete();
}

}  // namespace runes::detail
