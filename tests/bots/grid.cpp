// The grid, on the exchange's own venue.
#include "grid.hpp"

#include "market.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <tuple>

namespace bots::test {
namespace {

using runes::side;

char const* const symbol = "BTC-USD";
constexpr std::int64_t low = 499'000, middle = 500'000, high = 501'000;

struct grid_stage : stage {
  grid_stage() : stage(runes::decimal(1, 0)) {
    limits[symbol] = how.limit();
    check = [this](truth const& now) { judge_cells(now); };
  }

  void judge_cells(truth const& now) {
    std::set<std::tuple<side, runes::decimal>> seen;
    for (auto const& each : now.open) {
      bool const is_new = seen.emplace(each.side, each.price.value()).second;
      if (!is_new) broken("it has two orders at " + each.price->str());
    }
  }

  runes::awaitable<> begin() {
    maker = co_await enter("maker", runes::decimal(1'000, 0));
    taker = co_await enter("taker", runes::decimal(1'000, 0));
    bot_party = co_await enter("bot", runes::decimal(1, 0));
    spot.emplace(*this, symbol, *maker, *taker);
    co_await spot->move_to(middle);
    co_await start([this](runes::client& over, desk_settings settings) {
      return std::make_unique<grid>(executor(), over, symbol, price_of(low), price_of(high), how,
                                    std::move(settings));
    });
  }

  /// Up and down, from end to end; now and then somebody takes a part of what the grid offers.
  runes::awaitable<> step() {
    if (spot->price() >= high + 100) direction = -1;
    if (spot->price() <= low - 100) direction = 1;
    auto const lots = std::uniform_int_distribution<std::int64_t>(0, 60)(random);
    if (lots > 30) {
      // Less than stands before the grid's own orders is nothing to it.
      co_await spot->take(direction < 0 ? side::sell : side::buy, lots);
    }
    co_await spot->move_to(spot->price() + direction * 20);
  }

  grid_style how;
  int direction = -1;
  std::mt19937_64 random{12};
  std::unique_ptr<party> maker, taker, bot_party;
  std::optional<market> spot;
};

std::int64_t sum(std::vector<grid_order> const& of, side which) {
  std::int64_t all = 0;
  for (auto const& each : of) all += each.side == which ? each.quantity : 0;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(grid_bot)

BOOST_AUTO_TEST_CASE(what_it_wants_follows_from_its_position) {
  grid_style how;
  how.low = 1'000;
  how.high = 2'000;
  for (std::int64_t position = -600; position <= 600; position += 25) {
    auto const wanted = decide(how, position);
    auto const within = std::clamp<std::int64_t>(position, -how.limit(), how.limit());
    BOOST_TEST(within + sum(wanted, side::buy) == how.limit());
    BOOST_TEST(within - sum(wanted, side::sell) == -how.limit());
    std::int64_t bid = 0, ask = 10'000;
    for (auto const& each : wanted) {
      if (each.side == side::buy) bid = std::max(bid, each.price);
      if (each.side == side::sell) ask = std::min(ask, each.price);
    }
    BOOST_TEST(bid < ask);
  }
  // A part of a cell that was bought is for sale, while the rest is still wanted.
  auto const partly = decide(how, 30);
  auto const part = std::ranges::find(partly, 30, &grid_order::quantity);
  BOOST_REQUIRE((part != partly.end()));
  BOOST_TEST((part->side == side::sell));
  BOOST_TEST(part->price == 1'500);
}

BOOST_AUTO_TEST_CASE(a_grid_that_cannot_be) {
  grid_style how;
  how.low = 1'000;
  how.high = 1'009;
  BOOST_CHECK_THROW(how.validate(), std::invalid_argument);
  how.high = 2'000;
  how.cells = 9;
  BOOST_CHECK_THROW(how.validate(), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(from_end_to_end_and_back) {
  grid_stage s;
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    co_await s.agree();
    for (auto const& [to, position] :
         {std::pair(low - 100, s.how.limit()), std::pair(high + 100, -s.how.limit()),
          std::pair(middle - 100, std::int64_t{0})}) {
      co_await s.spot->walk_to(to);
      co_await s.agree();
      BOOST_TEST(s.bot().account().position(symbol) == position);
      auto const now = co_await s.ask();
      BOOST_TEST(now.open.size() == 10u);
    }
    for (int n = 0; n < 300; ++n) {
      co_await s.step();
      co_await s.breathe();
    }
    co_await s.agree();
    co_await s.finish();
  });
}

BOOST_AUTO_TEST_CASE(its_connection_is_cut_twenty_times) {
  grid_stage s;
  s.run([&s]() -> runes::awaitable<> {
    s.plan(cut_at::answer);  // of its first order of all
    co_await s.begin();
    co_await s.until([&s] { return s.cuts == 1; }, "the first order");
    co_await s.agree();
    co_await s.cut_twenty_times([&s] { return s.step(); });
    // It may be finding out still what became of its last request.
    auto now = co_await s.ask();
    for (int n = 0; n < 1'000 && now.open.size() < 10u; ++n) {
      co_await s.step();
      now = co_await s.ask();
    }
    // One cell may be bought in part, and has an order at either end.
    BOOST_TEST(now.open.size() >= 10u);
    BOOST_TEST(now.open.size() <= 11u);
    co_await s.finish();
  });
  BOOST_TEST(s.cuts >= 20);
}

BOOST_AUTO_TEST_CASE(it_is_stopped_while_it_places_its_orders) {
  for (auto const when : {cut_at::arrival, cut_at::answer, cut_at::delivery}) {
    grid_stage s;
    s.run([&s, when]() -> runes::awaitable<> {
      co_await s.begin();
      co_await s.until([&s] { return s.requests > 10; }, "some orders");
      s.plan(when);
      co_await s.until([&s] { return s.cuts == 1; }, "a cut");
      co_await s.finish();
    });
  }
}

// Its orders outlive the connection, so that only it can take them away.
BOOST_AUTO_TEST_CASE(it_is_stopped_without_a_connection_and_cancels_when_that_comes_back) {
  grid_stage s;
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    co_await s.agree();
    s.leave();
    s.bot().stop();
    co_await s.breathe();
    auto const open = co_await s.ask();
    BOOST_TEST(!open.open.empty());
    s.come_back();
    co_await s.finish();
  });
}

BOOST_AUTO_TEST_CASE(it_says_that_orders_may_be_open_when_no_connection_comes_back) {
  grid_stage s;
  s.longest_close = std::chrono::milliseconds(300);
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    co_await s.agree();
    s.leave();
    s.bot().stop();
    auto const why = co_await s.failure();
    BOOST_TEST(why.starts_with("orders may still be open: "));
    auto const left = co_await s.ask();
    BOOST_TEST(!left.open.empty());
    s.come_back();
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace bots::test
