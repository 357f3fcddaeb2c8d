// Trades: what buyer and seller pay each other, and the fees.
#include "books.hpp"

namespace exchange::accounts {

error books::check_party(trade_report const& trade, party const& one, side which) const noexcept {
  if (one.account == engine::outside_account) return error::none;
  auto const found = orders_.find(one.order);
  if (found == orders_.end()) return error::unknown_order;
  auto const& order = found->second;
  if (order.account != one.account || order.market != trade.market || order.side != which) {
    return error::bad_request;
  }
  return trade.quantity > order.open ? error::bad_quantity : error::none;
}

error books::check_trade(trade_report const& t) const noexcept {
  bool const outside_only =
      t.buyer.account == engine::outside_account && t.seller.account == engine::outside_account;
  if (!known_market(t.market) || outside_only) return error::bad_request;
  if (t.price < 1 || t.price > market(t.market).max_price) return error::bad_price;
  if (t.quantity < 1) return error::bad_quantity;
  if (auto const wrong = check_party(t, t.buyer, side::buy); wrong != error::none) return wrong;
  return check_party(t, t.seller, side::sell);
}

trade_result books::fees_of(trade_report const& t) const noexcept {
  auto const& m = market(t.market);
  auto const value = value_of(m, t.price, t.quantity);
  auto const fee = [&](party const& one) {
    return one.account == engine::outside_account
               ? amount{0}
               : rate_up(value, one.maker ? m.maker_fee : m.taker_fee);
  };
  return {error::none, fee(t.buyer), fee(t.seller)};
}

// What the order of a party had locked is free again. True: the venue closes by force.
bool books::consume_party(party const& one, lots quantity) {
  if (one.account == engine::outside_account) return false;
  auto& order = orders_.find(one.order)->second;
  transaction_.because(order.liquidation ? reason::liquidation : reason::trade);
  consume(one.order, order, quantity);
  return order.liquidation;
}

error books::settle(trade_report const& t, trade_result& result) {
  if (auto const wrong = check_trade(t); wrong != error::none) return wrong;
  result = fees_of(t);
  if (market(t.market).kind == market_kind::spot) return settle_spot(t, result);
  settle_perpetual(t, result);
  return error::none;
}

error books::settle_spot(trade_report const& t, trade_result const& fees) {
  auto const& m = market(t.market);
  auto const buyer = t.buyer.account, seller = t.seller.account;
  auto const free = [&] { return at(buyer, m.quote).total - at(buyer, m.quote).locked; };
  auto const free_before = free();
  consume_party(t.buyer, t.quantity);
  consume_party(t.seller, t.quantity);
  transaction_.because(reason::trade);
  post(buyer, seller, m.quote, value_of(m, t.price, t.quantity), reason::trade, t.trade);
  post(seller, buyer, m.base, amount{m.lot_units} * t.quantity, reason::trade, t.trade);
  post(buyer, fee_account, m.quote, fees.buyer_fee, reason::fee, t.trade);
  post(seller, fee_account, m.quote, fees.seller_fee, reason::fee, t.trade);
  bool const short_of_funds =
      buyer != engine::outside_account && free() < 0 && free() < free_before;
  return short_of_funds ? error::insufficient_funds : error::none;
}

// Both sides are booked before anybody pays for one that is bankrupt.
void books::settle_perpetual(trade_report const& t, trade_result const& fees) {
  auto const book = [&](party const& one, side which, amount fee) {
    transaction_.because(reason::trade);
    bool const liquidation = consume_party(one, t.quantity);
    return fill_position(
        {one.account, t.market, which, t.price, t.quantity, fee, liquidation, t.trade});
  };
  auto const buyer_lacks = book(t.buyer, side::buy, fees.buyer_fee);
  auto const seller_lacks = book(t.seller, side::sell, fees.seller_fee);
  cover(t.buyer.account, t.market, buyer_lacks, t.trade);
  cover(t.seller.account, t.market, seller_lacks, t.trade);
  cover_cross(t.buyer.account, t.market, t.trade);
  cover_cross(t.seller.account, t.market, t.trade);
}

}  // namespace exchange::accounts
