// The header of a frame that comes in (RFC 6455, section 5.2), and what is wrong with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace runes::detail {

struct frame_header {
  bool fin = false;
  bool compressed = false;  ///< RSV1: the first frame of a message of permessage-deflate
  std::uint8_t op = 0;      ///< RFC 6455, section 11.8; 0 goes on with a message
  bool masked = false;
  std::uint8_t size = 0;  ///< of the header itself
  std::uint32_t key = 0;  ///< as it stands on the wire
  std::uint64_t length = 0;

  static constexpr std::size_t largest = 14;

  bool is_control() const noexcept { return (op & 8U) != 0; }
};

/// What a header is held to beside its own rules.
struct header_rules {
  bool masked = true;           ///< a client masks, a server must not
  bool may_compress = false;    ///< permessage-deflate was agreed on
  bool within_message = false;  ///< one has begun and not ended
};

struct read_header {
  enum class state : std::uint8_t { incomplete, complete, violation };
  state now = state::incomplete;
  frame_header header;       ///< of a complete one
  std::string_view mistake;  ///< of a violation, a sentence that lasts
};

/// Reads the header that `bytes` begin with. A mistake is told as soon as the bytes show it.
read_header decode_header(std::span<char const> bytes, header_rules rules) noexcept;

}  // namespace runes::detail
