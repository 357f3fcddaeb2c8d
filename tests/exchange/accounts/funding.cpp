// Mark prices and funding.
#include "accounts_test.hpp"

#include <limits>

using namespace exchange::accounts;

namespace {

struct funding_fixture : perpetual_fixture {
  funding_fixture() {
    a = account(1'000);
    b = account(1'000);
    c = account(1'000);
  }
  error fund(std::int64_t rate) {
    return run([&] { return house.fund(btc_perp, rate); });
  }
  account_id a = 0;
  account_id b = 0;
  account_id c = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(funding, funding_fixture)

BOOST_AUTO_TEST_CASE(longs_pay_shorts_at_a_rate_above_zero) {
  trade(btc_perp, a, b, 10, 100);
  mark(btc_perp, 110);
  BOOST_TEST(fund(10'000) == error::none);  // 1 % of 1,100
  BOOST_TEST(total(a) == 989);
  BOOST_TEST(total(b) == 1'011);
  BOOST_TEST(fund(-20'000) == error::none);
  BOOST_TEST(total(a) == 989 + 22);
  BOOST_TEST(total(b) == 1'011 - 22);
  BOOST_TEST(total(insurance_account) == 0);
  BOOST_TEST(number(position(a).funding) == -11 + 22);
  BOOST_TEST(number(position(b).funding) == 11 - 22);
}

BOOST_AUTO_TEST_CASE(what_a_position_has_paid_is_told_and_outlasts_it) {
  trade(btc_perp, a, b, 10, 100);
  out.positions.clear();
  fund(10'000);
  BOOST_TEST(out.positions.size() == 2u);
  trade(btc_perp, b, a, 10, 100);
  BOOST_TEST(position(a).size == 0);
  BOOST_TEST(number(position(a).funding) == -10);
  BOOST_TEST(number(position(a).realized) == 0);
}

BOOST_AUTO_TEST_CASE(what_rounding_leaves_goes_to_the_insurance_fund) {
  trade(btc_perp, a, b, 1, 100);
  trade(btc_perp, c, b, 1, 100);
  fund(12'345);  // 1.2345 each, and 2.469
  BOOST_TEST(total(a) == 998);
  BOOST_TEST(total(c) == 998);
  BOOST_TEST(total(b) == 1'002);
  BOOST_TEST(total(insurance_account) == 2);
  fund(-12'345);
  BOOST_TEST(total(a) == 999);
  BOOST_TEST(total(b) == 999);
  BOOST_TEST(total(insurance_account) == 3);
}

BOOST_AUTO_TEST_CASE(of_a_rate_of_zero_nothing_comes) {
  trade(btc_perp, a, b, 10, 100);
  BOOST_TEST(fund(0) == error::none);
  BOOST_TEST(out.postings.empty());
}

BOOST_AUTO_TEST_CASE(an_isolated_position_pays_from_its_margin_and_gets_into_it) {
  run([&] { return house.set_leverage(a, btc_perp, 10, margin_mode::isolated); });
  trade(btc_perp, a, b, 10, 100);
  fund(30'000);
  BOOST_TEST(number(position(a).margin) == 70);
  BOOST_TEST(available(a) == 900);
  fund(-10'000);
  BOOST_TEST(number(position(a).margin) == 80);
  fund(100'000);  // 100, of which the margin has 80
  BOOST_TEST(number(position(a).margin) == 0);
  BOOST_TEST(available(a) == 880);
}

BOOST_AUTO_TEST_CASE(the_outside_flow_takes_part) {
  trade(btc_perp, a, 0, 10, 100);
  fund(10'000);
  BOOST_TEST(total(a) == 990);
  BOOST_TEST(total(0) == 10);
}

BOOST_AUTO_TEST_CASE(rates_and_markets_that_are_none) {
  trade(btc_perp, a, b, 10, 100);
  for (std::int64_t const rate : {std::int64_t{1'000'001}, std::int64_t{-1'000'001},
                                  std::numeric_limits<std::int64_t>::min()}) {
    BOOST_TEST(refused([&] { return house.fund(btc_perp, rate); }) == error::bad_request);
  }
  BOOST_TEST(refused([&] { return house.fund(btc_usd, 1); }) == error::bad_request);
  BOOST_TEST(refused([&] { return house.fund(9, 1); }) == error::bad_request);
}

BOOST_AUTO_TEST_CASE(mark_prices_that_are_none) {
  for (ticks const price : {ticks{0}, ticks{-1}, house.config().markets[btc_perp].max_price + 1}) {
    BOOST_TEST(refused([&] { return house.set_mark(btc_perp, price); }) == error::bad_price);
  }
  BOOST_TEST(refused([&] { return house.set_mark(btc_usd, 1); }) == error::bad_request);
  BOOST_TEST(refused([&] { return house.set_mark(9, 1); }) == error::bad_request);
  BOOST_TEST(house.mark(btc_perp) == 100);
  BOOST_TEST(house.mark(btc_usd) == 0);
  BOOST_TEST(house.mark(9) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
