// What goes into the accounts, and what they answer.
#pragma once

#include "types.hpp"

#include <cstdint>
#include <optional>

namespace exchange::accounts {

/// An order that is about to be placed. Its id is unique over all markets while it is open.
struct order_request {
  market_id market = 0;
  account_id account = 0;
  order_id order = 0;
  engine::side side = side::buy;
  lots quantity = 0;  ///< above 0; of a reduce-only one, what the engine will cut it to
  /// The worst price it may trade at: its limit, or the worst that a market or stop order may
  /// meet. A spot purchase must cost no more; of a perpetual order's margin it is what is
  /// reckoned with, so a stop's own price will do. A spot sale needs none, and none does where
  /// `value` is given.
  ticks price = 0;
  /// Instead of quantity × price, what it will cost at most, in ticks × lots, as the engine's
  /// estimate() has it; for an order that trades at once and leaves nothing. 0: quantity × price.
  amount value = 0;
  bool reduce_only = false;
  /// The venue closes a position by force: nothing is checked, nothing is locked. Reduce-only.
  bool liquidation = false;
};

/// An order that changes. Both values are those from now on.
struct order_change {
  order_id order = 0;
  lots quantity = 0;  ///< what is open, above 0, without what was filled
  ticks price = 0;    ///< as in order_request
};

/// One side of a trade. Account 0, the outside flow, has no order with us and pays no fee.
struct party {
  account_id account = 0;
  order_id order = 0;
  bool maker = false;  ///< in an auction both are
};

/// The engine's `trade` and the two fills that follow it.
struct trade_report {
  market_id market = 0;
  trade_id trade = 0;
  ticks price = 0;
  lots quantity = 0;
  party buyer;
  party seller;
};

/// How a trade was booked. Fees are in the market's quote asset.
struct trade_result {
  accounts::error error = error::none;
  amount buyer_fee = 0;
  amount seller_fee = 0;
};

struct balance_view {
  amount free = 0;    ///< total - locked
  amount locked = 0;  ///< by orders and as margin, as far as the total has it
  amount total = 0;   ///< what the ledger has; below 0 only while cross positions are open
  /// What a new order or a withdrawal may use: free, less the loss that cross positions show.
  amount available = 0;
};

struct position_view {
  lots size = 0;          ///< below 0: short
  amount cost = 0;        ///< signed, exact: what was paid for the size, in units of the quote
  ticks entry_price = 0;  ///< cost over size to the nearest tick, for showing it; 0: no position
  ticks mark_price = 0;
  std::optional<ticks> liquidation_price;  ///< the first price, seen from here, at which it is due
  amount unrealized = 0;
  amount realized = 0;  ///< of this account in this market since ever; fees and funding apart
  amount funding = 0;   ///< likewise: what was received, less what was paid
  amount margin = 0;    ///< isolated: what it may lose; cross: what is locked for it
  std::uint32_t leverage = 1;
  margin_mode mode = margin_mode::cross;
};

/// What has to be done about an account whose margin is no longer enough.
struct liquidation {
  account_id account = 0;
  market_id market = 0;
  /// All its orders are to be cancelled: in this market if the position is isolated, else in all of
  /// markets_of() the quote asset. Then ask again. Where it is set, side and quantity are 0.
  bool cancel_orders = false;
  engine::side side = side::sell;  ///< of the order that closes the position
  lots quantity = 0;
  friend bool operator==(liquidation const&, liquidation const&) = default;
};

}  // namespace exchange::accounts
