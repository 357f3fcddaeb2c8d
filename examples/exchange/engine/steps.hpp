// The border between an instrument's smallest units, as the wire's decimals have them, and the
// engine's ticks and lots.
#pragma once

#include "types.hpp"

#include <cstdint>

namespace exchange::engine {

/// A number of steps, or why there is none.
struct step_count {
  std::int64_t steps = 0;
  engine::error error = error::none;
};

/// The units of one tick and of one lot: of a tick size of 0.25, written with two decimals, 25.
struct instrument_steps {
  std::int64_t tick_units = 1;
  std::int64_t lot_units = 1;

  /// error::bad_price where the price is off the tick, zero or negative.
  constexpr step_count to_ticks(std::int64_t units) const noexcept {
    return counted(units, tick_units, error::bad_price);
  }
  /// error::bad_quantity where the quantity is off the lot, zero or negative.
  constexpr step_count to_lots(std::int64_t units) const noexcept {
    return counted(units, lot_units, error::bad_quantity);
  }
  /// What the ticks are in units; below 2^63 for every price and tick that an engine takes only if
  /// the instrument's own prices are, hence wide.
  __extension__ using wide = __int128;
  constexpr wide price_units(ticks price) const noexcept { return wide{price} * tick_units; }
  constexpr wide quantity_units(lots quantity) const noexcept { return wide{quantity} * lot_units; }

 private:
  static constexpr step_count counted(std::int64_t units, std::int64_t step,
                                      engine::error wrong) noexcept {
    if (units <= 0 || units % step != 0) return {0, wrong};
    return {units / step, error::none};
  }
};

}  // namespace exchange::engine
