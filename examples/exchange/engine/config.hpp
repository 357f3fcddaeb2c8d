// How an engine is set up.
#pragma once

#include "types.hpp"

#include <cstdint>

namespace exchange::engine {

/// What happens when a market order, or a triggered stop, would trade outside the price band.
enum class band_action : std::uint8_t {
  cancel,  ///< its rest is cancelled
  halt     ///< its rest is cancelled and the market halts, to be opened again by an auction
};

/// Every bound has a safe default; an order beyond one is refused by name, never by a crash. One
/// engine is one instrument.
struct engine_config {
  /// Open orders, stops included; memory is taken for all of them at once, about 160 bytes each.
  std::uint32_t max_orders = 65'536;
  ticks max_price = 1'000'000'000'000'000;
  /// Times max_orders it must fit 63 bits, so that no sum overflows.
  lots max_quantity = 1'000'000'000'000;
  /// Prices a side that are found by one look; a power of two from 64 to 262144. Others are found
  /// in a tree: slower, never refused.
  std::uint32_t window = 65'536;
  std::uint32_t max_quotes = 128;  ///< entries of a mass quote
  /// Accounts with open reduce-only orders at the same time.
  std::uint32_t max_reduce_only_accounts = 4'096;
  /// Half the width of the price band, in hundredths of a percent of the reference price; 0: none.
  std::uint32_t band_basis_points = 0;
  engine::band_action band_action = band_action::cancel;
  /// Day orders end where `(time - day_offset)` is a multiple of `day_length`; midnight UTC.
  micros day_length = 86'400'000'000;
  micros day_offset = 0;
  ticks reference = 0;  ///< the first reference price; 0: none yet
  market_state state = market_state::closed;

  /// @throws std::invalid_argument that names the field and its range.
  void validate() const;

  friend bool operator==(engine_config const&, engine_config const&) = default;
};

}  // namespace exchange::engine
