// Whether the peer is still there: a plain state machine, the time passed in.
#pragma once

#include "broker/timer_queue.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace runes::detail {

/// After `ping` of silence ask for a pong, `pong` after that give up. Anything heard starts it
/// anew, however long the pong had still to come.
class keep_alive {
 public:
  enum class action { wait, ping, give_up };
  struct verdict {
    action what;
    std::optional<time_point>
        next;  ///< when to ask again; never for a peer that needn't be watched
  };

  keep_alive(std::chrono::milliseconds ping, std::chrono::milliseconds pong,
             time_point now) noexcept
      : ping_(ping), pong_(pong), heard_(now) {}

  void set_times(std::chrono::milliseconds ping, std::chrono::milliseconds pong) noexcept {
    ping_ = ping;
    pong_ = pong;
  }

  void heard(time_point now) noexcept {
    heard_ = now;
    asked_.reset();
  }

  verdict check(time_point now) noexcept {
    if (ping_.count() == 0) return {action::wait, {}};
    if (asked_) {
      time_point const limit = *asked_ + pong_;
      if (now >= limit) return {action::give_up, {}};
      return {action::wait, next_look(now, limit)};
    }
    time_point const due = heard_ + ping_;
    if (now < due) return {action::wait, due};
    asked_ = now;
    return {action::ping, next_look(now, now + pong_)};
  }

 private:
  /// While an answer is outstanding. It may come at any moment, and the next ping is due `ping`
  /// behind it: that may be long before `limit`.
  time_point next_look(time_point now, time_point limit) const noexcept {
    return std::min(limit, now + ping_);
  }

  std::chrono::milliseconds ping_, pong_;
  time_point heard_;
  std::optional<time_point> asked_;
};

}  // namespace runes::detail
