// When a position is liquidated, which one, and who pays when its account is bankrupt.
#include "accounts_test.hpp"

#include <algorithm>

using namespace exchange::accounts;

namespace {

struct liquidation_fixture : perpetual_fixture {
  liquidation_fixture() {
    a = account(1'000);
    b = account(10'000);
  }
  void isolate(account_id id) {
    run([&] { return house.set_leverage(id, btc_perp, 10, margin_mode::isolated); });
  }
  liquidation due(account_id id, market_id market = btc_perp) const {
    auto const found = house.liquidation_of(id, market);
    BOOST_REQUIRE(found.has_value());
    return *found;
  }
  account_id a = 0;
  account_id b = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(liquidations, liquidation_fixture)

// Maintenance margin is 2.5 % of the value: at 92 it is 230 of 200 that are left, at 93 232.5 of
// 300.
BOOST_AUTO_TEST_CASE(a_cross_position_is_due_when_its_account_has_less_than_maintenance_margin) {
  trade(btc_perp, a, b, 100, 100);
  mark(btc_perp, 93);
  BOOST_TEST(house.liquidations(btc_perp).empty());
  mark(btc_perp, 92);
  auto const all = house.liquidations(btc_perp);
  BOOST_REQUIRE_EQUAL(all.size(), 1u);
  BOOST_TEST(all[0].account == a);
  BOOST_TEST(all[0].market == btc_perp);
  BOOST_TEST(all[0].side == side::sell);
  BOOST_TEST(all[0].quantity == 100);
  BOOST_TEST(!all[0].cancel_orders);
}

BOOST_AUTO_TEST_CASE(an_isolated_position_is_due_by_its_own_margin) {
  isolate(a);
  trade(btc_perp, a, b, 10, 100);
  mark(btc_perp, 93);
  BOOST_TEST(!house.liquidation_of(a, btc_perp));
  mark(btc_perp, 92);
  BOOST_TEST(due(a).quantity == 10);
}

BOOST_AUTO_TEST_CASE(a_short_is_due_when_the_price_has_risen) {
  isolate(a);
  trade(btc_perp, b, a, 10, 100);
  mark(btc_perp, 107);
  BOOST_TEST(!house.liquidation_of(a, btc_perp));
  mark(btc_perp, 108);
  BOOST_TEST(due(a).side == side::buy);
  BOOST_TEST(due(a).quantity == 10);
}

BOOST_AUTO_TEST_CASE(just_maintenance_margin_is_enough) {
  auto const c = account(933), d = account(932);
  for (auto const id : {c, d}) {
    run([&] { return house.set_leverage(id, btc_perp, 20); });
    trade(btc_perp, id, b, 100, 100);
  }
  isolate(a);
  trade(btc_perp, a, b, 10, 100);
  mark(btc_perp, 93);  // c has 233, d 232, and 233 are needed
  BOOST_TEST(!house.liquidation_of(c, btc_perp));
  BOOST_TEST(house.liquidation_of(d, btc_perp).has_value());
  run([&] { return house.fund(btc_perp, 6'451); });  // a pays 6 of the 30 that are left
  BOOST_TEST(!house.liquidation_of(a, btc_perp));    // 24 are needed
  run([&] { return house.fund(btc_perp, 1); });
  BOOST_TEST(house.liquidation_of(a, btc_perp).has_value());
}

BOOST_AUTO_TEST_CASE(the_price_that_is_shown_is_the_first_at_which_it_is_due) {
  auto const c = account(3'000);
  isolate(a);
  trade(btc_perp, a, c, 10, 100);
  trade(btc_perp, b, c, 190, 103);
  trade(eth_perp, b, c, 20, 100);
  for (auto const id : {a, b, c}) {
    auto const size = house.position_size(id, btc_perp);
    auto const price = position(id).liquidation_price;
    BOOST_REQUIRE(price.has_value());
    mark(btc_perp, *price);
    BOOST_TEST(house.liquidation_of(id, btc_perp).has_value());
    mark(btc_perp, size > 0 ? *price + 1 : *price - 1);
    BOOST_TEST(!house.liquidation_of(id, btc_perp).has_value());
    mark(btc_perp, 100);
  }
}

BOOST_AUTO_TEST_CASE(with_leverage_one_a_long_has_no_liquidation_price) {
  auto const c = account(100'000);
  trade(btc_perp, c, b, 10, 100);
  BOOST_TEST(!position(c).liquidation_price.has_value());
  BOOST_TEST(!position(a).liquidation_price.has_value());  // and where there is no position
}

BOOST_AUTO_TEST_CASE(orders_are_cancelled_first) {
  trade(btc_perp, a, b, 80, 100);
  auto const spot = order(a, btc_usd, side::buy, 1, 20);
  auto const sold = order(a, btc_perp, side::sell, 5, 120);
  mark(btc_perp, 89);
  BOOST_TEST(due(a).cancel_orders);
  BOOST_TEST(due(a).quantity == 0);
  run([&] { return house.release(spot, 1); });
  BOOST_TEST(due(a).cancel_orders);
  run([&] { return house.release(sold, 5); });
  BOOST_TEST(!due(a).cancel_orders);
  BOOST_TEST(due(a).quantity == 80);
}

BOOST_AUTO_TEST_CASE(what_spot_orders_lock_does_not_count_and_cancelling_them_may_be_enough) {
  trade(btc_perp, a, b, 50, 100);
  auto const spot = order(a, btc_usd, side::buy, 1, 90);
  mark(btc_perp, 91);
  BOOST_TEST(due(a).cancel_orders);
  run([&] { return house.release(spot, 1); });
  BOOST_TEST(!house.liquidation_of(a, btc_perp));
}

BOOST_AUTO_TEST_CASE(of_an_isolated_position_only_its_own_markets_orders_are_cancelled) {
  isolate(a);
  order(a, btc_usd, side::buy, 1, 20);
  trade(btc_perp, a, b, 10, 100);
  mark(btc_perp, 90);
  BOOST_TEST(!due(a).cancel_orders);
}

BOOST_AUTO_TEST_CASE(what_orders_of_isolated_markets_lock_does_not_count_either) {
  isolate(a);
  auto const bid = order(a, btc_perp, side::buy, 50, 100);
  trade(eth_perp, a, b, 10, 100);
  mark(eth_perp, 84);
  BOOST_TEST(due(a, eth_perp).cancel_orders);
  run([&] { return house.release(bid, 50); });
  BOOST_TEST(!house.liquidation_of(a, eth_perp));
}

BOOST_AUTO_TEST_CASE(an_order_that_sells_the_quote_asset_is_cancelled_too) {
  auto config = free_venue();
  auto dollars = config.markets[btc_usd];
  dollars.symbol = "USD-ETH";
  dollars.base = usd;
  dollars.quote = eth;
  config.markets.push_back(dollars);
  house_fixture venue(config);
  venue.mark(btc_perp, 100);
  auto const own = venue.account(1'000);
  auto const sold = venue.order(own, 4, side::sell, 10, 1);  // locks 100 of them
  venue.trade(btc_perp, own, 0, 50, 100);
  venue.mark(btc_perp, 84);
  BOOST_TEST(venue.house.liquidation_of(own, btc_perp).value_or(liquidation{}).cancel_orders);
  auto const markets = venue.house.markets_of(usd);
  BOOST_TEST((markets == std::vector<market_id>{btc_usd, btc_perp, eth_perp, 4}));
  venue.run([&] { return venue.house.release(sold, 10); });
  BOOST_TEST(!venue.house.liquidation_of(own, btc_perp));
}

BOOST_AUTO_TEST_CASE(of_equal_positions_the_first_market_goes_first) {
  trade(eth_perp, a, b, 15, 100);
  trade(btc_perp, a, b, 45, 100);
  mark(eth_perp, 90);
  mark(btc_perp, 90);
  BOOST_TEST(due(a, eth_perp).market == btc_perp);
}

BOOST_AUTO_TEST_CASE(of_several_cross_positions_the_largest_goes_first) {
  trade(btc_perp, a, b, 30, 100);
  trade(eth_perp, a, b, 20, 100);
  mark(eth_perp, 86);
  BOOST_TEST(due(a, btc_perp).market == eth_perp);
  BOOST_TEST(due(a, btc_perp).quantity == 20);
  BOOST_TEST((due(a, btc_perp) == due(a, eth_perp)));
}

BOOST_AUTO_TEST_CASE(what_is_left_is_the_accounts_and_a_fee_goes_to_the_insurance_fund) {
  auto config = free_venue();
  config.markets[btc_perp].liquidation_fee = 10'000;
  house_fixture venue(config);
  venue.mark(btc_perp, 100);
  auto const own = venue.account(1'000);
  venue.trade(btc_perp, own, 0, 100, 100);
  venue.mark(btc_perp, 92);
  venue.liquidate(*venue.house.liquidation_of(own, btc_perp), 92);
  BOOST_TEST(venue.total(own) == 200 - 92);
  BOOST_TEST(venue.total(insurance_account) == 92);
  BOOST_TEST(venue.locked(own) == 0);
  auto const& told = venue.out.balances;
  BOOST_TEST(std::any_of(told.begin(), told.end(), [&](balance_change const& one) {
    return one.account == own && one.reason == reason::liquidation;
  }));
}

BOOST_AUTO_TEST_CASE(the_fee_takes_no_more_than_is_left) {
  auto config = free_venue();
  config.markets[btc_perp].liquidation_fee = 100'000;
  for (bool const isolated : {false, true}) {
    house_fixture venue(config);
    venue.mark(btc_perp, 100);
    auto const own = venue.account(isolated ? 1'500 : 1'000);
    if (isolated) venue.house.set_leverage(own, btc_perp, 10, margin_mode::isolated);
    venue.trade(btc_perp, own, 0, 100, 100);
    venue.mark(btc_perp, 92);
    venue.liquidate(*venue.house.liquidation_of(own, btc_perp), 92);
    BOOST_TEST(venue.total(own) == (isolated ? 500 : 0));
    BOOST_TEST(venue.total(insurance_account) == 200);
  }
}

BOOST_AUTO_TEST_CASE(the_insurance_fund_pays_what_a_bankrupt_account_cannot) {
  run([&] { return house.deposit_insurance(usd, 5'000); });
  trade(btc_perp, a, 0, 100, 100);
  mark(btc_perp, 85);
  liquidate(due(a), 85);  // 1,500 lost of 1,000
  BOOST_TEST(total(a) == 0);
  BOOST_TEST(total(insurance_account) == 4'500);
  BOOST_TEST(total(0) == 1'500);
}

BOOST_AUTO_TEST_CASE(an_isolated_position_loses_its_margin_and_no_more) {
  run([&] { return house.deposit_insurance(usd, 5'000); });
  isolate(a);
  trade(btc_perp, a, 0, 10, 100);
  mark(btc_perp, 80);
  liquidate(due(a), 80);  // 200 lost of 100
  BOOST_TEST(total(a) == 900);
  BOOST_TEST(available(a) == 900);
  BOOST_TEST(total(insurance_account) == 4'900);
}

BOOST_AUTO_TEST_CASE(a_liquidation_in_parts_is_paid_for_at_its_end) {
  run([&] { return house.deposit_insurance(usd, 5'000); });
  trade(btc_perp, a, 0, 100, 100);
  mark(btc_perp, 80);
  auto part = due(a);
  part.quantity = 60;
  liquidate(part, 80);
  BOOST_TEST(total(a) == -200);
  BOOST_TEST(total(insurance_account) == 5'000);
  BOOST_TEST(due(a).quantity == 40);
  liquidate(due(a), 80);
  BOOST_TEST(total(a) == 0);
  BOOST_TEST(total(insurance_account) == 4'000);
}

// 400 are lacking, 100 are insured; b and c show 1,200 and 200 of profit.
BOOST_AUTO_TEST_CASE(what_the_fund_has_not_makes_the_winners_entry_prices_worse) {
  auto const c = account(10'000);
  run([&] { return house.deposit_insurance(usd, 100); });
  trade(btc_perp, a, b, 80, 100);
  trade(btc_perp, a, c, 10, 105);
  mark(btc_perp, 85);
  liquidate(due(a), 85);
  BOOST_TEST(total(a) == 0);
  BOOST_TEST(total(insurance_account) == 0);
  BOOST_TEST(number(position(b).unrealized) == 1'200 - 257);
  BOOST_TEST(number(position(c).unrealized) == 200 - 43);
  BOOST_TEST(number(position(b).cost) == -8'000 + 257);
  BOOST_TEST(total(b) == 10'000);  // nobody's balance pays
}

BOOST_AUTO_TEST_CASE(socialised_losses_are_told_with_their_reason) {
  trade(btc_perp, a, b, 100, 100);
  mark(btc_perp, 85);
  liquidate(due(a), 85);
  auto const& told = out.positions;
  BOOST_TEST(std::any_of(told.begin(), told.end(), [&](position_change const& one) {
    return one.account == b && one.reason == reason::socialized_loss;
  }));
}

BOOST_AUTO_TEST_CASE(what_nobody_has_is_a_debt_of_the_insurance_fund) {
  auto const c = account(10'000);
  trade(btc_perp, a, b, 100, 100);
  mark(btc_perp, 85);
  trade(btc_perp, b, c, 100, 85);  // b takes its profit: nobody shows one now
  liquidate(due(a), 85);
  BOOST_TEST(total(a) == 0);
  BOOST_TEST(total(b) == 11'500);
  BOOST_TEST(total(insurance_account) == -500);
  run([&] { return house.deposit_insurance(usd, 600); });
  BOOST_TEST(total(insurance_account) == 100);
}

BOOST_AUTO_TEST_CASE(a_liquidation_order_needs_no_funds_and_only_reduces) {
  trade(btc_perp, a, b, 100, 100);
  auto r = request(a, btc_perp, side::sell, 100, 0);
  r.liquidation = true;
  BOOST_TEST(refused([&] { return house.reserve(r); }) == error::bad_request);
  r.reduce_only = true;
  BOOST_TEST(reserve(r) == error::none);
  BOOST_TEST(house.open_orders(a) == 0u);
  BOOST_TEST(house.reserved(r.order) == 100);
}

BOOST_AUTO_TEST_CASE(nothing_is_due_of_accounts_and_markets_that_are_not_there) {
  trade(btc_perp, a, 0, 100, 100);
  mark(btc_perp, 1);
  BOOST_TEST(!house.liquidation_of(0, btc_perp));
  BOOST_TEST(!house.liquidation_of(99, btc_perp));
  BOOST_TEST(!house.liquidation_of(a, btc_usd));
  BOOST_TEST(!house.liquidation_of(a, 9));
  BOOST_TEST(house.liquidations(9).empty());
  BOOST_TEST(house.liquidations(btc_perp).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
