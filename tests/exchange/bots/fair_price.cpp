// The walks that nobody sees.
#include "moments.hpp"

#include <bots/cast.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>

namespace exchange::bots {
namespace {

constexpr fair_style style{600'000, 0.02, 0.007};

}  // namespace

BOOST_AUTO_TEST_SUITE(a_fair_price)

BOOST_AUTO_TEST_CASE(it_is_the_same_however_often_it_is_asked) {
  fair_price often(style, 5, opening, 600'000), seldom(style, 5, opening, 600'000);
  ticks last = 0;
  for (micros at = opening; at <= opening + 600 * second; at += 130'000) last = often.at(at);
  last = often.at(opening + 600 * second);
  BOOST_TEST(seldom.at(opening + 600 * second) == last);
  BOOST_TEST(fair_price(style, 6, opening, 600'000).at(opening + 600 * second) != last);
}

BOOST_AUTO_TEST_CASE(it_moves_and_stays_near_its_anchor_for_a_month) {
  fair_price price(style, 1, opening, 600'000);
  ticks low = 600'000, high = 600'000;
  for (micros at = opening; at < opening + 30 * 86'400 * second; at += 60 * second) {
    auto const now = price.at(at);
    low = std::min(low, now);
    high = std::max(high, now);
  }
  BOOST_TEST(high - low > 600'000 / 50);
  BOOST_TEST(low >= 600'000 * 3 / 4);
  BOOST_TEST(high <= 600'000 * 5 / 4);
}

BOOST_AUTO_TEST_CASE(it_is_drawn_back) {
  fair_price price({600'000, 0, 0}, 1, opening, 660'000);
  ticks later = 0;
  for (micros n = 0; n <= 6 * 60; ++n) later = price.at(opening + n * 60 * second);
  BOOST_TEST(later > 615'000);
  BOOST_TEST(later < 630'000);
}

BOOST_AUTO_TEST_CASE(a_long_sleep_is_not_lived_again) {
  fair_price price(style, 1, opening, 600'000);
  auto const before = price.at(opening + second);
  auto const after = price.at(opening + 400 * 86'400 * second);
  BOOST_TEST(std::abs(after - before) < 6'000);
}

BOOST_AUTO_TEST_CASE(a_perpetual_follows_its_spot_market) {
  fair_prices all(worths(), 1);
  auto const spot = *all.find("BTC-USD"), perpetual = *all.find("BTC-USD-PERP");
  BOOST_TEST(all.at(spot, opening) == 0);
  BOOST_TEST(all.at(perpetual, opening) == 0);
  all.begin(spot, 500'000, opening);
  BOOST_TEST(all.at(spot, opening) == 500'000);
  bool apart = false;
  for (micros at = opening; at < opening + 3'600 * second; at += second) {
    auto const difference = all.at(perpetual, at) - all.at(spot, at);
    BOOST_REQUIRE(std::abs(difference) < 600);
    apart = apart || difference != 0;
  }
  BOOST_TEST(apart);
  BOOST_TEST(!all.find("NO-SUCH"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace exchange::bots
