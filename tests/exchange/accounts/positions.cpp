// Positions of perpetuals: size, cost, profit, and the margin that orders and positions lock.
#include "accounts_test.hpp"

using namespace exchange::accounts;

BOOST_FIXTURE_TEST_SUITE(positions, perpetual_fixture)

BOOST_AUTO_TEST_CASE(a_trade_opens_a_long_and_a_short_of_one_cost) {
  auto const a = account(1'000), b = account(1'000);
  trade(btc_perp, a, b, 10, 100);
  BOOST_TEST(position(a).size == 10);
  BOOST_TEST(position(b).size == -10);
  BOOST_TEST(number(position(a).cost) == 1'000);
  BOOST_TEST(number(position(b).cost) == -1'000);
  BOOST_TEST(position(a).entry_price == 100);
  BOOST_TEST(number(position(a).margin) == 100);
  BOOST_TEST(locked(a) == 100);
  BOOST_TEST(total(a) == 1'000);
}

BOOST_AUTO_TEST_CASE(cost_is_exact_and_the_entry_price_to_the_nearest_tick) {
  auto const a = account(1'000), b = account(1'000);
  trade(btc_perp, a, b, 1, 100);
  trade(btc_perp, a, b, 2, 101);
  BOOST_TEST(number(position(a).cost) == 302);
  BOOST_TEST(position(a).entry_price == 101);
  BOOST_TEST(position(b).entry_price == 101);
}

BOOST_AUTO_TEST_CASE(closing_realises_profit_and_frees_the_margin_in_proportion) {
  auto const a = account(1'000), b = account(1'000);
  trade(btc_perp, a, b, 3, 100);
  trade(btc_perp, b, a, 1, 110);
  BOOST_TEST(position(a).size == 2);
  BOOST_TEST(number(position(a).cost) == 200);
  BOOST_TEST(number(position(a).realized) == 10);
  BOOST_TEST(number(position(b).realized) == -10);
  BOOST_TEST(total(a) == 1'010);
  BOOST_TEST(total(b) == 990);
  BOOST_TEST(locked(a) == 20);
  trade(btc_perp, b, a, 2, 90);
  BOOST_TEST(position(a).size == 0);
  BOOST_TEST(number(position(a).cost) == 0);
  BOOST_TEST(number(position(a).realized) == -10);
  BOOST_TEST(total(a) == 990);
  BOOST_TEST(locked(a) == 0);
}

BOOST_AUTO_TEST_CASE(a_cost_that_does_not_divide_is_gone_with_the_last_lot) {
  auto const a = account(1'000), b = account(1'000);
  trade(btc_perp, a, b, 1, 100);
  trade(btc_perp, a, b, 2, 101);
  trade(btc_perp, b, a, 1, 100);  // of 302 in three parts: 100
  BOOST_TEST(number(position(a).cost) == 202);
  trade(btc_perp, b, a, 2, 101);
  BOOST_TEST(number(position(a).realized) == 0);
  BOOST_TEST(total(a) == 1'000);
}

BOOST_AUTO_TEST_CASE(a_larger_order_turns_the_position_over) {
  auto const a = account(1'000), b = account(1'000);
  trade(btc_perp, a, b, 3, 100);
  trade(btc_perp, b, a, 5, 110);
  BOOST_TEST(position(a).size == -2);
  BOOST_TEST(number(position(a).cost) == -220);
  BOOST_TEST(number(position(a).realized) == 30);
  BOOST_TEST(locked(a) == 22);
}

BOOST_AUTO_TEST_CASE(unrealised_profit_follows_the_mark_price) {
  auto const a = account(1'000), b = account(1'000);
  trade(eth_perp, a, b, 10, 100);  // three units for a tick and a lot
  mark(eth_perp, 107);
  BOOST_TEST(number(position(a, eth_perp).unrealized) == 210);
  BOOST_TEST(number(position(b, eth_perp).unrealized) == -210);
  BOOST_TEST(total(a) == 1'000);
}

BOOST_AUTO_TEST_CASE(an_order_locks_initial_margin_rounded_up) {
  auto const a = account(1'000);
  order(a, btc_perp, side::buy, 1, 95);
  BOOST_TEST(locked(a) == 10);
}

BOOST_AUTO_TEST_CASE(an_order_locks_its_loss_against_the_mark_price) {
  auto const a = account(1'000), b = account(1'000);
  order(a, btc_perp, side::buy, 10, 104);
  BOOST_TEST(locked(a) == 104 + 40);
  order(b, btc_perp, side::sell, 10, 97);  // the margin of the mark price, and 3 a lot
  BOOST_TEST(locked(b) == 100 + 30);
}

BOOST_AUTO_TEST_CASE(of_both_sides_the_dearer_one_is_locked) {
  auto const a = account(1'000);
  order(a, btc_perp, side::buy, 10, 90);
  BOOST_TEST(locked(a) == 90);
  auto const sold = order(a, btc_perp, side::sell, 10, 110);
  BOOST_TEST(locked(a) == 110);
  run([&] { return house.release(sold, 10); });
  BOOST_TEST(locked(a) == 90);
}

BOOST_AUTO_TEST_CASE(what_closes_the_position_needs_no_margin_and_what_is_beyond_it_does) {
  auto const a = account(1'000), b = account(1'000);
  trade(btc_perp, a, b, 10, 100);
  order(a, btc_perp, side::sell, 10, 100);
  BOOST_TEST(locked(a) == 100);
  order(a, btc_perp, side::sell, 5, 100);
  BOOST_TEST(locked(a) == 150);
  order(a, btc_perp, side::buy, 3, 100);  // the other side's are dearer
  BOOST_TEST(locked(a) == 150);
}

BOOST_AUTO_TEST_CASE(a_reduce_only_order_locks_nothing) {
  auto const a = account(1'000), b = account(1'000);
  trade(btc_perp, a, b, 10, 100);
  auto r = request(a, btc_perp, side::sell, 10, 100);
  r.reduce_only = true;
  BOOST_TEST(reserve(r) == error::none);
  BOOST_TEST(locked(a) == 100);
  BOOST_TEST(house.open_orders(a) == 1u);
}

BOOST_AUTO_TEST_CASE(margin_that_is_not_there_is_refused) {
  auto const a = account(99);
  BOOST_TEST(refused_order(a, btc_perp, side::buy, 10, 100) == error::insufficient_funds);
  deposit(a, usd, 1);
  order(a, btc_perp, side::buy, 10, 100);
}

BOOST_AUTO_TEST_CASE(fees_are_locked_too) {
  house_fixture with_fees;
  with_fees.mark(btc_perp, 100);
  auto const a = with_fees.account(1'000);
  with_fees.order(a, btc_perp, side::buy, 10, 100);
  BOOST_TEST(with_fees.locked(a) == 100 + 10);  // 0.2 % of 100 a lot, rounded up
}

BOOST_AUTO_TEST_CASE(closing_at_a_price_that_ruins_is_refused) {
  auto const a = account(120), b = account(1'000);
  trade(btc_perp, a, b, 10, 100);
  BOOST_TEST(refused_order(a, btc_perp, side::sell, 10, 87) == error::insufficient_funds);
  order(a, btc_perp, side::sell, 10, 88);
  auto const c = account(12);
  trade(btc_perp, c, b, 1, 100);
  BOOST_TEST(refused_order(c, btc_perp, side::sell, 1, 87) == error::insufficient_funds);
  order(c, btc_perp, side::sell, 1, 88);
}

// 20 more are locked than there are, but the purchase costs just what it has locked.
BOOST_AUTO_TEST_CASE(a_realised_loss_never_stops_a_spot_order_from_trading) {
  auto const a = account(1'000), b = account(10'000);
  trade(btc_perp, a, b, 90, 100);
  auto const bought = order(a, btc_usd, side::buy, 1, 20);
  trade(btc_perp, b, a, 10, 88);
  BOOST_TEST(total(a) == 880);
  BOOST_TEST(available(a) == 0);
  BOOST_TEST(settle(report(btc_usd, 20, 1, {a, bought, true}, {})).error == error::none);
  BOOST_TEST(total(a) == 780);
}

BOOST_AUTO_TEST_CASE(no_position_is_larger_than_the_market_lets_it_be) {
  auto const a = account(1'000'000), b = account(1'000'000);
  BOOST_TEST(refused_order(a, btc_perp, side::buy, 1'001, 100) == error::risk_limit);
  trade(btc_perp, a, b, 900, 100);
  order(a, btc_perp, side::buy, 60, 100);
  BOOST_TEST(refused_order(a, btc_perp, side::buy, 41, 100) == error::risk_limit);
  auto const last = order(a, btc_perp, side::buy, 40, 100);
  BOOST_TEST(refused([&] { return house.amend({last, 41, 100}); }) == error::risk_limit);
  BOOST_TEST(refused_order(a, btc_perp, side::sell, 1'901, 100) == error::risk_limit);
  order(a, btc_perp, side::sell, 1'900, 100);
}

BOOST_AUTO_TEST_CASE(realised_profit_is_kept_apart_by_market_and_told) {
  auto const a = account(1'000), b = account(1'000);
  trade(btc_perp, a, b, 10, 100);
  trade(btc_perp, b, a, 10, 103);
  BOOST_REQUIRE_EQUAL(out.postings.size(), 2u);
  BOOST_TEST((out.postings[0] ==
              posting{b, settlement_account(btc_perp), usd, reason::realized_pnl, 30, last_trade}));
  BOOST_TEST((out.postings[1] ==
              posting{settlement_account(btc_perp), a, usd, reason::realized_pnl, 30, last_trade}));
  BOOST_REQUIRE_EQUAL(out.positions.size(), 2u);
  BOOST_TEST(out.positions[0].size == 0);
  BOOST_TEST(out.positions[0].reason == reason::trade);
}

BOOST_AUTO_TEST_CASE(before_there_is_a_mark_price_a_perpetual_takes_no_orders) {
  house_fixture fresh(free_venue());
  auto const a = fresh.account(1'000);
  BOOST_TEST(fresh.refused_order(a, btc_perp, side::buy, 1, 100) == error::market_closed);
  BOOST_TEST(fresh.refused([&] { return fresh.house.fund(btc_perp, 1); }) == error::market_closed);
}

BOOST_AUTO_TEST_SUITE_END()
