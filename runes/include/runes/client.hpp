// The client: one connection that comes back by itself, and what is asked over it.
#pragma once

#include <runes/asio.hpp>
#include <runes/client_config.hpp>
#include <runes/close_reason.hpp>
#include <runes/events.hpp>
#include <runes/handler.hpp>
#include <runes/instrument.hpp>
#include <runes/local_endpoint.hpp>
#include <runes/request.hpp>
#include <runes/session.hpp>
#include <runes/subscription.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace runes {

class trader;

enum class connection_state {
  idle,        ///< connect() was not yet called, or has failed
  connecting,  ///< from the first byte to the server's `hello`
  resuming,    ///< connected again: until the server has answered for every subscription
  live,
  stale,   ///< lost; the next attempt is waited for
  closed,  ///< by close(), or given up
};
std::string_view name_of(connection_state state) noexcept;

/// What a listener of client::on() is told.
class notice {
 public:
  explicit notice(std::string name) : name_(std::move(name)) {}

  /// "market", "order", …: what it was registered for.
  std::string const& name() const noexcept { return name_; }
  /// The whole message of the server; empty for `state`, `gap` and the client's own errors.
  boost::json::object const& body() const noexcept { return body_; }

  /// Of events of channels. Accepted and in order: the kind is snapshot, update or gap.
  event_kind kind() const noexcept { return kind_; }
  std::string const& channel() const noexcept { return channel_; }
  std::string const& symbol() const noexcept { return symbol_; }

  /// Of `state`.
  connection_state state() const noexcept { return state_; }
  /// Of `error`; of `gap` and of the states stale and closed where there is one. Else null.
  runes::error const* error() const noexcept { return error_ ? &*error_ : nullptr; }

  /// How many notices this listener missed before this one because it, a coroutine, was too slow.
  std::size_t missed() const noexcept { return missed_; }

  notice& body(boost::json::object value) { return body_ = std::move(value), *this; }
  notice& about(event_kind kind, std::string_view channel, std::string_view symbol) {
    kind_ = kind;
    channel_ = channel;
    symbol_ = symbol;
    return *this;
  }
  notice& state(connection_state now) { return state_ = now, *this; }
  notice& error(std::optional<runes::error> why) { return error_ = std::move(why), *this; }
  notice& missed(std::size_t count) { return missed_ = count, *this; }

 private:
  std::string name_;
  boost::json::object body_;
  event_kind kind_ = event_kind::update;
  std::string channel_, symbol_;
  connection_state state_ = connection_state::idle;
  std::optional<runes::error> error_;
  std::size_t missed_ = 0;
};

/// The server's WebSocketMetrics object.
struct websocket_metrics {
  std::uint64_t message_count = 0;
  std::uint64_t error_count = 0;
  std::uint64_t active_connections = 0;
  double latency_ms = 0;    ///< median of the last minute
  boost::json::object raw;  ///< all of it
};

/// The server's SystemHealth object.
struct system_health {
  struct component {
    std::string name;
    std::string status;  ///< "healthy", "degraded", "unhealthy"
    boost::json::value details;
  };
  std::string status;
  std::vector<component> components;
  boost::json::object raw;  ///< all of it
};

namespace detail {
class client_impl;
}  // namespace detail

/// A connection to a server of the runes protocol that comes back by itself.
///
///     runes::client client(executor, config);
///     co_await client.connect();
///     auto book = co_await client.subscribe(runes::orderbook("BTC-USD").depth(10));
///     while (auto event = co_await book.next()) …
///
/// Everything of a client and its subscriptions happens on one executor, which must run one thing
/// at a time: that of an io_context run by one thread, or an asio::strand. All members are called
/// there, or while nothing runs on it; debug builds check. It may be destroyed at any time: its
/// streams end, its requests fail, nothing waits for the network.
class client {
 public:
  /// Opens nothing yet. Throws error(errc::bad_config) or error(errc::bad_url). (Overloads, since
  /// g++ 12 destroys a default argument like client_config twice beside a `co_await`.)
  explicit client(asio::any_io_executor executor);
  client(asio::any_io_executor executor, client_config config);
  /// A client of a server of this process. Of `config.url` the path counts, by default `/ws`;
  /// `fallback_urls` must be empty, and `compression` has no meaning. Where it is destroyed or
  /// closed before `executor`'s context, as it should be, the server may be on any thread.
  client(asio::any_io_executor executor, local_endpoint to);
  client(asio::any_io_executor executor, local_endpoint to, client_config config);
  explicit client(std::shared_ptr<detail::client_impl> impl) noexcept;
  client(client&& other) noexcept;
  client& operator=(client&& other) noexcept;
  ~client();

  /// Connects; returns when the server has answered `hello`. From then on the connection is kept up
  /// until close().
  ///
  /// Errors: when `reconnect.first_attempts` have failed, the last one's:
  /// error(errc::not_connected), error(errc::timed_out) or error(errc::refused) with the HTTP
  /// status; it may be called again then. error(errc::closed) after close(). Cancellation: any
  /// time; the attempt goes on, close() ends it.
  awaitable<> connect();

  /// Closes with 1000: streams end, requests fail with error(errc::closed). Returns when the
  /// connection has ended, after `timeouts.close` at the latest. For good: a closed client does not
  /// connect again.
  awaitable<> close();

  connection_state state() const noexcept;

