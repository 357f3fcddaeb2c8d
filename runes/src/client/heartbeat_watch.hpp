// Whether a server that promised heartbeats still keeps up its stream: a plain state machine, time
// passed in.
#pragma once

#include "broker/timer_queue.hpp"

#include <chrono>
#include <optional>

namespace runes::detail {

/// Heartbeats and whatever else a server sends unasked show that its stream is alive; pongs and
/// replies show only that somebody is there.
class heartbeat_watch {
 public:
  /// So many heartbeats may be missing before the connection counts as lost.
  static constexpr int most_missed = 3;

  /// The time between two heartbeats as the server has granted it; 0: it sends none, and nothing is
  /// watched.
  heartbeat_watch(std::chrono::milliseconds period, time_point now) noexcept
      : period_(period), heard_(now) {}

  void heard(time_point now) noexcept { heard_ = now; }
  bool is_lost(time_point now) const noexcept {
    return period_.count() > 0 && now >= heard_ + most_missed * period_;
  }
  /// When to look again, unless it is lost; never where nothing is watched.
  std::optional<time_point> next() const noexcept {
    if (period_.count() == 0) return {};
    return heard_ + most_missed * period_;
  }

 private:
  std::chrono::milliseconds period_;
  time_point heard_;
};

}  // namespace runes::detail
