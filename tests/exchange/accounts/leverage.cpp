// Leverage, cross and isolated margin.
#include "accounts_test.hpp"

using namespace exchange::accounts;

namespace {

struct leverage_fixture : perpetual_fixture {
  leverage_fixture() {
    a = account(1'000);
    b = account(1'000);
  }
  error set(account_id id, std::uint32_t leverage, std::optional<margin_mode> mode = std::nullopt) {
    return run([&] { return house.set_leverage(id, btc_perp, leverage, mode); });
  }
  error refuse(account_id id, std::uint32_t leverage,
               std::optional<margin_mode> mode = std::nullopt) {
    return refused([&] { return house.set_leverage(id, btc_perp, leverage, mode); });
  }
  account_id a = 0;
  account_id b = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(leverage, leverage_fixture)

BOOST_AUTO_TEST_CASE(less_leverage_locks_more_for_orders_and_positions) {
  trade(btc_perp, a, b, 10, 100);
  order(a, btc_perp, side::buy, 10, 100);
  BOOST_TEST(locked(a) == 200);
  BOOST_TEST(set(a, 5) == error::none);
  BOOST_TEST(locked(a) == 400);
  BOOST_TEST(position(a).leverage == 5u);
  BOOST_TEST(set(a, 20) == error::none);
  BOOST_TEST(locked(a) == 100);
}

BOOST_AUTO_TEST_CASE(less_leverage_than_there_is_margin_for_is_refused) {
  trade(btc_perp, a, b, 60, 100);
  BOOST_TEST(refuse(a, 5) == error::risk_limit);
  BOOST_TEST(set(a, 6) == error::none);
  BOOST_TEST(available(a) == 0);
}

BOOST_AUTO_TEST_CASE(leverage_that_there_is_not) {
  BOOST_TEST(refuse(a, 0) == error::bad_request);
  BOOST_TEST(refuse(a, 21) == error::risk_limit);
  BOOST_TEST(refuse(a, 1, static_cast<margin_mode>(2)) == error::bad_request);
  BOOST_TEST(refuse(b + 1, 1) == error::bad_request);
  BOOST_TEST(refuse(0, 1) == error::bad_request);
  for (market_id const id : {btc_usd, market_id{4}}) {
    BOOST_TEST(refused([&] { return house.set_leverage(a, id, 1); }) == error::bad_request);
  }
}

BOOST_AUTO_TEST_CASE(the_mode_stays_unless_it_is_said) {
  BOOST_TEST(set(a, 5, margin_mode::isolated) == error::none);
  BOOST_TEST(set(a, 6) == error::none);
  BOOST_TEST(position(a).mode == margin_mode::isolated);
}

BOOST_AUTO_TEST_CASE(a_new_setting_is_told) {
  set(a, 5, margin_mode::isolated);
  BOOST_REQUIRE_EQUAL(out.positions.size(), 1u);
  BOOST_TEST(out.positions[0].reason == reason::leverage);
}

BOOST_AUTO_TEST_CASE(an_isolated_position_has_its_own_margin) {
  set(a, 10, margin_mode::isolated);
  trade(btc_perp, a, b, 10, 100);
  BOOST_TEST(number(position(a).margin) == 100);
  mark(btc_perp, 95);
  BOOST_TEST(available(a) == 900);  // its loss is its own
  trade(btc_perp, b, a, 5, 95);     // half of the margin, less 25
  BOOST_TEST(number(position(a).margin) == 50);
  BOOST_TEST(total(a) == 975);
  BOOST_TEST(available(a) == 925);
}

BOOST_AUTO_TEST_CASE(an_isolated_position_that_opens_behind_the_mark_price_sets_that_aside_too) {
  set(a, 10, margin_mode::isolated);
  trade(btc_perp, a, b, 10, 104);
  BOOST_TEST(number(position(a).margin) == 104 + 40);
}

BOOST_AUTO_TEST_CASE(a_loss_beyond_the_closed_parts_margin_is_the_rests_and_then_the_accounts) {
  set(a, 10, margin_mode::isolated);
  trade(btc_perp, a, b, 10, 100);
  mark(btc_perp, 85);
  trade(btc_perp, b, a, 5, 88);  // 60 lost, 50 set free
  BOOST_TEST(number(position(a).margin) == 40);
  BOOST_TEST(total(a) == 940);
  trade(btc_perp, b, a, 5, 85);  // 75 lost, 40 set free
  BOOST_TEST(number(position(a).margin) == 0);
  BOOST_TEST(total(a) == 865);
  BOOST_TEST(available(a) == 865);
}

BOOST_AUTO_TEST_CASE(from_cross_to_isolated_the_shown_loss_is_set_aside) {
  trade(btc_perp, a, b, 10, 100);
  mark(btc_perp, 95);
  BOOST_TEST(set(a, 10, margin_mode::isolated) == error::none);
  BOOST_TEST(number(position(a).margin) == 150);
  BOOST_TEST(available(a) == 850);
  BOOST_TEST(set(a, 10, margin_mode::cross) == error::none);
  BOOST_TEST(number(position(a).margin) == 100);
  BOOST_TEST(available(a) == 850);
}

BOOST_AUTO_TEST_CASE(a_mode_that_there_is_not_the_margin_for_is_refused) {
  trade(btc_perp, a, b, 100, 100);  // all of the 1,000 is its margin
  mark(btc_perp, 93);
  BOOST_TEST(!house.liquidation_of(a, btc_perp));
  BOOST_TEST(refuse(a, 20, margin_mode::isolated) == error::risk_limit);
}

BOOST_AUTO_TEST_CASE(from_isolated_to_cross_the_shown_loss_has_to_be_available) {
  auto const c = account(100);
  set(c, 10, margin_mode::isolated);
  trade(btc_perp, c, b, 10, 100);
  mark(btc_perp, 95);
  BOOST_TEST(refuse(c, 10, margin_mode::cross) == error::risk_limit);
  deposit(c, usd, 50);
  BOOST_TEST(set(c, 10, margin_mode::cross) == error::none);
}

// At 250 maintenance margin is 62.5, and a twentieth of what the position cost is 50.
BOOST_AUTO_TEST_CASE(a_change_that_would_be_liquidated_at_once_is_refused) {
  deposit(a, usd, 10'000);
  trade(btc_perp, b, a, 10, 100);
  mark(btc_perp, 250);
  BOOST_TEST(!house.liquidation_of(a, btc_perp));
  BOOST_TEST(refuse(a, 20, margin_mode::isolated) == error::risk_limit);
  BOOST_TEST(set(a, 10, margin_mode::isolated) == error::none);
}

BOOST_AUTO_TEST_CASE(a_cross_profit_of_one_market_stands_behind_a_loss_of_another) {
  trade(btc_perp, a, b, 50, 100);
  trade(eth_perp, b, a, 10, 100);
  mark(btc_perp, 110);  // a: +500
  mark(eth_perp, 120);  // a: -600
  BOOST_TEST(available(a) == 1'000 - 500 - 300 - 100);
  BOOST_TEST(!house.liquidation_of(a, btc_perp));
}

BOOST_AUTO_TEST_SUITE_END()
