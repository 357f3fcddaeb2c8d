// The words of the matching engine. Prices are whole ticks and quantities whole lots of one
// instrument; what a tick is worth nobody in here knows (steps.hpp does).
#pragma once

#include <cstdint>
#include <string_view>

namespace exchange::engine {

using ticks = std::int64_t;
using lots = std::int64_t;
using micros = std::int64_t;  ///< since the Unix epoch; always passed in
using order_id = std::uint64_t;
using trade_id = std::uint64_t;
using account_id = std::uint32_t;

/// No quantity and no position is beyond it, so that they can be negated and added.
inline constexpr lots max_lots = std::int64_t{1} << 62;

/// The end of time.
inline constexpr micros max_time = std::int64_t{1} << 62;

/// Orders of an outside flow belong to this account.
inline constexpr account_id outside_account = 0;
/// The largest account: the order record has 24 bits for it.
inline constexpr account_id max_account = (1u << 24) - 1;
/// Ids of an outside flow carry this bit, so that they never meet those of placed orders.
inline constexpr order_id outside_bit = order_id{1} << 63;

enum class side : std::uint8_t { buy, sell };
constexpr side opposite(side which) noexcept { return which == side::buy ? side::sell : side::buy; }
constexpr unsigned index_of(side which) noexcept { return static_cast<unsigned>(which); }

enum class order_type : std::uint8_t { limit, market, stop, stop_limit };
enum class time_in_force : std::uint8_t { gtc, ioc, fok, gtd, day };
/// What happens when an order would trade with one of the same account. The order that comes
/// decides.
enum class self_trade : std::uint8_t {
  allow,
  cancel_newest,
  cancel_oldest,
  cancel_both,
  decrement
};

/// `auction` collects orders without matching them. On the wire, which has no word for it, it is
/// shown as `halted`.
enum class market_state : std::uint8_t { closed, auction, active, suspended, halted };

/// Why a command was refused: the numbers of the wire protocol. A refused command has changed
/// nothing.
enum class error : std::uint16_t {
  none = 0,
  bad_request = 1002,  ///< contradictory options, an id that was used, a forbidden change of state
  insufficient_funds = 5001,  ///< the accounts' word; no engine says it
  unknown_order = 5002,
  order_closed = 5003,
  bad_price = 5004,
  bad_quantity = 5005,
  market_closed = 5006,
  would_cross = 5007,
  self_trade = 5008,
  risk_limit = 5009,  ///< a reduce-only order with no position to reduce
  overloaded = 9002,  ///< a bound of the configuration is reached
};

/// Why an order, or a part of it, went without being filled.
enum class reason : std::uint16_t {
  none,
  requested,            ///< by a cancel, or by a mass quote
  cancel_all,           ///< by a cancel of all
  immediate_or_cancel,  ///< what an IOC order could not fill
  fill_or_kill,         ///< a FOK order that could not be filled whole
  no_liquidity,         ///< what a market order could not fill
  price_band,           ///< the rest would trade outside the price band
  self_trade,           ///< self-trade prevention
  would_cross,          ///< a quote that was moved onto the other side's price
  reduce_only,          ///< the position has become smaller than the order
  outside,              ///< the outside flow took it away
  good_till_date,       ///< its time is over
  day_end,              ///< its day is over, or the market closed
};

// The names of all these as the wire and the log write them: lower case, words joined by `_`.
std::string_view name_of(side value) noexcept;
std::string_view name_of(order_type value) noexcept;
std::string_view name_of(time_in_force value) noexcept;
std::string_view name_of(self_trade value) noexcept;
std::string_view name_of(market_state value) noexcept;
std::string_view name_of(error value) noexcept;
std::string_view name_of(reason value) noexcept;

}  // namespace exchange::engine
