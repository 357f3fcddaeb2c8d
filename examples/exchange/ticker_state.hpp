// The ticker of one symbol: its last price, the best of its book, and the last 24 hours.
#pragma once

#include "wide.hpp"

#include <runes/instrument.hpp>
#include <runes/market_data.hpp>
#include <runes/order_book.hpp>

#include <cstdint>
#include <deque>
#include <optional>

namespace exchange {

/// The last 24 hours are kept by the minute, so memory is bounded by the minutes of a day, and what
/// is a day old leaves a minute at a time. Event time comes with each call.
class ticker_state {
 public:
  explicit ticker_state(runes::instrument const& of) noexcept;

  /// Throws runes::error(errc::bad_decimal) when the trade does not fit the instrument's decimals.
  void add(runes::trade const& trade);
  /// Takes the best of the book. A side that is empty has price and quantity zero in the ticker.
  void top(runes::order_book const& book) noexcept;
  /// Lets go of what is more than 24 hours old.
  void advance(runes::timestamp now);

  /// Nothing before the first trade, or when the volume has grown past what a decimal holds
  /// exactly.
  std::optional<runes::ticker> value() const;

 private:
  struct minute {
    std::int64_t number;  // since the epoch
    std::int64_t open, high, low;
    int128 volume;
  };
  void find_extremes() noexcept;
  runes::decimal price(std::int64_t units) const noexcept { return {units, price_decimals_}; }
  runes::decimal quantity(std::int64_t units) const noexcept { return {units, quantity_decimals_}; }

  unsigned price_decimals_, quantity_decimals_;
  bool traded_ = false;
  std::int64_t last_ = 0, high_ = 0, low_ = 0;
  int128 volume_ = 0;
  runes::order_book::entry bid_{}, ask_{};
  std::deque<minute> minutes_;  // those with a trade, oldest first; 1,440 at most
};

}  // namespace exchange
