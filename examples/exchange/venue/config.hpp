// Which markets a venue has, and its bounds.
#pragma once

#include "accounts/config.hpp"
#include "engine/config.hpp"
#include "engine/steps.hpp"
#include "types.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace exchange::venue {

/// Funding of a perpetual: longs and shorts pay each other at the end of each interval. Rates are
/// parts per million of a position's value, and of an interval.
struct funding_config {
  micros interval = 8 * 3'600'000'000;  ///< 1 s to 7 days; 0: there is none
  std::uint32_t interest =
      100;                     ///< what the quote costs more than the base: the rate at no premium
  std::uint32_t damper = 500;  ///< by so much a premium may differ from that and still cost it
  std::uint32_t most = 7'500;  ///< no rate is beyond it, either way
};

struct instrument_config {
  /// Symbol, kind, assets, fees and margin. What the other members say already is worked out:
  /// tick_lot_value, lot_units, max_price and max_quantity may be left as they are.
  accounts::market_config market;
  engine::engine_config engine;
  unsigned price_decimals = 2;     ///< of a unit
  unsigned quantity_decimals = 2;  ///< together no more than the quote asset has
  engine::instrument_steps steps;  ///< the tick and the lot, in units
  /// A stop that buys on a spot market pays no more than this beyond its stop price, in parts per
  /// million: so much has to be locked when it is placed.
  std::uint32_t stop_slippage = 50'000;
  funding_config funding;  ///< perpetuals only
};

/// Every bound has a safe default; what is beyond one is refused with error::overloaded, or pushes
/// the oldest out where it says so.
struct venue_config {
  std::vector<accounts::asset_config> assets;
  std::vector<instrument_config> instruments;
  std::uint32_t max_accounts = 10'000;
  std::uint32_t max_connections = 100'000;  ///< known at a time, those in their grace included
  // Of one account:
  std::uint32_t max_open_orders = 10'000;
  std::uint32_t max_closed_orders = 1'000;  ///< kept; the first that was closed goes first
  std::uint32_t max_fills = 10'000;         ///< kept; the oldest goes first
  /// Remembered results of clientOrderIds. The oldest go when there are more, but none before it is
  /// a day old or while its order is open.
  std::uint32_t max_client_order_ids = 1'000'000;

  /// @throws std::invalid_argument that names the field and its range.
  void validate() const;
  /// What the accounts are set up with.
  accounts::accounts_config accounts() const;
};

}  // namespace exchange::venue
