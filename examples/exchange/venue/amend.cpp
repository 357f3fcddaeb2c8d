#include "machine.hpp"

#include <algorithm>
#include <utility>

namespace exchange::venue {

void machine::run(amend_order const& c) {
  auto* const o = find_open(c.account, c.order, c.client_order_id);
  if (o == nullptr) return;
  auto const id = o->id;
  auto const market = o->market;
  auto const before = *o;
  auto changed = before;
  if (!amended(c, changed)) return;
  accounts::order_change more;
  more.order = id;
  more.quantity = changed.remaining;
  if (changed.reduce_only) more.quantity = std::min(more.quantity, reducible(changed));
  more.price = worst_price(changed);
  if (auto const wrong = house_.amend(more); wrong != engine::error::none) {
    return refuse(from(wrong));
  }
  engine::amend_order sent;
  sent.id = id;
  sent.account = c.account;
  if (c.price) sent.price = changed.price;
  if (c.quantity) sent.quantity = changed.remaining;
  if (c.stop_price) sent.stop_price = changed.stop_price;
  if (c.stop_price && stops_with_limit(changed)) sent.price = stop_limit_of(changed);
  *o = std::move(changed);
  auto const wrong = call(market, sent);
  result_.order = id;
  if (wrong == engine::error::none) return;
  house_.restore(id);
  orders_.find(id)->second = before;
  refuse(from(wrong));
}

// What the order is to be; false where it can't.
bool machine::amended(amend_order const& c, order& changed) noexcept {
  auto const wrong = [&](venue::error why, venue::field where) {
    refuse(why, where);
    return false;
  };
  auto const& steps = config_.instruments[changed.market].steps;
  if (!c.price && !c.quantity && !c.stop_price) return wrong(error::bad_request, field::quantity);
  if (c.price) {
    if (changed.type == order_type::stop) return wrong(error::bad_request, field::price);
    auto const price = steps.to_ticks(*c.price);
    if (price.error != engine::error::none) return wrong(from(price.error), field::price);
    changed.price = price.steps;
  }
  if (c.stop_price) {
    if (changed.status != order_status::untriggered) {
      return wrong(error::bad_request, field::stop_price);
    }
    auto const price = steps.to_ticks(*c.stop_price);
    if (price.error != engine::error::none) return wrong(from(price.error), field::stop_price);
    changed.stop_price = price.steps;
  }
  if (c.quantity) {
    auto const whole = steps.to_lots(*c.quantity);
    if (whole.error != engine::error::none) return wrong(from(whole.error), field::quantity);
    if (whole.steps <= changed.filled) return wrong(error::bad_quantity, field::quantity);
    changed.quantity = whole.steps;
    changed.remaining = whole.steps - changed.filled;
  }
  return true;
}

}  // namespace exchange::venue
