// All bots together, on the real venue: what comes of it has to look like a market.
#include "stage.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdlib>

namespace exchange::bots {
namespace {

using engine::side;

lots limit_of(role const& of) {
  return std::visit([](auto const& style) { return style.limit; }, of.style);
}

std::vector<role> only(std::string const& symbol) {
  std::vector<role> some;
  for (auto const& each : cast()) {
    if (each.symbol == symbol) some.push_back(each);
  }
  return some;
}

std::vector<role> perpetual_and_spot(std::string const& spot) {
  auto some = only(spot);
  for (auto const& each : only(spot + "-PERP")) some.push_back(each);
  return some;
}

struct census {
  std::uint64_t looks = 0;
  std::vector<std::uint64_t> two_sided, deep;  // by market
  std::vector<double> spread;                  // sums, in ticks
};

void count(stage const& of, census& into) {
  auto const markets = of.venue.config().instruments.size();
  into.two_sided.resize(markets);
  into.deep.resize(markets);
  into.spread.resize(markets);
  ++into.looks;
  for (std::size_t m = 0; m < markets; ++m) {
    auto const& engine = of.venue.engine(static_cast<venue::market_id>(m));
    std::array<engine::level_view, 10> levels{};
    auto const bids = engine.levels(side::buy, levels);
    auto const asks = engine.levels(side::sell, levels);
    if (bids == 0 || asks == 0) continue;
    ++into.two_sided[m];
    if (bids >= 10 && asks >= 10) ++into.deep[m];
    into.spread[m] +=
        static_cast<double>(engine.best(side::sell)->price - engine.best(side::buy)->price);
  }
}

void check_players(stage const& of) {
  BOOST_TEST(!of.self_crossed);
  for (auto const& each : of.players) {
    BOOST_TEST(each.furthest <= limit_of(each.role), each.role.account);
    BOOST_TEST(each.refused * 50 <= each.requests + 50,
               each.role.account << ": " << each.refused << " of " << each.requests);
  }
  auto const wrong = of.venue.check();
  BOOST_TEST(wrong.empty(), wrong);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(living_market)

BOOST_AUTO_TEST_CASE(half_an_hour_of_it_looks_like_a_market) {
  stage all(cast(), 1);
  census seen;
  auto const begin = all.now + 20 * second;
  all.play(begin);
  auto const requests = all.requests;
  auto const trades = all.trades;
  std::vector<ticks> low(all.trades_of.size(), 1'000'000'000), high(all.trades_of.size());
  all.play(begin + hour / 2, [&] {
    count(all, seen);
    for (std::size_t m = 0; m < low.size(); ++m) {
      auto const last = all.venue.engine(static_cast<venue::market_id>(m)).last_price();
      if (last == 0) continue;
      low[m] = std::min(low[m], last);
      high[m] = std::max(high[m], last);
    }
  });
  auto const worth = worths();
  for (std::size_t m = 0; m < seen.two_sided.size(); ++m) {
    auto const& symbol = all.venue.config().instruments[m].market.symbol;
    BOOST_TEST_MESSAGE(symbol << ": " << all.trades_of[m] << " trades, spread "
                              << seen.spread[m] / static_cast<double>(seen.two_sided[m])
                              << " ticks, " << low[m] << " to " << high[m] << ", two sides "
                              << seen.two_sided[m] << ", deep " << seen.deep[m] << " of "
                              << seen.looks);
    BOOST_TEST(seen.two_sided[m] * 100 >= seen.looks * 99, symbol);
    BOOST_TEST(seen.deep[m] * 100 >= seen.looks * 99, symbol);
    BOOST_TEST(all.trades_of[m] > 150, symbol);
    BOOST_TEST(high[m] > low[m], symbol);
    auto const anchor = std::ranges::find(worth, symbol, &worth::symbol)->style.anchor;
    BOOST_TEST(low[m] * 10 > anchor * 9, symbol);
    BOOST_TEST(high[m] * 10 < anchor * 11, symbol);
  }
  auto const rate = static_cast<double>(all.requests - requests) / 1'800;
  BOOST_TEST_MESSAGE(rate << " requests and " << static_cast<double>(all.trades - trades) / 1'800
                          << " trades a second");
  BOOST_TEST(rate < 80);
  BOOST_TEST(all.trades - trades > 1'800);
  for (auto const& each : all.players) {
    BOOST_TEST_MESSAGE(each.role.account << " " << each.role.symbol << ": " << each.requests
                                         << " requests, " << each.refused << " refused, up to "
                                         << each.furthest << " of " << limit_of(each.role));
  }
  check_players(all);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_stream) {
  auto const play = [](std::uint64_t seed) {
    stage all(cast(), seed);
    all.play(opening + 120 * second);
    return all.hash;
  };
  auto const first = play(7);
  BOOST_TEST(play(7) == first);
  BOOST_TEST(play(8) != first);
}

BOOST_AUTO_TEST_CASE(gamblers_are_liquidated_and_come_back) {
  // Makers that look seldom, so that a day takes no time.
  auto roles = perpetual_and_spot("ETH-USD");
  for (auto& each : roles) each.period = std::max<micros>(each.period * 10, 5 * second);
  stage some(roles, 3);
  some.play(opening + 24 * hour);
  BOOST_TEST_MESSAGE(some.liquidations << " liquidations, " << some.trades << " trades, "
                                       << some.requests << " requests");
  BOOST_TEST(some.liquidations > 0);
  std::uint64_t gifts = 0;
  for (auto const& each : some.players) {
    gifts += each.gifts;
    BOOST_TEST(each.gifts <= 48u * 2);
  }
  BOOST_TEST(gifts > 0);
  check_players(some);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace exchange::bots
