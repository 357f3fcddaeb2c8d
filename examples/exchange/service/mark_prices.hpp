// What the perpetuals' positions are valued at.
#pragma once

#include "venue/venue.hpp"

#include <optional>
#include <vector>

namespace exchange::service {

/// The rule: a perpetual's mark price is the middle of best bid and best ask of the spot market
/// with the same base and quote, rounded down to the perpetual's tick; where a side is missing,
/// that market's last price. While there is neither it stays as it is, and a perpetual that has
/// never had one takes no orders.
class mark_prices {
 public:
  /// @throws std::invalid_argument for a perpetual whose prices have other decimals than its spot
  /// market's. One without a spot market never gets a mark price from here.
  explicit mark_prices(venue::venue_config const& config);

  /// Those that are others than the venue's now.
  std::vector<venue::set_mark> changed(venue::trading_venue const& now) const;

 private:
  struct pair {
    venue::market_id perpetual;
    venue::market_id spot;
  };
  static std::optional<venue::units> value(pair const& of, venue::trading_venue const& now);

  std::vector<pair> pairs_;
};

}  // namespace exchange::service
