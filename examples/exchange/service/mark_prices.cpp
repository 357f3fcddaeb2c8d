#include "mark_prices.hpp"

#include <stdexcept>

namespace exchange::service {
namespace {

using accounts::market_kind;

bool is_spot_of(venue::instrument_config const& one, venue::instrument_config const& perpetual) {
  return one.market.kind == market_kind::spot && one.market.base == perpetual.market.base &&
         one.market.quote == perpetual.market.quote;
}

}  // namespace

mark_prices::mark_prices(venue::venue_config const& config) {
  auto const& all = config.instruments;
  for (std::size_t p = 0; p < all.size(); ++p) {
    if (all[p].market.kind != market_kind::perpetual) continue;
    for (std::size_t s = 0; s < all.size(); ++s) {
      if (!is_spot_of(all[s], all[p])) continue;
      if (all[s].price_decimals != all[p].price_decimals) {
        throw std::invalid_argument(all[p].market.symbol + ": price_decimals must be those of " +
                                    all[s].market.symbol);
      }
      pairs_.push_back({static_cast<venue::market_id>(p), static_cast<venue::market_id>(s)});
      break;
    }
  }
}

std::vector<venue::set_mark> mark_prices::changed(venue::trading_venue const& now) const {
  std::vector<venue::set_mark> marks;
  for (auto const& each : pairs_) {
    auto const price = value(each, now);
    if (!price) continue;
    auto const& steps = now.config().instruments[each.perpetual].steps;
    if (*price == steps.price_units(now.accounts().mark(each.perpetual))) continue;
    marks.push_back({each.perpetual, *price});
  }
  return marks;
}

std::optional<venue::units> mark_prices::value(pair const& of, venue::trading_venue const& now) {
  auto const& spot = now.engine(of.spot);
  auto const tick = now.config().instruments[of.perpetual].steps.tick_units;
  auto const& steps = now.config().instruments[of.spot].steps;
  auto const bid = spot.best(venue::side::buy);
  auto const ask = spot.best(venue::side::sell);
  auto const twice = bid && ask ? steps.price_units(bid->price) + steps.price_units(ask->price)
                                : 2 * steps.price_units(spot.last_price());
  auto const price = static_cast<venue::units>(twice / 2);
  auto const whole = price - price % tick;
  if (whole <= 0) return std::nullopt;
  return whole;
}

}  // namespace exchange::service
