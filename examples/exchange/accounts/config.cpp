#include "config.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace exchange::accounts {
namespace {

// No more than this many units of the quote are ever a price times a quantity, so that sums of
// several fit an amount.
constexpr amount max_value = amount{1} << 96;

void require(bool holds, std::string const& sentence) {
  if (!holds) throw std::invalid_argument(sentence);
}

void in_range(std::string const& name, std::int64_t value, std::int64_t least, std::int64_t most) {
  require(least <= value && value <= most, name + " must be from " + std::to_string(least) +
                                               " to " + std::to_string(most) + ", not " +
                                               std::to_string(value));
}

template <class List, class Name>
void names_differ(List const& list, char const* what, Name name) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    require(!name(list[i]).empty(), std::string(what) + '[' + std::to_string(i) + "] has no name");
    for (std::size_t j = 0; j < i; ++j) {
      require(name(list[i]) != name(list[j]),
              std::string(what) + " has " + name(list[i]) + " twice");
    }
  }
}

// Not beyond max_value, without computing what may not fit.
bool fits(std::int64_t price, std::int64_t quantity, std::int64_t unit) {
  return amount{price} * quantity <= max_value / unit;
}

void check_perpetual(market_config const& m, std::string const& at) {
  in_range(at + "max_position", m.max_position, 1, std::int64_t{1} << 53);
  in_range(at + "max_leverage", m.max_leverage, 1, 1'000);
  in_range(at + "default_leverage", m.default_leverage, 1, m.max_leverage);
  require(m.default_mode <= margin_mode::isolated,
          at + "default_mode is neither cross nor isolated");
  in_range(at + "maintenance_margin", m.maintenance_margin, 1, million / m.max_leverage - 1);
  in_range(at + "liquidation_fee", m.liquidation_fee, 0, million - 1);
  require(fits(m.max_price, m.max_position, m.tick_lot_value),
          at + "max_price times max_position times tick_lot_value is beyond 2^96");
}

void check_market(market_config const& m, std::size_t assets, std::string const& at) {
  require(m.kind <= market_kind::perpetual, at + "kind is neither spot nor perpetual");
  auto const last = static_cast<std::int64_t>(assets) - 1;
  in_range(at + "base", m.base, 0, last);
  in_range(at + "quote", m.quote, 0, last);
  require(m.base != m.quote || m.kind == market_kind::perpetual,
          at + "base and quote are the same asset");
  in_range(at + "tick_lot_value", m.tick_lot_value, 1, std::int64_t{1} << 60);
  in_range(at + "lot_units", m.lot_units, 1, std::int64_t{1} << 60);
  in_range(at + "max_price", m.max_price, 1, std::int64_t{1} << 60);
  in_range(at + "max_quantity", m.max_quantity, 1, std::int64_t{1} << 53);
  in_range(at + "maker_fee", m.maker_fee, 0, million - 1);
  in_range(at + "taker_fee", m.taker_fee, 0, million - 1);
  require(fits(m.max_price, m.max_quantity, m.tick_lot_value),
          at + "max_price times max_quantity times tick_lot_value is beyond 2^96");
  require(fits(1, m.max_quantity, m.lot_units), at + "max_quantity times lot_units is beyond 2^96");
  if (m.kind == market_kind::perpetual) check_perpetual(m, at);
}

}  // namespace

void accounts_config::validate() const {
  in_range("the number of assets", static_cast<std::int64_t>(assets.size()), 1, 1'000);
  in_range("the number of markets", static_cast<std::int64_t>(markets.size()), 1, 1'000);
  names_differ(assets, "assets", [](asset_config const& one) { return one.name; });
  names_differ(markets, "markets", [](market_config const& one) { return one.symbol; });
  for (auto const& one : assets) in_range(one.name + ": decimals", one.decimals, 0, 18);
  for (auto const& one : markets) check_market(one, assets.size(), one.symbol + ": ");
  in_range("max_accounts", max_accounts, 1, engine::max_account);
  in_range("max_orders", max_orders, 1, 1 << 26);
  in_range("max_orders_an_account", max_orders_an_account, 1, max_orders);
}

}  // namespace exchange::accounts
