// Which assets and markets there are, and the bounds.
#pragma once

#include "types.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace exchange::accounts {

/// Rates are in parts per million.
inline constexpr std::int64_t million = 1'000'000;

struct asset_config {
  std::string name;       ///< "BTC"
  unsigned decimals = 8;  ///< of its smallest unit; up to 18
  friend bool operator==(asset_config const&, asset_config const&) = default;
};

struct market_config {
  std::string symbol;  ///< "BTC-USD"
  market_kind kind = market_kind::spot;
  asset_id base = 0;
  asset_id quote = 0;  ///< fees, margin and profit are in it
  /// Units of the quote that one lot at a price of one tick costs. The quote has so many decimals
  /// that this is whole: then no price times quantity is ever rounded.
  std::int64_t tick_lot_value = 1;
  std::int64_t lot_units = 1;           ///< spot: units of the base in a lot
  ticks max_price = 100'000'000'000;    ///< the engine's, or above it
  lots max_quantity = 100'000'000'000;  ///< of an order
  std::uint32_t maker_fee = 0;          ///< parts per million of the value, below a million
  std::uint32_t taker_fee = 0;
  // Perpetuals only:
  /// What an account may hold on either side, its open orders of that side included.
  lots max_position = 100'000'000'000;
  std::uint32_t max_leverage = 20;  ///< 1 over it is the least initial margin
  std::uint32_t default_leverage = 1;
  margin_mode default_mode = margin_mode::cross;
  /// Parts per million of the value at the mark price; below the least initial margin.
  std::uint32_t maintenance_margin = 25'000;
  /// What a liquidation pays to the insurance fund, as far as something is left: parts per million.
  std::uint32_t liquidation_fee = 5'000;
  friend bool operator==(market_config const&, market_config const&) = default;
};

/// Every bound has a safe default; what is beyond one is refused with error::overloaded.
struct accounts_config {
  std::vector<asset_config> assets;
  std::vector<market_config> markets;
  std::uint32_t max_accounts = 10'000;
  std::uint32_t max_orders = 1'000'000;  ///< open ones, over all markets; about 100 bytes each
  std::uint32_t max_orders_an_account = 10'000;

  /// @throws std::invalid_argument that names the field and its range.
  void validate() const;
  friend bool operator==(accounts_config const&, accounts_config const&) = default;
};

}  // namespace exchange::accounts
