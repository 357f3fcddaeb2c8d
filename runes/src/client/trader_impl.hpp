// The trader at work: requests in their turn, and the outcome of those that got no reply.
#pragma once

#include "client/bell.hpp"
#include "client/client_impl.hpp"
#include "client/request_pacer.hpp"
#include "client/settlement.hpp"

#include <runes/trader.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace runes::detail {

/// Kept by its `trader`, and by the coroutines that work on it. Keeps the client's work, not the
/// client. On the client's strand.
class trader_impl : public std::enable_shared_from_this<trader_impl> {
 public:
  /// Throws error(errc::bad_config).
  trader_impl(std::shared_ptr<client_impl> over, trader_config config);

  // All of these are called on a shared_ptr that their caller's frame keeps.

  awaitable<order_ack> place(new_order wanted);
  awaitable<order_ack> amend(amendment change);
  awaitable<order_ack> cancel(order_ref which);
  awaitable<disconnect_setting> cancel_on_disconnect(disconnect_setting wanted);
  awaitable<order_tracker::changes> reconcile();

  /// Any op in its turn, sent once. With `queue_for` it may wait so long for a connection.
  awaitable<boost::json::value> ask(std::string op, boost::json::object fields,
                                    std::chrono::milliseconds queue_for = {});

  trader_config const& config() const noexcept { return config_; }
  void track(std::shared_ptr<order_tracker> tracker) { tracker_ = std::move(tracker); }

  /// Says cancelOnDisconnect on each new connection, from now until stop().
  void start();
  void stop() noexcept;

 private:
  /// What a request came to that must not be sent twice.
  struct attempt {
    boost::json::value ok;
    std::optional<error> wrong;
    timestamp expires_at{};  ///< by the venue's clock
    bool is_unknown() const noexcept;
  };
  /// Called with `expires_at` when it is about to be sent.
  using announcement = std::function<void(timestamp)>;
  /// Of an order's state: whether what was asked has been carried out, or can't be any more since
  /// the order is closed.
  enum class finding { done, closed, nothing };
  using judge = std::function<finding(order const&)>;
  struct settled {
    std::optional<order> state;  ///< none: the venue doesn't know the order
    finding what = finding::nothing;
  };

  awaitable<attempt> send(std::string op, boost::json::object fields,
                          std::optional<std::chrono::milliseconds> expires_in, announcement first);
  awaitable<> take_turn(std::string op, time_point latest);
  awaitable<timestamp> venue_time();
  awaitable<settled> settle(order_ref which, timestamp expires_at, judge how);
  awaitable<> ask_one(settlement& open, settled& found, order_ref const& which, judge const& how);
  awaitable<order_ack> settled_change(std::string op, attempt tried, order_ref which, judge how);
  awaitable<> answer(order_tracker::question to);
  void add(order_tracker::changes more);
  void on_connection(connection_state now);
  awaitable<> say_disconnect_setting();
  bool may_wait(error const& refusal, time_point latest);

  std::shared_ptr<client_impl> client_;
  std::shared_ptr<loop> loop_;
  trader_config config_;
  request_pacer pacer_;
  std::uint64_t paced_connection_ = 0;  ///< whose rate the pacer has
  bell moved_;                          ///< somebody in the pacer's line has gone
  std::shared_ptr<order_tracker> tracker_;
  order_tracker::changes untold_;  ///< by reconcile(), before an error
  bool reconciling_ = false;
  std::optional<disconnect_setting> on_disconnect_;  ///< to be said on each connection
  std::uint64_t said_on_ = 0;                        ///< the last of them
  std::uint64_t listener_ = 0;
};

}  // namespace runes::detail
