// WebSocket frames of RFC 6455 as bytes: building them, and cutting a stream into them; no I/O.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace runes::bench {

/// The opcodes that matter here; any other is handed through.
enum opcode : std::uint8_t {
  text_frame = 1,
  binary_frame = 2,
  close_frame = 8,
  ping_frame = 9,
  pong_frame = 10
};

/// What stands before a frame's payload.
struct frame_head {
  std::uint8_t first = 0;  ///< FIN, the reserved bits and the opcode
  bool masked = false;
  std::array<char, 4> mask{};
  std::size_t bytes = 0;     ///< length of the head itself
  std::uint64_t length = 0;  ///< of the payload

  std::uint8_t kind() const { return first & 0x0f; }
  bool control() const { return kind() >= 8; }
};

/// Reads a head, or nothing while bytes of it are missing.
std::optional<frame_head> read_head(std::span<char const> bytes);

/// Bytes of the whole head that begins here, as far as the bytes there tell: at least 2.
std::size_t head_size(std::span<char const> bytes);

/// Appends a server's frame, head and payload. `first` has the FIN bit and opcode.
void append_frame(std::string& out, std::uint8_t first, std::string_view payload);

/// Appends the head of a server's frame.
void append_head(std::string& out, std::uint8_t first, std::size_t length);

/// Appends a client's frame, masked with `key`.
void append_masked_frame(std::string& out, std::uint8_t first, std::string_view payload,
                         std::uint32_t key);

/// Applies a mask in place; applying it again takes it off.
void apply_mask(std::span<char> payload, std::array<char, 4> const& mask);

/// Cuts a stream of bytes into frames. A frame that is whole in the bytes given is shown where it
/// lies; only one that spans several reads is gathered first.
class frame_cutter {
 public:
  /// @param most Payload bytes that are shown and kept of one frame; the rest of a longer one is
  /// passed over.
  explicit frame_cutter(std::size_t most) : most_(most) {}

  /// Takes the next bytes of the stream and calls `sink(frame_head const&, std::span<char>
  /// payload)` for each frame that they complete. The payload may be changed in place and is valid
  /// during the call only.
  /// @returns false as soon as the sink does; the rest of the bytes is then lost.
  template <class Sink>
  bool feed(std::span<char> bytes, Sink&& sink) {
    while (!bytes.empty()) {
      if (passing_ > 0) {
        auto const passed = std::min<std::uint64_t>(passing_, bytes.size());
        passing_ -= passed;
        bytes = bytes.subspan(static_cast<std::size_t>(passed));
      } else if (rest_.empty()) {
        auto const used = cut(bytes, sink);
        if (!used) return false;
        bytes = bytes.subspan(*used);
        if (passing_ > 0) continue;
        rest_.assign(bytes.data(), bytes.size());
        return true;
      } else {
        auto const taken = std::min(missing(), bytes.size());
        rest_.append(bytes.data(), taken);
        bytes = bytes.subspan(taken);
        if (missing() > 0) continue;
        auto const used = cut(rest_, sink);
        rest_.clear();
        if (!used) return false;
      }
    }
    return true;
  }

 private:
  std::size_t shown(frame_head const& head) const {
    return static_cast<std::size_t>(std::min<std::uint64_t>(head.length, most_));
  }

  // How many bytes the begun frame lacks before it can be shown, as far as is known.
  std::size_t missing() const {
    auto const head = read_head(rest_);
    if (!head) return head_size(rest_) - rest_.size();
    return head->bytes + shown(*head) - rest_.size();
  }

  // Shows the whole frames that `bytes` begins with and returns how many bytes they take.
  template <class Sink>
  std::optional<std::size_t> cut(std::span<char> bytes, Sink& sink) {
    std::size_t used = 0;
    while (passing_ == 0) {
      auto const head = read_head(bytes.subspan(used));
      if (!head || bytes.size() - used < head->bytes + shown(*head)) break;
      auto const payload = bytes.subspan(used + head->bytes, shown(*head));
      used += head->bytes + payload.size();
      passing_ = head->length - payload.size();
      if (!sink(*head, payload)) return {};
    }
    return used;
  }

  std::size_t most_;
  std::uint64_t passing_ = 0;  // payload bytes of a frame already shown that are still to come
  std::string rest_;           // the beginning of a frame that is not whole yet
};

}  // namespace runes::bench
