// WebSocket frames, encoded once and shared.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace runes::detail {

enum class opcode : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Bytes ready for a socket: one whole WebSocket frame (RFC 6455, section 5.2), or bytes of another
/// layer that are to be written in their turn. Immutable and reference-counted; header, count and
/// bytes are one allocation.
class frame {
 public:
  /// An unmasked frame, as servers send it.
  static boost::intrusive_ptr<frame const> make(opcode op, std::string_view payload);
  /// The same with RSV1 set: a message that permessage-deflate has compressed.
  static boost::intrusive_ptr<frame const> make_compressed(opcode op, std::string_view payload);
  /// A masked frame, as clients send it.
  static boost::intrusive_ptr<frame const> make_masked(opcode op, std::string_view payload,
                                                       std::uint32_t mask);
  /// Bytes as they are; no header.
  static boost::intrusive_ptr<frame const> make_bytes(std::size_t size, char*& bytes);

  frame(frame const&) = delete;
  frame& operator=(frame const&) = delete;

  std::string_view bytes() const noexcept { return {data(), size_}; }
  /// Without the header; still masked, if it is.
  std::string_view payload() const noexcept { return bytes().substr(header_); }
  std::size_t size() const noexcept { return size_; }
  /// Of a frame with a header.
  opcode op() const noexcept { return static_cast<opcode>(*data() & 0x0f); }

 private:
  frame(std::size_t size, std::size_t header) noexcept
      : size_(size), header_(static_cast<std::uint8_t>(header)) {}
  static frame* allocate(std::size_t size, std::size_t header);
  static frame* make_unmasked(unsigned flags, opcode op, std::string_view payload);
  char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
  char const* data() const noexcept { return reinterpret_cast<char const*>(this + 1); }

  friend void intrusive_ptr_add_ref(frame const* f) noexcept {
    f->references_.fetch_add(1, std::memory_order_relaxed);
  }
  friend void intrusive_ptr_release(frame const* f) noexcept {
    if (f->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(f);
  }
  static void destroy(frame const* f) noexcept;

  std::size_t size_;
  mutable std::atomic<std::uint32_t> references_{0};
  std::uint8_t header_;
};

using shared_frame = boost::intrusive_ptr<frame const>;

}  // namespace runes::detail
