// An order flow from outside, and the engine's own orders in its midst.
#include "matching_engine.hpp"

#include <algorithm>

namespace exchange::engine {
namespace {

bool is_venue_id(order_id id) { return 0 < id && id < outside_bit; }

}  // namespace

error matching_engine::outside(outside_add const& o) noexcept {
  auto const id = o.id | outside_bit;
  auto const refused = [&](error why) { return refuse(outside_account, id, o.side, why); };
  if (!is_venue_id(o.id) || o.side > side::sell || book_.find(id) != nil) {
    return refused(error::bad_request);
  }
  if (o.price <= 0 || o.price > config_.max_price) return refused(error::bad_price);
  if (!quantity_allowed(o.quantity)) return refused(error::bad_quantity);
  if (book_.full()) return refused(error::overloaded);
  auto const open = o.quantity - take_for_outside(o.side, o.price, o.quantity, nil);
  if (open > 0) {
    new_order stands;
    stands.id = id;
    stands.side = o.side;
    stands.price = o.price;
    stands.quantity = open;
    stands.self = self_trade::allow;
    rest(stands, open);
  }
  return done();
}

error matching_engine::outside(outside_reduce const& o) noexcept {
  auto const id = o.id | outside_bit;
  auto const at = is_venue_id(o.id) ? book_.find(id) : nil;
  if (at == nil) return refuse(outside_account, id, side::buy, error::unknown_order);
  auto const& one = book_.order(at);
  if (o.quantity <= 0 || o.quantity > one.quantity) {
    return refuse(outside_account, id, one.side(), error::bad_quantity);
  }
  if (o.quantity == one.quantity) {
    cancel_open(at, reason::outside);
  } else {
    shrink(at, o.quantity, reason::outside);
    tell_level(one.side(), book_.level(one.level).price, book_.level(one.level).quantity);
  }
  return done();
}

error matching_engine::outside(outside_delete const& o) noexcept {
  auto const id = o.id | outside_bit;
  auto const at = is_venue_id(o.id) ? book_.find(id) : nil;
  if (at == nil) return refuse(outside_account, id, side::buy, error::unknown_order);
  cancel_open(at, reason::outside);
  return done();
}

// The venue's order loses all that was executed, so that the book of the outside orders stays the
// venue's; the engine's own orders that stand before it are filled besides.
error matching_engine::outside(outside_execute const& o) noexcept {
  auto const id = o.id | outside_bit;
  auto const at = is_venue_id(o.id) ? book_.find(id) : nil;
  if (at == nil) return refuse(outside_account, id, side::buy, error::unknown_order);
  auto const& one = book_.order(at);
  if (o.quantity <= 0 || o.quantity > one.quantity) {
    return refuse(outside_account, id, one.side(), error::bad_quantity);
  }
  auto const which = one.side();
  auto const level_at = one.level;
  auto const& level = book_.level(level_at);
  take_for_outside(opposite(which), level.price, o.quantity, at);
  fill_resting(at, level.price, o.quantity, trade(opposite(which), level.price, o.quantity));
  finish_level(which, level_at);
  return done();
}

// Fills orders of accounts that an outside taker would meet, up to `limit` and before the order
// `before`, and passes by those of the outside flow. How much was filled.
lots matching_engine::take_for_outside(side taker, ticks limit, lots quantity,
                                       std::uint32_t before) noexcept {
  if (state_ != market_state::active) return 0;
  auto& against = book_.ladder(opposite(taker));
  lots filled = 0;
  for (auto at = against.best(); at != nil && filled < quantity;) {
    auto const price = book_.level(at).price;
    if (against.key_of(price) < against.key_of(limit)) break;
    auto const next = against.worse(at);
    auto const orders = book_.level(at).orders;
    auto const trades = last_trade_;
    // Once more where icebergs have shown more.
    while (auto const part = take_in_level(taker, at, quantity - filled, before)) filled += part;
    bool const met = last_trade_ != trades || book_.level(at).orders != orders;
    if (met) finish_level(opposite(taker), at);
    at = next;
  }
  return filled;
}

lots matching_engine::take_in_level(side taker, std::uint32_t level, lots quantity,
                                    std::uint32_t before) noexcept {
  auto const price = book_.level(level).price;
  lots filled = 0;
  for (auto order = book_.level(level).head;
       order != nil && order != before && filled < quantity;) {
    auto const next = book_.order(order).next;
    bool const account = book_.order(order).account != outside_account;
    if (account && fits_position(order)) {
      auto const part = std::min(book_.order(order).quantity, quantity - filled);
      fill_resting(order, price, part, trade(taker, price, part));
      filled += part;
    }
    order = next;
  }
  return filled;
}

}  // namespace exchange::engine
