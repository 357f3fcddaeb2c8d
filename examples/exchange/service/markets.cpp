#include "markets.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace exchange::service {
namespace {

using accounts::market_kind;

enum asset : venue::asset_id { usd, btc, eth, sol, eur };

struct row {
  char const* symbol;
  market_kind kind;
  asset base;
  unsigned price_decimals;
  std::int64_t tick_units;
  unsigned quantity_decimals;
  std::int64_t lot_units;
  venue::ticks max_price;
  venue::lots max_quantity;  // of an order, and of a position
};

// The steps are those of the simulated market. Largest price and order: about ten million of the
// quote, and ten to twenty million's worth at today's prices.
constexpr row table[] = {
    {"BTC-USD", market_kind::spot, btc, 2, 10, 4, 1, 100'000'000, 10'000'000},
    {"ETH-USD", market_kind::spot, eth, 2, 1, 3, 1, 1'000'000'000, 10'000'000},
    {"SOL-USD", market_kind::spot, sol, 2, 1, 2, 1, 1'000'000'000, 10'000'000},
    {"EUR-USD", market_kind::spot, eur, 5, 1, 0, 100, 100'000'000, 1'000'000},
    {"BTC-USD-PERP", market_kind::perpetual, btc, 2, 10, 4, 1, 100'000'000, 10'000'000},
    {"ETH-USD-PERP", market_kind::perpetual, eth, 2, 1, 3, 1, 1'000'000'000, 10'000'000},
};

// Parts per million: 0.02 % and 0.05 %.
constexpr std::uint32_t maker_fee = 200;
constexpr std::uint32_t taker_fee = 500;

constexpr unsigned usual_decimals = 8;
constexpr std::int64_t largest_recorded = 10'000'000'000;  // ticks and lots
constexpr std::uint32_t most_recorded = 250'000;           // orders that a book is made of

// What all markets have alike.
venue::instrument_config usual_terms(std::string symbol, market_kind kind) {
  venue::instrument_config one;
  one.market.symbol = std::move(symbol);
  one.market.kind = kind;
  one.market.maker_fee = maker_fee;
  one.market.taker_fee = taker_fee;
  one.market.max_leverage = 20;
  one.market.default_leverage = 10;
  one.market.maintenance_margin = 25'000;
  return one;
}

venue::instrument_config instrument(row const& of) {
  auto one = usual_terms(of.symbol, of.kind);
  one.market.base = of.base;
  one.market.quote = usd;
  one.market.max_position = of.max_quantity;
  one.engine.max_price = of.max_price;
  one.engine.max_quantity = of.max_quantity;
  one.engine.state = venue::market_state::active;
  one.price_decimals = of.price_decimals;
  one.quantity_decimals = of.quantity_decimals;
  one.steps = {of.tick_units, of.lot_units};
  return one;
}

// The asset of that name, with at least so many decimals.
venue::asset_id asset_of(std::string const& name, unsigned decimals,
                         std::vector<accounts::asset_config>& assets) {
  auto const found = std::ranges::find(assets, name, &accounts::asset_config::name);
  auto const at = static_cast<venue::asset_id>(found - assets.begin());
  if (found == assets.end()) assets.push_back({name, decimals});
  assets[at].decimals = std::max(assets[at].decimals, decimals);
  return at;
}

// A recording's levels have any size, and an order of the outside flow has a whole level's.
venue::instrument_config recorded_market(runes::instrument const& of,
                                         std::vector<accounts::asset_config>& assets) {
  bool const spot = of.kind == runes::instrument_kind::spot;
  auto one = usual_terms(of.symbol, spot ? market_kind::spot : market_kind::perpetual);
  one.price_decimals = of.price_decimals();
  one.quantity_decimals = of.quantity_decimals();
  one.steps = {of.tick_size.units(), of.lot_size.units()};
  one.market.base = asset_of(of.base, std::max(usual_decimals, one.quantity_decimals), assets);
  one.market.quote = asset_of(
      of.quote, std::max(usual_decimals, one.price_decimals + one.quantity_decimals), assets);
  one.engine.max_price = largest_recorded;
  one.engine.max_quantity = largest_recorded;
  one.engine.max_orders = most_recorded;
  one.market.max_position = largest_recorded;
  one.engine.state = venue::market_state::suspended;
  return one;
}

}  // namespace

venue::venue_config recorded_markets(std::span<runes::instrument const> all) {
  venue::venue_config config;
  for (auto const& of : all) config.instruments.push_back(recorded_market(of, config.assets));
  return config;
}

// So few decimals that sums of them fit 63 bits: price times quantity needs six of the quote.
venue::venue_config sample_markets() {
  venue::venue_config config;
  config.assets = {{"USD", 8}, {"BTC", 8}, {"ETH", 8}, {"SOL", 8}, {"EUR", 2}};
  for (auto const& of : table) config.instruments.push_back(instrument(of));
  return config;
}

}  // namespace exchange::service
