// The arbitrageur between spot and perpetual, on the exchange's own venue.
#include "arbitrageur.hpp"

#include "market.hpp"

#include <boost/test/unit_test.hpp>

namespace bots::test {
namespace {

using runes::side;

char const* const spot_symbol = "BTC-USD";
char const* const perpetual_symbol = "BTC-USD-PERP";
constexpr std::int64_t opening = 500'000;

struct arbitrage_stage : stage {
  arbitrage_stage() : stage(runes::decimal(1, 0)) {
    limits[spot_symbol] = limits[perpetual_symbol] = how.limit;
    check = [this](truth const& now) { judge_legs(now); };
  }

  void judge_legs(truth const& now) {
    auto const open = now.positions.at(spot_symbol) + now.positions.at(perpetual_symbol);
    if (std::abs(open) > how.quantity)
      broken("more than one leg is open: " + std::to_string(open) + " lots");
  }

  runes::awaitable<> begin() {
    maker = co_await enter("maker", runes::decimal(1'000, 0));
    taker = co_await enter("taker", runes::decimal(1'000, 0));
    bot_party = co_await enter("bot", runes::decimal(1, 0));
    spot.emplace(*this, spot_symbol, *maker, *taker);
    perpetual.emplace(*this, perpetual_symbol, *maker, *taker);
    co_await spot->move_to(opening);
    co_await perpetual->move_to(opening);
    co_await start([this](runes::client& over, desk_settings settings) {
      return std::make_unique<arbitrageur>(
          executor(), over, std::array<std::string, 2>{spot_symbol, perpetual_symbol}, how,
          std::move(settings));
    });
  }

  /// The perpetual swings around the spot market; now and then there is little for a best price.
  runes::awaitable<> step() {
    if (perpetual->price() >= opening + 300) direction = -1;
    if (perpetual->price() <= opening - 300) direction = 1;
    co_await perpetual->move_to(perpetual->price() + direction * 20);
    auto const rest = std::uniform_int_distribution<std::int64_t>(1, 150)(random);
    auto& scarce = rest % 2 == 0 ? *spot : *perpetual;
    co_await scarce.take(rest % 4 < 2 ? side::buy : side::sell, 5'000 - rest);
    co_await breathe();
    co_await spot->move_to(opening);
  }

  arbitrage_style how;
  int direction = 1;
  std::mt19937_64 random{13};
  std::unique_ptr<party> maker, taker, bot_party;
  std::optional<market> spot, perpetual;
};

leg_view leg(std::int64_t bid, std::int64_t ask, std::int64_t position,
             std::int64_t to_sell = 100'000) {
  leg_view made;
  made.bid = bid;
  made.ask = ask;
  made.position = position;
  made.to_sell = to_sell;
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(arbitrageur_bot)

BOOST_AUTO_TEST_CASE(the_first_leg_is_bought_where_it_is_cheap) {
  arbitrage_style const how;
  BOOST_TEST(!decide(how, {leg(990, 1'000, 0), leg(1'099, 1'110, 0)}));
  auto const first = decide(how, {leg(990, 1'000, 0), leg(1'100, 1'110, 0)});
  BOOST_REQUIRE(first);
  BOOST_TEST(first->market == 0u);
  BOOST_TEST((first->side == side::buy));
  BOOST_TEST(first->price == 1'000);
  BOOST_TEST(first->quantity == 100);
  auto const mirrored = decide(how, {leg(1'100, 1'110, 0), leg(990, 1'000, 0)});
  BOOST_REQUIRE(mirrored);
  BOOST_TEST(mirrored->market == 1u);
  // No more than the other market's position lets it sell there.
  auto const little = decide(how, {leg(990, 1'000, 970), leg(1'100, 1'110, -970)});
  BOOST_TEST(little->quantity == 30);
  BOOST_TEST(!decide(how, {leg(990, 1'000, 1'000), leg(1'100, 1'110, -1'000)}));
  BOOST_TEST(!decide(how, {leg(1'100, 1'110, 0, 0), leg(990, 1'000, 0)}));
}

BOOST_AUTO_TEST_CASE(the_second_leg_goes_first) {
  arbitrage_style const how;
  auto const sold = decide(how, {leg(990, 1'000, 100), leg(1'100, 1'110, -60)});
  BOOST_REQUIRE(sold);
  BOOST_TEST((sold->side == side::sell));
  BOOST_TEST(sold->market == 1u);
  BOOST_TEST(sold->quantity == 40);
  auto const bought = decide(how, {leg(990, 1'000, 60), leg(1'100, 1'110, -100)});
  BOOST_TEST((bought->side == side::buy));
  BOOST_TEST(bought->market == 0u);
  // However much of it is missing, no more than one order's quantity at a time.
  BOOST_TEST(decide(how, {leg(990, 1'000, 900), leg(1'100, 1'110, 0)})->quantity == how.quantity);
  // Where there is nobody, the other market has to do.
  auto const back = decide(how, {leg(990, 1'000, 100), leg(0, 0, -60)});
  BOOST_TEST(back->market == 0u);
  BOOST_TEST((back->side == side::sell));
  BOOST_TEST(!decide(how, {leg(0, 0, 100), leg(0, 0, -60)}));
}

BOOST_AUTO_TEST_CASE(both_ways_to_its_limit) {
  arbitrage_stage s;
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    for (int n = 0; n < 200; ++n) co_await s.step();
    co_await s.perpetual->walk_to(opening);
    co_await s.agree();
    auto const& desk = s.bot().account();
    BOOST_TEST(desk.position(spot_symbol) == -desk.position(perpetual_symbol));
    co_await s.finish();
  });
  for (auto const* each : {spot_symbol, perpetual_symbol}) {
    BOOST_TEST(s.highest[each] == s.how.limit);
    BOOST_TEST(s.lowest[each] == -s.how.limit);
  }
}

BOOST_AUTO_TEST_CASE(its_connection_is_cut_twenty_times) {
  arbitrage_stage s;
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    co_await s.cut_twenty_times([&s] { return s.step(); });
    co_await s.agree();
    auto const& desk = s.bot().account();
    auto const even = [&desk] {
      return desk.position(spot_symbol) == -desk.position(perpetual_symbol);
    };
    // It may be finding out still what became of its last request.
    for (int n = 0; n < 1'000 && !even(); ++n) {
      co_await s.step();
      co_await s.agree();
    }
    BOOST_TEST(even());
    co_await s.finish();
  });
  BOOST_TEST(s.cuts >= 20);
}

BOOST_AUTO_TEST_CASE(it_is_stopped_between_two_legs) {
  arbitrage_stage s;
  s.run([&s]() -> runes::awaitable<> {
    co_await s.begin();
    s.plan(cut_at::answer);
    while (s.cuts == 0) co_await s.step();
    co_await s.finish();
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace bots::test
