// Plays a source of market data at its pace, to wherever it is to go.
#pragma once

#include "market_source.hpp"
#include "problem_log.hpp"
#include "replay_clock.hpp"

#include <runes/runes.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace exchange {

/// Owns a market source and plays it, step by step; says what is wrong in it, and counts.
class market_player {
 public:
  /// Adds metrics and a health component to the server, which outlives it.
  market_player(runes::server& to, std::unique_ptr<market_source> source, replay_clock clock);
  virtual ~market_player() = default;
  market_player(market_player const&) = delete;
  market_player& operator=(market_player const&) = delete;

  /// Plays until the source ends for the last time. With `wait` it begins when somebody listens.
  /// Cancellation: any time, between two steps.
  runes::awaitable<> play(bool wait);

 protected:
  /// All that a step says, its status, too.
  virtual runes::awaitable<> take(step const& now) = 0;
  /// Any thread.
  virtual bool anyone_listens() const = 0;

  runes::server& server() noexcept { return server_; }
  std::vector<runes::instrument> const& instruments() const noexcept {
    return source_->instruments();
  }

 private:
  runes::awaitable<> wait_for_subscriber();
  runes::awaitable<> play_round();
  void report(step const& now);
  void report_end();
  runes::component_health health() const;
  void count();
  void count(step const& now);
  void add_metrics();

  runes::server& server_;
  std::unique_ptr<market_source> source_;
  replay_clock clock_;
  std::vector<problem_log> problem_logs_;  ///< as the source's instruments

  /// Copies of the source's counters, for other threads to read.
  struct {
    std::atomic<std::uint64_t> lines{0}, problems{0}, gaps{0}, book_updates{0}, trades{0};
  } counted_;
  std::atomic<std::size_t> suspended_{0};  ///< markets without a book
};

}  // namespace exchange
