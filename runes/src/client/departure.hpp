// When to leave a server that goes away: a plain object, time and random numbers passed in.
#pragma once

#include "broker/timer_queue.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace runes::detail {

/// Clients leave spread over the first half of the time that the server gives, so that all are gone
/// before it is over. One that waits for a reply stays for it, as long as there is time.
class departure {
 public:
  /// Then it is looked again whether the replies have come.
  static constexpr std::chrono::milliseconds look_again{20};

  /// The server goes away within `by`. `random` is uniform over its type.
  departure(time_point now, std::chrono::milliseconds by, std::uint64_t random) noexcept
      : begins_(now + std::chrono::milliseconds(static_cast<std::int64_t>(
                          random % (static_cast<std::uint64_t>(by.count() / 2) + 1)))),
        ends_(now + by) {}

  /// Not before this.
  time_point begins() const noexcept { return begins_; }
  /// When to look again; empty: leave now. `busy`: requests are unanswered.
  std::optional<time_point> next(time_point now, bool busy) const noexcept {
    if (now < begins_) return begins_;
    if (!busy || now >= ends_) return {};
    return std::min<time_point>(now + look_again, ends_);
  }

 private:
  time_point begins_, ends_;
};

}  // namespace runes::detail
