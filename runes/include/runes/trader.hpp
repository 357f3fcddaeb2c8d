// Trading over a client: orders placed, amended and cancelled, with the outcome of each found out.
#pragma once

#include <runes/account_streams.hpp>
#include <runes/asio.hpp>
#include <runes/client.hpp>
#include <runes/new_order.hpp>
#include <runes/order_tracker.hpp>
#include <runes/trading_data.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace runes {

/// Everything a trader can be told. Every member has a safe default.
struct trader_config {
  /// For the reply. What places, amends or cancels also tells the venue to refuse it when it
  /// arrives later than that (`expiresAt`): what an order meant then need not be what it means now.
  std::chrono::milliseconds timeout{5'000};
  /// After that, or a lost connection, for finding out what has become of it.
  std::chrono::milliseconds settle{30'000};
  /// Beyond `expiresAt`, by the venue's clock, until its not knowing an order counts.
  std::chrono::milliseconds settle_margin{250};
  /// Requests of this trader a minute, as a bucket of so many that is refilled evenly. 0: as many
  /// as the server's `hello` has granted the connection, no bound where it has said nothing. What
  /// else is asked over the client counts at the server, but not here.
  std::uint32_t requests_per_minute = 0;
  /// The longest that a request waits for its turn under that rate, or as long as the server has
  /// said with `rate_limited`.
  std::chrono::milliseconds max_wait{2'000};
  std::size_t max_waiting = 256;  ///< requests that do so
  /// Begins the clientOrderIds that are made here, so that a venue's records tell whose they are;
  /// at most 12 characters.
  std::string client_id_prefix;

  /// Throws error(errc::bad_config) naming the first member that is out of range.
  void validate() const;
};

namespace detail {
class trader_impl;
}  // namespace detail

/// Trades over a client that has connected and authenticated.
///
///     runes::trader trader(client);
///     auto const ack = co_await trader.place(
///         runes::limit_order("BTC-USD", runes::side::buy, "0.25", "50000.00").post_only());
///     co_await trader.cancel(ack);
///
/// **An order is never sent twice.** place(), amend() and cancel() end in one of three ways. They
/// return: the venue has done it. They throw with error::delivery() `none` or `not_sent`, what it
/// was refused with or what kept it from being sent: it has not been done and will not be. Or they
/// throw error(errc::timed_out) with `sent`: it is unknown, for nobody could say in time. When no
/// reply comes, within trader_config::timeout or before the connection is lost, they do not end
/// yet: as soon as there is a live connection they ask for the order's state, until the venue knows
/// it or can't carry out any more what was sent, since it has expired.
///
/// Belongs to the client's executor, like the client. It may outlive the client, of which nothing
/// is sent any more then (error(errc::closed)), and may be destroyed while requests are under way,
/// which end as if it were there.
///
/// Errors that all may throw beside those named: the server's own; those of client::request();
/// error(errc::rate_limited) with `not_sent` when its turn under the rate would come too late or
/// too many wait, with the server's answer when that says to wait longer than
/// trader_config::max_wait; error(errc::bad_event) when the reply is not what the protocol says.
/// Cancellation: any time; what has not been sent is not, what has been is not called back, and its
/// outcome remains unknown.
class trader {
 public:
  /// Throws error(errc::bad_config).
  explicit trader(client& over);
  trader(client& over, trader_config config);
  trader(trader&& other) noexcept;
  trader& operator=(trader&& other) noexcept;
  ~trader();

  /// Places an order, with a clientOrderId of new_client_id() where it has none.
  /// Errors: the venue's, such as error(errc::insufficient_funds) or error(errc::would_cross);
  /// error(errc::expired) when it came too late, or no reply came and the venue does not know it.
  awaitable<order_ack> place(new_order const& wanted);
  /// Errors: error(errc::unknown_order), error(errc::order_closed); error(errc::expired) when it
  /// came too late, or no reply came and the order is as it was.
  awaitable<order_ack> amend(amendment const& change);
  awaitable<order_ack> cancel(order_ref const& which);
  /// All of the account's, or one symbol's. Without a reply it may have been done (`sent`); asking
  /// again does no harm.
  awaitable<cancelled_orders> cancel_all(std::string symbol = {});

  /// One that no trader of this process has given before: prefix, a random part, a counter.
  std::string new_client_id();

  /// An order's state, open or closed, as long as the venue has it. Errors:
  /// error(errc::unknown_order).
  awaitable<order> status(order_ref const& which);
  awaitable<order_list> open_orders(std::string symbol = {});
  /// Closed ones, newest first.
  awaitable<order_list> order_history(history const& part = {});
  /// Newest first; with history::after() oldest first.
  awaitable<fill_list> fill_history(history const& part = {});
  awaitable<position_list> positions();
  awaitable<balance_list> balances();

  /// Of a perpetual. Without a mode, the mode stays.
  awaitable<leverage_setting> set_leverage(std::string symbol, std::uint32_t leverage,
                                           std::optional<margin_mode> mode = {});
  /// Return the asset's new balance. Errors: error(errc::insufficient_funds). Without a reply it
  /// may have been done (`sent`), and asking again would do it twice: look at balances().
  awaitable<balance> deposit(std::string asset, exact amount);
  awaitable<balance> withdraw(std::string asset, exact amount);

  /// What the venue shall do when this connection is lost: after `grace` in which nobody of the
  /// account comes back, cancel the orders. Said again on every new connection.
  awaitable<disconnect_setting> cancel_on_disconnect(
      bool enabled, disconnect_scope scope = disconnect_scope::connection,
      std::chrono::milliseconds grace = std::chrono::milliseconds(0));
  /// The venue cancels all orders of the account after this time, unless it is told again before.
  /// 0: not any more.
  awaitable<deadman_setting> deadman(std::chrono::milliseconds after);

  /// From now on `tracker` is told of every placement; null: of none.
  void track(std::shared_ptr<order_tracker> tracker);
  /// Asks what the tracker has to know and tells it the answers, until it has no questions; returns
  /// what has changed by them. To be called when order_tracker::next_question() has one. Waits for
  /// a connection for trader_config::settle. Errors: std::logic_error when nothing is tracked, or
  /// another coroutine does this already. Changes before an error come with the next call.
  awaitable<order_tracker::changes> reconcile();

 private:
  std::shared_ptr<detail::trader_impl> impl_;
};

}  // namespace runes
