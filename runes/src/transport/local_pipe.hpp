// One direction of a connection within the process: bytes from one strand to another, bounded.
#pragma once

#include <boost/system/error_code.hpp>

#include <sys/uio.h>

#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

namespace runes::detail {

/// A writer puts in what there is room for, a reader takes out all there is. They may be on two
/// threads: each calls its own half only. Who finds nothing to do asks to be told, and is told
/// once: however much is written while a reader is on its way, it was woken by the first of it.
class local_pipe {
 public:
  /// Bytes that were written and not yet taken, at most.
  static constexpr std::size_t window = 64 * 1024;
  /// What a pipe that nothing goes through keeps of its memory, at most.
  static constexpr std::size_t kept = 4 * 1024;
  /// Tells one half of something. Called by the other one while the pipe is locked, so it does no
  /// more than post; never again once its own half has ended.
  using teller = std::function<void()>;

  // ---- The writer's half.
  void on_room(teller tell);
  /// Puts in what there is room for and returns its size. Fails when the reader has gone.
  std::size_t write(std::span<iovec const> bytes, boost::system::error_code& ec);
  /// The writer is told as soon as there is room, or the reader has gone.
  void wait_for_room();
  /// Nothing more will come. What is in there can still be taken.
  void finish() noexcept;

  // ---- The reader's half.
  void on_bytes(teller tell);
  enum class found { bytes, nothing, end };
  /// Lays all there is behind what `into` holds. If that is nothing the reader is told when there
  /// is more, or the end.
  found take(std::vector<char>& into);
  /// Nobody reads any more: what is in there is dropped, and writing fails.
  void abandon() noexcept;

 private:
  std::mutex mutex_;  // guards all that follows
  std::vector<char> bytes_;
  teller on_room_, on_bytes_;
  bool writer_waits_ = false, reader_waits_ = false;  ///< and is to be told
  bool finished_ = false, abandoned_ = false;
};

}  // namespace runes::detail
