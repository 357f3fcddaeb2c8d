// The trailing stop, on the exchange's own venue.
#include "trailing_stop.hpp"

#include "market.hpp"

#include <boost/test/unit_test.hpp>

namespace bots::test {
namespace {

using runes::side;

char const* const symbol = "BTC-USD-PERP";
constexpr std::int64_t opening = 500'000, distance = 200, held = 300;

struct stop_stage : stage {
  stop_stage() {
    limits[symbol] = held;
    check = [this](truth const& now) { judge_stop(now); };
  }

  /// It reduces, and never moves away from the price.
  void judge_stop(truth const& now) {
    if (now.open.size() > 1) broken("it has more than one stop");
    auto const position = now.positions.at(symbol);
    if (position == 0) at.reset();
    for (auto const& each : now.open) {
      if (!each.reduce_only || !each.stop_price) return broken("it has an order that is no stop");
      auto const stop = steps_of(*each.stop_price, {10, 2});
      bool const back = at && (position > 0 ? stop < *at : stop > *at);
      if (back) broken("its stop moves back to " + each.stop_price->str());
      at = stop;
    }
  }

  runes::awaitable<> begin() {
    maker = co_await enter("maker", runes::decimal(1'000, 0));
    taker = co_await enter("taker", {});
    owner = co_await enter("bot", {});
    spot.emplace(*this, "BTC-USD", *maker, *maker);
    perpetual.emplace(*this, symbol, *maker, *taker);
    by_hand.emplace(*this, symbol, *maker, *owner);
    co_await spot->move_to(opening);
    co_await perpetual->move_to(opening);
    co_await start(
        [this](runes::client& over, desk_settings settings) {
          return std::make_unique<trailing_stop>(executor(), over, symbol, price_of(distance),
                                                 std::move(settings));
        },
        true);
  }

  /// The market moves, and somebody trades a lot there.
  runes::awaitable<> go(std::int64_t by) {
    co_await perpetual->move_to(perpetual->price() + by);
    co_await perpetual->take(by > 0 ? side::buy : side::sell, 1);
    co_await breathe();
  }
  runes::awaitable<> go_on(std::int64_t by, int times) {
    for (int n = 0; n < times; ++n) co_await go(by);
  }

  std::int64_t stop_price() const {
    auto const open = bot_account().tracker().open_orders();
    return open.size() == 1 ? steps_of(open[0].stop_price.value(), {10, 2}) : 0;
  }
  desk const& bot_account() const { return const_cast<stop_stage*>(this)->bot().account(); }

  std::optional<std::int64_t> at;
  std::unique_ptr<party> maker, taker, owner;
  std::optional<market> spot, perpetual, by_hand;
};

stop_view view(std::int64_t last, std::int64_t position, std::int64_t stop) {
  stop_view now;
  now.last = last;
  now.position = position;
  now.stop = stop;
  return now;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trailing_stop_bot)

BOOST_AUTO_TEST_CASE(the_stop_goes_one_way) {
  BOOST_TEST(!decide(10, view(1'000, 0, 0)));
  BOOST_TEST(!decide(10, view(0, 5, 0)));
  auto const first = decide(10, view(1'000, 5, 0));
  BOOST_REQUIRE(first);
  BOOST_TEST((first->side == side::sell));
  BOOST_TEST(first->price == 990);
  BOOST_TEST(first->quantity == 5);
  BOOST_TEST(decide(10, view(1'020, 5, 990))->price == 1'010);
  BOOST_TEST(decide(10, view(995, 5, 990))->price == 990);
  BOOST_TEST(decide(10, view(0, 5, 990))->price == 990);
  auto const of_short = decide(10, view(1'000, -5, 1'005));
  BOOST_TEST((of_short->side == side::buy));
  BOOST_TEST(of_short->price == 1'005);
  BOOST_TEST(decide(10, view(980, -5, 1'005))->price == 990);
}

BOOST_AUTO_TEST_CASE(a_long_position_and_a_short_one) {
  stop_stage s;
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    for (int const way : {1, -1}) {
      co_await s.by_hand->take(way > 0 ? side::buy : side::sell, held);
      co_await s.agree();
      co_await s.go_on(way * 20, 50);
      co_await s.agree();
      auto const best = s.perpetual->price() + way * market::half_spread;  // was traded at last
      BOOST_TEST(s.stop_price() == best - way * distance);
      co_await s.go_on(-way * 20, 4);
      BOOST_TEST(s.stop_price() == best - way * distance);
      co_await s.go_on(-way * 20, 10);
      co_await s.agree();
      auto const now = co_await s.ask();
      BOOST_TEST(now.positions.at(symbol) == 0);
      BOOST_TEST(now.open.empty());
    }
    co_await s.finish();
  });
  BOOST_TEST(s.highest[symbol] == held);
  BOOST_TEST(s.lowest[symbol] == -held);
}

BOOST_AUTO_TEST_CASE(it_guards_what_is_there) {
  stop_stage s;
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    co_await s.by_hand->take(side::buy, held);
    co_await s.go(20);
    co_await s.by_hand->take(side::sell, 100);
    co_await s.agree();
    auto const now = co_await s.ask();
    BOOST_REQUIRE(now.open.size() == 1u);
    BOOST_TEST(now.open[0].remaining == quantity_of(200));
    co_await s.finish();
  });
}

BOOST_AUTO_TEST_CASE(its_connection_is_cut_twenty_times) {
  stop_stage s;
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    co_await s.by_hand->take(side::buy, held);
    co_await s.cut_twenty_times([&s] { return s.go(20); });
    // It may be finding out still what became of its last request.
    auto const best = [&s] { return s.perpetual->price() + market::half_spread; };
    for (int n = 0; n < 1'000 && s.stop_price() != best() - distance; ++n) co_await s.go(20);
    BOOST_TEST(s.stop_price() == best() - distance);
    co_await s.finish();
  });
  BOOST_TEST(s.cuts >= 20);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace bots::test
