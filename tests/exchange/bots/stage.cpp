#include "stage.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <type_traits>
#include <variant>

namespace exchange::bots {
namespace {

constexpr micros step = 100'000;

template <class... Each>
struct overloaded : Each... {
  using Each::operator()...;
};

}  // namespace

stage::stage(std::vector<role> const& roles, std::uint64_t seed)
    : venue(service::sample_markets()),
      prices(worths(), seed),
      trades_of(venue.config().instruments.size()),
      marks_(venue.config()) {
  for (std::size_t n = 0; n < prices.symbols().size(); ++n) prices.begin(n, 0, opening);
  for (auto const& each : roles) enter(each, seed);
}

void stage::enter(role const& as, std::uint64_t seed) {
  player who;
  who.role = as;
  who.bot = make_bot(as, seed, opening);
  who.account = run(venue::open_account{as.account}).account;
  who.market = *venue.find_market(as.symbol);
  who.worth = *prices.find(as.symbol);
  auto const& of = venue.config().instruments[who.market];
  run(venue::deposit{who.account, of.market.quote, venue::amount{as.money} * 100'000'000});
  auto const& market = venue.accounts().config().markets[who.market];
  if (as.stock > 0) {
    run(venue::deposit{who.account, of.market.base, venue::amount{as.stock} * market.lot_units});
  }
  if (as.leverage > 0) run(venue::set_leverage{who.account, who.market, as.leverage, {}});
  who.due = opening + static_cast<micros>(players.size()) * 7'000;
  players.push_back(std::move(who));
  refresh(players.back());
}

void stage::play(micros until, std::function<void()> const& look) {
  for (; now < until; now += step) {
    if (now % second == 0) {
      for (auto const& each : marks_.changed(venue)) run(each);
      if (look) look();
    }
    for (auto& each : players) {
      if (each.due > now) continue;
      each.due = now + each.role.period;
      ask(each);
    }
  }
}

venue::result stage::run(venue::command what) {
  auto const done = venue.apply({std::move(what), now, 0});
  std::string bytes;
  for (auto const& each : done.outcomes) venue::append_bytes(bytes, each);
  for (char const c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1'099'511'628'211u;
  }
  auto const result = done.result;
  for (auto const& each : done.outcomes) listen(each);
  return result;
}

void stage::ask(player& who) {
  for (int n = 0; n < 64; ++n) {
    refresh(who);
    auto const what = who.bot->next(now, look_at(who), who.desk);
    if (!what) return;
    ++who.requests;
    ++requests;
    bool const done = carry_out(who, *what).ok();
    refresh(who);
    auto const bids = who.desk.orders_of(engine::side::buy);
    auto const asks = who.desk.orders_of(engine::side::sell);
    if (!bids.empty() && !asks.empty() && bids.front().price >= asks.front().price)
      self_crossed = true;
    if (!done) {
      ++who.refused;
      return;
    }
  }
  BOOST_ERROR(who.role.account + " comes to no end");
}

venue::result stage::carry_out(player& who, action const& what) {
  auto const& steps = venue.config().instruments[who.market].steps;
  auto const price = [&](ticks of) { return static_cast<venue::units>(steps.price_units(of)); };
  auto const quantity = [&](lots of) {
    return static_cast<venue::units>(steps.quantity_units(of));
  };
  return std::visit(
      overloaded{
          [&](place const& one) {
            venue::place_order o;
            o.account = who.account;
            o.market = who.market;
            o.side = one.side;
            o.price = price(one.price);
            o.quantity = quantity(one.quantity);
            o.post_only = one.rests;
            o.reduce_only = one.reduce_only;
            if (!one.rests) o.tif = venue::time_in_force::ioc;
            return run(o);
          },
          [&](amend const& one) {
            venue::amend_order o;
            o.account = who.account;
            o.order = one.order;
            o.price = price(one.price);
            o.quantity = quantity(one.quantity);
            return run(o);
          },
          [&](cancel const& one) { return run(venue::cancel_order{who.account, one.order, {}}); },
          [&](beg const& one) {
            ++who.gifts;
            auto const& m = venue.accounts().config().markets[who.market];
            return run(
                venue::deposit{who.account, m.quote, venue::amount{one.value} * m.tick_lot_value});
          }},
      what);
}

void stage::listen(venue::outcome const& what) {
  std::visit(overloaded{[&](venue::order_changed const& one) { tell_order(one.order); },
                        [&](venue::traded const& one) {
                          ++trades;
                          ++trades_of[one.market];
                          for (auto& each : players) {
                            if (each.market == one.market) each.bot->saw_trade(now, one.price);
                          }
                        },
                        [&](venue::liquidated const&) { ++liquidations; }, [](auto const&) {}},
             what);
}

void stage::tell_order(venue::order const& order) {
  auto const who = std::ranges::find(players, order.account, &player::account);
  if (who == players.end()) return;
  who->desk.told({order.id, order.side, order.price,
                  venue::is_closed(order.status) ? 0 : order.remaining,
                  order.quantity - order.remaining, now});
}

void stage::refresh(player& who) {
  auto const& house = venue.accounts();
  auto const& m = house.config().markets[who.market];
  auto const money = house.balance(who.account, m.quote);
  who.desk.funds(static_cast<std::int64_t>(money.free / m.tick_lot_value));
  if (m.kind == accounts::market_kind::perpetual) {
    who.desk.position(house.position_size(who.account, who.market));
  } else {
    auto const base = house.balance(who.account, m.base).total / m.lot_units;
    who.desk.position(static_cast<lots>(base) - who.role.stock);
  }
  who.furthest = std::max(who.furthest, std::abs(who.desk.position()));
}

glance stage::look_at(player const& who) {
  auto const& engine = venue.engine(who.market);
  auto const bid = engine.best(engine::side::buy);
  auto const ask = engine.best(engine::side::sell);
  return {prices.at(who.worth, now), bid ? bid->price : 0, ask ? ask->price : 0};
}

}  // namespace exchange::bots
