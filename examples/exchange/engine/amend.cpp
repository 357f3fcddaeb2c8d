// Orders that change, one by one or as the quotes of a market maker.
#include "matching_engine.hpp"

#include <algorithm>

namespace exchange::engine {

error matching_engine::amend(amend_order const& change) noexcept {
  auto wrong = error::none;
  auto const at = owned(change.id, change.account, wrong);
  if (at == nil) return refuse(change.account, change.id, side::buy, wrong);
  auto const now = book_.describe(at);
  auto changed = now;
  if (change.price != keep) changed.price = change.price;
  if (change.quantity != keep) changed.quantity = change.quantity;
  if (change.stop_price != keep) changed.stop_price = change.stop_price;
  wrong = check_amend(now, change, changed);
  if (wrong != error::none) return refuse(now.account, now.id, now.side, wrong);
  changed.quantity = within_position(changed);
  bool const stop = book_.order(at).stop != 0;
  if (stop) {
    amend_stop(at, now, changed);
  } else if (changed.price == now.price && changed.quantity <= now.quantity) {
    shrink_in_place(at, changed.quantity);
  } else {
    wrong = check_crossing(changed, limit_of(changed));
    if (wrong != error::none) return refuse(now.account, now.id, now.side, wrong);
    withdraw(at);
    tell_amended(changed);
    trade_and_rest(changed, changed.quantity, limit_of(changed));
  }
  return done();
}

error matching_engine::check_amend(new_order const& now, amend_order const& change,
                                   new_order const& changed) const noexcept {
  if (state_ != market_state::active && state_ != market_state::auction) {
    return error::market_closed;
  }
  bool const stop = now.type >= order_type::stop;
  if (change.stop_price != keep && !stop) return error::bad_request;
  if (change.price != keep && now.type == order_type::stop) return error::bad_request;
  if (stop) {
    if (auto const wrong = check_amounts(changed); wrong != error::none) return wrong;
  } else if (!price_allowed(now.side, changed.price) && changed.price != now.price) {
    return error::bad_price;
  }
  return quantity_allowed(changed.quantity) ? error::none : error::bad_quantity;
}

// An order of a reduce-only kind grows no further than its account's position.
lots matching_engine::within_position(new_order const& o) const noexcept {
  if (!o.reduce_only) return o.quantity;
  return std::min(o.quantity, reducible(o.side, book_.positions().find(o.account)->position));
}

void matching_engine::tell_amended(new_order const& o) noexcept {
  tell({event_kind::amended, o.side, 0, o.account, o.id, o.price, o.quantity, o.quantity, 0});
}

void matching_engine::shrink_in_place(std::uint32_t order, lots quantity) noexcept {
  auto const shown = book_.order(order).quantity;
  book_.shrink(order, book_.open(order) - quantity);
  auto const& one = book_.order(order);
  tell_amended(book_.describe(order));
  if (one.quantity == shown) return;
  auto const& level = book_.level(one.level);
  tell_level(one.side(), level.price, level.quantity);
}

// Out of the book, to come back in.
void matching_engine::withdraw(std::uint32_t order) noexcept {
  auto const& one = book_.order(order);
  auto const which = one.side();
  auto const at = one.level;
  auto const& level = book_.level(at);
  book_.take_out(order);
  tell_level(which, level.price, level.quantity);
  book_.tidy(book_.ladder(which), at);
}

// A stop keeps its place where its stop price stays and it does not grow; else it is as if it came
// now, and may be triggered at once.
void matching_engine::amend_stop(std::uint32_t order, new_order const& now,
                                 new_order const& changed) noexcept {
  tell_amended(changed);
  if (changed.stop_price == now.stop_price && changed.quantity <= now.quantity) {
    book_.shrink(order, now.quantity - changed.quantity);
    book_.terms(order).price = changed.price;
    return;
  }
  book_.remove(order);
  place_stop(changed, changed.quantity);
}

error matching_engine::quote_all(mass_quote const& quotes) noexcept {
  auto const account = quotes.account;
  if (account == outside_account || account > max_account || quotes.quotes.empty() ||
      quotes.quotes.size() > config_.max_quotes) {
    return refuse(account, 0, side::buy, error::bad_request);
  }
  if (state_ != market_state::active && state_ != market_state::auction) {
    return refuse(account, 0, side::buy, error::market_closed);
  }
  moved_quotes_.clear();
  for (auto const& one : quotes.quotes) {
    if (!change_quote(account, one)) moved_quotes_.push_back(take_quote(account, one));
  }
  for (auto const& one : moved_quotes_) return_quote(one);
  return done();
}

// What has to enter the book; out of it where it is in there.
matching_engine::moved_quote matching_engine::take_quote(account_id account,
                                                         quote const& one) noexcept {
  auto const at = book_.find(one.id);
  moved_quote taken{{}, at == nil};
  auto& o = taken.order;
  if (taken.fresh) {
    o.id = one.id;
    o.account = account;
    o.side = one.side;
    o.post_only = true;
  } else {
    o = book_.describe(at);
    withdraw(at);
  }
  o.price = one.price;
  o.quantity = one.quantity;
  if (!taken.fresh) o.quantity = within_position(o);
  return taken;
}

// Everything that is done where the order stands; false for what has to enter the book, anew or
// for the first time.
bool matching_engine::change_quote(account_id account, quote const& one) noexcept {
  auto wrong = error::none;
  auto const at = owned(one.id, account, wrong);
  if (at == nil) {
    bool const fresh = wrong == error::unknown_order && one.id > last_id_ && one.quantity != 0 &&
                       one.id < outside_bit;
    if (!fresh) refuse(account, one.id, one.side, wrong);
    return !fresh;
  }
  auto const now = book_.describe(at);
  if (now.side != one.side || now.type != order_type::limit) {
    wrong = error::bad_request;
  } else if (one.quantity == 0) {
    cancel_open(at, reason::requested);
    return true;
  } else if (one.price != now.price && !price_allowed(one.side, one.price)) {
    wrong = error::bad_price;
  } else if (!quantity_allowed(one.quantity)) {
    wrong = error::bad_quantity;
  }
  if (wrong != error::none) {
    refuse(account, one.id, one.side, wrong);
    return true;
  }
  if (one.price != now.price || one.quantity > now.quantity) return false;
  shrink_in_place(at, one.quantity);
  return true;
}

void matching_engine::return_quote(moved_quote const& moved) noexcept {
  auto const& o = moved.order;
  if (moved.fresh) {
    admit(o);
  } else if (book_.ladder(opposite(o.side)).best_key() >= limit_of(o)) {
    cancel_incoming(o, o.quantity, reason::would_cross);
  } else {
    tell_amended(o);
    rest(o, o.quantity);
  }
}

}  // namespace exchange::engine
