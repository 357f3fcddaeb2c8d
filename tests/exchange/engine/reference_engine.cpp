#include "reference_engine.hpp"

#include <algorithm>
#include <limits>

namespace exchange::engine {

reference_engine::reference_engine(engine_config const& config)
    : config_(config), state_(config.state) {
  set_reference(config.reference);
}

error reference_engine::apply(command const& one) {
  out.clear();
  return std::visit([&](auto const& what) { return run(what); }, one);
}

void reference_engine::end_command() {
  run_stops();
  traded_.clear();
  enforce_positions();
}

error reference_engine::run(new_order const& o) {
  auto wrong = wrong_with(o);
  if (wrong == error::none) wrong = crossing(o);
  if (wrong != error::none) return refuse(o.account, o.id, o.side, wrong);
  auto accepted = o;
  if (o.reduce_only) {
    positions_[o.account] = o.position;
    accepted.quantity = within_position(o);
  }
  last_id_ = o.id;
  tell(event_kind::accepted, o, o.price, accepted.quantity, accepted.quantity);
  if (o.type == order_type::stop || o.type == order_type::stop_limit) {
    wait_as_stop(accepted);
  } else {
    trade_and_rest(accepted);
  }
  end_command();
  return error::none;
}

error reference_engine::wrong_with(new_order const& o) const {
  using t = order_type;
  bool const at_once = o.tif == time_in_force::ioc || o.tif == time_in_force::fok;
  bool const stop = o.type == t::stop || o.type == t::stop_limit;
  bool const priced = o.type == t::limit || o.type == t::stop_limit;
  if (o.id <= last_id_ || o.id >= outside_bit) return error::bad_request;
  if (o.account == 0 || o.account > max_account) return error::bad_request;
  if (o.tif == time_in_force::gtd && o.expires_at <= now_) return error::bad_request;
  if (o.tif != time_in_force::gtd && o.expires_at != 0) return error::bad_request;
  if (stop && at_once) return error::bad_request;
  if (o.type == t::market && !at_once) return error::bad_request;
  if (!stop && o.stop_price != 0) return error::bad_request;
  if (!priced && o.price != 0) return error::bad_request;
  if (o.display != 0 && (!priced || at_once)) return error::bad_request;
  if (o.post_only && (o.type != t::limit || at_once)) return error::bad_request;
  if (!o.reduce_only && o.position != 0) return error::bad_request;
  if (state_ == market_state::auction && at_once) return error::market_closed;
  if (state_ != market_state::auction && state_ != market_state::active) {
    return error::market_closed;
  }
  auto const in_range = [&](ticks p) { return p > 0 && p <= config_.max_price; };
  if (o.type == t::limit && !price_allowed(o.side, o.price)) return error::bad_price;
  if (stop && !in_range(o.stop_price)) return error::bad_price;
  if (o.type == t::stop_limit && !in_range(o.price)) return error::bad_price;
  if (!quantity_allowed(o.quantity)) return error::bad_quantity;
  if (o.display < 0 || o.display > o.quantity) return error::bad_quantity;
  if (o.reduce_only) {
    if (o.side == side::buy ? o.position >= 0 : o.position <= 0) return error::risk_limit;
    bool const there = positions_.count(o.account) > 0;
    if (!there && positions_.size() >= config_.max_reduce_only_accounts) return error::overloaded;
  }
  std::size_t open = 0;
  for (auto const& half : {book_[0], book_[1], stops_[0], stops_[1]}) {
    for (auto const& [price, orders] : half) open += orders.size();
  }
  return open >= config_.max_orders && !at_once ? error::overloaded : error::none;
}

bool reference_engine::price_allowed(side which, ticks price) const {
  if (price <= 0 || price > config_.max_price) return false;
  return which == side::buy ? price <= band_high_ : price >= band_low_;
}

std::optional<ticks> reference_engine::best_against(side taker) const {
  auto const& against = book(opposite(taker));
  if (against.empty()) return std::nullopt;
  return taker == side::buy ? against.begin()->first : against.rbegin()->first;
}

bool reference_engine::crosses(new_order const& o) const {
  auto const best = best_against(o.side);
  if (!best) return false;
  bool const market = o.type == order_type::market;
  if (o.side == side::buy) return *best <= (market ? band_high_ : o.price);
  return *best >= (market ? band_low_ : o.price);
}

error reference_engine::crossing(new_order const& o) const {
  if (o.type == order_type::stop || o.type == order_type::stop_limit) return error::none;
  if (!crosses(o)) return error::none;
  if (o.post_only) return error::would_cross;
  bool const meets =
      state_ == market_state::active &&
      book(opposite(o.side)).at(*best_against(o.side)).front().o.account == o.account;
  return meets && o.self == self_trade::cancel_newest ? error::self_trade : error::none;
}

void reference_engine::trade_and_rest(new_order o) {
  auto const rest_goes = [&](reason why) {
    tell(event_kind::cancelled, o, o.price, o.quantity, 0, why);
  };
  if (o.tif == time_in_force::fok && !fillable(o)) return rest_goes(reason::fill_or_kill);
  if (state_ == market_state::active) match(o);
  if (o.quantity == 0) return;
  if (o.type == order_type::market) {
    bool const none = !best_against(o.side);
    rest_goes(none ? reason::no_liquidity : reason::price_band);
    if (!none && config_.band_action == band_action::halt) enter_state(market_state::halted);
  } else if (o.tif == time_in_force::ioc) {
    rest_goes(reason::immediate_or_cancel);
  } else {
    rest(o);
  }
}

// Tries it on a copy, in which nobody else's reduce-only orders are.
bool reference_engine::fillable(new_order const& taker) const {
  auto copy = *this;
  for (auto& [price, orders] : copy.of(opposite(taker.side))) {
    orders.remove_if([&](resting const& r) {
      return r.o.reduce_only && (r.o.account != taker.account || taker.self == self_trade::allow);
    });
  }
  std::erase_if(copy.of(opposite(taker.side)), [](auto const& one) { return one.second.empty(); });
  copy.out.clear();
  auto trial = taker;
  if (copy.state_ == market_state::active) copy.match(trial);
  lots filled = 0;
  for (auto const& e : copy.out) {
    if (e.kind == event_kind::filled_taker) filled += e.quantity;
  }
  return filled == taker.quantity;
}

void reference_engine::match(new_order& taker) {
  while (taker.quantity > 0 && crosses(taker)) {
    auto const price = *best_against(taker.side);
    match_queue(taker, price, of(opposite(taker.side))[price]);
    tell_level(opposite(taker.side), price);
    clean(opposite(taker.side), price);
  }
}

void reference_engine::match_queue(new_order& taker, ticks price, queue& makers) {
  while (taker.quantity > 0 && !makers.empty()) {
    auto const maker = makers.begin();
    if (maker->o.account == taker.account && taker.self != self_trade::allow) {
      if (!meet_own(taker, makers)) return;
      continue;
    }
    if (!fits_position(makers, maker, price)) continue;
    auto const q = std::min(maker->shown, taker.quantity);
    taker.quantity -= q;
    auto const id = trade(taker.side, price, q);
    fill_resting(makers, maker, price, price, q);
    tell(event_kind::filled_taker, taker, price, q, taker.quantity, reason::none, id);
    moved(taker.account, taker.side, q);
  }
}

// Whether the taker goes on.
bool reference_engine::meet_own(new_order& taker, queue& makers) {
  auto const maker = makers.begin();
  auto const price = maker->o.price;
  auto const taker_goes = [&] {
    tell(event_kind::cancelled, taker, taker.price, taker.quantity, 0, reason::self_trade);
    taker.quantity = 0;
    return false;
  };
  auto const maker_goes = [&] {
    tell(event_kind::cancelled, maker->o, price, maker->o.quantity, 0, reason::self_trade);
    makers.erase(maker);
    return true;
  };
  switch (taker.self) {
    case self_trade::allow:
      return true;
    case self_trade::cancel_newest:
      return taker_goes();
    case self_trade::cancel_oldest:
      return maker_goes();
    case self_trade::cancel_both:
      maker_goes();
      return taker_goes();
    case self_trade::decrement:
      break;
  }
  auto const by = std::min(maker->shown, taker.quantity);
  decrement(makers, maker, price, by);
  taker.quantity -= by;
  tell(taker.quantity > 0 ? event_kind::reduced : event_kind::cancelled, taker, taker.price, by,
       taker.quantity, reason::self_trade);
  return taker.quantity > 0;
}

void reference_engine::decrement(queue& makers, queue::iterator maker, ticks price, lots by) {
  maker->shown -= by;
  maker->o.quantity -= by;
  bool const left = maker->o.quantity > 0;
  tell(left ? event_kind::reduced : event_kind::cancelled, maker->o, price, by, maker->o.quantity,
       reason::self_trade);
  if (maker->shown == 0) show_more(makers, maker, price);
}

bool reference_engine::fits_position(queue& makers, queue::iterator maker, ticks price) {
  if (!maker->o.reduce_only) return true;
  auto const most = most_by_position(maker->o);
  auto const over = maker->o.quantity - most;
  if (over <= 0) return true;
  if (most == 0) {
    tell(event_kind::cancelled, maker->o, price, maker->o.quantity, 0, reason::reduce_only);
    makers.erase(maker);
    return false;
  }
  shrink(*maker, over);
  tell(event_kind::reduced, maker->o, price, over, maker->o.quantity, reason::reduce_only);
  return true;
}

void reference_engine::fill_resting(queue& makers, queue::iterator maker, ticks price,
                                    ticks own_price, lots q) {
  maker->shown -= q;
  maker->o.quantity -= q;
  tell(event_kind::filled_maker, maker->o, price, q, maker->o.quantity, reason::none, last_trade_);
  moved(maker->o.account, maker->o.side, q);
  if (maker->shown == 0) show_more(makers, maker, own_price);
}

// An order of which nothing is shown: it is gone, or shows more at the end of the queue.
void reference_engine::show_more(queue& makers, queue::iterator maker, ticks price) {
  if (maker->o.quantity == 0) {
    makers.erase(maker);
    return;
  }
  maker->shown = std::min(maker->o.display, maker->o.quantity);
  makers.splice(makers.end(), makers, maker);
  tell(event_kind::replenished, maker->o, price, maker->shown, maker->o.quantity);
}

void reference_engine::rest(new_order o) {
  if (o.tif == time_in_force::day && o.expires_at == 0) o.expires_at = day_end();
  auto const shown = o.display > 0 ? std::min(o.display, o.quantity) : o.quantity;
  of(o.side)[o.price].push_back({o, shown});
  tell(event_kind::rested, o, o.price, shown, o.quantity);
  tell_level(o.side, o.price);
}

void reference_engine::wait_as_stop(new_order o) {
  if (o.tif == time_in_force::day && o.expires_at == 0) o.expires_at = day_end();
  bool const reached = last_price_ != 0 && (o.side == side::buy ? last_price_ >= o.stop_price
                                                                : last_price_ <= o.stop_price);
  if (reached && state_ == market_state::active) return trigger(o);
  stops_[index_of(o.side)][o.stop_price].push_back({o, o.quantity});
}

void reference_engine::trigger(new_order o) {
  tell(event_kind::triggered, o, o.stop_price, o.quantity, o.quantity);
  o.stop_price = 0;
  bool const market = o.type == order_type::stop;
  o.type = market ? order_type::market : order_type::limit;
  if (market) o.tif = time_in_force::ioc;
  if (!market && !price_allowed(o.side, o.price)) {
    return tell(event_kind::cancelled, o, o.price, o.quantity, 0, reason::price_band);
  }
  if (o.reduce_only) {
    auto const most = most_by_position(o);
    if (most == 0)
      return tell(event_kind::cancelled, o, o.price, o.quantity, 0, reason::reduce_only);
    if (most < o.quantity) {
      tell(event_kind::reduced, o, o.price, o.quantity - most, most, reason::reduce_only);
      o.quantity = most;
    }
  }
  trade_and_rest(o);
}

void reference_engine::run_stops() {
  auto& buys = stops_[0];
  auto& sells = stops_[1];
  while (!traded_.empty() && state_ == market_state::active) {
    auto const pop = [&](prices& from, prices::iterator level) {
      auto const o = level->second.front().o;
      level->second.pop_front();
      if (level->second.empty()) from.erase(level);
      trigger(o);
    };
    if (!buys.empty() && buys.begin()->first <= *traded_.rbegin()) {
      pop(buys, buys.begin());
    } else if (!sells.empty() && sells.rbegin()->first >= *traded_.begin()) {
      pop(sells, std::prev(sells.end()));
    } else {
      return;
    }
  }
}

}  // namespace exchange::engine
