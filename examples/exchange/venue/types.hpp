// The words of the venue, beside those of the matching engine and of the accounts, which it shares.
#pragma once

#include "accounts/types.hpp"
#include "engine/types.hpp"

#include <cstdint>
#include <string_view>

namespace exchange::venue {

using accounts::account_id;
using accounts::amount;
using accounts::asset_id;
using accounts::margin_mode;
using accounts::market_id;
using engine::lots;
using engine::market_state;
using engine::micros;
using engine::order_id;
using engine::order_type;
using engine::self_trade;
using engine::side;
using engine::ticks;
using engine::time_in_force;
using engine::trade_id;

/// A price or a quantity as the wire's decimals have it: of a price with two decimals, hundredths.
/// Commands come in units, since one off the tick or the lot has to be told so; everything that
/// comes out is in whole ticks and lots. instrument_config::steps leads from one to the other.
using units = std::int64_t;

/// A connection of a client, numbered by whoever accepts it. 0: none.
using connection_id = std::uint64_t;

/// Where a market may be left out.
inline constexpr market_id every_market = 0xFFFF;

/// Why a command was refused: the numbers of the wire protocol, those of engine::error among them.
/// A refused command has changed nothing but the time (and what is remembered of its
/// clientOrderId).
enum class error : std::uint16_t {
  none = 0,
  bad_request = 1002,  ///< wrong, missing or contradictory; the result names the field
  expired = 2003,      ///< it came after its `expires_at`, and was not carried out
  unknown_symbol = 4003,
  insufficient_funds = 5001,
  unknown_order = 5002,
  order_closed = 5003,
  bad_price = 5004,
  bad_quantity = 5005,
  market_closed = 5006,
  would_cross = 5007,
  self_trade = 5008,
  risk_limit = 5009,
  overloaded = 9002,
};
constexpr error from(engine::error value) noexcept { return static_cast<error>(value); }

/// Which part of a command was wrong.
enum class field : std::uint8_t {
  none,
  account,
  money,
  asset,
  client_order_id,
  connection,
  display_quantity,
  good_till,
  grace,
  leverage,
  margin_mode,
  name,
  order,
  post_only,
  price,
  quantity,
  rate,
  reduce_only,
  scope,
  self_trade,
  side,
  state,
  stop_price,
  symbol,
  time_in_force,
  timeout,
  type,
};

enum class order_status : std::uint8_t {
  untriggered,  ///< a stop that waits for its price
  open,
  filled,
  cancelled,
  expired
};
constexpr bool is_closed(order_status value) noexcept { return value >= order_status::filled; }

/// Why an order is as it is now: what happened to it last. Those from `requested` to `day_end` are
/// the engine's.
enum class order_reason : std::uint8_t {
  placed,
  filled,  ///< in part or whole
  amended,
  triggered,
  requested,
  cancel_all,
  immediate_or_cancel,
  fill_or_kill,
  no_liquidity,
  price_band,
  self_trade,
  would_cross,
  reduce_only,
  outside,
  good_till_date,
  day_end,
  disconnect,   ///< cancelOnDisconnect
  deadman,      ///< the deadman's time has run out
  liquidation,  ///< cancelled for, or placed by, a liquidation; filled by the insurance fund
};
order_reason from(engine::reason value) noexcept;

/// What cancelOnDisconnect cancels.
enum class disconnect_scope : std::uint8_t {
  connection,  ///< the orders that were placed on it
  account      ///< all orders of its account
};

// The names of all these as the wire and the log write them: lower case, words joined by `_`;
// fields as the wire's keys.
std::string_view name_of(error value) noexcept;
std::string_view name_of(field value) noexcept;
std::string_view name_of(order_status value) noexcept;
std::string_view name_of(order_reason value) noexcept;
std::string_view name_of(disconnect_scope value) noexcept;

}  // namespace exchange::venue
