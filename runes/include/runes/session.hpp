// One connection, as a handler sees it.
#pragma once

#include <runes/asio.hpp>
#include <runes/broker.hpp>
#include <runes/close_reason.hpp>

#include <any>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

namespace runes {

/// Which end of the connection we are.
enum class role { server, client };

/// Who the peer has proved to be.
///
/// It and `credentials` have constructors, so that g++ 12 handles them right inside a `co_await`.
struct identity {
  identity() = default;
  explicit identity(std::string name) : account(std::move(name)) {}

  std::string account;                   ///< whose account channels it may subscribe to
  std::vector<std::string> permissions;  ///< for the handler's own use
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>>
      expires_at;  ///< told to the peer, not enforced
};

/// What a peer brings to prove it: the fields of the `auth` op (protocol.md), those it sent.
struct credentials {
  credentials() = default;
  /// A token, as of a JWT.
  explicit credentials(std::string bearer) : token(std::move(bearer)) {}
  /// A key, and the signature that its secret made.
  credentials(std::string key, std::int64_t ms, std::string once, std::string made)
      : api_key(std::move(key)),
        timestamp(ms),
        nonce(std::move(once)),
        signature(std::move(made)) {}

  std::string api_key;
  std::int64_t timestamp = 0;  ///< milliseconds
  std::string nonce;
  std::string signature;
  std::string token;
};

/// One WebSocket connection of either role. A handler is given it by reference; whoever wants to
/// keep it takes `shared_from_this()`. It stays valid after the connection has ended; sending then
/// throws, closing does nothing.
///
/// Everything but id(), executor() and shared_from_this() belongs to the session's strand: the
/// executor on which its handler's coroutines run. From elsewhere go there first
/// (`co_spawn(session->executor(), …)`).
class session : public std::enable_shared_from_this<session> {
 public:
  virtual ~session();
  session(session const&) = delete;
  session& operator=(session const&) = delete;

  /// Unique in this process; the connection id of the log.
  std::uint64_t id() const noexcept { return id_; }
  /// The strand: where the handler's coroutines run, and where one of your own may be started.
  virtual asio::any_io_executor executor() const = 0;

  virtual runes::role role() const noexcept = 0;
  /// The peer's address and port, as in "192.0.2.7:51022" or "[2001:db8::7]:51022"; "local:7" is
  /// the seventh connection within this process.
  virtual std::string peer() const = 0;
  /// The target of the upgrade request, with its query.
  virtual std::string const& target() const noexcept = 0;
  /// The subprotocol agreed on; empty when none was.
  virtual std::string const& subprotocol() const noexcept = 0;
  /// Who the peer is; null until authenticated.
  virtual runes::identity const* identity() const noexcept = 0;
  virtual bool is_open() const noexcept = 0;

  /// Sends one message. Waits while the outbox is full, so that a peer which does not read slows
  /// its own sender down. Returns when the message is queued. Throws error(errc::connection_lost)
  /// when the connection has ended. Cancellation: while waiting, with nothing sent. The text must
  /// be UTF-8 (RFC 6455, section 5.6); it is copied.
  awaitable<> send(std::string text);
  /// The same for a binary message.
  awaitable<> send_binary(std::string bytes);

  /// Sends without waiting: `backpressure` when the outbox is full, `dropped` when the connection
  /// has ended.
  virtual push_result try_send(std::string_view text) = 0;
  virtual push_result try_send_binary(std::string_view bytes) = 0;
  /// Bytes queued and not yet taken by the kernel.
  virtual std::size_t queued_bytes() const noexcept = 0;

  /// Begins the closing handshake behind what is queued; later messages are refused. Does not wait;
  /// the handler's on_close() is told at the end. The first reason given counts.
  virtual void close(close_reason reason) = 0;

  /// Subscribes this connection to a raw topic, until it leaves or ends. Joining twice is an
  /// error(errc::already_subscribed), leaving what was not joined an error(errc::not_subscribed).
  /// For raw handlers of a server; elsewhere it is a std::logic_error; a topic that is not raw is a
  /// std::invalid_argument.
  virtual void join(topic_ref const& raw) = 0;
  virtual void leave(topic_ref const& raw) = 0;

  /// Attributes: one value a type, for what a handler wants to remember of this connection.
  template <class T>
  T& set(T value) {
    std::any& place = attribute(typeid(T));
    place = std::move(value);
    return *std::any_cast<T>(&place);
  }
  /// Null when there is none of that type.
  template <class T>
  T* get() {
    return std::any_cast<T>(&attribute(typeid(T)));
  }

 protected:
  explicit session(std::uint64_t id) noexcept : id_(id) {}
  /// Ends when there may be room in the outbox again; false when the connection has ended.
  virtual awaitable<bool> wait_for_room() = 0;

 private:
  std::any& attribute(std::type_index type);

  std::uint64_t id_;
  std::unique_ptr<std::vector<std::pair<std::type_index, std::any>>> attributes_;
};

}  // namespace runes
