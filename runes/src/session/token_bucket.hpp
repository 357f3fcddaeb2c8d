// How often something may happen, decided apart from what it is.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace runes::detail {

/// A bucket that holds up to `burst` tokens and is refilled evenly with `per_minute` of them. It
/// starts full. Exact integer arithmetic: over any time it gives out neither more nor fewer tokens
/// than it should. Not thread-safe.
class token_bucket {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `per_minute` 0: no limit.
  explicit token_bucket(std::uint32_t per_minute) noexcept : token_bucket(per_minute, per_minute) {}
  /// A burst of 0 is taken as 1, for nothing could ever happen otherwise.
  token_bucket(std::uint32_t per_minute, std::uint32_t burst) noexcept
      : per_minute_(per_minute), burst_(std::max(burst, std::uint32_t{1})), held_(capacity()) {}

  /// Another rate from now on, with a burst as large. What was saved up is kept as far as it fits;
  /// where there was no limit the bucket is full.
  void set_rate(std::uint32_t per_minute, time_point now) noexcept {
    if (per_minute == per_minute_) return;
    bool const unlimited = per_minute_ == 0;
    if (!unlimited) refill(microseconds(now));
    per_minute_ = per_minute;
    burst_ = std::max(per_minute, std::uint32_t{1});
    held_ = unlimited ? capacity() : std::min(held_, capacity());
    refilled_ = microseconds(now);
  }

  /// Takes a token. Empty: it may happen. Else how long until a token is there (at least 1 ms),
  /// and none is taken. A clock that jumps back gives no token and costs none.
  std::optional<std::chrono::milliseconds> take(time_point now) noexcept {
    if (per_minute_ == 0) return std::nullopt;
    refill(microseconds(now));
    if (held_ >= token) {
      held_ -= token;
      return std::nullopt;
    }
    std::chrono::microseconds const wait((token - held_ + per_minute_ - 1) / per_minute_);
    return std::chrono::ceil<std::chrono::milliseconds>(wait);
  }

 private:
  /// A token in units of microseconds times tokens a minute, so that each microsecond adds
  /// `per_minute` and nothing is ever rounded.
  static constexpr std::int64_t token = 60'000'000;

  static std::int64_t microseconds(time_point at) noexcept {
    return std::chrono::floor<std::chrono::microseconds>(at.time_since_epoch()).count();
  }

  std::int64_t capacity() const noexcept { return burst_ * token; }

  void refill(std::int64_t now) noexcept {
    auto const last = std::exchange(refilled_, now);
    if (now <= last) return;
    auto const until_full = (capacity() - held_) / per_minute_;
    // Compared unsigned, as the time between two far ends of the clock has no signed number.
    auto const elapsed = static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(last);
    held_ = elapsed > static_cast<std::uint64_t>(until_full)
                ? capacity()
                : held_ + static_cast<std::int64_t>(elapsed) * per_minute_;
  }

  std::uint32_t per_minute_;
  std::uint32_t burst_;
  std::int64_t held_;
  std::int64_t refilled_ = 0;  ///< microseconds of the clock
};

}  // namespace runes::detail
