// Writing to many sockets by one call.
#pragma once

#include <boost/system/error_code.hpp>

#include <sys/uio.h>

#include <cstddef>
#include <limits>
#include <span>

namespace runes::detail {

/// What one connection has to write, and what became of it.
struct socket_write {
  /// Nothing was tried: the pieces are still to be written, some other way.
  static constexpr int not_tried = std::numeric_limits<int>::min();

  int descriptor = -1;            ///< the socket; -1 where none takes plain bytes
  std::span<iovec const> pieces;  ///< written as if they stood end to end; empty: nothing to do
  int result = not_tried;         ///< the bytes that were taken, 0 when the socket is full; below
                                  ///< zero a negative errno: the connection is broken
  bool tried() const noexcept { return result != not_tried; }
};

/// Hands the writes of many connections to the kernel together. Belongs to one loop, and is used on
/// its thread.
class batch_sender {
 public:
  virtual ~batch_sender() = default;

  /// The fewest writes that are worth a call; for fewer a plain send each is cheaper.
  virtual std::size_t least() const noexcept = 0;
  /// The most that one call takes.
  virtual std::size_t capacity() const noexcept = 0;

  /// Carries out all of `writes` without waiting and fills in their results; neither they nor their
  /// bytes need outlive the call. An error is the sender's own, not a socket's: it cannot be used
  /// any more, and what it has not tried is to be written some other way.
  virtual boost::system::error_code send(std::span<socket_write> writes) = 0;
};

}  // namespace runes::detail
