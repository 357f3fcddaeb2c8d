// All that is to be written to one connection, in order and bounded in bytes.
#pragma once

#include "protocol/frame.hpp"

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace runes::detail {

/// A queue of frames: shared ones of topics, replies, and the bytes of the WebSocket layer itself
/// (handshake, pongs, close frames). Events stop at `max_bytes`; replies and control bytes have
/// room of their own behind that, so a flood of events never refuses them (protocol.md, "Slow
/// consumers"). A plain object of its connection's strand.
class outbox {
 public:
  /// Room behind `max_bytes` for what is never refused because of events.
  static constexpr std::size_t reserve_bytes = 256 * 1024;
  /// What a queued frame costs beside its bytes.
  static constexpr std::size_t entry_bytes = sizeof(frame) + sizeof(shared_frame);

  explicit outbox(std::size_t max_bytes) noexcept : max_bytes_(max_bytes) {}

  /// False when it is full. One frame always fits into an empty outbox, however large.
  bool push(shared_frame what);
  /// For replies, heartbeats, pongs, closes and the handshake. False when even the reserve is used
  /// up: the peer asks and never reads.
  bool push_reserved(shared_frame what);

  std::size_t bytes() const noexcept { return bytes_; }
  std::size_t max_bytes() const noexcept { return max_bytes_; }
  bool empty() const noexcept { return head_ == frames_.size(); }
  std::size_t size() const noexcept { return frames_.size() - head_; }
  /// The bytes of all frames that were ever pushed, and how many of them were written: a frame has
  /// left when as many are written as had been pushed with it.
  std::uint64_t pushed() const noexcept { return pushed_; }
  std::uint64_t written() const noexcept { return written_; }
  /// Few enough bytes that a subscriber who lagged may go on.
  bool below_low_water() const noexcept { return bytes_ <= max_bytes_ / 2; }

  /// Points at the next bytes to write; returns how many of `out` were filled.
  std::size_t gather(std::span<iovec> out) const noexcept;
  /// The first `count` bytes were written. Returns how many frames that finished.
  std::size_t consume(std::size_t count) noexcept;
  /// Drops every frame of which nothing was written yet.
  void drop_unsent() noexcept;
  void clear() noexcept;

 private:
  static std::size_t cost(shared_frame const& f) noexcept { return f->size() + entry_bytes; }
  void append(shared_frame what);
  void tidy() noexcept;

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t pushed_ = 0, written_ = 0;
  std::vector<shared_frame> frames_;  ///< those before head_ are gone
  std::size_t head_ = 0;
  std::size_t offset_ = 0;  ///< bytes of the first frame already written
};

}  // namespace runes::detail
