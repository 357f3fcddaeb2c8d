// Positions that are closed by force.
#include "venue_test.hpp"

using namespace exchange::venue;

namespace {

/// Account 4 is long 1.00 at 100.00 with 12.00 behind it, twenty times levered.
struct levered : venue_fixture {
  levered() {
    run(deposit{4, usd, amount{12'000'000}});
    run(deposit_insurance{usd, amount{100'000'000}});
    run(set_leverage{4, perp, 20, margin_mode::cross});
    id(sell(perp, 100, 10'000).of(2));
    id(buy(perp, 100, 10'000).of(4));
  }
  lots held() const { return venue.accounts().position_size(4, perp); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(liquidation, levered)

BOOST_AUTO_TEST_CASE(while_the_margin_is_enough_nothing_happens) {
  BOOST_TEST(run(set_mark{perp, 9'500}).ok());
  BOOST_TEST(held() == 10);
  BOOST_TEST(told<liquidated>().empty());
}

BOOST_AUTO_TEST_CASE(the_position_is_sold_into_the_book) {
  id(buy(perp, 200, 8'990).of(3));
  auto const waiting = id(buy(perp, 10, 5'000).of(4));
  run(set_mark{perp, 9'000});
  BOOST_TEST(held() == 0);
  BOOST_TEST(the(4, waiting).reason == order_reason::liquidation);
  auto const seen = told<liquidated>();
  BOOST_REQUIRE_EQUAL(seen.size(), 1u);
  BOOST_TEST(seen[0].price == 1'798);
  BOOST_TEST(seen[0].quantity == 10);
  BOOST_TEST((seen[0].side == side::sell));
  BOOST_TEST(!seen[0].by_fund);
  auto const closed = venue.closed_orders(4, {});
  BOOST_TEST(closed.front().liquidation);
  BOOST_TEST(closed.front().status == order_status::filled);
}

BOOST_AUTO_TEST_CASE(what_nobody_buys_the_insurance_fund_takes) {
  id(buy(perp, 40, 8'990).of(3));
  run(set_mark{perp, 9'000});
  BOOST_TEST(held() == 0);
  auto const seen = told<liquidated>();
  BOOST_REQUIRE_EQUAL(seen.size(), 2u);
  BOOST_TEST(seen[1].by_fund);
  BOOST_TEST(seen[1].quantity == 6);
  // 11.95 were behind 1.00 at 90.00 when 10.00 of it were lost: nothing is left at 88.05.
  BOOST_TEST(seen[1].price == 1'761);
  BOOST_TEST(venue.closed_orders(4, {}).front().reason == order_reason::liquidation);
  BOOST_TEST((total(4, usd) >= 0));
  BOOST_TEST(venue.accounts().position_size(0, perp) == 6);
}

BOOST_AUTO_TEST_CASE(it_waits_for_a_market_that_trades) {
  run(change_state{perp, market_state::suspended});
  run(set_mark{perp, 9'000});
  BOOST_TEST(held() == 10);
  run(change_state{perp, market_state::active});
  BOOST_TEST(held() == 0);
}

BOOST_AUTO_TEST_CASE(an_isolated_position_leaves_the_other_orders_alone) {
  run(deposit{4, usd, amount{30'000'000}});
  run(set_leverage{4, perp, 20, margin_mode::isolated});
  auto const elsewhere = id(buy(spot, 10, 5'000).of(4));
  auto const here = id(buy(perp, 10, 5'000).of(4));
  run(set_mark{perp, 9'000});
  BOOST_TEST(held() == 0);
  BOOST_TEST(the(4, here).reason == order_reason::liquidation);
  BOOST_TEST(the(4, elsewhere).status == order_status::open);
}

BOOST_AUTO_TEST_CASE(a_short_is_bought_back) {
  run(set_mark{perp, 11'500});
  BOOST_TEST(held() == 10);
  run(deposit{3, usd, 1});
  id(sell(perp, 100, 11'500).of(4));
  BOOST_TEST(held() == 10);
  id(buy(perp, 200, 11'500).of(3));
  id(sell(perp, 100, 11'500).of(4));
  BOOST_TEST(held() == -10);
  id(sell(perp, 200, 14'000).of(2));
  run(set_mark{perp, 13'900});
  BOOST_TEST(held() == 0);
  auto const seen = told<liquidated>();
  BOOST_TEST(seen.size() == 1u);
  BOOST_TEST((seen.front().side == side::buy));
}

BOOST_AUTO_TEST_CASE(funding_may_be_what_is_too_much) {
  run(set_mark{perp, 9'500});
  BOOST_TEST(held() == 10);
  run(fund{perp, 60'000});
  BOOST_TEST(held() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
