// Stop orders: they wait for a trade at or beyond their stop price, and come as new then.
#include "matching_engine.hpp"

#include <algorithm>

namespace exchange::engine {

// A stop that the last trade has reached already is triggered at once.
void matching_engine::place_stop(new_order const& o, lots open) noexcept {
  bool const reached = last_price_ != 0 && (o.side == side::buy ? last_price_ >= o.stop_price
                                                                : last_price_ <= o.stop_price);
  auto stop = o;
  stop.quantity = open;
  if (reached && state_ == market_state::active) {
    if (o.tif == time_in_force::day && o.expires_at == 0) stop.expires_at = day_end();
    trigger(stop);
  } else {
    enter(stop, open, 0);
  }
}

// Buy stops first, the lowest first; then sell stops, the highest first; at one price the oldest
// first. One that is triggered trades before the next is looked at, and its trades count too.
void matching_engine::run_stops() noexcept {
  auto const& buys = book_.stops(side::buy);
  auto const& sells = book_.stops(side::sell);
  while (traded_ && state_ == market_state::active) {
    if (buys.best_key() >= buys.key_of(high_)) {
      trigger(book_.level(buys.best()).head);
    } else if (sells.best_key() >= sells.key_of(low_)) {
      trigger(book_.level(sells.best()).head);
    } else {
      break;
    }
  }
}

void matching_engine::trigger(std::uint32_t order) noexcept {
  auto const o = book_.describe(order);
  book_.remove(order);
  trigger(o);
}

// Precondition: it is not in the book.
void matching_engine::trigger(new_order o) noexcept {
  tell(
      {event_kind::triggered, o.side, 0, o.account, o.id, o.stop_price, o.quantity, o.quantity, 0});
  o.stop_price = 0;
  if (o.type == order_type::stop) {
    o.type = order_type::market;
    o.tif = time_in_force::ioc;
  } else {
    o.type = order_type::limit;
    if (!price_allowed(o.side, o.price)) {
      return cancel_incoming(o, o.quantity, reason::price_band);
    }
  }
  if (o.reduce_only) {
    auto const fits = within_position(o);
    if (fits == 0) return cancel_incoming(o, o.quantity, reason::reduce_only);
    if (fits < o.quantity) {
      tell({event_kind::reduced, o.side, static_cast<std::uint16_t>(reason::reduce_only), o.account,
            o.id, o.price, o.quantity - fits, fits, 0});
    }
    o.quantity = fits;
  }
  trade_and_rest(o, o.quantity, limit_of(o));
}

}  // namespace exchange::engine
