#include "mirror_rows.hpp"

#include "decimals.hpp"
#include "shapes.hpp"

namespace exchange::wire {
namespace {

std::string price_text(venue::ticks price, venue::instrument_config const& market) {
  return decimal_text(market.steps.price_units(price), market.price_decimals);
}
std::string quantity_text(venue::lots quantity, venue::instrument_config const& market) {
  return decimal_text(market.steps.quantity_units(quantity), market.quantity_decimals);
}
// What there is not is empty.
std::string price_if_any(venue::ticks price, venue::instrument_config const& market) {
  return price != 0 ? price_text(price, market) : std::string();
}

accounts::asset_config const& quote_of(venue::instrument_config const& market,
                                       venue::venue_config const& config) {
  return config.assets[market.market.quote];
}

}  // namespace

storage::account_row row_of(venue::balance_changed const& change, venue::micros ts,
                            std::string_view account, venue::venue_config const& config) {
  auto const& asset = config.assets[change.asset];
  storage::account_row row;
  row.account = account;
  row.asset = asset.name;
  row.free = decimal_text(change.free, asset.decimals);
  row.locked = decimal_text(change.locked, asset.decimals);
  row.total = decimal_text(change.total, asset.decimals);
  row.ts = ts;
  return row;
}

storage::order_row row_of(venue::order const& order, std::string_view account,
                          venue::venue_config const& config) {
  auto const& market = config.instruments[order.market];
  storage::order_row row;
  row.order_id = static_cast<std::int64_t>(order.id);
  row.account = account;
  row.client_order_id = order.client_order_id;
  row.symbol = market.market.symbol;
  row.side = name_of(order.side);
  row.type = name_of(order.type);
  row.time_in_force = name_of(order.tif);
  row.good_till = order.good_till;
  row.price = price_if_any(order.price, market);
  row.stop_price = price_if_any(order.stop_price, market);
  row.quantity = quantity_text(order.quantity, market);
  row.filled = quantity_text(order.filled, market);
  if (order.display != 0) row.display_quantity = quantity_text(order.display, market);
  if (order.filled != 0) {
    row.average_price = decimal_text(average_units(order, market), market.price_decimals);
  }
  row.post_only = order.post_only;
  row.reduce_only = order.reduce_only;
  row.self_trade = name_of(order.self);
  row.status = name_of(order.status);
  row.reason = name_of(order.reason);
  row.created_at = order.created_at;
  row.ts = order.ts;
  return row;
}

storage::fill_row row_of(venue::fill const& fill, std::string_view account,
                         venue::venue_config const& config) {
  auto const& market = config.instruments[fill.market];
  auto const& quote = quote_of(market, config);
  storage::fill_row row;
  row.symbol = market.market.symbol;
  row.trade_id = static_cast<std::int64_t>(fill.trade);
  row.order_id = static_cast<std::int64_t>(fill.order);
  row.account = account;
  row.price = price_text(fill.price, market);
  row.quantity = quantity_text(fill.quantity, market);
  row.side = name_of(fill.side);
  row.maker = fill.maker;
  row.fee = decimal_text(fill.fee, quote.decimals);
  row.fee_asset = quote.name;
  row.ts = fill.ts;
  return row;
}

storage::position_row row_of(venue::position_changed const& change, venue::micros ts,
                             std::string_view account, venue::venue_config const& config) {
  auto const& market = config.instruments[change.market];
  auto const money = quote_of(market, config).decimals;
  storage::position_row row;
  row.account = account;
  row.symbol = market.market.symbol;
  row.size = quantity_text(change.size, market);
  row.entry_price = price_text(change.entry_price, market);
  row.realized_pnl = decimal_text(change.realized, money);
  row.leverage = change.leverage;
  row.margin_mode = name_of(change.mode);
  row.margin = decimal_text(change.margin, money);
  row.ts = ts;
  return row;
}

}  // namespace exchange::wire
