// A batch_sender of the Linux kernel's own: one system call that carries the sends of many sockets.
#pragma once

#include "broker/batch_sender.hpp"

#include <memory>
#include <string>

namespace runes::detail {

/// A sender, or why there is none.
struct made_sender {
  std::unique_ptr<batch_sender> sender;
  std::string why_not;  ///< a few words for the log; empty when there is one
};

/// Sends that one call carries by default. Enough for the call itself to cost nothing a send, and
/// few enough that what a part of a flush has touched is still in the cache when it ends.
inline constexpr unsigned default_ring_entries = 256;

/// A private io_uring. It may be made anywhere, and belongs to the thread that first sends with it:
/// the kernel takes nothing from any other. There is none without liburing at the time of building,
/// before Linux 6.1, and where the system forbids it: kernel.io_uring_disabled, a container's
/// seccomp profile, too little memory that may be locked.
made_sender make_uring_sender(unsigned entries = default_ring_entries);

}  // namespace runes::detail
