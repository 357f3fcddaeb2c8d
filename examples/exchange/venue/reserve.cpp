// The check before the engine is called: what an order may cost is locked.
#include "machine.hpp"

#include <algorithm>

namespace exchange::venue {
namespace {

// What a market order of this account would trade with now, but for its own orders: the quantity,
// and its value in ticks × lots.
engine::estimate_result walk(engine::matching_engine const& engine, side which, lots quantity,
                             account_id account) noexcept {
  engine::estimate_result found;
  auto const& book = engine.book();
  auto const& against = book.ladder(engine::opposite(which));
  for (auto at = against.best(); at != engine::nil && quantity > 0; at = against.worse(at)) {
    auto const& level = book.level(at);
    lots there = 0;
    for (auto o = level.head; o != engine::nil; o = book.order(o).next) {
      if (book.order(o).account != account) there += book.open(o);
    }
    auto const part = std::min(quantity, there);
    quantity -= part;
    found.quantity += part;
    found.value += amount{level.price} * part;
  }
  return found;
}

}  // namespace

lots machine::reducible(order const& o) const noexcept {
  return engine::reducible(o.side, house_.position_size(o.account, o.market));
}

ticks machine::worst_price(order const& o) const noexcept {
  if (stops_with_limit(o)) return stop_limit_of(o);
  return o.type == order_type::stop ? o.stop_price : o.price;
}

// A market order locks what it will trade, and not less than a lot, so that one that finds nobody
// still is an order. Fees are rounded up by fill, and reserved by lot at the average price: a unit
// more for each lot covers the difference.
venue::error machine::reserve(order const& o) {
  accounts::order_request r;
  r.market = o.market;
  r.account = o.account;
  r.order = o.id;
  r.side = o.side;
  r.quantity = o.remaining;
  r.price = worst_price(o);
  r.reduce_only = o.reduce_only;
  if (o.type == order_type::market) {
    auto const found = walk(desks_[o.market]->engine, o.side, o.remaining, o.account);
    bool const sale = o.side == side::sell && !perpetual(o.market);
    if (!sale) r.quantity = std::max<lots>(found.quantity, 1);
    auto const unit = house_.config().markets[o.market].tick_lot_value;
    auto const slack = (amount{r.quantity} + unit - 1) / unit;
    auto const most = amount{house_.config().markets[o.market].max_price} * r.quantity;
    r.value = std::min(std::max(found.value, amount{1}) + slack, most);
  }
  return from(house_.reserve(r));
}

}  // namespace exchange::venue