  /// Subscribes. Wanted is a builder: tickers, orderbook, trades, stats, liquidations,
  /// channel_events.
  ///
  /// Any number of streams may read the same topics (channel, symbol, interval and depth): the
  /// server is asked once for each, and left when the last one that reads it has gone. Lists of
  /// symbols may overlap, with each other and with all_symbols. Each stream begins with a snapshot
  /// of what is held, or in a log from now on, and has a queue of its own.
  ///
  /// Returns when the server has accepted at least one symbol; see subscription::refused() for the
  /// others. Errors: the server's, such as error(errc::unknown_channel) or
  /// error(errc::unknown_symbol); error(errc::already_subscribed) where it can't be shared with
  /// what is held: read by another builder, `keyed` without a known key, or a window that is the
  /// server's default named in one place and left out in another; those of request(). Cancellation:
  /// any time; nothing stays subscribed.
  template <class Builder>
  awaitable<subscription<typename Builder::data_type>> subscribe(Builder const& wanted) {
    return make_stream<typename Builder::data_type>(start(wanted.wanted()));
  }

  /// Sends `{"op":op, …fields}` and returns what the reply's `ok` holds.
  ///
  /// Parameters: `how` it is sent, or merely the time for the reply; none: `timeouts.request`.
  /// Without request_options::queue_for() it is sent now or fails.
  ///
  /// Errors: error() with the server's code, sentence and retry_after(). Without an answer, by
  /// error::delivery(): `not_sent` with error(errc::not_connected), or errc::backpressure where the
  /// outbox, the requests in flight or the queue are full; `sent`, so that it may have been carried
  /// out, with error(errc::timed_out); either with error(errc::connection_lost) and, where the
  /// client was closed, error(errc::closed).
  /// Cancellation: any time; one that waits in the queue is not sent, one already sent is not
  /// called back.
  awaitable<boost::json::value> request(std::string op, params fields = {},
                                        request_options how = {});

  /// The server's figures, its health, and all its instruments. Errors: those of request(), and
  /// error(errc::bad_event) when the reply is not what the protocol says. Cancellation: any time.
  awaitable<websocket_metrics> get_metrics();
  awaitable<system_health> get_health();
  awaitable<std::vector<instrument>> get_instruments();

  /// Sends `auth` with what it is given, and returns the reply: `account`, `permissions`,
  /// `expiresAt`. A token is sent again on every new connection; a signature is good for one (its
  /// nonce is): for that, see below. Errors: those of request(), such as
  /// error(errc::bad_credentials). Cancellation: any time.
  awaitable<boost::json::value> authenticate(credentials brought);
  /// Sends `auth` with what `fresh` returns, now and on every new connection before anything is
  /// subscribed again. Where a new connection's is refused, the `error` event tells why; if it may
  /// be granted later, the client goes on reconnecting until it is, and not before the server's
  /// retry_after(); if never, it goes live without a name, and what needs one is refused.
  awaitable<boost::json::value> authenticate(std::function<credentials()> fresh);

  /// Names a listener, for off().
  using listener_id = std::uint64_t;

  /// Calls `listener` with each notice of that name: `market`, `order`, `trade`, `position`,
  /// `account`, `liquidation`, `system` (events of what is subscribed), `error`, and `state`. A
  /// function is called at once; of a coroutine function one call runs after the other, and when
  /// 1,024 notices wait the oldest are dropped (notice::missed()). What it throws is logged. Throws
  /// std::invalid_argument for another name.
  template <class Listener>
    requires std::invocable<Listener&, notice const&>
  listener_id on(std::string_view name, Listener listener) {
    if constexpr (std::same_as<std::invoke_result_t<Listener&, notice const&>, awaitable<>>) {
      return add_coroutine(name, std::move(listener));
    } else {
      return add_callback(name, std::move(listener));
    }
  }
  /// It is not called any more; a coroutine of it that runs is cancelled. An unknown id does
  /// nothing.
  void off(listener_id which);

 private:
  template <class Data>
  static awaitable<subscription<Data>> make_stream(
      awaitable<detail::subscription_handle> starting) {
    detail::subscription_handle handle = co_await std::move(starting);
    subscription<Data> stream(std::move(handle));
    co_return stream;
  }
  awaitable<detail::subscription_handle> start(detail::wish const& wanted);
  listener_id add_callback(std::string_view name, std::function<void(notice const&)> listener);
  listener_id add_coroutine(std::string_view name,
                            std::function<awaitable<>(notice const&)> listener);

  friend class trader;
  std::shared_ptr<detail::client_impl> impl_;
};

/// Connects to `url` and runs `user` over the connection until it ends; returns why. What
/// handler::options() says decides the subprotocols, compression and the message limit. A handler
/// in the role of a client gets all messages in on_message(), raw or not.
///
/// `executor` must run one thing at a time, as client's. Errors: those of connecting, as
/// client::connect(). Cancellation: any time; the connection is broken off and on_close() is told.
awaitable<close_reason> run_handler(asio::any_io_executor executor, std::string url,
                                    std::shared_ptr<handler> user);
/// The same with a server of this process: `target` is what is asked for there, as in "/ws". There
/// is no compression.
awaitable<close_reason> run_handler(asio::any_io_executor executor, local_endpoint to,
                                    std::string target, std::shared_ptr<handler> user);

}  // namespace runes
