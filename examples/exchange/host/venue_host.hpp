// A venue that lives in a server: one loop owns it, everybody else asks it by awaitable calls.
#pragma once

#include "durable_store.hpp"
#include "loop_call.hpp"
#include "permissions.hpp"
#include "service/mark_prices.hpp"
#include "service/recorded_flow.hpp"
#include "service/service.hpp"
#include "venue_topics.hpp"

#include <runes/handler.hpp>
#include <runes/server.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/json/value.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace exchange::host {

struct host_config {
  venue::venue_config venue;
  /// Where it is kept; without one it is ephemeral: gone with the process.
  std::optional<store_config> store;
  /// The markets are a recording's (service::recorded_markets()), which is to be played to it. Such
  /// a venue is ephemeral.
  bool recorded = false;
};

/// Loop 0 of the server owns the venue. The awaitable functions may be called on any executor, and
/// come back to it.
///
/// Errors of theirs: runes::error with the wire's code and a sentence. `overloaded`: nothing was
/// done, come again. `internal`: the journal has stopped, and what was asked may or may not be
/// there after the next start. Cancellation: none. What they say is durable when they return.
///
/// Lifetimes: made before the server runs, destroyed after run() has returned and before the
/// server.
class venue_host final : private service::news_sink {
 public:
  /// Recovers. Adds instruments, metrics and the health component `venue` to the server.
  /// @throws std::runtime_error, std::invalid_argument with a sentence.
  venue_host(runes::server& in, host_config config);
  ~venue_host();
  venue_host(venue_host const&) = delete;
  venue_host& operator=(venue_host const&) = delete;

  /// Once, before the server runs: ends the connections of the last life, publishes what there is,
  /// and starts the clocks.
  void start();
  /// Once, when run() has returned: everything on disk, and a snapshot of it. Says what went wrong
  /// in the log; false then.
  bool finish();

  /// A number for a connection that no other has had, in earlier lives either. Any thread.
  venue::connection_id new_connection() noexcept { return ++last_connection_; }
  /// The account of that name, opened if it isn't there, with its connection up.
  runes::awaitable<venue::account_id> enter(std::string name, venue::connection_id connection);
  /// That connection is gone. Any thread; doesn't wait, and is not refused.
  void leave(venue::connection_id connection);
  /// From when this returns on the account's topics are there, with all it has.
  runes::awaitable<bool> follow(venue::account_id account);
  /// An op of trading, command or query, which outlives the call; returns the `ok` of its reply.
  runes::awaitable<boost::json::value> request(runes::request const& asked,
                                               venue::account_id account,
                                               venue::connection_id connection);

  /// Takes a step of the recording, which outlives the call, and tells what it came to as one.
  /// False: there is too much to do now, come again. Of a recorded venue only.
  runes::awaitable<bool> play(step const& what);
  /// Whether any topic of a market has a subscriber. Any thread.
  bool anyone_listens() const { return topics_.anyone_listens(); }

  /// Whether the wire has such an op.
  static bool serves(std::string_view op) noexcept;
  /// Of those the ones that are about no account: anybody may ask them, as account 0.
  static bool is_public(std::string_view op) noexcept;
  /// What a key needs for the others.
  static permission permission_for(std::string_view op) noexcept;

 private:
  using json_answer = answer_to<boost::json::value>;

  void tell(service::news&& what) override;
  void on_durable(storage::sequence up_to);
  void on_failed(std::string why);
  void settle();

  venue::result take(venue::command what);
  venue::result take(venue::request const& asked);
  void play_now(step const& what);
  void note_unplayed(venue::error why);
  void carry_out(runes::request const& asked, venue::account_id account,
                 venue::connection_id connection, json_answer& answer);
  template <class T>
  void answer_when_durable(answer_to<T>& answer, T value);

  void arm();
  void wait_until_due(venue::micros wait);
  void on_due();
  void tick();
  void wait_for_tick();
  void add_reports();
  runes::component_health health() const;

  runes::server& server_;
  asked_loop loop_;
  venue::trading_venue venue_;
  service::reporter reports_;
  std::optional<service::mark_prices> marks_;  // these two: the one or the other
  std::optional<service::recorded_flow> recorded_;
  std::unique_ptr<durable_store> store_;  // null: ephemeral
  venue_topics topics_;
  service::venue_service service_;

  boost::asio::steady_timer due_;
  std::optional<venue::micros> armed_for_;
  boost::asio::steady_timer second_;
  std::atomic<venue::connection_id> last_connection_;

  // For other threads to read.
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::uint64_t unplayed_ = 0;  ///< changes of a recording
  std::atomic<bool> failed_{false};
};

}  // namespace exchange::host
