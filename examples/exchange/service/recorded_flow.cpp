#include "recorded_flow.hpp"

#include <algorithm>

namespace exchange::service {
namespace {

using action = venue::outside_order::action;
using venue::market_id;
using venue::side;
using venue::units;

venue::outside_order outside(market_id market, action what, venue::order_id order,
                             units quantity = 0) {
  venue::outside_order one;
  one.market = market;
  one.what = what;
  one.order = order;
  one.quantity = quantity;
  return one;
}

}  // namespace

recorded_flow::recorded_flow(venue::trading_venue const& of)
    : venue_(of), markets_(of.config().instruments.size()) {
  for (std::size_t i = 0; i < markets_.size(); ++i) {
    auto const& one = of.config().instruments[i];
    markets_[i].book = runes::order_book(one.price_decimals, one.quantity_decimals);
  }
}

// Who sees that a market is open is to find its book, and the other way round.
void recorded_flow::follow(step const& now, carry_out const& run) {
  auto const id = static_cast<market_id>(now.market);
  bool const opens = now.status == runes::instrument_status::active;
  if (now.status && !opens) change_state(id, *now.status, run);
  for (auto one : now.orders) change_order(id, one, run);
  if (now.orders.empty()) follow_levels(id, now, run);
  if (opens) change_state(id, *now.status, run);
}

void recorded_flow::follow_levels(market_id id, step const& now, carry_out const& run) {
  for (auto const& one : now.trades) {
    auto const which = one.taker == runes::side::buy ? side::sell : side::buy;  // that stood
    trade(id, which, one.price.units(), one.quantity.units(), run);
  }
  if (now.book) change_book(id, *now.book, run);
}

// Accounts may have met some of it, or all.
void recorded_flow::change_order(market_id id, venue::outside_order one, carry_out const& run) {
  one.market = id;
  if (one.what == action::add) return run(one);
  auto const part = std::min(one.quantity, open(id, one.order));
  auto const left = one.quantity - part;
  one.quantity = part;
  if (part > 0) run(one);
  if (one.what == action::execute && left > 0) trade(id, one.side, one.price, left, run);
}

void recorded_flow::change_state(market_id id, runes::instrument_status to,
                                 carry_out const& run) const {
  bool const active = to == runes::instrument_status::active;
  run(venue::change_state{id,
                          active ? venue::market_state::active : venue::market_state::suspended});
}

void recorded_flow::change_book(market_id id, book_update const& update, carry_out const& run) {
  auto& of = markets_[id];
  if (update.whole) of.book.clear();
  of.book.apply(update.levels);
  // A perpetual without a mark price takes no orders. Later the book goes first, so that nobody is
  // liquidated against prices that are gone.
  bool const is_first = venue_.accounts().mark(id) == 0;
  if (is_first) set_mark(id, run);
  if (update.whole) {
    for (auto const which : {side::buy, side::sell}) {
      for (auto& [price, orders] : of.sides[index_of(which)]) {
        for (auto const order : orders) run(outside(id, action::remove, order));
      }
      of.sides[index_of(which)].clear();
    }
  }
  for (auto const& each : update.levels.bids) set_level(id, side::buy, each, run);
  for (auto const& each : update.levels.asks) set_level(id, side::sell, each, run);
  if (!is_first) set_mark(id, run);
}

void recorded_flow::set_mark(market_id id, carry_out const& run) const {
  auto const& one = venue_.config().instruments[id];
  auto const bid = markets_[id].book.best_bid();
  auto const ask = markets_[id].book.best_ask();
  if (one.market.kind != accounts::market_kind::perpetual || !bid || !ask) return;
  auto const middle = (bid->price.units() + ask->price.units()) / 2;
  auto const mark = middle - middle % one.steps.tick_units;
  if (mark != one.steps.price_units(venue_.accounts().mark(id))) run(venue::set_mark{id, mark});
}

// To be all that is there: accounts may have met some of it since the last time.
void recorded_flow::set_level(market_id id, side which, runes::level const& to,
                              carry_out const& run) {
  auto& all = markets_[id].sides[index_of(which)];
  auto const price = to.price.units();
  auto& orders = all[price];
  forget_closed(id, orders);
  units there = 0;
  for (auto const order : orders) there += open(id, order);
  auto const more = to.quantity.units() - there;
  if (more > 0) add(id, which, price, more, orders, run);
  if (more < 0) take_from_back(id, orders, -more, run);
  if (orders.empty()) all.erase(price);
}

// What was traded stood there, also where the recorded book does not show it any more.
void recorded_flow::trade(market_id id, side which, units price, units left, carry_out const& run) {
  auto& all = markets_[id].sides[index_of(which)];
  auto& orders = all[price];
  forget_closed(id, orders);
  for (std::size_t i = 0; i < orders.size() && left > 0; ++i) {
    auto const part = std::min(left, open(id, orders[i]));
    if (part > 0) run(outside(id, action::execute, orders[i], part));
    left -= part;
  }
  if (left > 0) {
    add(id, which, price, left, orders, run);
    auto const part = orders.empty() ? 0 : open(id, orders.back());
    if (part > 0) run(outside(id, action::execute, orders.back(), part));
  }
  forget_closed(id, orders);
  if (orders.empty()) all.erase(price);
}

units recorded_flow::open(market_id id, venue::order_id order) const {
  auto const found = venue_.engine(id).find(order | engine::outside_bit);
  if (!found) return 0;
  auto const& steps = venue_.config().instruments[id].steps;
  return static_cast<units>(steps.quantity_units(found->quantity));
}

void recorded_flow::add(market_id id, side which, units price, units quantity, level& to,
                        carry_out const& run) {
  auto one = outside(id, action::add, ++last_, quantity);
  one.side = which;
  one.price = price;
  run(one);
  if (open(id, last_) > 0) to.push_back(last_);  // else it was refused, or met by accounts
}

void recorded_flow::take_from_back(market_id id, level& from, units quantity,
                                   carry_out const& run) const {
  while (quantity > 0 && !from.empty()) {
    auto const there = open(id, from.back());
    if (there > quantity) return run(outside(id, action::reduce, from.back(), quantity));
    run(outside(id, action::remove, from.back()));
    from.pop_back();
    quantity -= there;
  }
}

// Those that are gone, met by accounts.
void recorded_flow::forget_closed(market_id id, level& of) const {
  std::erase_if(of, [&](venue::order_id order) { return open(id, order) == 0; });
}

}  // namespace exchange::service
