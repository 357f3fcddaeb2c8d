// The market maker, on the exchange's own venue.
#include "market_maker.hpp"

#include "market.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace bots::test {
namespace {

using runes::side;

char const* const symbol = "BTC-USD-PERP";
constexpr std::int64_t opening = 500'000;

struct maker_stage : stage {
  explicit maker_stage(memory of_venue = memory::usual) : stage({}, of_venue) {
    how.skew = 8;  // so that somebody trades with it when it is full, too
    limits[symbol] = how.limit;
    check = [this](truth const& now) { judge_quotes(now); };
  }

  void judge_quotes(truth const& now) {
    auto const of = [&](side which) {
      return std::ranges::count(now.open, which, &runes::order::side);
    };
    if (of(side::buy) > 1 || of(side::sell) > 1) broken("it has more than one quote a side");
  }

  /// The spot market says what a perpetual is worth.
  runes::awaitable<> open_markets() {
    maker = co_await enter("maker", runes::decimal(1'000, 0));
    taker = co_await enter("taker", runes::decimal(1'000, 0));
    bot_party = co_await enter("bot", {});
    spot.emplace(*this, "BTC-USD", *maker, *taker);
    perpetual.emplace(*this, symbol, *maker, *taker);
    co_await spot->move_to(opening);
    co_await perpetual->move_to(opening);
  }

  runes::awaitable<> begin() {
    co_await open_markets();
    co_await start_bot();
  }

  runes::awaitable<> start_bot() {
    co_await start([this](runes::client& over, desk_settings settings) {
      return std::make_unique<market_maker>(executor(), over, symbol, how, std::move(settings));
    });
  }

  /// Some way either way, and somebody who takes; `lean` of ten times he buys.
  runes::awaitable<> step(int lean) {
    auto const by = std::uniform_int_distribution<std::int64_t>(-15, 15)(random);
    auto const to = std::clamp(perpetual->price() + by, opening - 2'000, opening + 2'000);
    co_await perpetual->move_to(to);
    co_await breathe();
    bool const buys = std::uniform_int_distribution(0, 9)(random) < lean;
    auto const lots = std::uniform_int_distribution<std::int64_t>(10, 150)(random);
    co_await perpetual->take(buys ? side::buy : side::sell, lots);
    co_await breathe();
  }

  maker_style how;
  std::mt19937_64 random{11};
  std::unique_ptr<party> maker, taker, bot_party;
  std::optional<market> spot, perpetual;
};

maker_view view(std::int64_t bid, std::int64_t ask, std::int64_t position) {
  maker_view now;
  now.bid = bid;
  now.ask = ask;
  now.position = position;
  now.to_sell = 1'000'000;
  return now;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(market_maker_bot)

BOOST_AUTO_TEST_CASE(it_leans_against_its_position) {
  maker_style const how;
  auto const flat = decide(how, view(1'000, 1'040, 0));
  BOOST_REQUIRE(flat.size() == 2u);
  BOOST_TEST(flat[0].price == 1'015);
  BOOST_TEST(flat[1].price == 1'025);
  auto const lengthy = decide(how, view(1'000, 1'040, 500));
  BOOST_TEST(lengthy[0].price == 1'005);
  BOOST_TEST(lengthy[1].price == 1'015);
  auto const full = decide(how, view(1'000, 1'040, 1'000));
  BOOST_REQUIRE(full.size() == 1u);
  BOOST_TEST((full[0].side == side::sell));
  auto const nearly = decide(how, view(1'000, 1'040, -970));
  BOOST_TEST(nearly[1].quantity == 30);
  BOOST_TEST(decide(how, view(0, 1'040, 0)).empty());
}

BOOST_AUTO_TEST_CASE(it_takes_nothing_and_lets_small_moves_pass) {
  maker_style const how;
  auto now = view(1'000, 1'001, -1'000);  // it would bid above the ask
  auto const short_of = decide(how, now);
  BOOST_TEST(short_of[0].price == 1'000);
  now = view(1'000, 1'040, 0);
  now.own_bid = 1'017;
  now.own_ask = 1'028;
  auto const held = decide(how, now);
  BOOST_TEST(held[0].price == 1'017);
  BOOST_TEST(held[1].price == 1'025);
}

BOOST_AUTO_TEST_CASE(ten_minutes_of_a_market_a_step_a_second) {
  maker_stage s;
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    for (int n = 0; n < 600; ++n) co_await s.step(n < 200 ? 5 : n < 400 ? 10 : 0);
    co_await s.agree();
    co_await s.finish();
  });
  // It has stood at its limit, either way.
  BOOST_TEST(s.lowest[symbol] == -s.how.limit);
  BOOST_TEST(s.highest[symbol] == s.how.limit);
}

BOOST_AUTO_TEST_CASE(its_connection_is_cut_twenty_times) {
  maker_stage s;
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    co_await s.cut_twenty_times([&s] { return s.step(5); });
    // It may be finding out still what became of its last request. Then it quotes both sides.
    auto now = co_await s.ask();
    for (int n = 0; n < 1'000 && now.open.size() != 2u; ++n) {
      co_await s.step(5);
      now = co_await s.ask();
    }
    BOOST_TEST(now.open.size() == 2u);
    co_await s.finish();
  });
  BOOST_TEST(s.cuts >= 20);
}

BOOST_AUTO_TEST_CASE(it_is_stopped_while_nobody_knows_of_its_last_order) {
  for (auto const when : {cut_at::arrival, cut_at::answer, cut_at::delivery}) {
    maker_stage s;
    s.run([&s, when]() -> runes::awaitable<> {
      co_await s.begin();
      for (int n = 0; n < 5; ++n) co_await s.step(5);
      s.plan(when);
      while (s.cuts == 0) co_await s.step(5);
      co_await s.finish();
    });
  }
}

// Of the two quotes that go with the connection the venue remembers one: what was filled of the
// other nobody can say any more.
BOOST_AUTO_TEST_CASE(it_ends_when_the_venue_has_forgotten_an_order) {
  maker_stage s(memory::short_lived);
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    for (int n = 0; n < 3; ++n) co_await s.step(5);
    co_await s.agree();
    auto const before = co_await s.ask();
    BOOST_REQUIRE(before.open.size() == 2u);
    s.cut();
    auto const why = co_await s.failure();
    auto const oldest = std::min(before.open[0].order_id, before.open[1].order_id);
    BOOST_TEST(why == "the venue has forgotten order " + std::to_string(oldest) +
                          ": what was filled of it can't be known");
    auto const left = co_await s.ask();
    BOOST_TEST(left.open.empty());
  });
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_not_sent_with_every_change_of_the_book) {
  constexpr int changes = 30;
  maker_stage s;
  s.run([&s]() -> runes::awaitable<> {
    co_await s.open_markets();
    std::vector<runes::order_ack> orders;
    for (int n = 0; n < changes; ++n) {
      auto const wanted = runes::limit_order(symbol, side::buy, quantity_of(10),
                                             price_of(opening - market::half_spread + changes - n));
      auto const ack = co_await s.maker->trader.place(wanted);
      orders.push_back(ack);
    }
    co_await s.set_status(symbol, "suspended");
    co_await s.start_bot();
    co_await s.breathe();
    auto const before = s.requests;
    for (auto const& each : orders) {
      co_await s.maker->trader.cancel(each);
      co_await s.breathe();
    }
    // However slow this is: the pauses grow.
    BOOST_TEST(s.requests - before < changes / 2u);
    co_await s.set_status(symbol, "active");
    auto const& orders_of_its = s.bot().account().tracker();
    co_await s.until([&] { return orders_of_its.open_orders().size() == 2u; }, "it quotes");
    co_await s.finish();
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace bots::test
