// What open orders lock.
#include "books.hpp"

#include <algorithm>

namespace exchange::accounts {

error books::check_request(order_request const& r) const noexcept {
  if (!known(r.account) || !known_market(r.market) || r.order == 0 || r.side > side::sell ||
      orders_.contains(r.order)) {
    return error::bad_request;
  }
  auto const& m = market(r.market);
  bool const forced = r.reduce_only || r.liquidation;
  if (forced && m.kind == market_kind::spot) return error::bad_request;
  if (r.liquidation && !r.reduce_only) return error::bad_request;
  return m.kind == market_kind::perpetual && marks_[r.market] == 0 ? error::market_closed
                                                                   : error::none;
}

error books::check_terms(market_config const& m, side which, lots quantity, ticks price,
                         amount value) const noexcept {
  bool const sale = m.kind == market_kind::spot && which == side::sell;
  bool const priced = price > 0 || (price == 0 && (value > 0 || sale));
  if (!priced || price > m.max_price) return error::bad_price;
  if (quantity <= 0 || quantity > m.max_quantity) return error::bad_quantity;
  bool const possible = 0 <= value && value <= amount{m.max_price} * quantity;
  return possible ? error::none : error::bad_price;
}

// The position to a side and all its open orders that may increase it, together.
error books::check_limit(reservation const& order, lots more) const noexcept {
  auto const& m = market(order.market);
  if (m.kind == market_kind::spot || order.reduce_only || more <= 0) return error::none;
  auto const& h = holding_of(order.account, order.market);
  auto const held = order.side == side::buy ? h.size : -h.size;
  auto const open = h.orders[engine::index_of(order.side)].quantity;
  return held + open + more > m.max_position ? error::risk_limit : error::none;
}

// Fees are reckoned for each lot by itself, so that however it is filled, there is enough.
void books::set_terms(reservation& order, lots quantity, ticks price, amount value) const noexcept {
  auto const& m = market(order.market);
  auto const worst_fee = std::max(m.maker_fee, m.taker_fee);
  order.price = price;
  auto const unit =
      value > 0 ? divide_up(value * m.tick_lot_value, quantity) : value_of(m, price, 1);
  if (m.kind == market_kind::spot) {
    order.unit_value = 0;
    order.unit_cost = order.side == side::sell ? m.lot_units : unit + rate_up(unit, worst_fee);
    return;
  }
  auto const mark = value_of(m, marks_[order.market], 1);
  auto const loss = order.side == side::buy ? unit - mark : mark - unit;
  order.unit_value = order.side == side::buy ? unit : std::max(unit, mark);
  order.unit_cost = std::max(loss, amount{0}) + rate_up(order.unit_value, worst_fee);
}

asset_id books::locked_asset(reservation const& order) const noexcept {
  auto const& m = market(order.market);
  return m.kind == market_kind::spot && order.side == side::sell ? m.base : m.quote;
}

// Locks for so many lots more, or less.
void books::lock_order(reservation const& order, lots quantity) {
  auto const& m = market(order.market);
  if (m.kind == market_kind::spot) {
    add(change(order.account, locked_asset(order)).locked, order.unit_cost * quantity);
    return;
  }
  if (order.reduce_only) return;
  auto& sum = change_holding(order.account, order.market).orders[engine::index_of(order.side)];
  sum.quantity += quantity;
  add(sum.value, order.unit_value * quantity);
  add(sum.cost, order.unit_cost * quantity);
  relock(order.account, order.market);
}

// After the lock: it must have been there, and what only closes may not cost more than stands
// behind the position.
error books::check_funds(reservation const& order, amount available_before) const noexcept {
  auto const& m = market(order.market);
  auto const left = available(order.account, locked_asset(order));
  if (left < 0 && left < available_before) return error::insufficient_funds;
  if (m.kind == market_kind::spot || order.liquidation) return error::none;
  auto const& h = holding_of(order.account, order.market);
  auto const closing = std::min(order.open, closable(order.side, h.size));
  if (closing == 0) return error::none;
  auto const behind =
      h.mode == margin_mode::cross
          ? cross_equity(order.account, m.quote)
          : h.margin + unrealized(h, m, marks_[order.market]) + std::max(left, amount{0});
  return order.unit_cost * closing > behind ? error::insufficient_funds : error::none;
}

error books::reserve(order_request const& r) {
  if (auto const wrong = check_request(r); wrong != error::none) return wrong;
  auto const price = r.liquidation ? marks_[r.market] : r.price;
  auto const value = r.liquidation ? amount{0} : r.value;
  if (auto const wrong = check_terms(market(r.market), r.side, r.quantity, price, value);
      wrong != error::none) {
    return wrong;
  }
  reservation order;
  order.account = r.account;
  order.market = r.market;
  order.side = r.side;
  order.reduce_only = r.reduce_only;
  order.liquidation = r.liquidation;
  order.open = r.quantity;
  set_terms(order, r.quantity, price, value);
  if (auto const wrong = check_limit(order, r.quantity); wrong != error::none) return wrong;
  return enter(r.order, order);
}

error books::enter(order_id id, reservation const& order) {
  auto const before = available(order.account, locked_asset(order));
  if (orders_.size() >= config_.max_orders) return error::overloaded;
  if (!order.liquidation) {
    auto& user = users_[order.account];
    if (user.open_orders >= config_.max_orders_an_account) return error::overloaded;
    ++user.open[order.market];
    ++user.open_orders;
  }
  orders_.emplace(id, order);
  created_ = id;
  lock_order(order, order.open);
  return check_funds(order, before);
}

error books::amend(order_change const& c) {
  auto const found = orders_.find(c.order);
  if (found == orders_.end()) return error::unknown_order;
  auto& order = found->second;
  if (auto const wrong = check_terms(market(order.market), order.side, c.quantity, c.price, 0);
      wrong != error::none) {
    return wrong;
  }
  auto const before = order;
  if (c.price == order.price && c.quantity <= order.open) {
    consume(c.order, order, order.open - c.quantity);
  } else if (auto const wrong = exchange_terms(c, order); wrong != error::none) {
    return wrong;
  }
  amended_ = {c.order, commands_ + 1, before};
  return error::none;
}

error books::exchange_terms(order_change const& c, reservation& order) {
  if (auto const wrong = check_limit(order, c.quantity - order.open); wrong != error::none) {
    return wrong;
  }
  auto const before = available(order.account, locked_asset(order));
  transaction_.touch(order, c.order);
  lock_order(order, -order.open);
  order.open = c.quantity;
  set_terms(order, c.quantity, c.price, 0);
  lock_order(order, order.open);
  return check_funds(order, before);
}

error books::restore(order_id id) {
  auto const [amended, number, before] = amended_;
  if (id == 0 || amended != id || number != commands_) return error::bad_request;
  auto& order = orders_.find(id)->second;
  transaction_.touch(order, id);
  lock_order(order, -order.open);
  order = before;
  lock_order(order, order.open);
  return error::none;
}

error books::release(order_id id, lots quantity) {
  auto const found = orders_.find(id);
  if (found == orders_.end()) return error::unknown_order;
  if (quantity <= 0 || quantity > found->second.open) return error::bad_quantity;
  consume(id, found->second, quantity);
  return error::none;
}

void books::consume(order_id id, reservation& order, lots quantity) {
  transaction_.touch(order, id);
  lock_order(order, -quantity);
  order.open -= quantity;
}

}  // namespace exchange::accounts
