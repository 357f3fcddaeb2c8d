#include "random_venue.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace exchange::accounts {

random_venue::random_venue(accounts_config const& config, std::uint64_t seed,
                           std::function<void(random_venue&, deed const*)> after)
    : house(config, out),
      bits_(seed),
      after_(std::move(after)),
      prices_(config.markets.size(), 100) {
  for (int i = 0; i < 8; ++i) house.open_account();
  for (market_id id = 0; id < config.markets.size(); ++id) house.set_mark(id, prices_[id]);
}

// Looks at what the last command did; whether it was carried out.
bool random_venue::done(error result, deed const* what) {
  if (result != error::none) ++counts.refused;
  for (auto const& one : out.postings) {
    counts.insured += one.reason == reason::insurance ? 1 : 0;
    counts.socialized += one.reason == reason::socialized_loss ? 1 : 0;
  }
  after_(*this, result == error::none ? what : nullptr);
  out.clear();
  return result == error::none;
}

ticks random_venue::near(ticks price) {
  return std::max<ticks>(1, price + static_cast<ticks>(below(21)) - 10);
}

void random_venue::step() {
  switch (below(16)) {
    case 0:
      return move_money();
    case 1:
      return move_mark();
    case 2:
      return one_in(4) ? fund() : set_leverage();
    case 3:
    case 4:
      return change();
    case 5:
    case 6:
    case 7:
    case 8:
      return meet();
    default:
      return place();
  }
}

