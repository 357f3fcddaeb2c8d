// What keeps an account from itself, and the market from a slip: self-trade prevention, reduce-only
// orders, price bands.
#include "engine_test.hpp"

using namespace exchange::engine;

BOOST_AUTO_TEST_SUITE(self_trade_prevention)

BOOST_FIXTURE_TEST_CASE(cancel_newest_refuses_an_order_that_would_meet_its_own_first,
                        engine_fixture) {
  place(sell(5, 100));
  BOOST_TEST(refused(buy(5, 100)) == error::self_trade);
  BOOST_TEST(asks() == "5@100");
}

BOOST_FIXTURE_TEST_CASE(cancel_newest_cancels_the_rest_once_it_has_traded, engine_fixture) {
  place(sell(2, 100).of(2));
  place(sell(5, 100));
  place(buy(4, 100));
  BOOST_TEST(trades() == "2@100");
  BOOST_TEST(the(event_kind::cancelled).reason() == reason::self_trade);
  BOOST_TEST(the(event_kind::cancelled).quantity == 2);
  BOOST_TEST(asks() == "5@100");
  BOOST_TEST(bids() == "");
}

BOOST_FIXTURE_TEST_CASE(cancel_oldest_takes_the_own_order_away_and_goes_on, engine_fixture) {
  auto const own = place(sell(5, 100));
  place(sell(3, 101).of(2));
  place(buy(4, 101).with(self_trade::cancel_oldest));
  BOOST_TEST(the(event_kind::cancelled).order == own);
  BOOST_TEST(trades() == "3@101");
  BOOST_TEST(bids() == "1@101");
}

BOOST_FIXTURE_TEST_CASE(cancel_both_takes_both_away, engine_fixture) {
  place(sell(1, 99).of(2));
  place(sell(5, 100));
  place(buy(4, 100).with(self_trade::cancel_both));
  BOOST_TEST(trades() == "1@99");
  BOOST_TEST(events(event_kind::cancelled).size() == 2u);
  BOOST_TEST(asks() == "");
  BOOST_TEST(bids() == "");
}

BOOST_FIXTURE_TEST_CASE(decrement_takes_the_smaller_from_both_without_a_trade, engine_fixture) {
  auto const own = place(sell(5, 100));
  auto const taker = place(buy(3, 100).with(self_trade::decrement));
  BOOST_TEST(trades() == "");
  BOOST_TEST(the(event_kind::reduced).order == own);
  BOOST_TEST(the(event_kind::reduced).remaining == 2);
  BOOST_TEST(the(event_kind::cancelled).order == taker);
  place(buy(4, 100).with(self_trade::decrement));
  BOOST_TEST(asks() == "");
  BOOST_TEST(bids() == "2@100");
}

BOOST_FIXTURE_TEST_CASE(where_it_is_allowed_an_account_trades_with_itself, engine_fixture) {
  place(sell(5, 100));
  place(buy(5, 100).with(self_trade::allow));
  BOOST_TEST(trades() == "5@100");
}

