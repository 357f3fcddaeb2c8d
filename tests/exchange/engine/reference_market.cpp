// The reference's auctions, states, outside flow, and its words.
#include "reference_engine.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace exchange::engine {

// Every price from the best ask to the best bid is tried.
std::optional<std::pair<ticks, lots>> reference_engine::auction_price() const {
  if (book_[0].empty() || book_[1].empty()) return std::nullopt;
  auto const from = book_[1].begin()->first;
  auto const to = book_[0].rbegin()->first;
  if (to < from) return std::nullopt;
  struct candidate {
    ticks price;
    lots volume, surplus;
  };
  std::vector<candidate> all;
  for (auto price = from; price <= to; ++price) {
    lots demand = 0, supply = 0;
    for (auto const& [at, orders] : book_[0]) {
      for (auto const& one : orders) demand += at >= price ? one.o.quantity : 0;
    }
    for (auto const& [at, orders] : book_[1]) {
      for (auto const& one : orders) supply += at <= price ? one.o.quantity : 0;
    }
    all.push_back({price, std::min(demand, supply), demand - supply});
  }
  lots volume = 0;
  for (auto const& one : all) volume = std::max(volume, one.volume);
  std::erase_if(all, [&](candidate const& one) { return one.volume < volume; });
  auto surplus = std::abs(all.front().surplus);
  for (auto const& one : all) surplus = std::min(surplus, std::abs(one.surplus));
  std::erase_if(all, [&](candidate const& one) { return std::abs(one.surplus) > surplus; });
  auto const is = [&](auto test) { return std::all_of(all.begin(), all.end(), test); };
  auto chosen = all.front();
  if (is([](candidate const& one) { return one.surplus > 0; })) {
    chosen = all.back();
  } else if (!is([](candidate const& one) { return one.surplus < 0; })) {
    auto const reference = reference_ != 0 ? reference_ : last_price_;
    auto const middle = all.front().price + (all.back().price - all.front().price) / 2;
    auto const wanted = reference != 0 ? reference : middle;
    for (auto const& one : all) {
      if (std::abs(one.price - wanted) < std::abs(chosen.price - wanted)) chosen = one;
    }
  }
  return std::pair(chosen.price, chosen.surplus);
}

void reference_engine::uncross() {
  while (auto const found = auction_price()) {
    auto const [price, surplus] = *found;
    auto const volume = uncross_at(price, surplus);
    if (volume == 0) continue;
    new_order o;
    o.side = surplus >= 0 ? side::buy : side::sell;
    tell(event_kind::auction, o, price, volume, std::abs(surplus));
    set_reference(price);
  }
}

lots reference_engine::uncross_at(ticks price, lots surplus) {
  lots volume = 0;
  while (!book_[0].empty() && !book_[1].empty()) {
    auto const bid = book_[0].rbegin()->first;
    auto const ask = book_[1].begin()->first;
    if (bid < price || ask > price) break;
    auto& bids = book_[0][bid];
    auto& asks = book_[1][ask];
    while (!bids.empty() && !asks.empty()) {
      if (keep_apart(bids, bid, asks, ask)) continue;
      if (!fits_position(bids, bids.begin(), bid)) continue;
      if (!fits_position(asks, asks.begin(), ask)) continue;
      auto const q = std::min(bids.front().shown, asks.front().shown);
      trade(surplus >= 0 ? side::buy : side::sell, price, q);
      fill_resting(bids, bids.begin(), price, bid, q);
      fill_resting(asks, asks.begin(), price, ask, q);
      volume += q;
    }
    tell_level(side::buy, bid);
    clean(side::buy, bid);
    tell_level(side::sell, ask);
    clean(side::sell, ask);
  }
  return volume;
}

