#include "decimals.hpp"
#include "refusals.hpp"
#include "request_fields.hpp"

#include <optional>

namespace exchange::wire {
namespace {

using engine::order_type;
using venue::error;
using venue::field;

// What an order was to be, of a placement or an amendment.
struct order_terms {
  venue::account_id account = 0;
  venue::market_id market = 0;
  venue::side side = venue::side::buy;
  std::optional<venue::units> price;
  std::optional<venue::units> stop_price;
  std::optional<venue::units> quantity;
  venue::units display = 0;
  venue::lots filled = 0;
  bool waits = true;  // it may rest, as an auction's orders do
  bool reduce_only = false;
};

class order_case {
 public:
  order_case(order_terms const& terms, venue::result const& result,
             venue::trading_venue const& venue)
      : terms_(terms),
        result_(result),
        venue_(venue),
        market_(venue.config().instruments[terms.market]),
        symbol_(market_.market.symbol) {}

  std::string sentence() const {
    switch (result_.error) {
      case error::bad_price:
        return bad_price();
      case error::bad_quantity:
        return bad_quantity();
      case error::insufficient_funds:
        return insufficient_funds();
      case error::market_closed:
        return market_closed();
      case error::would_cross:
        return "'postOnly': at this 'price' the order would trade at once";
      case error::self_trade:
        return "'selfTrade': the order would trade with one of your own, and is the newest";
      case error::risk_limit:
        return risk_limit();
      case error::overloaded:
        return overloaded();
      default:
        return {};
    }
  }

 private:
  std::string bad_price() const {
    if (result_.field == field::price) return off_step("price", terms_.price, true);
    if (result_.field == field::stop_price) return off_step("stopPrice", terms_.stop_price, true);
    auto const most = market_.steps.price_units(market_.engine.max_price);
    auto const highest =
        " is above the highest price of " + symbol_ + ", " + decimal_text(most, price_decimals());
    if (terms_.stop_price.value_or(0) > most) return "'stopPrice'" + highest;
    if (terms_.price.value_or(0) > most) return "'price'" + highest;
    return "'price' is outside the price band of " + symbol_ + ": " +
           decimal_text(market_.engine.band_basis_points, 2) + " % around " +
           decimal_text(market_.steps.price_units(venue_.engine(terms_.market).reference()),
                        price_decimals());
  }

  std::string bad_quantity() const {
    if (result_.field == field::display_quantity) {
      return off_step("displayQuantity", terms_.display, false);
    }
    auto const asked = terms_.quantity.value_or(0);
    if (auto wrong = off_step("quantity", asked, false); !wrong.empty()) return wrong;
    auto const filled = market_.steps.quantity_units(terms_.filled);
    if (asked <= filled) {
      return "'quantity' is the whole order's and must be above what is filled, " +
             decimal_text(filled, market_.quantity_decimals);
    }
    if (terms_.display > asked) return "'displayQuantity' is above 'quantity'";
    return "'quantity' is above the largest order of " + symbol_ + ", " +
           decimal_text(market_.steps.quantity_units(market_.engine.max_quantity),
                        market_.quantity_decimals);
  }

  // Empty: it is on the tick or the lot.
  std::string off_step(std::string_view key, std::optional<venue::units> value,
                       bool is_price) const {
    auto const decimals = is_price ? price_decimals() : market_.quantity_decimals;
    auto const step = is_price ? market_.steps.tick_units : market_.steps.lot_units;
    auto const asked = value.value_or(0);
    auto const instead = ", not " + decimal_text(asked, decimals);
    if (asked <= 0) return shown(key) + " must be above zero" + instead;
    if (asked % step == 0) return {};
    return shown(key) + " must be a multiple of the " + (is_price ? "tick " : "lot ") +
           decimal_text(step, decimals) + instead;
  }

  std::string insufficient_funds() const {
    bool const sale =
        market_.market.kind == accounts::market_kind::spot && terms_.side == venue::side::sell;
    auto const asset = sale ? market_.market.base : market_.market.quote;
    auto const& terms = venue_.config().assets[asset];
    auto const there = venue_.accounts().balance(terms_.account, asset).available;
    return "'quantity': the account has " + decimal_text(there, terms.decimals) + ' ' + terms.name +
           " to use, which is not enough for this order";
  }

