// Auctions, and the states of the market: docs/engine.md has the rules.
#include "matching_engine.hpp"

#include <algorithm>
#include <limits>

namespace exchange::engine {
namespace {

lots magnitude(lots surplus) { return surplus < 0 ? -surplus : surplus; }

bool may_follow(market_state from, market_state to) {
  switch (from) {
    case market_state::closed:
      return to == market_state::auction;
    case market_state::auction:
      return to == market_state::active || to == market_state::halted || to == market_state::closed;
    case market_state::active:
      return to != market_state::active;
    case market_state::suspended:
      return to != market_state::suspended;
    case market_state::halted:
      return to == market_state::auction || to == market_state::closed;
  }
  return false;
}

// The best prices so far: an interval in which volume and size of the surplus are the same. The
// surplus falls with the price, so it changes its sign no more than once.
struct best_prices {
  ticks low = 0;
  ticks high = 0;
  lots volume = 0;
  lots surplus_low = 0;
  lots surplus_high = 0;
  ticks turn = 0;  // the first price with surplus_high

  void offer(ticks from, ticks to, lots demand, lots supply) noexcept {
    auto const traded = std::min(demand, supply);
    auto const surplus = demand - supply;
    if (traded < volume) return;
    if (traded > volume || magnitude(surplus) < magnitude(surplus_high)) {
      *this = {from, to, traded, surplus, surplus, from};
    } else if (magnitude(surplus) == magnitude(surplus_high)) {
      high = to;
      if (surplus != surplus_high) turn = from;
      surplus_high = surplus;
    }
  }
  ticks choose(ticks reference) const noexcept {
    if (surplus_low > 0 && surplus_high > 0) return high;
    if (surplus_low < 0 && surplus_high < 0) return low;
    return reference != 0 ? std::clamp(reference, low, high) : low + (high - low) / 2;
  }
  lots surplus(ticks price) const noexcept { return price < turn ? surplus_low : surplus_high; }
};

}  // namespace

// Demand falls and supply rises with the price, so the prices are gone through upwards, from the
// best ask to the best bid, in steps between which neither changes.
std::optional<matching_engine::auction_price> matching_engine::find_auction_price() const noexcept {
  auto const& bids = book_.ladder(side::buy);
  auto const& asks = book_.ladder(side::sell);
  if (bids.empty() || asks.empty()) return std::nullopt;
  auto price = book_.level(asks.best()).price;
  auto const highest = book_.level(bids.best()).price;
  if (highest < price) return std::nullopt;
  auto bid = bids.best();  // the lowest that still counts
  auto demand = whole_level(bid);
  for (auto at = bids.worse(bid); at != nil && book_.level(at).price >= price;
       at = bids.worse(at)) {
    bid = at;
    demand += whole_level(bid);
  }
  auto ask = asks.worse(asks.best());  // the first that does not count yet
  auto supply = whole_level(asks.best());
  best_prices best;
  for (;;) {
    auto const next_ask = ask != nil ? book_.level(ask).price : std::numeric_limits<ticks>::max();
    auto const to = std::min(book_.level(bid).price, next_ask - 1);
    best.offer(price, to, demand, supply);
    if (to == highest) break;
    price = to + 1;
    if (book_.level(bid).price == to) {
      demand -= whole_level(bid);
      bid = bids.better(bid);
    }
    if (next_ask == price) {
      supply += whole_level(ask);
      ask = asks.worse(ask);
    }
  }
  auto const chosen = best.choose(reference_ != 0 ? reference_ : last_price_);
  return auction_price{chosen, best.surplus(chosen)};
}

lots matching_engine::whole_level(std::uint32_t level) const noexcept {
  auto whole = book_.level(level).quantity;
  for (auto order = book_.level(level).head; order != nil; order = book_.order(order).next) {
    whole += book_.hidden(order);
  }
  return whole;
}

// One price does it, unless self-trade prevention or a position took away what was counted on: then
// what still crosses is auctioned again.
void matching_engine::uncross() noexcept {
  while (auto const at = find_auction_price()) {
    auto const volume = uncross_at(*at);
    if (volume == 0) continue;
    tell({event_kind::auction, at->surplus >= 0 ? side::buy : side::sell, 0, 0, 0, at->price,
          volume, magnitude(at->surplus), 0});
    set_reference(at->price);
  }
}

lots matching_engine::uncross_at(auction_price const& at) noexcept {
  auto const& bids = book_.ladder(side::buy);
  auto const& asks = book_.ladder(side::sell);
  lots volume = 0;
  while (bids.best_key() >= bids.key_of(at.price) && asks.best_key() >= asks.key_of(at.price)) {
    auto const bid_level = bids.best();
    auto const ask_level = asks.best();
    while (book_.level(bid_level).orders > 0 && book_.level(ask_level).orders > 0) {
      volume += uncross_pair(book_.level(bid_level).head, book_.level(ask_level).head, at);
    }
    finish_level(side::buy, bid_level);
    finish_level(side::sell, ask_level);
  }
  return volume;
}

void matching_engine::finish_level(side which, std::uint32_t level) noexcept {
  tell_level(which, book_.level(level).price, book_.level(level).quantity);
  book_.tidy(book_.ladder(which), level);
}

// How much the two traded. In an auction nobody takes: both are filled as makers.
lots matching_engine::uncross_pair(std::uint32_t bid, std::uint32_t ask,
                                   auction_price const& at) noexcept {
  if (keep_apart(bid, ask)) return 0;
  if (!fits_position(bid) || !fits_position(ask)) return 0;
  auto const quantity = std::min(book_.order(bid).quantity, book_.order(ask).quantity);
  auto const id = trade(at.surplus >= 0 ? side::buy : side::sell, at.price, quantity);
  fill_resting(bid, at.price, quantity, id);
  fill_resting(ask, at.price, quantity, id);
  return quantity;
}

// Self-trade prevention between two that stand: the one with the higher id is the newest.
bool matching_engine::keep_apart(std::uint32_t bid, std::uint32_t ask) noexcept {
  auto const& buys = book_.order(bid);
  auto const& sells = book_.order(ask);
  if (buys.account != sells.account || buys.account == outside_account) return false;
  auto const newest = buys.id > sells.id ? bid : ask;
  auto const oldest = newest == bid ? ask : bid;
  auto const how = static_cast<self_trade>(book_.order(newest).self);
  if (how == self_trade::allow) return false;
  if (how == self_trade::decrement) {
    auto const by = std::min(buys.quantity, sells.quantity);
    decrement(oldest, by);
    decrement(newest, by);
    return true;
  }
  if (how != self_trade::cancel_newest) cancel_in_level(oldest, reason::self_trade);
  if (how != self_trade::cancel_oldest) cancel_in_level(newest, reason::self_trade);
  return true;
}

void matching_engine::set_reference(ticks price) noexcept {
  reference_ = price;
  band_low_ = -std::numeric_limits<ticks>::max();
  band_high_ = std::numeric_limits<ticks>::max();
  if (config_.band_basis_points == 0 || price == 0) return;
  __extension__ using wide = __int128;
  auto const width = static_cast<ticks>(wide{price} * config_.band_basis_points / 10'000);
  band_low_ = price - width;
  band_high_ = price + width;
}

error matching_engine::change(change_reference const& to) noexcept {
  if (to.price <= 0 || to.price > config_.max_price) {
    return refuse(0, 0, side::buy, error::bad_price);
  }
  set_reference(to.price);
  return done();
}

error matching_engine::change(change_state const& to) noexcept {
  if (!may_follow(state_, to.to) || to.to > market_state::halted) {
    return refuse(0, 0, side::buy, error::bad_request);
  }
  if (state_ == market_state::auction && to.to == market_state::active) uncross();
  enter_state(to.to);
  if (to.to == market_state::closed) end_day();
  return done();
}

void matching_engine::enter_state(market_state to) noexcept {
  state_ = to;
  tell({event_kind::state, side::buy, static_cast<std::uint16_t>(to), 0, 0, 0, 0, 0, 0});
}

}  // namespace exchange::engine