void random_venue::move_money() {
  deed what;
  what.account = some_account();
  what.asset = static_cast<asset_id>(below(house.config().assets.size()));
  auto const value = static_cast<amount>(below(2'000));
  if (one_in(2)) {
    what.value = value;
    done(house.deposit(what.account, what.asset, value), &what);
  } else {
    what.value = -value;
    done(house.withdraw(what.account, what.asset, value), &what);
  }
  if (!one_in(40)) return;
  what.account = insurance_account;
  what.asset = usd;
  what.value = value;
  done(house.deposit_insurance(usd, value), &what);
}

void random_venue::place() {
  order_request r;
  r.market = some_market();
  r.account = some_account();
  r.order = ++last_order_;
  r.side = one_in(2) ? side::buy : side::sell;
  r.quantity = 1 + static_cast<lots>(below(30));
  r.price = near(prices_[r.market]);
  if (perpetual(r.market) && one_in(5)) {
    auto const size = house.position_size(r.account, r.market);
    r.reduce_only = true;
    r.side = size > 0 ? side::sell : side::buy;
    r.quantity = std::min<lots>(r.quantity, std::abs(size));
  }
  if (!done(house.reserve(r))) return;
  orders.push_back(
      {r.order, r.account, r.market, r.side, r.quantity, r.price, r.reduce_only, false});
  if (orders.size() > 150) release(below(orders.size()), orders.front().open);
}

void random_venue::change() {
  if (orders.empty()) return;
  auto const at = below(orders.size());
  auto& one = orders[at];
  if (one_in(2))
    return release(at, 1 + static_cast<lots>(below(static_cast<std::uint64_t>(one.open))));
  order_change c{one.id, 1 + static_cast<lots>(below(30)), near(prices_[one.market])};
  if (one.reduce_only) c.quantity = std::min(c.quantity, one.open);
  if (!done(house.amend(c))) return;
  if (one_in(4)) {
    done(house.restore(c.order));
    return;
  }
  one.open = c.quantity;
  one.price = c.price;
}

void random_venue::release(std::size_t at, lots quantity) {
  auto const id = orders[at].id;
  quantity = std::min(quantity, orders[at].open);
  done(house.release(id, quantity));
  filled(id, quantity);
}

void random_venue::filled(order_id id, lots quantity) {
  auto const one = std::find_if(orders.begin(), orders.end(), [&](auto& o) { return o.id == id; });
  one->open -= quantity;
  if (one->open == 0) orders.erase(one);
}

random_venue::open_order* random_venue::counterpart(open_order const& one) {
  auto const first = below(orders.size());
  for (std::size_t i = 0; i < orders.size(); ++i) {
    auto& other = orders[(first + i) % orders.size()];
    if (other.market == one.market && other.side != one.side) return &other;
  }
  return nullptr;
}

// A spot purchase never costs more than its limit.
ticks random_venue::price_between(open_order const& one, open_order const* other) {
  auto price = near(prices_[one.market]);
  for (auto const* const party : {&one, other}) {
    if (party != nullptr && party->side == side::buy && !perpetual(one.market)) {
      price = std::min(price, party->price);
    }
  }
  return price;
}

void random_venue::meet() {
  if (orders.empty()) return;
  auto const at = below(orders.size());
  trade(at, 0, 1 + static_cast<lots>(below(static_cast<std::uint64_t>(orders[at].open))));
}

// With another order, or with the outside flow.
void random_venue::trade(std::size_t at, ticks price, lots quantity) {
  auto const own = orders[at];
  auto const* const other = one_in(3) ? nullptr : counterpart(own);
  if (other != nullptr) quantity = std::min(quantity, other->open);
  deed what;
  what.what = deed::kind::trade;
  auto& t = what.trade;
  t.market = own.market;
  t.trade = ++last_trade_;
  t.price = price != 0 ? price : price_between(own, other);
  t.quantity = quantity;
  party ours{own.account, own.id, one_in(2)}, theirs;
  if (other != nullptr) theirs = {other->account, other->id, !ours.maker};
  (own.side == side::buy ? t.buyer : t.seller) = ours;
  (own.side == side::buy ? t.seller : t.buyer) = theirs;
  (own.side == side::buy ? what.buyer_liquidated : what.seller_liquidated) = own.liquidation;
  BOOST_REQUIRE(done(house.settle(t).error, &what));
  ++counts.trades;
  filled(own.id, quantity);
  if (theirs.order != 0) filled(theirs.order, quantity);
  cut_reduce_only();
  liquidate();
}

// As the engine does it.
void random_venue::cut_reduce_only() {
  for (std::size_t at = orders.size(); at-- > 0;) {
    auto const& one = orders[at];
    if (!one.reduce_only) continue;
    auto const size = house.position_size(one.account, one.market);
    auto const most = std::max<lots>(one.side == side::buy ? -size : size, 0);
    if (one.open > most) release(at, one.open - most);
  }
}

void random_venue::move_mark() {
  auto const id = some_market();
  auto& price = prices_[id];
  price = one_in(6) ? std::max<ticks>(1, price + price * (static_cast<ticks>(below(61)) - 30) / 100)
                    : std::max<ticks>(1, price + static_cast<ticks>(below(7)) - 3);
  price = std::clamp<ticks>(price, 30, 300);
  done(house.set_mark(id, price));
  liquidate();
}

void random_venue::fund() {
  deed what;
  what.what = deed::kind::funding;
  what.market = some_market();
  what.rate = static_cast<std::int64_t>(below(40'001)) - 20'000;
  if (done(house.fund(what.market, what.rate), &what)) ++counts.fundings;
  liquidate();
}

void random_venue::set_leverage() {
  auto const account = some_account();
  auto const market = some_market();
  auto const leverage = static_cast<std::uint32_t>(below(23));
  std::optional<margin_mode> mode;
  if (one_in(2)) mode = one_in(2) ? margin_mode::isolated : margin_mode::cross;
  done(house.set_leverage(account, market, leverage, mode));
}

// Everything that is due, in all markets, until nothing is.
void random_venue::liquidate() {
  if (std::exchange(liquidating_, true)) return;
  for (market_id id = 0; id < house.config().markets.size(); ++id) {
    for (auto const& first : house.liquidations(id)) {
      for (auto next = std::optional(first); next; next = house.liquidation_of(first.account, id)) {
        next->cancel_orders ? cancel_orders(*next) : close(*next);
      }
    }
  }
  liquidating_ = false;
}

void random_venue::cancel_orders(liquidation const& what) {
  auto const& markets = house.config().markets;
  auto in = house.markets_of(markets[what.market].quote);
  if (house.position(what.account, what.market)->mode == margin_mode::isolated) in = {what.market};
  for (std::size_t at = orders.size(); at-- > 0;) {
    auto const& one = orders[at];
    if (one.account == what.account && std::ranges::count(in, one.market) > 0)
      release(at, one.open);
  }
}

void random_venue::close(liquidation const& what) {
  order_request r;
  r.market = what.market;
  r.account = what.account;
  r.order = ++last_order_;
  r.side = what.side;
  r.quantity = what.quantity;
  r.reduce_only = r.liquidation = true;
  BOOST_REQUIRE(done(house.reserve(r)));
  orders.push_back({r.order, r.account, r.market, r.side, r.quantity, 0, true, true});
  ++counts.liquidations;
  auto const price = near(prices_[r.market]);
  trade(orders.size() - 1, price,
        1 + static_cast<lots>(below(static_cast<std::uint64_t>(r.quantity))));
  for (std::size_t at = orders.size(); at-- > 0;) {
    if (orders[at].liquidation) release(at, orders[at].open);
  }
}

}  // namespace exchange::accounts
