// An address within the process.
#pragma once

#include <memory>

namespace runes {

namespace detail {
class local_door;
}  // namespace detail

/// Where clients of this process reach a server of this process, without a socket: for bots that
/// live beside the server, and for tests.
///
///     runes::local_endpoint here;
///     server.listen(here);
///     runes::client bot(executor, here);
///
/// A connection goes through memory and is otherwise one like any other: the same protocol, frames,
/// limits and close codes. Client and server may be on different threads, or on one: a client on
/// one of the server's own executors gets a session on that one. What either has written and the
/// other not yet taken is 64 KiB at most each way; beyond that its outbox fills, as with a socket.
///
/// A handle: copies are the same address, and all of it is thread-safe. It may outlive servers and
/// clients; while no server listens there, connecting fails with error(errc::not_connected). One
/// server after another may listen on it, so clients come back to the next one by themselves.
class local_endpoint {
 public:
  /// An address of its own, at which nobody listens yet.
  local_endpoint();

  bool operator==(local_endpoint const&) const = default;

  /// The library's own.
  std::shared_ptr<detail::local_door> const& door() const noexcept { return door_; }

 private:
  std::shared_ptr<detail::local_door> door_;
};

}  // namespace runes
