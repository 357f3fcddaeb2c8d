// Bytes of a WebSocket connection in, messages out: all that RFC 6455 asks of a receiver. No I/O.
#pragma once

#include "protocol/frame_header.hpp"
#include "protocol/inflater.hpp"
#include "protocol/utf8.hpp"

#include <runes/close_reason.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace runes::detail {

/// What the next bytes came to.
struct parsed {
  enum class kind : std::uint8_t {
    nothing,  ///< more bytes are needed, or the end has been
    message,
    ping,
    pong,
    close,     ///< by the peer
    violation  ///< the connection is to be closed with `code`
  };
  kind what = kind::nothing;
  bool text = false;                   ///< of a message, else binary
  close_code code = close_code::none;  ///< of a close, no_status if it has none; of a violation
  /// A payload; of a close its reason; of a violation a sentence that says what was wrong.
  std::string_view bytes;
};

/// One direction of one connection, in either role. A plain object.
class frame_parser {
 public:
  /// A peer that cuts its messages into more pieces than this wants something else than to be read.
  static constexpr std::uint32_t default_max_fragments = 65'536;

  struct options {
    bool masked = true;  ///< the peer is a client
    std::size_t max_message_bytes = 64 * 1024;
    std::uint32_t max_fragments =
        default_max_fragments;                 ///< frames of a message, but an empty last one
    std::optional<deflate_terms> compression;  ///< permessage-deflate, if agreed on
  };

  /// A control frame is taken whole: whoever reads must have room for so many bytes at once.
  static constexpr std::size_t least_buffer = frame_header::largest + 125;

  explicit frame_parser(options how) noexcept : how_(how) {}

  /// Takes from the front of `input` what it has understood, and leaves less than `least_buffer`
  /// bytes when it needs more. Bytes are unmasked where they stand. What it returns may refer to
  /// them or to the parser, until the next call. After a close or a violation there is nothing
  /// more.
  parsed next(std::span<char>& input);

  /// Gives back what memory the next message doesn't need. For whoever is about to wait.
  void rest() noexcept;

 private:
  parsed control(frame_header const& header, std::span<char>& input);
  parsed close(std::string_view payload);
  std::optional<parsed> begin(frame_header const& header, std::span<char>& input);
  std::optional<parsed> take_payload(std::span<char>& input);
  parsed whole(std::span<char> payload, bool text);
  std::optional<parsed> append(std::span<char const> part);
  std::optional<parsed> expand(std::span<char const> part, bool last);
  parsed finish();
  parsed violation(close_code code, std::string_view sentence) noexcept;

  enum class state : std::uint8_t { header, payload, delivered, ended };
  options how_;
  std::uint64_t left_ = 0;   ///< of the payload of the frame being read
  std::uint64_t taken_ = 0;  ///< of it
  std::uint64_t size_ = 0;   ///< of the message so far, as it travels
  std::uint32_t key_ = 0;
  std::uint32_t fragments_ = 0;  ///< of the message so far; 0: none has begun
  state state_ = state::header;
  bool fin_ = false, text_ = false, compressed_ = false;
  utf8_checker utf8_;
  std::string message_;
  std::unique_ptr<inflater> inflater_;  ///< made by the first message that is compressed
};

}  // namespace runes::detail
