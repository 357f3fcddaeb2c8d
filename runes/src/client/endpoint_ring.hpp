// Which of several URLs is tried next, and when: a plain state machine, time passed in.
#pragma once

#include "broker/timer_queue.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace runes::detail {

/// A round tries every URL once, each at once after the one before; then it is waited. One that has
/// refused us for good is not tried again, one that gave a Retry-After not before it is over.
class endpoint_ring {
 public:
  using milliseconds = std::chrono::milliseconds;

  /// A server's Retry-After is followed up to here.
  static constexpr milliseconds longest_retry_after{86'400'000};

  explicit endpoint_ring(std::size_t count) : all_(count), left_(count) {}

  /// Which is to be tried, or is connected to.
  std::size_t current() const noexcept { return current_; }

  /// 401 and 403 say that the same will be refused again.
  static bool is_for_good(std::optional<unsigned> http_status) noexcept {
    return http_status == 401u || http_status == 403u;
  }

  enum class step {
    next,        ///< try current() at once
    round_over,  ///< all have failed: wait, then begin()
    none,        ///< all have refused us for good
  };
  /// The attempt at current() failed.
  step failed(std::optional<unsigned> http_status, std::optional<milliseconds> retry_after,
              time_point now) noexcept {
    auto& here = all_[current_];
    here.barred = here.barred || is_for_good(http_status);
    if (retry_after)
      here.not_before = now + std::clamp(*retry_after, milliseconds(0), longest_retry_after);
    while (--left_ > 0) {
      advance();
      if (!all_[current_].barred && all_[current_].not_before <= now) return step::next;
    }
    left_ = all_.size();
    bool const any = std::any_of(all_.begin(), all_.end(), [](auto const& e) { return !e.barred; });
    return any ? step::round_over : step::none;
  }

  /// A new round, after `wait` at the earliest. Returns how long it is until then: where a
  /// Retry-After has to be waited for, the wait comes on top of it, so that not all come back
  /// together.
  milliseconds begin(milliseconds wait, time_point now) noexcept {
    advance();
    std::size_t best = current_;
    for (std::size_t i = 0; i < all_.size(); ++i, advance()) {
      auto const& best_yet = all_[best];
      auto const& other = all_[current_];
      if (other.barred) continue;
      if (best_yet.barred || std::max(other.not_before, now) < std::max(best_yet.not_before, now))
        best = current_;
    }
    current_ = best;
    auto const until = std::max(all_[best].not_before, now) - now;
    return wait + std::chrono::ceil<milliseconds>(until);
  }

  /// The connection is made: when it is lost, a round begins where it was.
  void succeeded() noexcept { left_ = all_.size(); }

  /// The one that we are connected to goes away: the next one, if there is another.
  void leave() noexcept {
    std::size_t const here = current_;
    do advance();
    while (all_[current_].barred && current_ != here);
    left_ = all_.size();
  }

 private:
  struct endpoint {
    bool barred = false;
    time_point not_before{};
  };
  void advance() noexcept { current_ = (current_ + 1) % all_.size(); }

  std::vector<endpoint> all_;
  std::size_t current_ = 0;
  std::size_t left_;  ///< of this round, the one that is tried included
};

}  // namespace runes::detail
