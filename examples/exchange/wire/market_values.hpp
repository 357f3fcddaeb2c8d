// Markets as the public channels show them: instruments, and the venue's ticks and lots as the
// library's typed values, whose encoding it does itself.
#pragma once

#include "venue/venue.hpp"

#include <runes/decimal.hpp>
#include <runes/instrument.hpp>
#include <runes/market_data.hpp>

namespace exchange::wire {

/// Whether all prices and quantities of these markets fit the library's decimals, also all orders
/// of a book together. Ask it once, before the functions below.
/// @throws std::invalid_argument that names the market and the field.
void validate(venue::venue_config const& config);

runes::side side_of(venue::side value) noexcept;
/// An auction is shown as halted.
runes::instrument_status status_of(venue::market_state value) noexcept;
runes::timestamp time_of(venue::micros value) noexcept;

/// Whole ticks and lots with the market's decimals; below 0, too.
runes::decimal price_of(venue::ticks price, venue::instrument_config const& market);
runes::decimal quantity_of(venue::lots quantity, venue::instrument_config const& market);

/// With the status of now. Precondition: the market is there.
runes::instrument instrument_of(venue::market_id market, venue::trading_venue const& venue);

/// `ts` is that of the result of the request whose outcome it is.
runes::trade trade_of(venue::traded const& trade, venue::micros ts,
                      venue::venue_config const& config);
/// A bid where level_changed::side is buy, else an ask.
runes::level level_of(venue::level_changed const& level, venue::venue_config const& config);
/// The account is not shown.
runes::liquidation liquidation_of(venue::liquidated const& part, venue::micros ts,
                                  venue::venue_config const& config);
/// Sets best prices and the last one, and leaves the rest. What there is not is 0.
void show(venue::ticker_changed const& change, venue::venue_config const& config,
          runes::ticker& to);

}  // namespace exchange::wire
