// Whether and when to connect again: plain state machines, time and random numbers passed in.
#pragma once

#include "broker/timer_queue.hpp"

#include <runes/close_reason.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace runes::detail {

/// Exponential backoff.
class backoff {
 public:
  using milliseconds = std::chrono::milliseconds;

  backoff(milliseconds base, milliseconds cap) noexcept : base_(base), cap_(cap) {}

  /// Full jitter: anything from nothing to the limit, which doubles with each call. `random` is
  /// uniform over its type.
  milliseconds next(std::uint64_t random) noexcept {
    auto const most = static_cast<std::uint64_t>(grow().count());
    return milliseconds(static_cast<milliseconds::rep>(random % (most + 1)));
  }
  /// The limit itself.
  milliseconds next() noexcept { return grow(); }
  void reset() noexcept { failures_ = 0; }
  unsigned failures() const noexcept { return failures_; }

 private:
  milliseconds grow() noexcept {
    milliseconds limit = std::min(base_, cap_);
    for (unsigned i = 0; i < failures_ && limit < cap_; ++i)
      limit = limit > cap_ / 2 ? cap_ : limit * 2;
    ++failures_;
    return limit;
  }

  milliseconds base_, cap_;
  unsigned failures_ = 0;
};

struct reconnect_rules {
  std::chrono::milliseconds base{250}, cap{30'000}, stable{10'000};
  unsigned max_attempts = 0;  ///< failures in a row; 0: no limit
};

/// Decides after each end of a connection or attempt.
class reconnect_policy {
 public:
  using milliseconds = std::chrono::milliseconds;
  /// A server's time to go away in is believed up to here.
  static constexpr milliseconds longest_drain{3'600'000};

  /// When to try again; empty: not at all.
  using decision = std::optional<milliseconds>;

  explicit reconnect_policy(reconnect_rules rules) noexcept
      : rules_(rules), backoff_(rules.base, rules.cap) {}

  /// A connection is live.
  void live(time_point now) noexcept {
    live_since_ = now;
    spread_.reset();
  }
  /// The server goes away within this time: its clients come back spread over it.
  void drain(milliseconds by) noexcept { spread_ = std::clamp(by, milliseconds(0), longest_drain); }

  /// A connection has ended, live or not.
  decision closed(close_code code, time_point now, std::uint64_t random) noexcept {
    settle(now);
    switch (advice_of(code)) {
      case reconnect_advice::never:
        return {};
      case reconnect_advice::at_once:
        if (backoff_.failures() == 0) return spread(random);
        [[fallthrough]];
      case reconnect_advice::with_backoff:
        break;
    }
    return again(random);
  }

  /// We have left a server that drains: at once to another. But one that says so to everybody who
  /// comes, a balancer before it perhaps, is not stormed.
  decision moved(time_point now, std::uint64_t random) noexcept {
    settle(now);
    bool const again_and_again = std::exchange(moved_, true) || backoff_.failures() > 0;
    return again_and_again ? again(random) : decision(milliseconds(0));
  }

  /// No connection could be made.
  decision failed(std::uint64_t random) noexcept { return again(random); }

  unsigned failures() const noexcept { return backoff_.failures(); }

 private:
  void settle(time_point now) noexcept {
    if (live_since_ && now - *live_since_ >= rules_.stable) {
      backoff_.reset();
      moved_ = false;
    }
    live_since_.reset();
  }
  decision again(std::uint64_t random) noexcept {
    if (rules_.max_attempts > 0 && backoff_.failures() + 1 >= rules_.max_attempts) return {};
    return backoff_.next(random);
  }
  decision spread(std::uint64_t random) noexcept {
    auto const most = static_cast<std::uint64_t>(spread_.value_or(rules_.base).count());
    backoff_.next();  // counted, so that a server which always says so is not stormed
    return milliseconds(static_cast<milliseconds::rep>(random % (most + 1)));
  }

  reconnect_rules rules_;
  backoff backoff_;
  std::optional<time_point> live_since_;
  std::optional<milliseconds> spread_;
  bool moved_ = false;  ///< since a connection was stable
};

}  // namespace runes::detail
