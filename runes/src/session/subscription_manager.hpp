// What one connection is subscribed to.
#pragma once

#include "broker/memory_broker.hpp"
#include "protocol/request_text.hpp"
#include "session/subscription.hpp"
#include "session/subscription_options.hpp"

#include <runes/error.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace runes::detail {

class session_impl;

/// One a connection, on its strand: subscribes, unsubscribes, and lets go of everything when the
/// connection ends.
class subscription_manager final : public subscription::listener {
 public:
  /// All outlive it.
  subscription_manager(session_impl& who, memory_broker& from, std::shared_ptr<shard> on,
                       subscription_limits limits);
  ~subscription_manager();

  /// Checks the options against the channel, before anybody is asked. Throws
  /// error(errc::unknown_channel), error(errc::auth_required) or error(errc::bad_options).
  void check(subscription_fields const& fields) const;

  /// Carries it out and sends the reply, then the snapshots: `{"subscriptions":[…]}` with an entry
  /// a symbol, each with an error of its own where there is one. Throws what check() throws, and
  /// error(errc::too_many_subscriptions).
  void subscribe(subscription_fields const& fields, std::string_view id);

  /// How many were ended. Throws error(errc::not_subscribed) when there were none, and what check()
  /// throws.
  std::size_t unsubscribe(subscription_fields const& fields);

  /// All that is held, as the JSON of the `subscriptions` op.
  std::string list() const;
  /// `"orderbook.BTC-USD":{…},…` of those that moved since the last call.
  std::string heads();

  /// From now on; what is held above them is kept.
  void set_limits(subscription_limits limits) noexcept { limits_ = limits; }

  /// The outbox has room again.
  void on_room();
  void clear() noexcept;
  std::size_t size() const noexcept { return held_.size(); }
  /// A topic, or the symbols to come of a channel.
  bool holds_any() const noexcept { return !held_.empty() || !watching_.empty(); }

 private:
  class all_symbols;

  void fell_behind(subscription& which) override;
  void too_slow(subscription& which) override;

  subscription_options read(subscription_fields const& fields) const;
  subscription& hold(std::shared_ptr<topic> const& root, subscription_options const& o);
  void subscribe_all(subscription_options const& o, std::string_view id);
  void subscribe_each(subscription_options const& o, std::vector<std::string> const& symbols,
                      std::string_view id);
  void reply_and_start(std::string_view id, std::string const& entries,
                       std::vector<subscription*> const& started);
  void require_room(std::size_t more) const;
  std::size_t not_held(std::vector<std::shared_ptr<topic>> const& roots,
                       subscription_options const& o) const;
  error too_many() const;
  void topic_added(std::shared_ptr<topic> const& root, subscription_options const& o);
  void drop(subscription const& which) noexcept;

  session_impl& session_;
  memory_broker& broker_;
  std::shared_ptr<shard> shard_;
  subscription_limits limits_;
  std::unordered_map<topic const*, std::unique_ptr<subscription>> held_;
  std::vector<std::shared_ptr<all_symbols>> watching_;
  std::deque<subscription*> behind_;  ///< those that the outbox had no room for, by turn
};

}  // namespace runes::detail
