// What a session needs of the wire: whole messages in, bytes out, and an end.
#pragma once

#include <runes/asio.hpp>
#include <runes/close_reason.hpp>
#include <runes/handler.hpp>

#include <boost/system/error_code.hpp>

#include <sys/uio.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace runes::detail {

class outbox_writer;

/// Where bytes go: a socket, or in tests a piece of memory.
class byte_sink {
 public:
  /// Writes what is taken without waiting and returns its size; 0 with no error when nothing is
  /// taken now.
  virtual std::size_t write_some(std::span<iovec const> bytes, boost::system::error_code& ec) = 0;
  /// Calls back once, on the strand, when write_some() may take more, or when the sink has broken.
  virtual void wait_writable(std::function<void()> ready) = 0;
  /// The socket that takes these very bytes, for whoever writes to many sockets at once; -1 where
  /// there is none: in tests, or where the bytes are encrypted first.
  virtual int descriptor() noexcept { return -1; }

 protected:
  ~byte_sink() = default;
};

/// A WebSocket connection after its handshake, in either role. All on the strand of the loop it was
/// made with.
class transport {
 public:
  virtual ~transport() = default;

  /// The queue all bytes leave by.
  virtual outbox_writer& writer() noexcept = 0;

  /// The next whole message if it is here already: for whoever would rather not wait. Otherwise as
  /// read().
  virtual std::optional<message> try_read() { return {}; }
  /// The next whole message; its bytes are valid until the next call. Empty when the connection has
  /// ended: ended() says how. Pings are answered and a close frame is replied to in here.
  virtual awaitable<std::optional<message>> read() = 0;
  virtual close_reason const& ended() const noexcept = 0;

  /// Begins the closing handshake behind what is queued. read() ends when the peer has answered.
  /// Once.
  virtual void start_close(close_reason const& reason) = 0;
  /// Ends it now, without a word.
  virtual void abort() noexcept = 0;

  /// Called when the peer gave a sign of life that is no message: a ping, a pong, or a part of what
  /// is too large to have come whole, behind which a pong would have to wait.
  virtual void on_heard(std::function<void()> callback) = 0;

  virtual runes::role role() const noexcept = 0;
  virtual std::string peer() const = 0;
  virtual std::string const& target() const noexcept = 0;
  virtual std::string const& subprotocol() const noexcept = 0;
};

}  // namespace runes::detail
