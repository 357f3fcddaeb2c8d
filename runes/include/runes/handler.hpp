// What a connection does: subclass this.
#pragma once

#include <runes/asio.hpp>
#include <runes/close_reason.hpp>
#include <runes/session.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runes {

/// A request of the runes protocol: `{"id":…,"op":…,…}`.
class request {
 public:
  request(std::string op, boost::json::object body) : op_(std::move(op)), body_(std::move(body)) {}
  std::string const& op() const noexcept { return op_; }
  /// The whole message, `id` and `op` included. A copy of a part keeps the memory of all of it, if
  /// it isn't given storage of its own: `boost::json::value(part, {})` is for what is held for
  /// long.
  boost::json::object const& body() const noexcept { return body_; }

 private:
  std::string op_;
  boost::json::object body_;
};

/// What a client asks to subscribe to, as far as it said.
struct subscription_request {
  std::string channel;
  std::optional<std::vector<std::string>> symbols;  ///< left out: all
  std::optional<std::string> interval;
  std::optional<unsigned> depth;
};

/// One whole WebSocket message. The bytes are valid until the handler's on_message() ends.
struct message {
  bool text = true;  ///< else binary
  std::string_view data;
};

/// How a handler speaks, asked once when it is mounted or connected.
class handler_options {
 public:
  /// Messages go to on_message() as they are, instead of being requests of the runes protocol.
  handler_options& raw(bool yes = true) {
    raw_ = yes;
    return *this;
  }
  /// Offered (client) or accepted (server), in order of preference. By default `runes.v1.json`, and
  /// none for raw handlers. A client that offers none of a server's is taken all the same, with
  /// session::subprotocol() empty.
  handler_options& subprotocols(std::vector<std::string> names) {
    subprotocols_ = std::move(names);
    return *this;
  }
  /// Largest message taken in, in bytes; a larger one closes with 1009. 0: the configuration's.
  handler_options& max_message_bytes(std::size_t bytes) {
    max_message_bytes_ = bytes;
    return *this;
  }
  /// Most frames that one message may come in; with more the connection is closed with 1009.
  /// 0: 65,536.
  handler_options& max_fragments(std::uint32_t frames) {
    max_fragments_ = frames;
    return *this;
  }
  /// Offer or accept permessage-deflate (RFC 7692).
  handler_options& compression(bool yes = true) {
    compression_ = yes;
    return *this;
  }

  bool is_raw() const noexcept { return raw_; }
  std::vector<std::string> const& subprotocols() const noexcept { return subprotocols_; }
  std::size_t max_message_bytes() const noexcept { return max_message_bytes_; }
  std::uint32_t max_fragments() const noexcept { return max_fragments_; }
  bool has_compression() const noexcept { return compression_; }

 private:
  bool raw_ = false;
  std::vector<std::string> subprotocols_;
  std::size_t max_message_bytes_ = 0;
  std::uint32_t max_fragments_ = 0;
  bool compression_ = false;
};

/// The user's part of a connection, in either role. Override what you need: an empty subclass is a
/// working server of the runes protocol.
///
/// One handler may serve many sessions at once, on several threads: what it holds itself must be
/// safe for that, what belongs to one connection goes into the session's attributes. All coroutines
/// of *one* session run on its strand one after another: the next message is read when the one
/// before is done, so a slow handler slows its own peer only.
///
/// A runes::error thrown from on_request(), on_subscribe(), on_unsubscribe() or authenticate()
/// becomes the error of the reply. Any other exception becomes `internal`, its text goes to the log
/// and not to the peer. An exception from on_open() or on_message() closes this connection with
/// 1011. No other connection notices.
///
/// Cancellation: when the connection breaks, a coroutine that waits in something cancellable is
/// cancelled.
class handler {
 public:
  virtual ~handler();

  virtual handler_options options() const;

  /// The connection is open. Server role: nothing has been read yet.
  virtual awaitable<> on_open(session& peer);

  /// Who is this? Throw error(errc::bad_credentials) (2001 to 2005) to refuse. The default refuses
  /// everybody: what it could check against only you know.
  virtual awaitable<identity> authenticate(session& peer, credentials const& brought);

  /// A subscription is asked for. Throw to refuse it whole. The default accepts.
  virtual awaitable<> on_subscribe(session& peer, subscription_request const& wanted);

  /// One is ended by the client (not when the connection ends). It is carried out whatever this
  /// does.
  virtual awaitable<> on_unsubscribe(session& peer, subscription_request const& ended);

  /// An op that the library does not know. Returns what the reply's `ok` holds. The default throws
  /// error(errc::unknown_op).
  virtual awaitable<boost::json::value> on_request(session& peer, request const& asked);

  /// A message on a raw connection. The default does nothing.
  virtual awaitable<> on_message(session& peer, message const& said);

  /// The connection has ended; nothing can be sent any more. Called exactly once for each
  /// on_open().
  virtual awaitable<> on_close(session& peer, close_reason const& why);
};

}  // namespace runes
