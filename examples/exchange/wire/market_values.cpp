#include "market_values.hpp"

#include <chrono>
#include <limits>
#include <stdexcept>
#include <string>

namespace exchange::wire {
namespace {

// Once validate() was content it always fits.
std::int64_t narrow(venue::amount units) {
  if (units == static_cast<std::int64_t>(units)) return static_cast<std::int64_t>(units);
  throw std::out_of_range("a price or quantity has outgrown 64 bits");
}

void fits(venue::amount most, std::int64_t step, std::string const& what) {
  constexpr auto limit = venue::amount{std::numeric_limits<std::int64_t>::max()};
  if (most <= limit / step) return;
  throw std::invalid_argument(what + " does not fit 64 bits in the wire's decimals");
}

}  // namespace

void validate(venue::venue_config const& config) {
  for (auto const& one : config.instruments) {
    auto const& symbol = one.market.symbol;
    fits(one.engine.max_price, one.steps.tick_units, symbol + ": max_price times the tick");
    fits(venue::amount{one.engine.max_quantity} * one.engine.max_orders, one.steps.lot_units,
         symbol + ": max_quantity times max_orders times the lot");
  }
}

runes::side side_of(venue::side value) noexcept {
  return value == venue::side::buy ? runes::side::buy : runes::side::sell;
}

runes::instrument_status status_of(venue::market_state value) noexcept {
  switch (value) {
    case venue::market_state::active:
      return runes::instrument_status::active;
    case venue::market_state::suspended:
      return runes::instrument_status::suspended;
    case venue::market_state::auction:
    case venue::market_state::halted:
      return runes::instrument_status::halted;
    case venue::market_state::closed:
      break;
  }
  return runes::instrument_status::closed;
}

runes::timestamp time_of(venue::micros value) noexcept {
  return runes::timestamp(std::chrono::microseconds(value));
}

runes::decimal price_of(venue::ticks price, venue::instrument_config const& market) {
  return {narrow(market.steps.price_units(price)), market.price_decimals};
}

runes::decimal quantity_of(venue::lots quantity, venue::instrument_config const& market) {
  return {narrow(market.steps.quantity_units(quantity)), market.quantity_decimals};
}

runes::instrument instrument_of(venue::market_id market, venue::trading_venue const& venue) {
  auto const& config = venue.config();
  auto const& one = config.instruments[market];
  bool const spot = one.market.kind == accounts::market_kind::spot;
  runes::instrument shown(one.market.symbol, config.assets[one.market.base].name,
                          config.assets[one.market.quote].name, price_of(1, one),
                          quantity_of(1, one),
                          spot ? runes::instrument_kind::spot : runes::instrument_kind::perpetual);
  shown.status = status_of(venue.engine(market).state());
  return shown;
}

runes::trade trade_of(venue::traded const& trade, venue::micros ts,
                      venue::venue_config const& config) {
  auto const& market = config.instruments[trade.market];
  return {trade.trade, price_of(trade.price, market), quantity_of(trade.quantity, market),
          side_of(trade.side), time_of(ts)};
}

runes::level level_of(venue::level_changed const& level, venue::venue_config const& config) {
  auto const& market = config.instruments[level.market];
  return {price_of(level.price, market), quantity_of(level.quantity, market)};
}

runes::liquidation liquidation_of(venue::liquidated const& part, venue::micros ts,
                                  venue::venue_config const& config) {
  auto const& market = config.instruments[part.market];
  return {price_of(part.price, market), quantity_of(part.quantity, market), side_of(part.side),
          time_of(ts)};
}

void show(venue::ticker_changed const& change, venue::venue_config const& config,
          runes::ticker& to) {
  auto const& market = config.instruments[change.market];
  to.bid = price_of(change.bid, market);
  to.bid_quantity = quantity_of(change.bid_quantity, market);
  to.ask = price_of(change.ask, market);
  to.ask_quantity = quantity_of(change.ask_quantity, market);
  to.last = price_of(change.last, market);
}

}  // namespace exchange::wire
