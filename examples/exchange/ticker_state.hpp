// The ticker of one symbol: its last price, the best of its book, and the last 24 hours.
#pragma once

#include "engine/bytes.hpp"
#include "wide.hpp"

#include <runes/instrument.hpp>
#include <runes/market_data.hpp>
#include <runes/order_book.hpp>

#include <cstdint>
#include <deque>
#include <optional>

namespace exchange {

/// The best bid and ask; a side that has none is all zero.
struct top_of_book {
  runes::order_book::entry bid{}, ask{};
};
top_of_book top_of(runes::order_book const& book) noexcept;

/// The last 24 hours are kept by the minute, so memory is bounded by the minutes of a day, and what
/// is a day old leaves a minute at a time. Event time comes with each call.
class ticker_state {
 public:
  explicit ticker_state(runes::instrument const& of) noexcept;

  /// Throws runes::error(errc::bad_decimal) when the trade does not fit the instrument's decimals.
  void add(runes::trade const& trade);
  /// Takes the best bid and ask; nothing while they are not known, as from the beginning. A side
  /// that is known to be empty has price and quantity zero in the ticker.
  void top(std::optional<top_of_book> best) noexcept { top_ = best; }
  /// Lets go of what is more than 24 hours old.
  void advance(runes::timestamp now);

  /// Nothing before the first trade, while the best bid and ask are not known, or when the volume
  /// has outgrown what can be written.
  std::optional<runes::ticker> value() const;
  void save(engine::byte_writer& out) const;
  /// Into a new one. @throws std::runtime_error where the bytes end too early or can't be right.
  void load(engine::byte_reader& in);
  /// Whether the volume has grown past what a decimal holds exactly.
  bool outgrown() const noexcept;

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
  std::optional<top_of_book> top_;
  std::deque<minute> minutes_;  // those with a trade, oldest first; 1,440 at most
};

}  // namespace exchange
