// The reference's cancels, amendments, quotes, expiry and positions.
#include "reference_engine.hpp"

#include <algorithm>

namespace exchange::engine {

std::vector<reference_engine::place_of> reference_engine::all_orders() {
  std::vector<place_of> all;
  for (auto* half : {&book_[0], &book_[1], &stops_[0], &stops_[1]}) {
    for (auto& [price, orders] : *half) {
      for (auto at = orders.begin(); at != orders.end(); ++at) all.push_back({half, price, at});
    }
  }
  return all;
}

std::optional<reference_engine::place_of> reference_engine::find(order_id id) {
  for (auto const& one : all_orders()) {
    if (one.order().o.id == id) return one;
  }
  return std::nullopt;
}

std::optional<reference_engine::place_of> reference_engine::owned(order_id id, account_id account,
                                                                  error& wrong) {
  wrong = id > 0 && id <= last_id_ ? error::order_closed : error::unknown_order;
  auto const found = id < outside_bit ? find(id) : std::nullopt;
  if (!found) return std::nullopt;
  wrong = error::unknown_order;
  if (account != 0 && found->order().o.account != account) return std::nullopt;
  wrong = error::none;
  return found;
}

void reference_engine::take_out(place_of const& where) {
  auto& orders = (*where.in)[where.price];
  orders.erase(where.at);
  if (orders.empty()) where.in->erase(where.price);
}

void reference_engine::cancel_open(place_of const& where, reason why, event_kind kind) {
  auto const o = where.order().o;
  bool const stop = where.in == &stops_[0] || where.in == &stops_[1];
  tell(kind, o, where.price, o.quantity, 0, why);
  take_out(where);
  if (!stop) tell_level(o.side, where.price);
}

void reference_engine::shrink(resting& one, lots by) {
  auto const hidden = one.o.quantity - one.shown;
  one.o.quantity -= by;
  if (by > hidden) one.shown -= by - hidden;
}

error reference_engine::run(cancel_order const& which) {
  auto wrong = error::none;
  auto const found = owned(which.id, which.account, wrong);
  if (!found) return refuse(which.account, which.id, side::buy, wrong);
  cancel_open(*found, reason::requested);
  end_command();
  return error::none;
}

error reference_engine::run(cancel_all_orders const& which) {
  if (which.account == 0 || which.account > max_account) {
    return refuse(which.account, 0, side::buy, error::bad_request);
  }
  auto const go = [&](prices& half, bool highest_first) {
    std::vector<ticks> in_order;
    for (auto const& [price, orders] : half) in_order.push_back(price);
    if (highest_first) std::reverse(in_order.begin(), in_order.end());
    for (auto const price : in_order) {
      std::vector<place_of> mine;
      for (auto const& one : all_orders()) {
        bool const here = one.in == &half && one.price == price;
        if (here && one.order().o.account == which.account) mine.push_back(one);
      }
      for (auto const& one : mine) cancel_open(one, reason::cancel_all);
    }
  };
  go(book_[0], true);
  go(book_[1], false);
  go(stops_[0], false);
  go(stops_[1], true);
  end_command();
  return error::none;
}

lots reference_engine::most_by_position(new_order const& o) const {
  auto const position = positions_.at(o.account);
  return std::max<lots>(0, o.side == side::buy ? -position : position);
}

lots reference_engine::within_position(new_order const& o) const {
  return o.reduce_only ? std::min(o.quantity, most_by_position(o)) : o.quantity;
}

void reference_engine::amend_in_place(place_of const& where, lots quantity) {
  auto& one = where.order();
  auto const shown = one.shown;
  shrink(one, one.o.quantity - quantity);
  tell(event_kind::amended, one.o, one.o.price, quantity, quantity);
  if (one.shown != shown) tell_level(one.o.side, where.price);
}

error reference_engine::run(amend_order const& change) {
  auto wrong = error::none;
  auto const found = owned(change.id, change.account, wrong);
  if (!found) return refuse(change.account, change.id, side::buy, wrong);
  auto const now = found->order().o;
  auto const no = [&](error why) { return refuse(now.account, now.id, now.side, why); };
  auto then = now;
  if (change.price != keep) then.price = change.price;
  if (change.quantity != keep) then.quantity = change.quantity;
  if (change.stop_price != keep) then.stop_price = change.stop_price;
  bool const stop = now.type == order_type::stop || now.type == order_type::stop_limit;
  auto const in_range = [&](ticks p) { return p > 0 && p <= config_.max_price; };
  if (state_ != market_state::active && state_ != market_state::auction) {
    return no(error::market_closed);
  }
  if (change.stop_price != keep && !stop) return no(error::bad_request);
  if (change.price != keep && now.type == order_type::stop) return no(error::bad_request);
  if (stop && !in_range(then.stop_price)) return no(error::bad_price);
  if (now.type == order_type::stop_limit && !in_range(then.price)) return no(error::bad_price);
  if (!stop && then.price != now.price && !price_allowed(now.side, then.price)) {
    return no(error::bad_price);
  }
  if (!quantity_allowed(then.quantity)) return no(error::bad_quantity);
  then.quantity = within_position(then);
  if (stop) {
    tell(event_kind::amended, then, then.price, then.quantity, then.quantity);
    if (then.stop_price == now.stop_price && then.quantity <= now.quantity) {
      found->order() = {then, then.quantity};
    } else {
      take_out(*found);
      wait_as_stop(then);
    }
  } else if (then.price == now.price && then.quantity <= now.quantity) {
    amend_in_place(*found, then.quantity);
  } else {
    if (auto const e = crossing(then); e != error::none) return no(e);
    take_out(*found);
    tell_level(now.side, now.price);
    tell(event_kind::amended, then, then.price, then.quantity, then.quantity);
    trade_and_rest(then);
  }
  end_command();
  return error::none;
}

error reference_engine::run(mass_quote const& quotes) {
  auto const account = quotes.account;
  if (account == 0 || account > max_account || quotes.quotes.empty() ||
      quotes.quotes.size() > config_.max_quotes) {
    return refuse(account, 0, side::buy, error::bad_request);
  }
  if (state_ != market_state::active && state_ != market_state::auction) {
    return refuse(account, 0, side::buy, error::market_closed);
  }
  std::vector<std::pair<new_order, bool>> later;  // and whether it is new
  for (auto const& q : quotes.quotes) {
    auto wrong = error::none;
    auto const found = owned(q.id, account, wrong);
    auto const no = [&](error why) { refuse(account, q.id, q.side, why); };
    if (!found) {
      if (wrong == error::unknown_order && q.id > last_id_ && q.id < outside_bit &&
          q.quantity != 0) {
        new_order o;
        o.id = q.id;
        o.account = account;
        o.side = q.side;
        o.price = q.price;
        o.quantity = q.quantity;
        o.post_only = true;
        later.emplace_back(o, true);
      } else {
        no(wrong);
      }
      continue;
    }
    auto const now = found->order().o;
    if (now.side != q.side || now.type != order_type::limit) {
      no(error::bad_request);
    } else if (q.quantity == 0) {
      cancel_open(*found, reason::requested);
    } else if (q.price != now.price && !price_allowed(q.side, q.price)) {
      no(error::bad_price);
    } else if (!quantity_allowed(q.quantity)) {
      no(error::bad_quantity);
    } else if (q.price == now.price && q.quantity <= now.quantity) {
      amend_in_place(*found, q.quantity);
    } else {
      take_out(*found);
      tell_level(now.side, now.price);
      auto then = now;
      then.price = q.price;
      then.quantity = q.quantity;
      then.quantity = within_position(then);
      later.emplace_back(then, false);
    }
  }
  for (auto const& [o, fresh] : later) {
    auto wrong = fresh ? wrong_with(o) : error::none;
    if (fresh && wrong == error::none) wrong = crossing(o);
    if (wrong != error::none) {
      refuse(o.account, o.id, o.side, wrong);
    } else if (fresh) {
      last_id_ = o.id;
      tell(event_kind::accepted, o, o.price, o.quantity, o.quantity);
      rest(o);
    } else if (crosses(o)) {
      tell(event_kind::cancelled, o, o.price, o.quantity, 0, reason::would_cross);
    } else {
      tell(event_kind::amended, o, o.price, o.quantity, o.quantity);
      rest(o);
    }
  }
  end_command();
  return error::none;
}

void reference_engine::expire(std::function<bool(new_order const&)> const& which) {
  auto all = all_orders();
  std::erase_if(all, [&](place_of const& one) { return !which(one.order().o); });
  std::sort(all.begin(), all.end(), [](place_of const& a, place_of const& b) {
    auto const& x = a.order().o;
    auto const& y = b.order().o;
    return std::pair(x.expires_at, x.id) < std::pair(y.expires_at, y.id);
  });
  for (auto const& one : all) {
    bool const day = one.order().o.tif == time_in_force::day;
    cancel_open(one, day ? reason::day_end : reason::good_till_date, event_kind::expired);
  }
}

error reference_engine::run(advance_time const& time) {
  if (time.now > max_time) return refuse(0, 0, side::buy, error::bad_request);
  now_ = std::max(now_, time.now);
  expire([&](new_order const& o) { return o.expires_at != 0 && o.expires_at <= now_; });
  end_command();
  return error::none;
}

micros reference_engine::day_end() const {
  auto end = config_.day_offset;
  while (end <= now_) end += config_.day_length;
  while (end - config_.day_length > now_) end -= config_.day_length;
  return end;
}

error reference_engine::run(change_position const& to) {
  if (to.position < -max_lots || to.position > max_lots) {
    return refuse(to.account, 0, side::buy, error::bad_quantity);
  }
  if (positions_.count(to.account) > 0) positions_[to.account] = to.position;
  end_command();
  return error::none;
}

void reference_engine::moved(account_id account, side which, lots q) {
  auto const found = positions_.find(account);
  if (found != positions_.end()) found->second += which == side::buy ? q : -q;
}

void reference_engine::enforce_positions() {
  auto const accounts = positions_;
  for (auto const& [account, position] : accounts) {
    std::vector<order_id> ids;
    for (auto const& one : all_orders()) {
      if (one.order().o.account == account && one.order().o.reduce_only) {
        ids.push_back(one.order().o.id);
      }
    }
    std::sort(ids.begin(), ids.end());
    std::size_t left = 0;
    for (auto const id : ids) {
      auto const where = *find(id);
      auto& one = where.order();
      auto const most = most_by_position(one.o);
      ++left;
      if (one.o.quantity <= most) continue;
      if (most == 0) {
        --left;
        cancel_open(where, reason::reduce_only);
        continue;
      }
      auto const shown = one.shown;
      auto const over = one.o.quantity - most;
      shrink(one, over);
      tell(event_kind::reduced, one.o, where.price, over, most, reason::reduce_only);
      bool const stop = where.in == &stops_[0] || where.in == &stops_[1];
      if (!stop && one.shown != shown) tell_level(one.o.side, where.price);
    }
    if (left == 0) positions_.erase(account);
  }
}

}  // namespace exchange::engine
