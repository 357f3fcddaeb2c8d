// What a perpetual's longs and shorts pay each other: the premium at which it trades, on the
// average of an interval. Decides, with the time passed in; the accounts do the paying.
#pragma once

#include "config.hpp"
#include "types.hpp"

#include <cstdint>

namespace exchange::venue {

/// Premiums are in parts per billion of the mark price: above 0 the perpetual is dearer than that.
inline constexpr std::int64_t billion = 1'000'000'000;

/// Whether positions of this market pay each other at all.
bool has_funding(instrument_config const& one) noexcept;

/// How far the whole book lies beyond the mark price: by its best bid above it, or by its best ask
/// below it; 0 while the mark price is within the book, or the side is empty (price 0).
std::int64_t premium_of(ticks bid, ticks ask, ticks mark) noexcept;

/// The rate of an interval in parts per million, to the nearest: the average premium, brought
/// towards the interest by up to the damper, and bounded.
std::int64_t funding_rate(std::int64_t average_premium, funding_config const& rules) noexcept;

/// The interval that is under way. Intervals end at whole multiples of their length since 1970: of
/// eight hours at 0:00, 8:00 and 16:00 UTC.
struct funding_clock {
  micros due = 0;              ///< when it ends; 0: none is, as long as there was no mark price
  micros since = 0;            ///< from when on the premium is averaged
  micros until = 0;            ///< up to when `sum` is
  amount sum = 0;              ///< of premium × time
  std::int64_t premium = 0;    ///< that holds from `until` on
  std::int64_t last_rate = 0;  ///< of the last payment
  micros last_at = 0;          ///< 0: there was none

  bool running() const noexcept { return due != 0; }
  void begin(micros now, micros interval) noexcept;
  /// The premium is another one from now on.
  void observe(micros now, std::int64_t changed) noexcept;
  /// Over the interval until now, weighed by time; to the nearest.
  std::int64_t average(micros now) const noexcept;
  /// Begins the interval in which `now` is. Where several have passed since, as they do while
  /// nobody serves the venue, there is nothing to be had of those in between.
  void next(micros now, micros interval) noexcept;

  friend bool operator==(funding_clock const&, funding_clock const&) = default;
};

/// What a perpetual's funding is, for showing it.
struct funding_view {
  std::int64_t rate = 0;  ///< parts per million: what would be paid if the interval ended now
  micros due = 0;         ///< when it is paid next; 0: not before there is a mark price
  micros interval = 0;    ///< 0: never
  std::int64_t last_rate = 0;
  micros last_at = 0;  ///< 0: nothing was paid yet
  friend bool operator==(funding_view const&, funding_view const&) = default;
};

}  // namespace exchange::venue
