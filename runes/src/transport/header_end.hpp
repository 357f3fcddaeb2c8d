// Where an HTTP header ends in bytes that come in pieces.
#pragma once

#include <cstddef>
#include <string_view>

namespace runes::detail {

class header_end {
 public:
  /// How many of the next bytes belong to the header, its empty line included. All of them, once it
  /// has ended: what follows is told from it one time only.
  std::size_t take(std::string_view bytes) noexcept {
    if (ended()) return bytes.size();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == line[matched_]) {
        if (++matched_ == line.size()) return i + 1;
      } else {
        matched_ = bytes[i] == line[0] ? 1 : 0;
      }
    }
    return bytes.size();
  }
  bool ended() const noexcept { return matched_ == line.size(); }

 private:
  static constexpr std::string_view line = "\r\n\r\n";
  std::size_t matched_ = 0;
};

}  // namespace runes::detail
