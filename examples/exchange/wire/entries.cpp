#include "entries.hpp"

#include "shapes.hpp"

#include <utility>

namespace exchange::wire {

// An average in whole ticks would be too coarse where the tick is. The sums stay below 2^127: the
// rest of the division below 2^63, the steps at most 2^40.
venue::amount average_units(venue::order const& order, venue::instrument_config const& market) {
  auto const step = venue::amount{market.steps.tick_units};
  auto const whole = order.value / order.filled * step;
  auto const rest = order.value % order.filled * step;
  return whole + (2 * rest + order.filled) / (2 * venue::amount{order.filled});
}

balance balance_of(venue::account_id account, venue::asset_id asset,
                   venue::trading_venue const& venue) {
  auto const now = venue.accounts().balance(account, asset);
  return {asset, now.free, now.locked, now.total, std::nullopt};
}

namespace {

runes::keyed_entry balance_text(balance const& one, venue::venue_config const& config) {
  json_text out;
  write_balance(out, one, config);
  return {config.assets[one.asset].name, std::move(out).take()};
}

}  // namespace

runes::keyed_entry order_entry(venue::order const& order, venue::venue_config const& config) {
  json_text out;
  write_order(out, order, config);
  return {std::to_string(order.id), std::move(out).take(), is_closed(order.status)};
}

std::string fill_entry(venue::fill const& fill, venue::venue_config const& config) {
  json_text out;
  write_fill(out, fill, config);
  return std::move(out).take();
}

runes::keyed_entry position_entry(venue::account_id account, venue::market_id market,
                                  venue::trading_venue const& venue) {
  auto const now = venue.accounts().position(account, market).value();
  json_text out;
  write_position(out, now, market, venue.config());
  auto const& symbol = venue.config().instruments[market].market.symbol;
  return {symbol, std::move(out).take(), now.size == 0};
}

std::string funding_entry(venue::market_id market, venue::micros now,
                          venue::trading_venue const& venue) {
  json_text out;
  write_funding(out, market, now, venue);
  return std::move(out).take();
}

runes::keyed_entry balance_entry(venue::balance_changed const& change,
                                 venue::venue_config const& config) {
  return balance_text({change.asset, change.free, change.locked, change.total, change.reason},
                      config);
}

runes::keyed_entry balance_entry(venue::account_id account, venue::asset_id asset,
                                 venue::trading_venue const& venue) {
  return balance_text(balance_of(account, asset, venue), venue.config());
}

}  // namespace exchange::wire
