// The sending side of permessage-deflate (RFC 7692), without a context from one message to the
// next.
#pragma once

#include "protocol/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace runes::detail {

/// Which messages a connection is sent compressed, by their size; by default none.
struct deflate_sizes {
  /// No loop is held up for longer than so many bytes take.
  static constexpr std::uint32_t largest = 16 * 1024 * 1024;

  std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
  /// A message refers to nothing further back than its own beginning, so one that is no larger than
  /// the peer's window fits into it, however it was compressed.
  std::uint32_t most = 0;

  bool any() const noexcept { return least <= most; }
  bool hold(std::size_t size) const noexcept { return size >= least && size <= most; }
  bool operator==(deflate_sizes const&) const = default;
};

/// Compresses messages one by one: with ISA-L where the library was built with it, else with zlib.
/// What comes out is what every client reads: blocks that are not final, flushed to a byte, and the
/// flush's last four bytes left out. It keeps some 300 KiB, whatever the messages; so a thread has
/// one, and no connection.
class deflater {
 public:
  /// Throws std::bad_alloc.
  deflater();
  ~deflater();
  deflater(deflater const&) = delete;
  deflater& operator=(deflater const&) = delete;

  /// The calling thread's own, made at the first call.
  static deflater& of_this_thread();

  /// An unmasked frame with the message compressed; null if that would not be smaller.
  shared_frame compress(opcode op, std::string_view message);

 private:
  struct stream;
  std::unique_ptr<stream> stream_;
  std::string out_;
};

}  // namespace runes::detail
