#include "markets.hpp"

#include <string>
#include <utility>

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

venue::instrument_config instrument(row const& of) {
  venue::instrument_config one;
  one.market.symbol = of.symbol;
  one.market.kind = of.kind;
  one.market.base = of.base;
  one.market.quote = usd;
  one.market.maker_fee = maker_fee;
  one.market.taker_fee = taker_fee;
  one.market.max_position = of.max_quantity;
  one.market.max_leverage = 20;
  one.market.default_leverage = 10;
  one.market.maintenance_margin = 25'000;
  one.engine.max_price = of.max_price;
  one.engine.max_quantity = of.max_quantity;
  one.engine.state = venue::market_state::active;
  one.price_decimals = of.price_decimals;
  one.quantity_decimals = of.quantity_decimals;
  one.steps = {of.tick_units, of.lot_units};
  return one;
}

}  // namespace

// So few decimals that sums of them fit 63 bits: price times quantity needs six of the quote.
venue::venue_config sample_markets() {
  venue::venue_config config;
  config.assets = {{"USD", 8}, {"BTC", 8}, {"ETH", 8}, {"SOL", 8}, {"EUR", 2}};
  for (auto const& of : table) config.instruments.push_back(instrument(of));
  return config;
}

}  // namespace exchange::service
