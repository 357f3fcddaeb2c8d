// The client at work: keeps a connection up, sends requests, and hands what comes to the
// subscriptions and listeners.
#pragma once

#include "broker/loop.hpp"
#include "client/bell.hpp"
#include "client/departure.hpp"
#include "client/endpoint_ring.hpp"
#include "client/event_decode.hpp"
#include "client/feed.hpp"
#include "client/heartbeat_watch.hpp"
#include "client/listeners.hpp"
#include "client/pending_requests.hpp"
#include "client/reconnect_policy.hpp"
#include "client/send_queue.hpp"
#include "client/stop_signal.hpp"
#include "client/subscription_core.hpp"
#include "client/venue_clock.hpp"
#include "monitoring/counters.hpp"
#include "session/session_impl.hpp"
#include "session/transport.hpp"
#include "transport/connect.hpp"

#include <runes/client.hpp>

#include <boost/json/monotonic_resource.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace runes::detail {

/// How a client gets its connections: to the first, second … of its URLs. Throws as
/// detail::connect() does.
using connector = std::function<awaitable<std::unique_ptr<transport>>(std::size_t endpoint)>;

/// Kept by its `client`, and by its own coroutine while that runs. Everything is touched on the
/// loop's strand, or while nothing runs there.
class client_impl : public std::enable_shared_from_this<client_impl> {
 public:
  client_impl(std::shared_ptr<loop> on, client_config config, connector dial);
  ~client_impl();
  client_impl(client_impl const&) = delete;
  client_impl& operator=(client_impl const&) = delete;

  /// Over real sockets. Throws error(errc::bad_config), error(errc::bad_url).
  static std::shared_ptr<client_impl> make(asio::any_io_executor executor, client_config config);
  /// To a server of this process, likewise.
  static std::shared_ptr<client_impl> make(asio::any_io_executor executor, local_endpoint const& to,
                                           client_config config);

  awaitable<> connect();
  awaitable<> close();
  /// The end without a word and without waiting: the client is being destroyed.
  void shut_down() noexcept;
  connection_state state() const noexcept { return state_; }

  awaitable<std::shared_ptr<subscription_core>> subscribe(wish wanted);
  awaitable<boost::json::value> request(std::string op, boost::json::object fields,
                                        request_options how = {});
  awaitable<boost::json::value> authenticate(std::function<credentials()> fresh, bool once);

  /// The reader has gone.
  void drop(std::shared_ptr<subscription_core> const& core);
  /// Unsubscribes and waits for the answer.
  awaitable<> end_subscription(std::shared_ptr<subscription_core> core);

  runes::detail::listeners& heard() noexcept { return listeners_; }
  client_config const& config() const noexcept { return config_; }
  std::shared_ptr<loop> const& on() const noexcept { return loop_; }

  /// Connections that have become ready, so far; names the present one.
  std::uint64_t connections_made() const noexcept { return connections_made_; }
  /// What the server's `hello` allows on this connection; 0: it has said nothing, or has no bound.
  std::uint32_t granted_requests_per_minute() const noexcept { return granted_; }
  /// The clock of the server that we are connected to.
  venue_clock& venue_time() noexcept { return venue_time_; }

 private:
  class link;
  struct joining;
  using decision = reconnect_policy::decision;

  using shared_feed = std::shared_ptr<feed>;
  using parts_to_ask = std::deque<feed::selection>;
  using shared_core = std::shared_ptr<subscription_core>;

  // Its life (client_life.cpp).
  static std::shared_ptr<client_impl> on_own_loop(std::shared_ptr<loop> on, client_config config);
  void start();
  awaitable<> run();
  awaitable<decision> attempt();
  decision after_failure(std::exception_ptr failure);
  decision after_close(close_reason const& why);
  void finish();
  void set_state(connection_state now, std::optional<error> why = {});

  // A new connection (client_ready.cpp).
  awaitable<> go_live(std::shared_ptr<session_impl> on);
  /// `all` goes when every subscription has been answered.
  void resubscribe(shared_feed const& which, std::shared_ptr<void> all);
  void resubscribe(shared_feed const& which, parts_to_ask parts, std::shared_ptr<void> all);
  void on_all_resubscribed(session_impl const* on);
  void on_resubscribed(shared_feed const& which, parts_to_ask parts,
                       std::shared_ptr<void> const& all, outcome const& reply);
  void end_feed(shared_feed const& which, std::optional<error> const& why);
  void on_drain(std::chrono::milliseconds by);
  void leave_at(time_point when, departure const& how);
  bool is_ready() const noexcept {
    return state_ == connection_state::live || state_ == connection_state::resuming;
  }
  void look_for_heartbeat();
  void on_greeting(boost::json::value const& hello);