BOOST_FIXTURE_TEST_CASE(a_fok_order_that_would_meet_its_own_is_killed_whole, engine_fixture) {
  place(sell(2, 100).of(2));
  place(sell(5, 100));
  place(buy(4, 100).until(time_in_force::fok));
  BOOST_TEST(trades() == "");
  BOOST_TEST(the(event_kind::cancelled).reason() == reason::fill_or_kill);
  BOOST_TEST(asks() == "7@100");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(reduce_only)

BOOST_FIXTURE_TEST_CASE(it_is_cut_to_the_position, engine_fixture) {
  auto const id = place(sell(9, 100).reducing(4));
  BOOST_TEST(the(event_kind::accepted).quantity == 4);
  BOOST_TEST(open(id) == 4);
}

BOOST_FIXTURE_TEST_CASE(without_a_position_on_the_other_side_it_is_refused, engine_fixture) {
  BOOST_TEST(refused(sell(1, 100).reducing(0)) == error::risk_limit);
  BOOST_TEST(refused(sell(1, 100).reducing(-5)) == error::risk_limit);
  BOOST_TEST(refused(buy(1, 100).reducing(5)) == error::risk_limit);
}

BOOST_FIXTURE_TEST_CASE(it_shrinks_with_the_position_and_goes_with_it, engine_fixture) {
  auto const id = place(sell(8, 100).reducing(8));
  run(change_position{1, 5});
  BOOST_TEST(the(event_kind::reduced).reason() == reason::reduce_only);
  BOOST_TEST(asks() == "5@100");
  run(change_position{1, -2});
  BOOST_TEST(the(event_kind::cancelled).reason() == reason::reduce_only);
  BOOST_TEST(!is_open(id));
}

BOOST_FIXTURE_TEST_CASE(fills_of_other_orders_of_the_account_shrink_it, engine_fixture) {
  auto const id = place(sell(8, 110).reducing(8));
  place(sell(3, 100));
  place(buy(3, 100).of(2));
  BOOST_TEST(open(id) == 5);
}

BOOST_FIXTURE_TEST_CASE(two_in_one_sweep_never_turn_the_position_over, engine_fixture) {
  place(sell(5, 100).reducing(5));
  place(sell(5, 101).reducing(5));
  place(sell(9, 102).of(3));
  place(buy(10, 102).of(2));
  BOOST_TEST(trades() == "5@100 5@102");
}

BOOST_FIXTURE_TEST_CASE(a_stop_that_is_reduce_only_closes_no_more_than_there_is, engine_fixture) {
  place(buy(20, 90).of(2));
  auto const stop = place(sell(6, 0).at_stop(95).reducing(6));
  place(buy(1, 95).of(3));
  place(sell(2, 0).at_stop(1));
  run(change_position{1, 4});
  BOOST_TEST(open(stop) == 4);
  place(sell(1, 95).of(4));
  BOOST_TEST(trades() == "1@95 4@90");
}

BOOST_FIXTURE_TEST_CASE(it_does_not_grow_beyond_the_position, engine_fixture) {
  auto const id = place(sell(3, 100).reducing(5));
  run(amend_order{id, 1, keep, 9});
  BOOST_TEST(open(id) == 5);
}

BOOST_FIXTURE_TEST_CASE(a_fok_order_does_not_count_on_it, engine_fixture) {
  place(sell(5, 100).reducing(5));
  place(buy(5, 100).of(2).until(time_in_force::fok));
  BOOST_TEST(trades() == "");
  place(buy(5, 100).of(2));
  BOOST_TEST(trades() == "5@100");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(price_bands)

namespace {
engine_config banded(band_action action = band_action::cancel) {
  auto config = active_market();
  config.band_basis_points = 500;
  config.reference = 1'000;
  config.band_action = action;
  return config;
}
}  // namespace

BOOST_AUTO_TEST_CASE(a_limit_that_could_trade_outside_the_band_is_refused) {
  engine_fixture f(banded());
  BOOST_TEST(f.refused(buy(1, 1'051)) == error::bad_price);
  BOOST_TEST(f.refused(sell(1, 949)) == error::bad_price);
  f.place(buy(1, 1'050));
  f.place(sell(1, 950).of(2));
  BOOST_TEST(f.trades() == "1@1050");
}

BOOST_AUTO_TEST_CASE(orders_far_off_on_their_own_side_are_welcome) {
  engine_fixture f(banded());
  f.place(buy(1, 1));
  f.place(sell(1, 900'000));
  BOOST_TEST(f.bids() == "1@1");
  BOOST_TEST(f.asks() == "1@900000");
}

BOOST_AUTO_TEST_CASE(a_market_order_stops_at_the_band) {
  engine_fixture f(banded());
  f.place(sell(1, 1'050));
  f.place(sell(1, 1'051));
  f.place(market(side::buy, 2).of(2));
  BOOST_TEST(f.trades() == "1@1050");
  BOOST_TEST(f.the(event_kind::cancelled).reason() == reason::price_band);
  BOOST_TEST(f.engine.state() == market_state::active);
}

BOOST_AUTO_TEST_CASE(where_the_band_halts_a_market_order_that_reaches_it_halts_the_market) {
  engine_fixture f(banded(band_action::halt));
  f.place(sell(1, 1'051));
  f.place(market(side::buy, 2).of(2));
  BOOST_TEST(f.the(event_kind::state).state() == market_state::halted);
  BOOST_TEST(f.refused(buy(1, 1'000)) == error::market_closed);
  BOOST_TEST(f.to(market_state::active) == error::bad_request);
  BOOST_TEST(f.to(market_state::auction) == error::none);
  BOOST_TEST(f.to(market_state::active) == error::none);
}

BOOST_AUTO_TEST_CASE(a_stop_limit_beyond_the_band_is_cancelled_when_it_is_triggered) {
  engine_fixture f(banded());
  f.place(sell(1, 1'040));
  f.place(buy(1, 2'000).of(3).at_stop(1'040));
  f.place(buy(1, 1'040).of(2));
  BOOST_TEST(f.the(event_kind::cancelled).reason() == reason::price_band);
}

BOOST_AUTO_TEST_CASE(the_band_follows_the_reference_price) {
  engine_fixture f(banded());
  BOOST_TEST(f.run(change_reference{2'000}) == error::none);
  f.place(buy(1, 2'100));
  BOOST_TEST(f.bids() == "1@2100");
  BOOST_TEST(f.run(change_reference{0}) == error::bad_price);
}

BOOST_AUTO_TEST_CASE(a_band_around_the_largest_price_does_not_overflow) {
  auto config = banded();
  config.max_price = ticks{1} << 60;
  config.band_basis_points = 10'000;
  config.reference = config.max_price;
  engine_fixture f(config);
  f.place(buy(1, config.max_price));
  BOOST_TEST(f.engine.best(side::buy)->price == config.max_price);
}

BOOST_AUTO_TEST_SUITE_END()
