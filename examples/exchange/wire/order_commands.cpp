#include "order_commands.hpp"

#include <limits>
#include <utility>

namespace exchange::wire {
namespace {

using engine::order_type;
using engine::self_trade;
using engine::side;
using engine::time_in_force;
using runes::errc;
using venue::instrument_config;
using venue::units;

constexpr side sides[] = {side::buy, side::sell};
constexpr order_type types[] = {order_type::limit, order_type::market, order_type::stop,
                                order_type::stop_limit};
constexpr time_in_force times[] = {time_in_force::gtc, time_in_force::ioc, time_in_force::fok,
                                   time_in_force::gtd, time_in_force::day};
constexpr self_trade self_trades[] = {self_trade::cancel_newest, self_trade::cancel_oldest,
                                      self_trade::cancel_both, self_trade::decrement};

bool has_price(order_type type) noexcept {
  return type == order_type::limit || type == order_type::stop_limit;
}
bool has_stop_price(order_type type) noexcept {
  return type == order_type::stop || type == order_type::stop_limit;
}

std::optional<units> read_units(request_fields const& in, std::string_view key, unsigned decimals,
                                errc wrong) {
  auto const value = in.decimal(key, decimals, std::numeric_limits<units>::max(), wrong);
  return value ? std::optional(static_cast<units>(*value)) : std::nullopt;
}
std::optional<units> read_price(request_fields const& in, std::string_view key,
                                instrument_config const& market) {
  return read_units(in, key, market.price_decimals, errc::bad_price);
}
std::optional<units> read_quantity(request_fields const& in, std::string_view key,
                                   instrument_config const& market) {
  return read_units(in, key, market.quantity_decimals, errc::bad_quantity);
}

// Of an order that there is not, so that nobody knows its decimals. The venue refuses it whatever
// it is to be, and says whether it is unknown or closed.
std::optional<units> any_decimal(request_fields const& in, std::string_view key) {
  auto const value = in.decimal(key, 18, accounts::max_amount, errc::bad_request);
  return value ? std::optional(units{1}) : std::nullopt;
}

// The price of an order whose type has one; the venue's 0 stands for none, the wire's "0" does not.
units price_of_type(request_fields const& in, std::string_view key, order_type type, bool has_one,
                    instrument_config const& market) {
  auto const price = read_price(in, key, market);
  if (price.has_value() == has_one) return price.value_or(0);
  auto const which = "a " + std::string(name_of(type)) + " order has ";
  throw bad_field(key, has_one ? "is missing: " + which + "one" : "is too much: " + which + "none");
}

units read_display(request_fields const& in, instrument_config const& market) {
  auto const shown_at_a_time = read_quantity(in, "displayQuantity", market);
  if (shown_at_a_time != units{0}) return shown_at_a_time.value_or(0);
  throw runes::error(errc::bad_quantity, "'displayQuantity' must be above zero, or left out");
}

engine::micros read_good_till(request_fields const& in, std::optional<time_in_force> tif) {
  auto const at = in.integer("goodTill", 1, engine::max_time);
  bool const needed = tif == time_in_force::gtd;
  if (at.has_value() == needed) return at.value_or(0);
  throw bad_field("goodTill", needed ? "is missing: 'timeInForce' is gtd"
                                     : "is too much: 'timeInForce' is not gtd");
}

}  // namespace

std::optional<venue::market_id> find_market(request_fields const& in,
                                            venue::trading_venue const& venue) {
  auto const symbol = in.text("symbol");
  if (!symbol) return std::nullopt;
  if (auto const market = venue.find_market(*symbol)) return market;
  throw runes::error(errc::unknown_symbol, "'symbol' is none of this venue's: " + shown(*symbol));
}

venue::market_id market_of(request_fields const& in, venue::trading_venue const& venue) {
  return in.needed("symbol", find_market(in, venue));
}

venue::command read_place(request_fields const& in, caller who, venue::trading_venue const& venue) {
  venue::place_order c;
  c.account = who.account;
  c.connection = who.connection;
  c.market = market_of(in, venue);
  auto const& market = venue.config().instruments[c.market];
  c.client_order_id = in.client_order_id().value_or(std::string());
  c.side = in.needed("side", in.one_of("side", sides));
  c.type = in.one_of("type", types).value_or(order_type::limit);
  c.tif = in.one_of("timeInForce", times);
  c.price = price_of_type(in, "price", c.type, has_price(c.type), market);
  c.stop_price = price_of_type(in, "stopPrice", c.type, has_stop_price(c.type), market);
  c.quantity = in.needed("quantity", read_quantity(in, "quantity", market));
  c.display = read_display(in, market);
  c.good_till = read_good_till(in, c.tif);
  c.post_only = in.flag("postOnly").value_or(false);
  c.reduce_only = in.flag("reduceOnly").value_or(false);
  c.self = in.one_of("selfTrade", self_trades).value_or(self_trade::cancel_newest);
  return c;
}

venue::command read_amend(request_fields const& in, caller who, venue::trading_venue const& venue) {
  auto name = in.order();
  auto const* const order = name.id != 0 ? venue.find_order(who.account, name.id)
                                         : venue.find_order(who.account, name.client_order_id);
  auto const* const market =
      order != nullptr ? &venue.config().instruments[order->market] : nullptr;
  venue::amend_order c;
  c.account = who.account;
  c.order = name.id;
  c.client_order_id = std::move(name.client_order_id);
  c.price = market ? read_price(in, "price", *market) : any_decimal(in, "price");
  c.quantity = market ? read_quantity(in, "quantity", *market) : any_decimal(in, "quantity");
  c.stop_price = market ? read_price(in, "stopPrice", *market) : any_decimal(in, "stopPrice");
  if (c.price || c.quantity || c.stop_price) return c;
  throw bad_field("quantity", "is missing, as are 'price' and 'stopPrice': nothing would change");
}

venue::command read_cancel(request_fields const& in, caller who, venue::trading_venue const&) {
  auto name = in.order();
  return venue::cancel_order{who.account, name.id, std::move(name.client_order_id)};
}

venue::command read_cancel_all(request_fields const& in, caller who,
                               venue::trading_venue const& venue) {
  return venue::cancel_all{who.account, find_market(in, venue).value_or(venue::every_market)};
}

}  // namespace exchange::wire