bool reference_engine::keep_apart(queue& bids, ticks bid, queue& asks, ticks ask) {
  auto const& buys = bids.front().o;
  auto const& sells = asks.front().o;
  if (buys.account != sells.account || buys.account == 0) return false;
  bool const bid_newest = buys.id > sells.id;
  auto const how = bid_newest ? buys.self : sells.self;
  auto const go = [&](bool the_bid) {
    auto& from = the_bid ? bids : asks;
    tell(event_kind::cancelled, from.front().o, the_bid ? bid : ask, from.front().o.quantity, 0,
         reason::self_trade);
    from.pop_front();
  };
  if (how == self_trade::allow) return false;
  if (how == self_trade::decrement) {
    auto const by = std::min(bids.front().shown, asks.front().shown);
    if (bid_newest) decrement(asks, asks.begin(), ask, by);
    decrement(bids, bids.begin(), bid, by);
    if (!bid_newest) decrement(asks, asks.begin(), ask, by);
    return true;
  }
  if (how != self_trade::cancel_newest) go(!bid_newest);
  if (how != self_trade::cancel_oldest) go(bid_newest);
  return true;
}

error reference_engine::run(change_state const& to) {
  using s = market_state;
  static std::set<std::pair<s, s>> const allowed{
      {s::closed, s::auction},    {s::auction, s::active},   {s::auction, s::halted},
      {s::auction, s::closed},    {s::active, s::closed},    {s::active, s::auction},
      {s::active, s::suspended},  {s::active, s::halted},    {s::suspended, s::closed},
      {s::suspended, s::auction}, {s::suspended, s::active}, {s::suspended, s::halted},
      {s::halted, s::auction},    {s::halted, s::closed}};
  if (allowed.count({state_, to.to}) == 0) return refuse(0, 0, side::buy, error::bad_request);
  if (state_ == s::auction && to.to == s::active) uncross();
  enter_state(to.to);
  if (to.to == s::closed) {
    // All of a day end at once, whatever day they were of: the oldest first.
    auto all = all_orders();
    std::erase_if(all, [](auto const& one) { return one.order().o.tif != time_in_force::day; });
    std::sort(all.begin(), all.end(),
              [](auto const& a, auto const& b) { return a.order().o.id < b.order().o.id; });
    for (auto const& one : all) cancel_open(one, reason::day_end, event_kind::expired);
  }
  end_command();
  return error::none;
}

error reference_engine::run(change_reference const& to) {
  if (to.price <= 0 || to.price > config_.max_price) {
    return refuse(0, 0, side::buy, error::bad_price);
  }
  set_reference(to.price);
  end_command();
  return error::none;
}

void reference_engine::set_reference(ticks price) {
  reference_ = price;
  bool const band = config_.band_basis_points > 0 && price > 0;
  auto const most = std::numeric_limits<ticks>::max();
  band_low_ = band ? price - price * config_.band_basis_points / 10'000 : -most;
  band_high_ = band ? price + price * config_.band_basis_points / 10'000 : most;
}

error reference_engine::run(outside_add const& o) {
  auto const id = o.id | outside_bit;
  auto const no = [&](error why) { return refuse(0, id, o.side, why); };
  if (o.id == 0 || o.id >= outside_bit || find(id)) return no(error::bad_request);
  if (o.price <= 0 || o.price > config_.max_price) return no(error::bad_price);
  if (!quantity_allowed(o.quantity)) return no(error::bad_quantity);
  if (all_orders().size() >= config_.max_orders) return no(error::overloaded);
  new_order stands;
  stands.id = id;
  stands.side = o.side;
  stands.price = o.price;
  stands.self = self_trade::allow;
  stands.quantity = o.quantity - take_for_outside(o.side, o.price, o.quantity, 0);
  if (stands.quantity > 0) rest(stands);
  end_command();
  return error::none;
}

error reference_engine::run(outside_reduce const& o) {
  auto const found = o.id < outside_bit ? find(o.id | outside_bit) : std::nullopt;
  if (!found) return refuse(0, o.id | outside_bit, side::buy, error::unknown_order);
  auto& one = found->order();
  if (o.quantity <= 0 || o.quantity > one.o.quantity) {
    return refuse(0, one.o.id, one.o.side, error::bad_quantity);
  }
  if (o.quantity == one.o.quantity) {
    cancel_open(*found, reason::outside);
  } else {
    shrink(one, o.quantity);
    tell(event_kind::reduced, one.o, found->price, o.quantity, one.o.quantity, reason::outside);
    tell_level(one.o.side, found->price);
  }
  end_command();
  return error::none;
}

