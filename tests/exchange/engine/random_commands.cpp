#include "random_commands.hpp"

#include <algorithm>

namespace exchange::engine {

ticks random_commands::some_price() {
  if (one_in(100)) return static_cast<ticks>(below(3)) - 1;
  auto const steps = static_cast<std::uint64_t>((where_.high - where_.low) / where_.spacing + 1);
  return where_.low + static_cast<ticks>(below(steps)) * where_.spacing;
}

lots random_commands::some_quantity() {
  if (one_in(100)) return static_cast<lots>(below(3)) - 1;
  return 1 + static_cast<lots>(below(static_cast<std::uint64_t>(where_.most)));
}

// One of those placed lately, so perhaps open.
order_id random_commands::known_id() {
  if (one_in(50)) return last_id_ + 1 + below(5);
  return last_id_ - std::min(last_id_, static_cast<order_id>(below(60)));
}

order_id random_commands::fresh_id() {
  if (one_in(50)) return known_id();
  return last_id_ += 1 + (one_in(4) ? below(3) : 0);
}

new_order random_commands::some_order() {
  new_order o;
  o.id = fresh_id();
  o.account = some_account();
  o.side = some_side();
  o.price = some_price();
  o.quantity = some_quantity();
  o.self = static_cast<self_trade>(below(5));
  if (one_in(2)) make_special(o);
  return o;
}

void random_commands::make_special(new_order& o) {
  o.type = static_cast<order_type>(below(4));
  o.tif = static_cast<time_in_force>(below(5));
  bool const stop = o.type == order_type::stop || o.type == order_type::stop_limit;
  bool const market = o.type == order_type::market || o.type == order_type::stop;
  if (market && !one_in(20)) o.price = 0;
  if (stop || one_in(40)) o.stop_price = some_price();
  if (o.type == order_type::market && !one_in(20)) {
    o.tif = one_in(3) ? time_in_force::fok : time_in_force::ioc;
  }
  if (stop && !one_in(20) && (o.tif == time_in_force::ioc || o.tif == time_in_force::fok)) {
    o.tif = time_in_force::gtc;
  }
  if (o.tif == time_in_force::gtd || one_in(40)) {
    o.expires_at = now_ + static_cast<micros>(below(300));
  }
  bool const rests = !market && o.tif != time_in_force::ioc && o.tif != time_in_force::fok;
  if ((rests && one_in(3)) || one_in(40)) o.display = 1 + static_cast<lots>(below(4));
  if ((rests && !stop && one_in(5)) || one_in(40)) o.post_only = true;
  if (one_in(3)) {
    o.reduce_only = true;
    auto const held = static_cast<lots>(below(20));
    o.position = one_in(10) != (o.side == side::buy) ? -held : held;
  }
}

amend_order random_commands::some_amend() {
  amend_order change;
  change.id = known_id();
  change.account = one_in(4) ? some_account() : outside_account;
  if (one_in(2)) change.price = some_price();
  if (one_in(2)) change.quantity = some_quantity();
  if (one_in(6)) change.stop_price = some_price();
  return change;
}

mass_quote random_commands::some_quotes() {
  quotes_.clear();
  auto const middle = some_price();
  for (auto left = below(6); left > 0; --left) {
    quote q;
    q.id = one_in(2) ? known_id() : fresh_id();
    q.side = some_side();
    auto const distance = static_cast<ticks>(below(4)) * where_.spacing;
    q.price = q.side == side::buy ? middle - distance : middle + distance;
    q.quantity = one_in(6) ? 0 : some_quantity();
    quotes_.push_back(q);
  }
  return {some_account(), quotes_};
}

command random_commands::some_outside() {
  auto const id = last_outside_ - std::min(last_outside_, static_cast<order_id>(below(30)));
  switch (below(6)) {
    case 0:
      return outside_reduce{id, some_quantity()};
    case 1:
      return outside_delete{id};
    case 2:
      return outside_execute{id, some_quantity()};
    default:
      return outside_add{one_in(30) ? id : ++last_outside_, some_price(), some_quantity(),
                         some_side()};
  }
}

// Back to trading soon, most of the time.
market_state random_commands::next_state(market_state state) {
  if (one_in(10)) return static_cast<market_state>(below(5));
  switch (state) {
    case market_state::closed:
    case market_state::halted:
      return market_state::auction;
    case market_state::auction:
    case market_state::suspended:
      return market_state::active;
    case market_state::active:
      return static_cast<market_state>(below(5));
  }
  return market_state::active;
}

command random_commands::next(market_state state) {
  auto const often = state == market_state::active    ? 150u
                     : state == market_state::auction ? 25u
                                                      : 4u;
  if (where_.states && one_in(often)) return change_state{next_state(state)};
  auto const drawn = below(100);
  if (drawn < 55) return some_order();
  if (drawn < 65) return cancel_order{known_id(), one_in(4) ? some_account() : outside_account};
  if (drawn < 77) return some_amend();
  if (drawn < 83) return some_quotes();
  if (drawn < 84) return cancel_all_orders{one_in(20) ? 0 : some_account()};
  if (drawn < 87) return advance_time{now_ += static_cast<micros>(below(30))};
  if (drawn < 88) return change_reference{some_price()};
  if (drawn < 90) {
    return change_position{some_account(), static_cast<lots>(below(30)) - 15};
  }
  if (where_.outside) return some_outside();
  return some_order();
}

}  // namespace exchange::engine
