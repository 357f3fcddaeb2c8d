// Plays a source of market data to the channels of a server.
#pragma once

#include "market_source.hpp"
#include "market_topics.hpp"
#include "problem_log.hpp"
#include "replay_clock.hpp"

#include <runes/runes.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace exchange {

/// Owns a market source and plays it: `ticker`, `orderbook`, `trades` and `statistics` of each of
/// its instruments. The topics exist from the beginning, so that clients may subscribe before the
/// first event.
class market_publisher {
 public:
  /// Adds the instruments, metrics and a health component to the server. The server outlives it.
  market_publisher(runes::server& to, std::unique_ptr<market_source> source, replay_clock clock);

  /// Publishes until the source ends for the last time. With `wait` it begins with the first
  /// subscription to one of its topics. Cancellation: any time, between two events.
  runes::awaitable<> play(bool wait);

 private:
  runes::awaitable<> wait_for_subscriber();
  runes::awaitable<> play_round();
  runes::awaitable<> publish(step const& now);
  bool anyone_listens() const;
  void set_status(std::size_t market, runes::instrument_status status);
  void report(step const& now);
  void report_end();
  runes::component_health health() const;
  void count();
  void add_metrics();

  runes::server& server_;
  std::unique_ptr<market_source> source_;
  replay_clock clock_;
  std::vector<market_topics> topics_;      ///< as the source's instruments
  std::vector<problem_log> problem_logs_;  ///< likewise

  /// Copies of the source's counters, for other threads to read.
  struct {
    std::atomic<std::uint64_t> lines{0}, problems{0}, gaps{0}, book_updates{0}, trades{0};
  } counted_;
  std::atomic<std::size_t> suspended_{0};  ///< markets without a book
};

}  // namespace exchange
