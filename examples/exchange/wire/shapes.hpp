// What the wire says of the venue's values: the keys and their order. What there is not is left
// out, but for a price of a position that can't be said, which is null.
#pragma once

#include "json_fields.hpp"
#include "venue/venue.hpp"

#include <optional>

namespace exchange::wire {

/// Prices and quantities of a market with all its decimals.
template <class Out>
class market_fields {
 public:
  market_fields(Out& out, venue::instrument_config const& market) : out_(out), market_(market) {}
  void price(std::string_view key, venue::ticks price) const {
    out_.decimal(key, market_.steps.price_units(price), market_.price_decimals);
  }
  void quantity(std::string_view key, venue::lots quantity) const {
    out_.decimal(key, market_.steps.quantity_units(quantity), market_.quantity_decimals);
  }

 private:
  Out& out_;
  venue::instrument_config const& market_;
};

/// In the price's units, rounded to the nearest, halves up. Precondition: something was filled.
venue::amount average_units(venue::order const& order, venue::instrument_config const& market);

template <class Out>
void write_id(Out& out, std::string_view key, std::uint64_t id) {
  out.decimal(key, static_cast<venue::amount>(id), 0);
}

template <class Out>
void write_order(Out& out, venue::order const& o, venue::venue_config const& config) {
  auto const& market = config.instruments[o.market];
  market_fields const in(out, market);
  write_id(out, "orderId", o.id);
  if (!o.client_order_id.empty()) out.text("clientOrderId", o.client_order_id);
  out.text("symbol", market.market.symbol);
  out.text("side", name_of(o.side));
  out.text("type", name_of(o.type));
  in.quantity("quantity", o.quantity);
  if (o.price != 0) in.price("price", o.price);
  if (o.stop_price != 0) in.price("stopPrice", o.stop_price);
  out.text("timeInForce", name_of(o.tif));
  if (o.good_till != 0) out.integer("goodTill", o.good_till);
  out.flag("postOnly", o.post_only);
  out.flag("reduceOnly", o.reduce_only);
  if (o.display != 0) in.quantity("displayQuantity", o.display);
  out.text("selfTrade", name_of(o.self));
  in.quantity("filled", o.filled);
  in.quantity("remaining", o.remaining);
  if (o.filled != 0) {
    out.decimal("averagePrice", average_units(o, market), market.price_decimals);
  }
  out.text("status", name_of(o.status));
  out.text("reason", name_of(o.reason));
  out.integer("createdAt", o.created_at);
  out.integer("ts", o.ts);
}

template <class Out>
void write_fill(Out& out, venue::fill const& f, venue::venue_config const& config) {
  auto const& market = config.instruments[f.market];
  auto const& quote = config.assets[market.market.quote];
  market_fields const in(out, market);
  write_id(out, "tradeId", f.trade);
  write_id(out, "orderId", f.order);
  if (!f.client_order_id.empty()) out.text("clientOrderId", f.client_order_id);
  out.text("symbol", market.market.symbol);
  in.price("price", f.price);
  in.quantity("quantity", f.quantity);
  out.text("side", name_of(f.side));
  out.flag("maker", f.maker);
  out.decimal("fee", f.fee, quote.decimals);
  out.text("feeAsset", quote.name);
  out.integer("ts", f.ts);
}

template <class Out>
void write_position(Out& out, accounts::position_view const& p, venue::market_id id,
                    venue::venue_config const& config) {
  auto const& market = config.instruments[id];
  auto const money = config.assets[market.market.quote].decimals;
  market_fields const in(out, market);
  out.text("symbol", market.market.symbol);
  in.quantity("size", p.size);
  in.price("entryPrice", p.entry_price);
  in.price("markPrice", p.mark_price);
  if (p.liquidation_price) {
    in.price("liquidationPrice", *p.liquidation_price);
  } else {
    out.nothing("liquidationPrice");
  }
  out.decimal("unrealizedPnl", p.unrealized, money);
  out.decimal("realizedPnl", p.realized, money);
  out.decimal("funding", p.funding, money);
  out.integer("leverage", p.leverage);
  out.text("marginMode", name_of(p.mode));
  out.decimal("margin", p.margin, money);
}

/// Rates are a fraction of the value, of an interval.
template <class Out>
void write_funding(Out& out, venue::market_id id, venue::micros now,
                   venue::trading_venue const& venue) {
  constexpr unsigned rate_decimals = 6;
  constexpr venue::micros a_millisecond = 1'000;
  auto const& market = venue.config().instruments[id];
  auto const funding = venue.funding(id, now);
  auto const mark = venue.accounts().mark(id);
  out.text("symbol", market.market.symbol);
  out.decimal("rate", funding.rate, rate_decimals);
  if (funding.due != 0) out.integer("nextAt", funding.due);
  out.integer("intervalMs", funding.interval / a_millisecond);
  if (mark != 0) market_fields(out, market).price("markPrice", mark);
  if (funding.last_at == 0) return;
  out.decimal("lastRate", funding.last_rate, rate_decimals);
  out.integer("lastAt", funding.last_at);
}

/// An account's balance of one asset, and why it is another one than before.
struct balance {
  venue::asset_id asset = 0;
  venue::amount free = 0;
  venue::amount locked = 0;
  venue::amount total = 0;
  std::optional<accounts::reason> reason;
};
/// That of now.
balance balance_of(venue::account_id account, venue::asset_id asset,
                   venue::trading_venue const& venue);

template <class Out>
void write_balance(Out& out, balance const& b, venue::venue_config const& config) {
  auto const& asset = config.assets[b.asset];
  out.text("asset", asset.name);
  out.decimal("free", b.free, asset.decimals);
  out.decimal("locked", b.locked, asset.decimals);
  out.decimal("total", b.total, asset.decimals);
  if (b.reason) out.text("reason", name_of(*b.reason));
}

}  // namespace exchange::wire
