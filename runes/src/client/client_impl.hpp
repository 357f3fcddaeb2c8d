// The client at work: keeps a connection up, sends requests, and hands what comes to the
// subscriptions and listeners.
#pragma once

#include "broker/loop.hpp"
#include "client/bell.hpp"
#include "client/event_decode.hpp"
#include "client/listeners.hpp"
#include "client/pending_requests.hpp"
#include "client/reconnect_policy.hpp"
#include "client/stop_signal.hpp"
#include "client/subscription_core.hpp"
#include "monitoring/counters.hpp"
#include "session/session_impl.hpp"
#include "session/transport.hpp"
#include "transport/connect.hpp"

#include <runes/client.hpp>

#include <boost/json/monotonic_resource.hpp>

#include <array>
#include <chrono>
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

  awaitable<> connect();
  awaitable<> close();
  /// The end without a word and without waiting: the client is being destroyed.
  void shut_down() noexcept;
  connection_state state() const noexcept { return state_; }

  awaitable<std::shared_ptr<subscription_core>> subscribe(wish wanted);
  awaitable<boost::json::value> request(std::string op, boost::json::object fields,
                                        std::chrono::milliseconds timeout);
  awaitable<boost::json::value> authenticate(std::function<credentials()> fresh, bool once);

  /// The reader has gone.
  void drop(std::shared_ptr<subscription_core> const& core);
  /// Unsubscribes and waits for the answer.
  awaitable<> end_subscription(std::shared_ptr<subscription_core> core);

  runes::detail::listeners& heard() noexcept { return listeners_; }
  client_config const& config() const noexcept { return config_; }
  std::shared_ptr<loop> const& on() const noexcept { return loop_; }

 private:
  class link;
  using decision = reconnect_policy::decision;

  // Its life (client_life.cpp).
  void start();
  awaitable<> run();
  awaitable<decision> attempt();
  decision after_failure(std::exception_ptr failure);
  decision after_close(close_reason const& why);
  void finish();
  void set_state(connection_state now, std::optional<error> why = {});
  awaitable<> go_live(std::shared_ptr<session_impl> on);
  /// `all` goes when every subscription has been answered.
  void resubscribe(std::shared_ptr<subscription_core> const& core, std::shared_ptr<void> all = {});
  void on_all_resubscribed(session_impl const* on);
  void on_resubscribed(std::shared_ptr<subscription_core> const& core, outcome const& reply);
  void on_drain(std::chrono::milliseconds by);
  bool is_ready() const noexcept {
    return state_ == connection_state::live || state_ == connection_state::resuming;
  }
  decision with_fallback(decision again) noexcept;
  void watch_heartbeats(std::chrono::milliseconds period);
  void look_for_heartbeat(std::chrono::milliseconds period);

  // Requests (client_requests.cpp).
  /// Sends, and calls `done` with the reply, or with an error if none comes. Throws what kept it
  /// from being sent.
  std::uint64_t send(std::string op, boost::json::object fields, std::chrono::milliseconds timeout,
                     pending_requests::action done);
  awaitable<outcome> ask(std::string op, boost::json::object fields,
                         std::chrono::milliseconds timeout, pending_requests::action first = {});
  awaitable<outcome> send_credentials(credentials brought);
  void require_connection(std::string_view op) const;
  void require_live(std::string_view op) const;

  // Subscriptions (client_subscriptions.cpp).
  void unsubscribe(subscription_core const& core) noexcept;
  void forget(std::shared_ptr<subscription_core> const& core);
  void resync(std::shared_ptr<subscription_core> const& core, std::string symbol,
              std::chrono::milliseconds least = {});
  void resync_now(std::shared_ptr<subscription_core> const& core, std::string const& symbol);
  void on_resynced(std::shared_ptr<subscription_core> const& core, std::string const& symbol,
                   outcome const& reply);
  /// Calls `action` later unless the client or the subscription has gone.
  void later(std::shared_ptr<subscription_core> const& core, std::chrono::milliseconds wait,
             std::function<void(std::shared_ptr<subscription_core> const&)> action);

  // What comes (client_events.cpp).
  void on_message(message const& said);
  void on_reply(boost::json::object const& said);
  void on_event(boost::json::object const& said);
  void on_heartbeat(boost::json::object const& said);
  void on_channel_event(boost::json::object const& said);
  void on_unreadable_event(boost::json::object const& said, error const& why);
  void tell(subscription_core const& core, envelope const& e, subscription_core::reaction reaction,
            boost::json::object const& said);
  std::shared_ptr<subscription_core> owner_of(envelope const& e) const;
  void report(error const& why, boost::json::object body = {});

  std::shared_ptr<loop> loop_;
  client_config config_;
  connector dial_;
  loop_counters counters_;
  connection_state state_ = connection_state::idle;
  reconnect_policy policy_;
  std::mt19937_64 random_;
  pending_requests pending_;
  std::vector<std::shared_ptr<subscription_core>> wanted_;  ///< what a reconnect subscribes again
  std::function<credentials()> credentials_;  ///< for the next connection; may be empty
  runes::detail::listeners listeners_;

  std::shared_ptr<session_impl> session_;  ///< null between connections
  bool was_live_ = false;                  ///< this connection
  bool fell_silent_ = false;               ///< and so was broken off by us
  time_point last_message_{};              ///< of this connection
  std::size_t endpoint_ = 0;               ///< which URL is tried next
  bool ever_live_ = false;                 ///< since connect() began
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
