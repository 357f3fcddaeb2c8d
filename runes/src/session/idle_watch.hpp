// Whether a peer makes any use of its connection: a plain decision, the time passed in.
#pragma once

#include "broker/timer_queue.hpp"

#include <chrono>
#include <optional>

namespace runes::detail {

/// A connection that nothing is done with for `limit` is idle. That its peer answers pings is no
/// use of it.
class idle_watch {
 public:
  struct verdict {
    bool idle;
    std::optional<time_point> next;  ///< when to ask again; never for one that needn't be watched
  };

  /// `limit` 0: never idle.
  idle_watch(std::chrono::milliseconds limit, time_point now) noexcept
      : limit_(limit), used_(now) {}

  /// Whether it matters at all; a look at the clock is dear.
  bool watches() const noexcept { return limit_.count() != 0; }
  void used(time_point now) noexcept { used_ = now; }
  /// Where there was none, nobody has looked until now.
  void set_limit(std::chrono::milliseconds limit, time_point now) noexcept {
    if (!watches()) used_ = now;
    limit_ = limit;
  }

  /// `in_use`: it is used at this moment, by a subscription say.
  verdict check(time_point now, bool in_use) noexcept {
    if (!watches()) return {false, {}};
    if (in_use) used_ = now;
    time_point const due = used_ + limit_;
    if (now >= due) return {true, {}};
    return {false, due};
  }

 private:
  std::chrono::milliseconds limit_;
  time_point used_;
};

}  // namespace runes::detail
