#include "protocol/members.hpp"
#include "protocol/trading_codec.hpp"

#include <limits>
#include <string>

namespace runes::detail {
namespace {

namespace json = boost::json;

std::optional<decimal> number_if_any(members const& from, char const* key) {
  if (!from.has(key)) return {};
  return from.number(key);
}

std::string text_if_any(members const& from, char const* key) {
  return from.has(key) ? std::string(from.text(key)) : std::string();
}

bool flag_if_any(members const& from, char const* key) { return from.has(key) && from.flag(key); }

side read_side(members const& from) { return from.one_of("side", {side::buy, side::sell}); }

margin_mode read_margin_mode(members const& from) {
  return from.one_of("marginMode", {margin_mode::cross, margin_mode::isolated});
}

std::uint32_t read_leverage(members const& from) {
  return from.count_at_most("leverage", std::numeric_limits<std::uint32_t>::max());
}

std::chrono::milliseconds read_ms(members const& from, char const* key) {
  constexpr std::uint64_t most = 366ULL * 86'400'000;
  return std::chrono::milliseconds(from.count_at_most(key, most));
}

self_trade read_self_trade(members const& from) {
  return from.one_of("selfTrade", {self_trade::cancel_newest, self_trade::cancel_oldest,
                                   self_trade::cancel_both, self_trade::decrement});
}

void read_what_was_asked(members const& in, order& to) {
  to.symbol = in.text("symbol");
  to.side = read_side(in);
  to.type = in.one_of(
      "type", {order_type::limit, order_type::market, order_type::stop, order_type::stop_limit});
  to.time_in_force =
      in.one_of("timeInForce", {time_in_force::gtc, time_in_force::ioc, time_in_force::fok,
                                time_in_force::gtd, time_in_force::day});
  to.quantity = in.number("quantity");
  to.price = number_if_any(in, "price");
  to.stop_price = number_if_any(in, "stopPrice");
  to.display_quantity = number_if_any(in, "displayQuantity");
  to.good_till.reset();
  if (in.has("goodTill")) to.good_till = in.time("goodTill");
  to.post_only = flag_if_any(in, "postOnly");
  to.reduce_only = flag_if_any(in, "reduceOnly");
  to.self_trade = in.has("selfTrade") ? read_self_trade(in) : self_trade::cancel_newest;
}

template <class T>
std::vector<T> read_all(char const* what, json::value const& ok, char const* key) {
  members const in(what, ok);
  auto const& list = in.list(key);
  std::vector<T> all;
  all.reserve(list.size());
  for (auto const& each : list) decode(each, all.emplace_back());
  return all;
}

}  // namespace

void decode(json::value const& from, order& to) {
  members const in("order", from);
  to.order_id = in.id("orderId");
  to.client_order_id = text_if_any(in, "clientOrderId");
  read_what_was_asked(in, to);
  to.filled = in.number("filled");
  to.remaining = in.number("remaining");
  to.average_price = number_if_any(in, "averagePrice");
  to.status =
      in.one_of("status", {order_status::untriggered, order_status::open, order_status::filled,
                           order_status::cancelled, order_status::expired});
  to.reason = text_if_any(in, "reason");
  to.created_at = in.time("createdAt");
  to.ts = in.time("ts");
  to.removed = flag_if_any(in, "removed");
}

void decode(json::value const& from, fill& to) {
  members const in("fill", from);
  to.trade_id = in.id("tradeId");
  to.order_id = in.id("orderId");
  to.client_order_id = text_if_any(in, "clientOrderId");
  to.symbol = in.text("symbol");
  to.price = in.number("price");
  to.quantity = in.number("quantity");
  to.side = read_side(in);
  to.maker = in.flag("maker");
  to.fee = in.number("fee");
  to.fee_asset = in.text("feeAsset");
  to.ts = in.time("ts");
}

void decode(json::value const& from, position& to) {
  members const in("position", from);
  to = {};
  to.symbol = in.text("symbol");
  to.removed = flag_if_any(in, "removed");
  if (to.removed && !in.has("size")) return;
  to.size = in.number("size");
  to.entry_price = in.number("entryPrice");
  to.mark_price = in.number("markPrice");
  to.liquidation_price = number_if_any(in, "liquidationPrice");
  to.unrealized_pnl = in.number("unrealizedPnl");
  to.realized_pnl = in.number("realizedPnl");
  to.leverage = read_leverage(in);
  to.margin_mode = read_margin_mode(in);
  to.margin = in.number("margin");
}

void decode(json::value const& from, balance& to) {
  members const in("balance", from);
  to = {};
  to.asset = in.text("asset");
  to.removed = flag_if_any(in, "removed");
  to.reason = text_if_any(in, "reason");
  if (to.removed && !in.has("free")) return;
  to.free = in.number("free");
  to.locked = in.number("locked");
  to.total = in.number("total");
}

void decode(json::value const& from, order_ack& to) {
  members const in("ack", from);
  to.order_id = in.id("orderId");
  to.client_order_id = text_if_any(in, "clientOrderId");
  to.symbol = text_if_any(in, "symbol");  // of order.place only
  to.ts = in.time("ts");
}

void decode(json::value const& from, cancelled_orders& to) {
  members const in("order.cancelAll", from);
  to.cancelled = in.count("cancelled");
  to.ts = in.time("ts");
}

void decode(json::value const& from, leverage_setting& to) {
  members const in("leverage.set", from);
  to.symbol = in.text("symbol");
  to.leverage = read_leverage(in);
  to.margin_mode = read_margin_mode(in);
}

void decode(json::value const& from, disconnect_setting& to) {
  members const in("cancelOnDisconnect", from);
  to.enabled = in.flag("enabled");
  to.scope = in.one_of("scope", {disconnect_scope::connection, disconnect_scope::account});
  to.grace = read_ms(in, "graceMs");
}

void decode(json::value const& from, deadman_setting& to) {
  members const in("deadman", from);
  to.after = read_ms(in, "ms");
  to.at.reset();
  if (to.after.count() > 0) to.at = in.time("at");
}

order_list decode_orders(json::value const& ok) { return read_all<order>("orders", ok, "orders"); }
fill_list decode_fills(json::value const& ok) { return read_all<fill>("fills", ok, "fills"); }
position_list decode_positions(json::value const& ok) {
  return read_all<position>("positions", ok, "positions");
}
balance_list decode_balances(json::value const& ok) {
  return read_all<balance>("account", ok, "balances");
}

timestamp decode_time(json::value const& ok) { return members("time", ok).time("ts"); }

}  // namespace runes::detail
