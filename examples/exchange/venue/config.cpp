#include "config.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace exchange::venue {
namespace {

void in_range(std::string const& name, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (least <= value && value <= most) return;
  throw std::invalid_argument(name + " must be from " + std::to_string(least) + " to " +
                              std::to_string(most) + ", not " + std::to_string(value));
}

// `value` × 10^zeros, below 2^60.
std::int64_t shifted(amount value, unsigned zeros, std::string const& name) {
  constexpr auto most = amount{1} << 60;
  for (; zeros > 0 && value <= most; --zeros) value *= 10;
  if (value > most) throw std::invalid_argument(name + " is too coarse for its asset's decimals");
  return static_cast<std::int64_t>(value);
}

void check_funding(funding_config const& one, std::string const& at) {
  constexpr micros second = 1'000'000;
  if (one.interval != 0) in_range(at + "interval", one.interval, second, 7 * 86'400 * second);
  in_range(at + "interest", one.interest, 0, accounts::million);
  in_range(at + "damper", one.damper, 0, accounts::million);
  in_range(at + "most", one.most, 0, accounts::million);
}

void check_instrument(instrument_config const& one,
                      std::vector<accounts::asset_config> const& assets) {
  auto const at = one.market.symbol + ": ";
  auto const last = static_cast<std::int64_t>(assets.size()) - 1;
  in_range(at + "base", one.market.base, 0, last);
  in_range(at + "quote", one.market.quote, 0, last);
  in_range(at + "price_decimals", one.price_decimals, 0, 18);
  in_range(at + "quantity_decimals", one.quantity_decimals, 0, 18);
  in_range(at + "tick_units", one.steps.tick_units, 1, std::int64_t{1} << 40);
  in_range(at + "lot_units", one.steps.lot_units, 1, std::int64_t{1} << 40);
  in_range(at + "stop_slippage", one.stop_slippage, 0, 10'000'000);
  check_funding(one.funding, at + "funding.");
  in_range(at + "price_decimals + quantity_decimals", one.price_decimals + one.quantity_decimals, 0,
           assets[one.market.quote].decimals);
  if (one.market.kind == accounts::market_kind::spot) {
    in_range(at + "quantity_decimals", one.quantity_decimals, 0, assets[one.market.base].decimals);
  }
}

accounts::market_config market_of(instrument_config const& one,
                                  std::vector<accounts::asset_config> const& assets) {
  auto market = one.market;
  auto const digits = one.price_decimals + one.quantity_decimals;
  market.tick_lot_value =
      shifted(amount{one.steps.tick_units} * one.steps.lot_units,
              assets[market.quote].decimals - digits, market.symbol + ": tick times lot");
  market.lot_units =
      market.kind == accounts::market_kind::spot
          ? shifted(one.steps.lot_units, assets[market.base].decimals - one.quantity_decimals,
                    market.symbol + ": the lot")
          : 1;
  market.max_price = one.engine.max_price;
  market.max_quantity = one.engine.max_quantity;
  return market;
}

}  // namespace

void venue_config::validate() const {
  in_range("the number of instruments", static_cast<std::int64_t>(instruments.size()), 1, 1'000);
  for (auto const& one : instruments) {
    check_instrument(one, assets);
    one.engine.validate();
  }
  in_range("max_connections", max_connections, 1, 10'000'000);
  in_range("max_open_orders", max_open_orders, 1, 1'000'000);
  in_range("max_closed_orders", max_closed_orders, 1, 10'000'000);
  in_range("max_fills", max_fills, 1, 10'000'000);
  in_range("max_client_order_ids", max_client_order_ids, 1, 100'000'000);
  accounts().validate();
}

accounts::accounts_config venue_config::accounts() const {
  accounts::accounts_config config;
  config.assets = assets;
  std::int64_t orders = 0;
  for (auto const& one : instruments) {
    config.markets.push_back(market_of(one, assets));
    orders += one.engine.max_orders;
  }
  config.max_accounts = max_accounts;
  // One more than rest: the order that comes.
  config.max_orders = static_cast<std::uint32_t>(std::min<std::int64_t>(orders + 1, 1 << 26));
  config.max_orders_an_account = std::min(max_open_orders, config.max_orders);
  return config;
}

}  // namespace exchange::venue
