// What the engines' events mean for orders, accounts and everybody who looks on.
#include "machine.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace exchange::venue {

using engine::event;
using engine::event_kind;

void machine::book(market_id market) {
  for (auto const& e : desks_[market]->events) {
    if (e.account == engine::outside_account) {
      book_public(market, e);
    } else {
      book_event(market, e);
    }
  }
  finish_trade(market);
  for (auto const id : std::exchange(to_cancel_, {})) {
    if (orders_.contains(id)) cancel(id, order_reason::price_band);
  }
}

void machine::book_public(market_id market, event const& e) {
  switch (e.kind) {
    case event_kind::trade:
      return begin_trade(market, e);
    case event_kind::filled_maker:
    case event_kind::filled_taker:
      return add_fill(market, e);
    case event_kind::level:
      outcomes_.emplace_back(level_changed{market, e.side, e.price, e.quantity});
      return;
    case event_kind::auction:
      outcomes_.emplace_back(auctioned{market, e.price, e.quantity, e.remaining, e.side});
      return;
    case event_kind::state:
      outcomes_.emplace_back(state_changed{market, e.state()});
      observe_premium(market);
      return;
    default:
      return;  // orders of an outside flow are the levels' business only
  }
}

void machine::book_event(market_id market, event const& e) {
  if (e.kind == event_kind::filled_maker || e.kind == event_kind::filled_taker) {
    return add_fill(market, e);
  }
  auto& o = orders_.at(e.order);
  switch (e.kind) {
    case event_kind::accepted:
      last_order_ = e.order;
      o.quantity = o.remaining = e.quantity;
      return tell(o, o.liquidation ? order_reason::liquidation : order_reason::placed);
    case event_kind::rested:
      if (stops_with_limit(o)) to_cancel_.push_back(o.id);
      return;
    case event_kind::cancelled:
      return close(o, order_status::cancelled, cancelled_for_.value_or(from(e.reason())));
    case event_kind::expired:
      return close(o, order_status::expired, from(e.reason()));
    case event_kind::reduced:
      return reduce(o, e);
    case event_kind::amended:
      o.remaining = e.quantity;
      o.quantity = o.filled + o.remaining;
      trim(o);
      return tell(o, order_reason::amended);
    case event_kind::triggered:
      o.status = order_status::open;
      return tell(o, order_reason::triggered);
    default:
      return;
  }
}

// A trade is complete with the fills of both sides; one of an outside flow may have none.
void machine::begin_trade(market_id market, event const& e) {
  finish_trade(market);
  trade_ = {e, ++last_trade_, nullptr, nullptr};
  outcomes_.emplace_back(traded{market, last_trade_, e.price, e.quantity, e.side});
}

void machine::add_fill(market_id market, event const& e) {
  (e.side == side::buy ? trade_.buyer : trade_.seller) = &e;
  if (trade_.buyer != nullptr && trade_.seller != nullptr) finish_trade(market);
}

void machine::finish_trade(market_id market) {
  auto const done = std::exchange(trade_, {});
  if (done.id == 0) return;
  auto const party = [](event const* e) {
    if (e == nullptr || e->account == engine::outside_account) return accounts::party{};
    return accounts::party{e->account, e->order, e->kind == event_kind::filled_maker};
  };
  accounts::trade_report report;
  report.market = market;
  report.trade = done.id;
  report.price = done.trade.price;
  report.quantity = done.trade.quantity;
  report.buyer = party(done.buyer);
  report.seller = party(done.seller);
  if (report.buyer.account == 0 && report.seller.account == 0) return;
  auto const booked = house_.settle(report);
  if (booked.error != engine::error::none) {
    throw std::logic_error("the accounts refuse a trade that the engine has made: " +
                           std::string(engine::name_of(booked.error)));
  }
  // Who stood there first is told first.
  bool const buyer_first = done.trade.side == side::sell;
  for (bool const buyer : {buyer_first, !buyer_first}) {
    auto const* const e = buyer ? done.buyer : done.seller;
    if (e == nullptr || e->account == engine::outside_account) continue;
    book_fill(market, *e, buyer ? booked.buyer_fee : booked.seller_fee, report.price, done.id);
  }
}

void machine::book_fill(market_id market, event const& e, amount fee, ticks price, trade_id id) {
  auto& o = orders_.at(e.order);
  o.filled += e.quantity;
  o.remaining = e.remaining;
  o.value += amount{price} * e.quantity;
  fill one{
      id,    o.id,       o.account, market, o.side,           e.kind == event_kind::filled_maker,
      price, e.quantity, fee,       now_,   o.client_order_id};
  outcomes_.emplace_back(filled{one});
  users_[o.account].fills.add(std::move(one), config_.max_fills);
  at_risk_.push_back(o.account);
  if (o.liquidation) {
    outcomes_.emplace_back(liquidated{market, o.account, price, e.quantity, o.side, false});
  }
  if (o.remaining == 0) {
    close(o, order_status::filled, order_reason::filled);
  } else {
    tell(o, order_reason::filled);
  }
}

void machine::reduce(order& o, event const& e) {
  o.quantity -= e.quantity;
  o.remaining = e.remaining;
  trim(o);
  tell(o, from(e.reason()));
}

// No more is reserved than is open. (Less is, of a market order that will not find enough.)
void machine::trim(order const& o) {
  auto const held = house_.reserved(o.id);
  if (held > o.remaining) house_.release(o.id, held - o.remaining);
}

void machine::tell(order& o, order_reason why) {
  o.reason = why;
  o.ts = now_;
  outcomes_.emplace_back(order_changed{o});
}

void machine::close(order& o, order_status status, order_reason why) {
  if (o.liquidation && o.remaining > 0) return take_over(o);
  o.status = status;
  o.remaining = 0;
  trim(o);
  tell(o, why);
  auto& user = users_[o.account];
  user.open.erase(std::ranges::lower_bound(user.open, o.id));
  auto const id = o.id;
  user.closed.add(std::move(o), config_.max_closed_orders);
  orders_.erase(id);
}

}  // namespace exchange::venue
