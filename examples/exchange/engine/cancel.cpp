// Whatever takes away what is open: cancels, expiry, positions that shrank.
#include "matching_engine.hpp"

#include <algorithm>

namespace exchange::engine {
// The open order of that id, or nil and why not. The ids of placed orders rise, so those that are
// not open any more are told from those that never were without keeping any.
std::uint32_t matching_engine::owned(order_id id, account_id account, error& wrong) const noexcept {
  auto const at = id < outside_bit ? book_.find(id) : nil;
  if (at == nil) {
    bool const was = 0 < id && id <= last_id_;
    wrong = was ? error::order_closed : error::unknown_order;
    return nil;
  }
  if (account == outside_account || book_.order(at).account == account) return at;
  wrong = error::unknown_order;
  return nil;
}

error matching_engine::cancel(cancel_order const& which) noexcept {
  auto wrong = error::none;
  auto const at = owned(which.id, which.account, wrong);
  if (at == nil) [[unlikely]]
    return refuse(which.account, which.id, side::buy, wrong);
  cancel_open(at, reason::requested);
  return done();
}

error matching_engine::cancel_all(cancel_all_orders const& which) noexcept {
  if (which.account == outside_account || which.account > max_account) {
    return refuse(which.account, 0, side::buy, error::bad_request);
  }
  for (auto const* const ladder : {&book_.ladder(side::buy), &book_.ladder(side::sell),
                                   &book_.stops(side::buy), &book_.stops(side::sell)}) {
    cancel_orders_of(which.account, *ladder);
  }
  return done();
}

void matching_engine::cancel_orders_of(account_id account, price_ladder const& ladder) noexcept {
  for (auto at = ladder.best(); at != nil;) {
    auto const next_level = ladder.worse(at);
    for (auto order = book_.level(at).head; order != nil;) {
      auto const next = book_.order(order).next;
      if (book_.order(order).account == account) cancel_open(order, reason::cancel_all);
      order = next;
    }
    at = next_level;
  }
}

// Takes an order out of the book and tells its level.
void matching_engine::cancel_open(std::uint32_t order, reason why, event_kind kind) noexcept {
  auto const& one = book_.order(order);
  bool const stop = one.stop != 0;
  auto const which = one.side();
  auto const at = one.level;
  auto const& level = book_.level(at);
  auto const price = level.price;
  tell({kind, which, code_of(why), one.account, one.id, price, book_.open(order), 0, 0});
  book_.take_out(order);
  if (!stop) [[likely]]
    tell_level(which, price, level.quantity);
  if (level.orders == 0) (stop ? book_.stops(which) : book_.ladder(which)).erase(at);
}

// The level is left for the caller to tell and to tidy.
void matching_engine::cancel_in_level(std::uint32_t order, reason why, event_kind kind) noexcept {
  auto const& one = book_.order(order);
  tell({kind, one.side(), code_of(why), one.account, one.id, book_.level(one.level).price,
        book_.open(order), 0, 0});
  book_.take_out(order);
}

// What is left of an order that is not in the book.
void matching_engine::cancel_incoming(new_order const& o, lots open, reason why) noexcept {
  tell({event_kind::cancelled, o.side, code_of(why), o.account, o.id, o.price, open, 0, 0});
}

// Makes an order smaller where it stands; the level is left for the caller to tell.
void matching_engine::shrink(std::uint32_t order, lots by, reason why) noexcept {
  book_.shrink(order, by);
  auto const& one = book_.order(order);
  tell({event_kind::reduced, one.side(), code_of(why), one.account, one.id,
        book_.level(one.level).price, by, book_.open(order), 0});
}

error matching_engine::advance(advance_time const& time) noexcept {
  if (time.now > max_time) return refuse(0, 0, side::buy, error::bad_request);
  now_ = std::max(now_, time.now);
  while (!book_.expiries().empty()) {
    auto const first = book_.expiries().first();
    auto const& terms = book_.terms(first);
    if (terms.expires_at > now_) break;
    bool const day = terms.tif == time_in_force::day;
    cancel_open(first, day ? reason::day_end : reason::good_till_date, event_kind::expired);
  }
  return done();
}

// The market closes: day orders end, the oldest first.
void matching_engine::end_day() noexcept {
  some_orders_.clear();
  for (auto const order : book_.expiries().all()) {
    if (book_.terms(order).tif == time_in_force::day) some_orders_.push_back(order);
  }
  std::sort(some_orders_.begin(), some_orders_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return book_.order(a).id < book_.order(b).id;
  });
  for (auto const order : some_orders_) {
    cancel_open(order, reason::day_end, event_kind::expired);
  }
}

error matching_engine::change(change_position const& to) noexcept {
  if (to.position < -max_lots || to.position > max_lots) {
    return refuse(to.account, 0, side::buy, error::bad_quantity);
  }
  if (book_.positions().find(to.account) != nullptr) {
    book_.positions().set(to.account, to.position);
  }
  return done();
}

// No reduce-only order is larger than what it could reduce.
void matching_engine::enforce_positions() noexcept {
  for (auto const& entry : book_.positions().entries()) {
    if (!entry.changed) continue;
    some_orders_.clear();
    for (auto order = entry.first; order != nil; order = book_.terms(order).next_reduce_only) {
      some_orders_.push_back(order);
    }
    std::sort(some_orders_.begin(), some_orders_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return book_.order(a).id < book_.order(b).id;
    });
    for (auto const order : some_orders_) cut_to_position(order, entry.position);
  }
  book_.positions().settled();
}

void matching_engine::cut_to_position(std::uint32_t order, lots position) noexcept {
  auto const& one = book_.order(order);
  auto const most = reducible(one.side(), position);
  auto const open = book_.open(order);
  if (open <= most) return;
  if (most == 0) return cancel_open(order, reason::reduce_only);
  auto const shown = one.quantity;
  shrink(order, open - most, reason::reduce_only);
  auto const& level = book_.level(one.level);
  if (one.stop == 0 && one.quantity != shown) tell_level(one.side(), level.price, level.quantity);
}

}  // namespace exchange::engine
