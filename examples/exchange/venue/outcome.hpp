// What comes out of the venue: a result for who asked, and a stream of what has become of orders,
// accounts and markets by it.
#pragma once

#include "accounts/command.hpp"
#include "order.hpp"
#include "types.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace exchange::venue {

/// The answer to a command.
struct result {
  venue::error error = error::none;
  venue::field field = field::none;  ///< what is wrong, where that is one field
  account_id account = 0;            ///< opened
  order_id order = 0;                ///< placed, amended, cancelled
  std::uint32_t count = 0;           ///< of orders that were cancelled
  micros ts = 0;                     ///< the venue's time
  micros at = 0;                     ///< when the deadman cancels; 0: it is off
  /// The same clientOrderId was there before: this is what was answered then (`ts` is that time).
  bool repeated = false;

  bool ok() const noexcept { return error == error::none; }
  friend bool operator==(result const&, result const&) = default;
};

// --- of an account ----------------------------------------------------------------------------

struct account_opened {
  account_id account = 0;
  std::string name;
  friend bool operator==(account_opened const&, account_opened const&) = default;
};
/// The order's whole state after a change; order::reason says which. Closed ones are told once.
struct order_changed {
  venue::order order;
  friend bool operator==(order_changed const&, order_changed const&) = default;
};
struct filled {
  venue::fill fill;
  friend bool operator==(filled const&, filled const&) = default;
};
struct balance_changed {
  account_id account = 0;
  asset_id asset = 0;
  accounts::reason reason = accounts::reason::deposit;
  amount free = 0;
  amount locked = 0;
  amount total = 0;
  amount difference = 0;  ///< of the total
  friend bool operator==(balance_changed const&, balance_changed const&) = default;
};
/// Size 0: it is closed.
struct position_changed {
  account_id account = 0;
  market_id market = 0;
  accounts::reason reason = accounts::reason::trade;
  lots size = 0;
  ticks entry_price = 0;
  amount realized = 0;
  amount funding = 0;  ///< received, less paid
  amount margin = 0;
  std::uint32_t leverage = 1;
  margin_mode mode = margin_mode::cross;
  friend bool operator==(position_changed const&, position_changed const&) = default;
};

// --- of a market, for everybody ---------------------------------------------------------------

struct traded {
  market_id market = 0;
  trade_id trade = 0;
  ticks price = 0;
  lots quantity = 0;
  engine::side side = side::buy;  ///< of the taker
  friend bool operator==(traded const&, traded const&) = default;
};
/// What is shown at a price now; 0: nothing.
struct level_changed {
  market_id market = 0;
  engine::side side = side::buy;
  ticks price = 0;
  lots quantity = 0;
  friend bool operator==(level_changed const&, level_changed const&) = default;
};
/// Best prices or the last one are others after the command, which has at most one of these a
/// market. 0: there is none.
struct ticker_changed {
  market_id market = 0;
  ticks bid = 0;
  lots bid_quantity = 0;
  ticks ask = 0;
  lots ask_quantity = 0;
  ticks last = 0;
  friend bool operator==(ticker_changed const&, ticker_changed const&) = default;
};
/// By a command, or because a market order met the price band.
struct state_changed {
  market_id market = 0;
  market_state state = market_state::closed;
  friend bool operator==(state_changed const&, state_changed const&) = default;
};
struct auctioned {
  market_id market = 0;
  ticks price = 0;
  lots quantity = 0;
  lots surplus = 0;
  engine::side side = side::buy;  ///< of the surplus
  friend bool operator==(auctioned const&, auctioned const&) = default;
};
struct mark_changed {
  market_id market = 0;
  ticks price = 0;
  friend bool operator==(mark_changed const&, mark_changed const&) = default;
};
/// Positions have paid each other, or would have, if there were any.
struct funded {
  market_id market = 0;
  std::int64_t rate = 0;  ///< parts per million; above 0 longs have paid shorts
  ticks mark = 0;         ///< the price at which positions were valued
  micros at = 0;          ///< the end of the interval it was for
  friend bool operator==(funded const&, funded const&) = default;
};
/// A part of a position was closed by force.
struct liquidated {
  market_id market = 0;
  account_id account = 0;  ///< not for the public
  ticks price = 0;
  lots quantity = 0;
  engine::side side = side::sell;  ///< of the order that closed it
  bool by_fund = false;            ///< nobody else was there: the insurance fund took it
  friend bool operator==(liquidated const&, liquidated const&) = default;
};

using outcome = std::variant<account_opened, order_changed, filled, balance_changed,
                             position_changed, traded, level_changed, ticker_changed, state_changed,
                             auctioned, mark_changed, funded, liquidated>;

/// The same bytes for equal ones, with every compiler.
void append_bytes(std::string& to, result const& one);
void append_bytes(std::string& to, outcome const& one);

}  // namespace exchange::venue
