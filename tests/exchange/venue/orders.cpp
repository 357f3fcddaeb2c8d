// What becomes of orders, and what the accounts say to it.
#include "venue_test.hpp"

using namespace exchange::venue;

BOOST_FIXTURE_TEST_SUITE(orders, venue_fixture)

BOOST_AUTO_TEST_CASE(an_order_that_rests_locks_what_it_may_cost) {
  auto const placed = id(buy(spot, 100, 5'000));
  auto const& o = the(1, placed);
  BOOST_TEST(o.status == order_status::open);
  BOOST_TEST(o.reason == order_reason::placed);
  BOOST_TEST(o.price == 1'000);
  BOOST_TEST(o.quantity == 10);
  BOOST_TEST(o.remaining == 10);
  // 1.00 at 50.00 and 0.05 % of it.
  BOOST_TEST((locked(1, usd) == 50'025'000));
  BOOST_TEST(told<level_changed>().size() == 1u);
  BOOST_TEST(told<ticker_changed>().front().bid == 1'000);
  run(cancel_order{1, placed, {}});
  BOOST_TEST((locked(1, usd) == 0));
  BOOST_TEST(the(1, placed).status == order_status::cancelled);
  BOOST_TEST(the(1, placed).reason == order_reason::requested);
  BOOST_TEST(the(1, placed).remaining == 0);
}

BOOST_AUTO_TEST_CASE(a_trade_is_told_to_both_sides_and_booked) {
  auto const maker = id(sell(spot, 100, 5'000));
  auto const taker = id(buy(spot, 60, 5'100).of(2).named("mine"));
  BOOST_TEST(the(1, maker).filled == 6);
  BOOST_TEST(the(1, maker).remaining == 4);
  BOOST_TEST(the(2, taker).status == order_status::filled);
  BOOST_TEST((average_price(the(2, taker), 2) == 100'000));
  auto const fills = told<filled>();
  BOOST_REQUIRE_EQUAL(fills.size(), 2u);
  BOOST_TEST(fills[0].fill.maker);
  BOOST_TEST((fills[0].fill.fee == 3'000));
  BOOST_TEST(fills[1].fill.client_order_id == "mine");
  BOOST_TEST((fills[1].fill.fee == 15'000));
  BOOST_TEST((told<traded>().front().side == side::buy));
  BOOST_TEST((total(2, usd) == amount{1'000'000'000'000} - 30'000'000 - 15'000));
  BOOST_TEST((total(2, btc) == amount{100'060'000'000}));
  BOOST_TEST((locked(2, usd) == 0));
}

BOOST_AUTO_TEST_CASE(an_average_price_is_exact) {
  id(sell(spot, 10, 5'000));
  id(sell(spot, 20, 5'005));
  auto const taker = id(buy(spot, 30).of(2));
  BOOST_TEST((the(2, taker).value == 1'000 + 2 * 1'001));
  BOOST_TEST((average_price(the(2, taker), 0) == 1'001));
  BOOST_TEST((average_price(the(2, taker), 4) == 10'006'667));
}

BOOST_AUTO_TEST_CASE(a_market_order_is_checked_against_what_it_will_trade) {
  id(sell(spot, 10, 5'000));
  run(deposit{4, usd, amount{5'010'000}});
  auto const done = place(buy(spot, 1'000).of(4));
  BOOST_TEST(done.error == error::none);
  BOOST_TEST(the(4, done.order).filled == 1);
  BOOST_TEST(the(4, done.order).status == order_status::cancelled);
  BOOST_TEST(the(4, done.order).reason == order_reason::no_liquidity);
  id(sell(spot, 10, 5'000));
  BOOST_TEST(refused(buy(spot, 10).of(4)) == error::insufficient_funds);
}

BOOST_AUTO_TEST_CASE(a_market_order_passes_its_own_cheap_orders_by_and_pays_the_dear_ones) {
  run(deposit{4, usd, amount{20'010'000}});
  run(deposit{4, btc, amount{100'000'000}});
  id(sell(spot, 70, 100).of(4));
  id(sell(spot, 10, 100'000));
  auto const dear = buy(spot, 80).of(4).with(self_trade::cancel_oldest);
  BOOST_TEST(refused(dear) == error::insufficient_funds);
  run(deposit{4, usd, amount{81'000'000}});
  BOOST_TEST(place(dear).error == error::none);
  BOOST_TEST(told<traded>().front().price == 20'000);
}

BOOST_AUTO_TEST_CASE(an_amended_quantity_is_the_whole_one) {
  auto const o = id(sell(spot, 100, 5'000));
  id(buy(spot, 40, 5'000).of(2));
  BOOST_TEST(refused(amend_order{1, o, {}, {}, 40, {}}) == error::bad_quantity);
  BOOST_TEST(run(amend_order{1, o, {}, {}, 60, {}}).error == error::none);
  BOOST_TEST(the(1, o).quantity == 6);
  BOOST_TEST(the(1, o).remaining == 2);
  BOOST_TEST((locked(1, btc) == 20'000'000));
  BOOST_TEST(run(amend_order{1, o, {}, 5'005, 90, {}}).error == error::none);
  BOOST_TEST(the(1, o).price == 1'001);
  BOOST_TEST(the(1, o).remaining == 5);
  BOOST_TEST((locked(1, btc) == 50'000'000));
}

BOOST_AUTO_TEST_CASE(an_amendment_that_the_engine_refuses_leaves_everything) {
  auto const o = id(buy(spot, 100, 5'000).post());
  id(sell(spot, 10, 5'100).of(2));
  BOOST_TEST(refused(amend_order{1, o, {}, 5'100, 200, {}}) == error::would_cross);
  BOOST_TEST(refused(amend_order{1, o, {}, {}, 100'000'000, {}}) == error::bad_quantity);
  auto const dear = units{1'000'000} * 5;
  BOOST_TEST(refused(amend_order{1, o, {}, dear, 9'999'990, {}}) == error::insufficient_funds);
}

BOOST_AUTO_TEST_CASE(a_stop_waits_and_is_triggered) {
  auto const stop = id(sell(spot, 20).at_stop(4'900));
  BOOST_TEST(the(1, stop).status == order_status::untriggered);
  BOOST_TEST((the(1, stop).tif == time_in_force::ioc));
  id(buy(spot, 50, 4'900).of(2));
  id(sell(spot, 10, 4'900).of(3));
  BOOST_TEST(the(1, stop).status == order_status::filled);
  BOOST_TEST((average_price(the(1, stop)) == 980));
}

BOOST_AUTO_TEST_CASE(a_stop_that_buys_pays_no_more_than_was_locked) {
  auto const stop = id(buy(spot, 40).at_stop(10'000));
  // 0.40 at 105.00 and the fee.
  BOOST_TEST((locked(1, usd) == 42'021'000));
  id(sell(spot, 20, 10'000).of(2));
  id(sell(spot, 10, 10'500).of(2));
  id(sell(spot, 10, 10'505).of(2));
  id(buy(spot, 10, 10'000).of(3));
  auto const& o = the(1, stop);
  BOOST_TEST(o.filled == 2);
  BOOST_TEST(o.status == order_status::cancelled);
  BOOST_TEST(o.reason == order_reason::price_band);
  BOOST_TEST((o.type == order_type::stop));
  BOOST_TEST((locked(1, usd) == 0));
}

BOOST_AUTO_TEST_CASE(a_reduce_only_order_follows_the_position) {
  id(sell(perp, 100, 10'000).of(2));
  id(buy(perp, 50, 10'000));
  auto const o = id(sell(perp, 100, 10'100).reducing());
  BOOST_TEST(the(1, o).quantity == 5);
  id(buy(perp, 100, 10'000).of(3));
  id(sell(perp, 30, 10'000));
  BOOST_TEST(the(1, o).quantity == 2);
  BOOST_TEST(the(1, o).reason == order_reason::reduce_only);
  id(sell(perp, 20, 10'000));
  BOOST_TEST(the(1, o).status == order_status::cancelled);
  BOOST_TEST(refused(sell(perp, 10, 10'000).reducing()) == error::risk_limit);
}

BOOST_AUTO_TEST_CASE(an_order_expires_when_its_time_is_over) {
  auto const o = id(buy(spot, 10, 5'000).until(time_in_force::gtd, now + second));
  BOOST_TEST(venue.next_due().value() == now + second);
  now += second;
  run(advance_time{});
  BOOST_TEST(the(1, o).status == order_status::expired);
  BOOST_TEST(the(1, o).ts == now);
  BOOST_TEST((venue.next_due() == venue.funding(perp, now).due));  // nothing else
}

BOOST_AUTO_TEST_CASE(cancelling_all_of_a_market_or_of_every_one) {
  id(buy(spot, 10, 5'000));
  id(buy(perp, 10, 5'000));
  id(buy(spot, 10, 4'000));
  id(buy(spot, 10, 4'000).of(2));
  BOOST_TEST(run(cancel_all{1, spot}).count == 2u);
  BOOST_TEST(venue.open_orders(1).size() == 1u);
  BOOST_TEST(run(cancel_all{1, every_market}).count == 1u);
  BOOST_TEST(run(cancel_all{1, every_market}).count == 0u);
  BOOST_TEST(venue.open_orders(2, spot).size() == 1u);
}

BOOST_AUTO_TEST_CASE(histories_are_paged_by_id) {
  std::vector<order_id> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(id(sell(i % 2 == 0 ? spot : perp, 10, 5'000)));
    id(buy(i % 2 == 0 ? spot : perp, 10, 5'000).of(2));
  }
  auto const shown = [&](page const& which) {
    std::string text;
    for (auto const& one : venue.closed_orders(1, which)) text += std::to_string(one.id) + ' ';
    return text;
  };
  BOOST_TEST(shown({}) == "9 7 5 3 1 ");
  BOOST_TEST(shown({every_market, 2, 7, {}}) == "5 3 ");
  BOOST_TEST(shown({spot, 2, 0, {}}) == "9 5 ");
  auto const trades = [&](page const& which) {
    std::string text;
    for (auto const& one : venue.fills(2, which)) text += std::to_string(one.trade) + ' ';
    return text;
  };
  BOOST_TEST(trades({}) == "5 4 3 2 1 ");
  BOOST_TEST(trades({every_market, 2, 0, 2}) == "3 4 ");
  BOOST_TEST(trades({every_market, 2, 0, 0}) == "1 2 ");
  BOOST_TEST(trades({perp, 5, 4, {}}) == "2 ");
  BOOST_TEST(venue.find_order(2, ids[0]) == nullptr);
}

BOOST_AUTO_TEST_CASE(histories_are_bounded) {
  auto config = small_venue();
  config.max_closed_orders = 2;
  config.max_fills = 3;
  venue_fixture f(config);
  auto const old = f.id(buy(spot, 10, 4'000));
  for (int i = 0; i < 4; ++i) {
    f.id(sell(spot, 10, 5'000));
    f.id(buy(spot, 10, 5'000).of(2));
  }
  f.run(cancel_order{1, old, {}});
  BOOST_TEST(f.the(1, old).status == order_status::cancelled);
  BOOST_TEST(f.venue.closed_orders(1, {}).size() == 2u);
  BOOST_TEST(f.venue.fills(1, {}).size() == 3u);
  BOOST_TEST(f.refused(cancel_order{1, old + 1, {}}) == error::unknown_order);
}

BOOST_AUTO_TEST_CASE(an_outside_flow_trades_with_the_accounts) {
  using action = outside_order::action;
  auto const o = id(buy(spot, 30, 5'000));
  BOOST_TEST(run(outside_order{spot, action::add, 77, 5'000, 50, side::sell}).ok());
  BOOST_TEST(the(1, o).status == order_status::filled);
  BOOST_TEST(told<traded>().size() == 1u);
  BOOST_TEST(run(outside_order{spot, action::execute, 77, 0, 10, side::buy}).ok());
  BOOST_TEST(told<traded>().size() == 1u);
  BOOST_TEST(run(outside_order{spot, action::remove, 77, 0, 0, side::buy}).ok());
  BOOST_TEST(refused(outside_order{spot, action::remove, 77, 0, 0, side::buy}) ==
             error::unknown_order);
}

BOOST_AUTO_TEST_SUITE_END()
