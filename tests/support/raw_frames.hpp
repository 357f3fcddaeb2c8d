// Frames as a peer may put them on the wire, the forbidden ones too; and what a frame_parser makes
// of bytes, in words.
#pragma once

#include "protocol/frame_parser.hpp"
#include "protocol/mask.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace runes::test {

/// How a frame departs from the ordinary.
struct raw_frame {
  unsigned first = 0x81;  ///< FIN, RSV and opcode
  std::string payload;
  bool masked = true;
  std::size_t length_bytes = 0;  ///< 0: as few as do; else 1, 2 or 8
  std::uint64_t length = 0;      ///< told instead of the payload's, if not 0

  std::string bytes() const {
    std::uint64_t const told = length ? length : payload.size();
    std::size_t const width = length_bytes ? length_bytes : told < 126 ? 1 : told < 65'536 ? 2 : 8;
    unsigned const mask_bit = masked ? 0x80 : 0;
    std::string out(1, static_cast<char>(first));
    out += static_cast<char>(mask_bit | (width == 1 ? told : width == 2 ? 126 : 127));
    for (std::size_t i = width; width > 1 && i-- > 0;) out += static_cast<char>(told >> (8 * i));
    std::string body = payload;
    if (masked) {
      std::uint32_t key = 0;
      std::memcpy(&key, "\x12\x34\xa6\xf8", 4);
      out.append("\x12\x34\xa6\xf8", 4);
      detail::apply_mask(body, key);
    }
    return out + body;
  }
};

inline std::string say(unsigned first, std::string payload, bool masked = true) {
  raw_frame f;
  f.first = first;
  f.payload = std::move(payload);
  f.masked = masked;
  return f.bytes();
}

/// Feeds a parser as a connection would: pieces of `cut(rest)` bytes, what is left kept in front.
/// Tells what came of it, one word an event, as in "text:hi ping: close:1000:bye".
inline std::string trace(std::string_view bytes, detail::frame_parser::options how,
                         std::function<std::size_t(std::size_t)> const& cut) {
  detail::frame_parser parser(how);
  std::string said, held;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t const n =
        std::min(std::max<std::size_t>(cut(bytes.size() - at), 1), bytes.size() - at);
    held.append(bytes.substr(at, n));
    at += n;
    std::span<char> input(held);
    for (auto got = parser.next(input); got.what != detail::parsed::kind::nothing;
         got = parser.next(input)) {
      using kind = detail::parsed::kind;
      auto const code = std::to_string(static_cast<unsigned>(got.code)) + ":";
      if (!said.empty()) said += ' ';
      switch (got.what) {
        case kind::message:
          said += got.text ? "text:" : "binary:";
          break;
        case kind::ping:
          said += "ping:";
          break;
        case kind::pong:
          said += "pong:";
          break;
        case kind::close:
          said += "close:" + code;
          break;
        default:
          said += "violation:" + code;
          break;
      }
      said += got.bytes;
    }
    parser.rest();
    held.assign(input.data(), input.size());
  }
  return said;
}

inline std::string trace(std::string_view bytes, detail::frame_parser::options how) {
  return trace(bytes, how, [](std::size_t rest) { return rest; });
}

}  // namespace runes::test
