// WebSocket frames as they stand on the wire.
#pragma once

#include "protocol/frame.hpp"
#include "protocol/inflater.hpp"

#include <runes/close_reason.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace runes::test {

/// One frame that the session under test has sent.
struct sent_frame {
  detail::opcode op = detail::opcode::text;
  std::string payload;
  bool masked = false;
  bool compressed = false;  ///< as it was sent; the payload has been expanded

  bool is_message() const noexcept {
    return op == detail::opcode::text || op == detail::opcode::binary;
  }
  /// Of a close frame.
  close_reason reason() const {
    if (payload.size() < 2) return close_code::no_status;
    auto const high = static_cast<unsigned char>(payload[0]);
    auto const low = static_cast<unsigned char>(payload[1]);
    return {static_cast<close_code>(high << 8 | low), payload.substr(2)};
  }
};

/// A message of a sender that keeps nothing from one to the next; nothing if it does not expand.
inline std::optional<std::string> expanded(std::string const& payload) {
  constexpr std::size_t most = 64 << 20;
  detail::inflater by(detail::deflate_terms{false});
  std::string message;
  bool const good = by.feed(payload, message, most) == detail::inflater::verdict::ok &&
                    by.finish(message, most) == detail::inflater::verdict::ok;
  return good ? std::optional(message) : std::nullopt;
}

/// Takes the first frame off `bytes` when it is whole. Frames of the library are never fragmented.
inline std::optional<sent_frame> parse_frame(std::string& bytes) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 2) return {};
  std::size_t header = 2;
  std::uint64_t size = byte(1) & 0x7fu;
  std::size_t const more = size == 126 ? 2 : size == 127 ? 8 : 0;
  bool const masked = (byte(1) & 0x80u) != 0;
  if (bytes.size() < header + more + (masked ? 4 : 0)) return {};
  if (more) size = 0;
  for (std::size_t i = 0; i < more; ++i) size = size << 8 | byte(header + i);
  header += more + (masked ? 4 : 0);
  if (bytes.size() - header < size) return {};
  sent_frame frame{static_cast<detail::opcode>(byte(0) & 0x0fu), bytes.substr(header, size), masked,
                   (byte(0) & 0x40u) != 0};
  for (std::size_t i = 0; masked && i < frame.payload.size(); ++i) {
    frame.payload[i] = static_cast<char>(frame.payload[i] ^ bytes[header - 4 + i % 4]);
  }
  bytes.erase(0, header + size);
  if (frame.compressed) frame.payload = expanded(frame.payload).value();
  return frame;
}

}  // namespace runes::test