error reference_engine::run(outside_delete const& o) {
  auto const found = o.id < outside_bit ? find(o.id | outside_bit) : std::nullopt;
  if (!found) return refuse(0, o.id | outside_bit, side::buy, error::unknown_order);
  cancel_open(*found, reason::outside);
  end_command();
  return error::none;
}

error reference_engine::run(outside_execute const& o) {
  auto const found = o.id < outside_bit ? find(o.id | outside_bit) : std::nullopt;
  if (!found) return refuse(0, o.id | outside_bit, side::buy, error::unknown_order);
  auto const one = found->order().o;
  if (o.quantity <= 0 || o.quantity > one.quantity) {
    return refuse(0, one.id, one.side, error::bad_quantity);
  }
  take_for_outside(opposite(one.side), one.price, o.quantity, one.id);
  trade(opposite(one.side), one.price, o.quantity);
  auto const where = *find(one.id);
  fill_resting((*where.in)[where.price], where.at, one.price, one.price, o.quantity);
  tell_level(one.side, one.price);
  clean(one.side, one.price);
  end_command();
  return error::none;
}

lots reference_engine::take_for_outside(side taker, ticks limit, lots quantity, order_id before) {
  if (state_ != market_state::active) return 0;
  auto& against = of(opposite(taker));
  std::vector<ticks> levels;
  for (auto const& [price, orders] : against) levels.push_back(price);
  if (taker == side::sell) std::reverse(levels.begin(), levels.end());
  lots filled = 0;
  for (auto const price : levels) {
    if (taker == side::buy ? price > limit : price < limit) break;
    if (filled == quantity) break;
    auto& orders = against[price];
    bool met = false;
    // The first that is an account's and stands before the named one, until there is none.
    for (;;) {
      auto const end = std::find_if(orders.begin(), orders.end(),
                                    [&](resting const& r) { return r.o.id == before; });
      auto const maker =
          std::find_if(orders.begin(), end, [](resting const& r) { return r.o.account != 0; });
      if (maker == end || filled == quantity) break;
      auto const was = maker->o.quantity;
      auto const size = orders.size();
      bool const there = fits_position(orders, maker, price);
      met = met || orders.size() != size || maker->o.quantity != was;
      if (!there) continue;
      auto const q = std::min(maker->shown, quantity - filled);
      trade(taker, price, q);
      fill_resting(orders, maker, price, price, q);
      filled += q;
      met = true;
    }
    if (met) tell_level(opposite(taker), price);
    clean(opposite(taker), price);
  }
  return filled;
}

trade_id reference_engine::trade(side taker, ticks price, lots q) {
  traded_.insert(price);
  last_price_ = price;
  new_order o;
  o.side = taker;
  tell(event_kind::trade, o, price, q, 0, reason::none, ++last_trade_);
  return last_trade_;
}

void reference_engine::enter_state(market_state to) {
  state_ = to;
  out.push_back({event_kind::state, side::buy, static_cast<std::uint16_t>(to), 0, 0, 0, 0, 0, 0});
}

error reference_engine::refuse(account_id account, order_id id, side which, error why) {
  out.push_back(
      {event_kind::rejected, which, static_cast<std::uint16_t>(why), account, id, 0, 0, 0, 0});
  return why;
}

void reference_engine::tell(event_kind kind, new_order const& o, ticks price, lots quantity,
                            lots remaining, reason why, trade_id trade) {
  out.push_back({kind, o.side, static_cast<std::uint16_t>(why), o.account, o.id, price, quantity,
                 remaining, trade});
}

void reference_engine::tell_level(side which, ticks price) {
  lots shown = 0;
  auto const& half = of(which);
  if (half.count(price) > 0) {
    for (auto const& one : half.at(price)) shown += one.shown;
  }
  out.push_back({event_kind::level, which, 0, 0, 0, price, shown, 0, 0});
}

void reference_engine::clean(side which, ticks price) {
  auto& half = of(which);
  if (half.count(price) > 0 && half.at(price).empty()) half.erase(price);
}

}  // namespace exchange::engine