  std::string market_closed() const {
    bool const perpetual = market_.market.kind == accounts::market_kind::perpetual;
    if (perpetual && venue_.accounts().mark(terms_.market) == 0) {
      return "'symbol': " + symbol_ + " has no mark price yet";
    }
    auto const state = venue_.engine(terms_.market).state();
    if (state == venue::market_state::auction && !terms_.waits) {
      return "'timeInForce': " + symbol_ + " is halted for an auction, and takes what may wait";
    }
    return "'symbol': " + symbol_ + " is " + std::string(name_of(state));
  }

  std::string risk_limit() const {
    if (terms_.reduce_only) {
      return "'reduceOnly': there is no position in " + symbol_ + " that a " +
             std::string(name_of(terms_.side)) + " would reduce";
    }
    return "'quantity': with all open orders of this side the position would be above the largest"
           " of " +
           symbol_ + ", " +
           decimal_text(market_.steps.quantity_units(market_.market.max_position),
                        market_.quantity_decimals);
  }

  std::string overloaded() const {
    if (result_.field == field::client_order_id) {
      return "'clientOrderId': too many are remembered for the account, try again in a day";
    }
    return "'symbol': no room for another order: the account may have " +
           std::to_string(venue_.config().max_open_orders) + " open, " + symbol_ + ' ' +
           std::to_string(market_.engine.max_orders);
  }

  unsigned price_decimals() const noexcept { return market_.price_decimals; }

  order_terms const& terms_;
  venue::result const& result_;
  venue::trading_venue const& venue_;
  venue::instrument_config const& market_;
  std::string const& symbol_;
};

std::string contradiction(venue::place_order const& c, venue::result const& result,
                          std::string const& symbol) {
  auto const a_type = "a " + std::string(name_of(c.type)) + " order";
  switch (result.field) {
    case field::time_in_force:
      return "'timeInForce' of " + a_type +
             (c.type == order_type::market ? " must be ioc or fok"
              : c.type == order_type::stop ? " can't be fok"
                                           : " must be gtc, gtd or day");
    case field::post_only:
      return "'postOnly' is for limit orders that may rest, not for ioc and fok";
    case field::reduce_only:
      return "'reduceOnly' is for perpetuals, and " + symbol + " is a spot market";
    case field::good_till:
      return "'goodTill' must be later than the venue's time, " + std::to_string(result.ts);
    case field::display_quantity:
      return "'displayQuantity' is for limit and stop_limit orders that may rest";
    case field::connection:
      return "the connection is not one of this account that is up";
    default:
      return {};
  }
}

}  // namespace

std::string why_refused(venue::place_order const& c, venue::result const& result,
                        venue::trading_venue const& venue) {
  // What was asked then may have been something else.
  if (result.repeated) {
    auto const of =
        result.field == field::none ? std::string() : " (" + shown(name_of(result.field)) + ')';
    return "'clientOrderId' was used before, and that order was refused as " +
           std::string(name_of(result.error)) + of;
  }
  if (c.market >= venue.config().instruments.size()) return {};
  if (result.error == error::bad_request) {
    return contradiction(c, result, venue.config().instruments[c.market].market.symbol);
  }
  order_terms terms;
  terms.account = c.account;
  terms.market = c.market;
  terms.side = c.side;
  terms.price = c.price;
  terms.stop_price = c.stop_price;
  terms.quantity = c.quantity;
  terms.display = c.display;
  terms.waits = c.tif != engine::time_in_force::ioc && c.tif != engine::time_in_force::fok &&
                (c.tif || c.type != order_type::market);
  terms.reduce_only = c.reduce_only;
  return order_case(terms, result, venue).sentence();
}

std::string why_refused(venue::amend_order const& c, venue::result const& result,
                        venue::trading_venue const& venue) {
  auto const* const order = c.order != 0 ? venue.find_order(c.account, c.order)
                                         : venue.find_order(c.account, c.client_order_id);
  if (order == nullptr) return {};
  if (result.error == error::bad_request) {
    if (result.field == field::price) return "'price' is too much: a stop order has none";
    if (result.field == field::stop_price) {
      return "'stopPrice' is too much: the order does not wait for one";
    }
    return {};
  }
  order_terms terms;
  terms.account = c.account;
  terms.market = order->market;
  terms.side = order->side;
  terms.price = c.price;
  terms.stop_price = c.stop_price;
  terms.quantity = c.quantity;
  terms.filled = order->filled;
  terms.reduce_only = order->reduce_only;
  return order_case(terms, result, venue).sentence();
}

}  // namespace exchange::wire
