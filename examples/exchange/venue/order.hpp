// Orders and fills as an account sees them.
#pragma once

#include "types.hpp"

#include <cstdint>
#include <string>

namespace exchange::venue {

/// An order with all that has become of it. `quantity` is what was filled and what is still open
/// together: where a part went without being filled (self-trade prevention, reduce-only) it is
/// smaller than what was asked for. Of a cancelled or expired one it stays, and nothing remains.
struct order {
  order_id id = 0;
  account_id account = 0;
  market_id market = 0;
  engine::side side = side::buy;
  order_type type = order_type::limit;  ///< a stop that was triggered keeps its type
  time_in_force tif = time_in_force::gtc;
  self_trade self = self_trade::cancel_newest;
  bool post_only = false;
  bool reduce_only = false;
  bool liquidation = false;  ///< placed by the venue, to close a position
  order_status status = order_status::open;
  order_reason reason = order_reason::placed;
  ticks price = 0;       ///< 0: none
  ticks stop_price = 0;  ///< 0: none
  lots quantity = 0;
  lots filled = 0;
  lots remaining = 0;    ///< open
  lots display = 0;      ///< iceberg; 0: shows all
  micros good_till = 0;  ///< gtd; else 0
  amount value = 0;      ///< of the fills, exact: the sum of price × quantity in ticks × lots
  micros created_at = 0;
  micros ts = 0;                 ///< of the last change
  connection_id connection = 0;  ///< it was placed on
  std::string client_order_id;   ///< empty: none

  friend bool operator==(order const&, order const&) = default;
};

/// The average price of the fills in ticks with `decimals` more decimals (0 to 18), rounded to the
/// nearest, halves up; 0 where nothing was filled.
amount average_price(order const& one, unsigned decimals = 0) noexcept;

/// One side of a trade. Trade ids rise over all markets of the venue.
struct fill {
  trade_id trade = 0;
  order_id order = 0;
  account_id account = 0;
  market_id market = 0;
  engine::side side = side::buy;  ///< of this order
  bool maker = false;
  ticks price = 0;
  lots quantity = 0;
  amount fee = 0;  ///< in the market's quote asset
  micros ts = 0;
  std::string client_order_id;

  friend bool operator==(fill const&, fill const&) = default;
};

}  // namespace exchange::venue
