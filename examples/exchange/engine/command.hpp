// What goes into the engine. All of these are plain values: a journal that keeps them in their
// order and applies them to a new engine of the same configuration gets the same events, byte for
// byte.
#pragma once

#include "types.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <variant>

namespace exchange::engine {

/// An order to be placed. The id is the caller's: above 0, below outside_bit, and above that of
/// every order accepted before. A refused order has not used its id.
struct new_order {
  order_id id = 0;
  ticks price = 0;        ///< limit and stop_limit; 0 for market and stop
  lots quantity = 0;      ///< above 0
  ticks stop_price = 0;   ///< stop and stop_limit; else 0
  lots display = 0;       ///< iceberg: what is shown at a time; 0 shows all
  micros expires_at = 0;  ///< gtd; else 0
  lots position = 0;      ///< reduce_only: the account's position now, below 0 if it is short
  account_id account = 0;
  engine::side side = side::buy;
  order_type type = order_type::limit;
  time_in_force tif = time_in_force::gtc;
  self_trade self = self_trade::cancel_newest;
  bool post_only = false;
  bool reduce_only = false;

  friend bool operator==(new_order const&, new_order const&) = default;
};

/// A value of an amendment that stays as it is.
inline constexpr std::int64_t keep = std::numeric_limits<std::int64_t>::min();

/// Changes an open order. The quantity is what is to be open from now on, without what was filled.
/// Where only the quantity shrinks the order keeps its place; else it goes to the end of its queue,
/// and trades if its new price crosses.
struct amend_order {
  order_id id = 0;
  account_id account = 0;  ///< the order's; outside_account: anybody's, for the venue itself
  ticks price = keep;
  lots quantity = keep;
  ticks stop_price = keep;
};

struct cancel_order {
  order_id id = 0;
  account_id account = 0;  ///< as in amend_order
};

/// All orders of an account: bids from the best on, asks likewise, then stops, those next to be
/// triggered first.
struct cancel_all_orders {
  account_id account = 0;
};

/// One side of a quote. With the id of an open order this one is changed, quantity 0 cancels it;
/// with a new id it is placed, as a post-only GTC order.
struct quote {
  order_id id = 0;
  ticks price = 0;
  lots quantity = 0;
  engine::side side = side::buy;
};

/// Several quotes of one account in one step. All that move are taken out first and put back in
/// then, so that a market maker's new bid may stand where its old ask did.
struct mass_quote {
  account_id account = 0;
  std::span<quote const> quotes;  ///< to outlive the call
};

/// Time goes on; it never goes back. Orders whose time is over expire.
struct advance_time {
  micros now = 0;
};

struct change_state {
  market_state to = market_state::closed;
};

/// The price that bands are laid around and auctions prefer.
struct change_reference {
  ticks price = 0;
};

/// A position that changed by something else than this engine's fills. It matters where the account
/// has open reduce-only orders.
struct change_position {
  account_id account = 0;
  lots position = 0;
};

/// An order of an outside flow, such as a recording at order level. The numbers are the venue's,
/// below outside_bit. Such orders never trade with each other by the engine's own decision: the
/// venue's executions say when they do.
struct outside_add {
  order_id id = 0;
  ticks price = 0;
  lots quantity = 0;
  engine::side side = side::buy;
};
struct outside_reduce {
  order_id id = 0;
  lots quantity = 0;  ///< by how much
};
struct outside_delete {
  order_id id = 0;
};
struct outside_execute {
  order_id id = 0;
  lots quantity = 0;
};

using command = std::variant<new_order, amend_order, cancel_order, cancel_all_orders, mass_quote,
                             advance_time, change_state, change_reference, change_position,
                             outside_add, outside_reduce, outside_delete, outside_execute>;

}  // namespace exchange::engine