  // Requests (client_requests.cpp).
  /// Sends, and calls `done` with the reply, or with an error if none comes. Throws what kept it
  /// from being sent.
  std::uint64_t send(std::string op, boost::json::object fields, std::chrono::milliseconds timeout,
                     pending_requests::action done);
  /// Sends, and passes over what is answered. False: there is no room.
  bool send_unanswered(std::string const& op, boost::json::object fields);
  awaitable<outcome> ask(std::string op, boost::json::object fields,
                         std::chrono::milliseconds timeout, pending_requests::action first = {});
  awaitable<outcome> ask_when_ready(waiting_request what);
  awaitable<outcome> send_credentials(credentials brought);
  void send_waiting();
  void expire_waiting();
  void fail_waiting(errc code, std::string const& why);
  void fail_unanswered();
  void require_connection(std::string_view op) const;
  void require_live(std::string_view op) const;

  // Subscriptions (client_subscriptions.cpp).
  shared_feed feed_for(wish const& wanted);
  awaitable<shared_feed> decided_feed_for(wish const& wanted);
  void on_subscribed(shared_core const& core, joining& join, outcome const& reply);
  /// The reader goes; `answered` is called when the server has left what nobody else reads, or when
  /// there is nothing to wait for.
  void leave(shared_core const& core, pending_requests::action answered);
  bool say(std::string op, boost::json::object fields, pending_requests::action const& answered);
  void renew(shared_feed const& which, std::vector<std::string> const& symbols);
  void renew(shared_feed const& which, feed::selection const& what);
  void resync(shared_feed const& which, std::string symbol, std::chrono::milliseconds least = {});
  void resync_now(shared_feed const& which, std::string const& symbol);
  void on_renewed(shared_feed const& which, std::vector<std::string> const& symbols,
                  outcome const& reply);
  void renew_later(shared_feed const& which, std::string const& symbol, error const& why,
                   retry advice);
  /// Calls `action` later unless the connection or the feed has gone.
  void later(shared_feed const& which, std::chrono::milliseconds wait,
             std::function<void(shared_feed const&)> action);

  // What comes (client_events.cpp).
  void on_message(message const& said);
  void on_reply(boost::json::object const& said);
  void on_event(boost::json::object const& said);
  void on_heartbeat(boost::json::object const& said);
  void on_channel_event(boost::json::object const& said);
  void on_unreadable_event(boost::json::object const& said, error const& why);
  void tell(feed const& from, envelope const& e, reaction meant, boost::json::object const& said);
  void tell_gap(feed const& from, std::string_view symbol);
  shared_feed owner_of(envelope const& e) const;
  void report(error const& why, boost::json::object body = {});

  std::shared_ptr<loop> loop_;
  client_config config_;
  connector dial_;
  loop_counters counters_;
  connection_state state_ = connection_state::idle;
  reconnect_policy policy_;
  std::mt19937_64 random_;
  pending_requests pending_;
  send_queue waiting_;
  timer_queue::id expiry_{};                  ///< of the first in waiting_
  std::vector<shared_feed> feeds_;            ///< what a reconnect subscribes again
  std::function<credentials()> credentials_;  ///< for the next connection; may be empty
  runes::detail::listeners listeners_;

  std::shared_ptr<session_impl> session_;  ///< null between connections
  bool was_live_ = false;                  ///< this connection
  std::size_t request_bytes_ = 0;          ///< that a request of ours may have there
  std::uint32_t granted_ = 0;              ///< requests a minute
  venue_clock venue_time_;
  bool fell_silent_ = false;              ///< and so was broken off by us
  std::optional<heartbeat_watch> watch_;  ///< of this connection, once it is greeted
  endpoint_ring endpoints_;
  bool ever_live_ = false;  ///< since connect() began
  std::uint64_t connections_made_ = 0;
  unsigned first_failures_ = 0;
  std::optional<error> last_failure_;

  bool own_loop_ = false;  ///< nobody else has deadlines on it
  bool running_ = false;   ///< run() runs
  bool stopping_ = false;  ///< for good
  bool moving_ = false;    ///< the server drains, and we are to leave
  bool left_ = false;      ///< and have left
  stop_signal stop_;       ///< of run(), while it dials or waits
  bell changed_;           ///< rings with each change of state
  /// Memory for one message at a time.
  std::array<unsigned char, 8 * 1024> message_memory_;
};

}  // namespace runes::detail
