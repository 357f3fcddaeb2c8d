// Price-time priority, and what orders of each kind do.
#include "engine_test.hpp"

#include <limits>

using namespace exchange::engine;

BOOST_AUTO_TEST_SUITE(matching)

BOOST_FIXTURE_TEST_CASE(the_best_price_trades_first_and_at_a_price_the_oldest, engine_fixture) {
  auto const late_price = place(sell(1, 102));
  auto const first = place(sell(2, 101));
  auto const second = place(sell(3, 101).of(2));
  place(buy(5, 102).of(3));
  BOOST_TEST(trades() == "2@101 3@101");
  BOOST_TEST(makers() == std::to_string(first) + ' ' + std::to_string(second));
  BOOST_TEST(is_open(late_price));
}

BOOST_FIXTURE_TEST_CASE(it_trades_at_the_price_of_the_one_that_stood, engine_fixture) {
  place(sell(5, 95));
  place(buy(5, 110).of(2));
  BOOST_TEST(trades() == "5@95");
  place(buy(5, 95));
  place(sell(2, 90).of(2));
  BOOST_TEST(trades() == "2@95");
  BOOST_TEST(bids() == "3@95");
}

BOOST_FIXTURE_TEST_CASE(the_rest_of_a_limit_order_rests_at_its_price, engine_fixture) {
  place(sell(2, 100));
  auto const id = place(buy(5, 101).of(2));
  BOOST_TEST(bids() == "3@101");
  BOOST_TEST(asks() == "");
  BOOST_TEST(open(id) == 3);
  auto const rested = the(event_kind::rested);
  BOOST_TEST(rested.quantity == 3);
  BOOST_TEST(rested.price == 101);
}

BOOST_FIXTURE_TEST_CASE(a_trade_is_told_with_both_its_fills_and_the_level, engine_fixture) {
  auto const maker = place(sell(5, 100));
  auto const taker = place(buy(2, 100).of(2));
  auto const trade = the(event_kind::trade);
  BOOST_TEST(trade.trade == 1u);
  BOOST_TEST(trade.side == side::buy);
  auto const made = the(event_kind::filled_maker);
  BOOST_TEST(made.order == maker);
  BOOST_TEST(made.account == 1u);
  BOOST_TEST(made.remaining == 3);
  BOOST_TEST(made.trade == 1u);
  auto const took = the(event_kind::filled_taker);
  BOOST_TEST(took.order == taker);
  BOOST_TEST(took.account == 2u);
  BOOST_TEST(took.remaining == 0);
  BOOST_TEST(took.trade == 1u);
  auto const level = the(event_kind::level);
  BOOST_TEST(level.side == side::sell);
  BOOST_TEST(level.price == 100);
  BOOST_TEST(level.quantity == 3);
}

BOOST_FIXTURE_TEST_CASE(a_level_is_told_once_a_command_however_many_orders_of_it_trade,
                        engine_fixture) {
  for (int i = 0; i < 4; ++i) place(sell(1, 100));
  place(buy(3, 100).of(2));
  BOOST_TEST(events(event_kind::trade).size() == 3u);
  BOOST_TEST(the(event_kind::level).quantity == 1);
}

BOOST_FIXTURE_TEST_CASE(what_a_market_order_cannot_fill_is_cancelled, engine_fixture) {
  place(sell(2, 100));
  place(sell(2, 5'000));
  place(market(side::buy, 7).of(2));
  BOOST_TEST(trades() == "2@100 2@5000");
  auto const gone = the(event_kind::cancelled);
  BOOST_TEST(gone.reason() == reason::no_liquidity);
  BOOST_TEST(gone.quantity == 3);
}

BOOST_FIXTURE_TEST_CASE(an_ioc_order_never_rests, engine_fixture) {
  place(sell(2, 100));
  auto const id = place(buy(5, 100).of(2).until(time_in_force::ioc));
  BOOST_TEST(trades() == "2@100");
  BOOST_TEST(the(event_kind::cancelled).reason() == reason::immediate_or_cancel);
  BOOST_TEST(the(event_kind::cancelled).quantity == 3);
  BOOST_TEST(!is_open(id));
}

BOOST_FIXTURE_TEST_CASE(a_fok_order_is_filled_whole_or_not_at_all, engine_fixture) {
  place(sell(2, 100));
  place(sell(2, 101));
  place(buy(5, 101).of(2).until(time_in_force::fok));
  BOOST_TEST(trades() == "");
  BOOST_TEST(the(event_kind::cancelled).reason() == reason::fill_or_kill);
  BOOST_TEST(asks() == "2@100 2@101");
  place(buy(4, 101).of(2).until(time_in_force::fok));
  BOOST_TEST(trades() == "2@100 2@101");
}

BOOST_FIXTURE_TEST_CASE(a_fok_order_counts_on_what_icebergs_hide, engine_fixture) {
  place(sell(10, 100).iceberg(1));
  place(buy(11, 100).of(2).until(time_in_force::fok));
  BOOST_TEST(trades() == "");
  place(buy(10, 100).of(2).until(time_in_force::fok));
  BOOST_TEST(events(event_kind::trade).size() == 10u);
}

BOOST_FIXTURE_TEST_CASE(a_market_order_may_be_fok_too, engine_fixture) {
  place(sell(2, 100));
  auto o = market(side::buy, 3).of(2).until(time_in_force::fok);
  place(o);
  BOOST_TEST(trades() == "");
  BOOST_TEST(the(event_kind::cancelled).reason() == reason::fill_or_kill);
}

BOOST_FIXTURE_TEST_CASE(a_post_only_order_that_would_take_is_refused, engine_fixture) {
  place(sell(2, 100));
  BOOST_TEST(refused(buy(1, 100).of(2).only_post()) == error::would_cross);
  place(buy(1, 99).of(2).only_post());
  BOOST_TEST(bids() == "1@99");
}

BOOST_FIXTURE_TEST_CASE(an_iceberg_shows_a_part_and_goes_to_the_end_with_the_next, engine_fixture) {
  auto const iceberg = place(sell(10, 100).iceberg(3));
  auto const plain = place(sell(2, 100));
  BOOST_TEST(asks() == "5@100");
  place(buy(3, 100).of(2));
  BOOST_TEST(the(event_kind::replenished).quantity == 3);
  BOOST_TEST(the(event_kind::replenished).remaining == 7);
  BOOST_TEST(the(event_kind::filled_maker).remaining == 7);
  BOOST_TEST(asks() == "5@100");
  place(buy(4, 100).of(2));
  BOOST_TEST(makers() == std::to_string(plain) + ' ' + std::to_string(iceberg));
  BOOST_TEST(open(iceberg) == 5);
  BOOST_TEST(asks() == "1@100");
}

BOOST_FIXTURE_TEST_CASE(an_iceberg_is_swept_part_by_part, engine_fixture) {
  auto const iceberg = place(sell(8, 100).iceberg(3));
  place(buy(20, 100).of(2));
  BOOST_TEST(trades() == "3@100 3@100 2@100");
  BOOST_TEST(!is_open(iceberg));
  BOOST_TEST(bids() == "12@100");
}

BOOST_FIXTURE_TEST_CASE(an_iceberg_that_crosses_takes_with_all_of_it, engine_fixture) {
  place(sell(5, 100));
  place(buy(9, 100).of(2).iceberg(2));
  BOOST_TEST(trades() == "5@100");
  BOOST_TEST(bids() == "2@100");
}

BOOST_FIXTURE_TEST_CASE(trade_ids_rise_by_one, engine_fixture) {
  for (int i = 0; i < 3; ++i) place(sell(1, 100));
  place(buy(3, 100).of(2));
  trade_id expected = 0;
  for (auto const& one : events(event_kind::trade)) BOOST_TEST(one.trade == ++expected);
  BOOST_TEST(expected == 3u);
}

BOOST_FIXTURE_TEST_CASE(an_estimate_says_what_an_order_would_trade, engine_fixture) {
  place(sell(5, 100).iceberg(1));
  place(sell(5, 103));
  auto const some = engine.estimate(side::buy, 7, 200);
  BOOST_TEST(some.quantity == 7);
  BOOST_TEST(static_cast<long long>(some.value) == 5 * 100 + 2 * 103);
  BOOST_TEST(engine.estimate(side::buy, 7, 102).quantity == 5);
  BOOST_TEST(engine.estimate(side::buy, 7, 99).quantity == 0);
  BOOST_TEST(engine.estimate(side::sell, 7, 1).quantity == 0);
  BOOST_TEST(engine.estimate(side::buy, 7, std::numeric_limits<ticks>::min()).quantity == 0);
  BOOST_TEST(engine.estimate(side::buy, 7, std::numeric_limits<ticks>::max()).quantity == 7);
  BOOST_TEST(engine.estimate(side::buy, -1, 200).quantity == 0);
}

BOOST_AUTO_TEST_CASE(an_estimate_of_the_largest_amounts_does_not_overflow) {
  auto config = active_market();
  engine_fixture f(config);
  f.place(sell(config.max_quantity, config.max_price));
  f.place(sell(config.max_quantity, config.max_price));
  auto const all = f.engine.estimate(side::buy, 2 * config.max_quantity, config.max_price);
  BOOST_TEST((all.value / config.max_price == 2 * config.max_quantity));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(stops)

BOOST_FIXTURE_TEST_CASE(a_stop_waits_for_a_trade_at_its_price_and_is_a_market_order_then,
                        engine_fixture) {
  place(sell(1, 100));
  place(sell(5, 103));
  auto const stop = place(buy(2, 0).of(3).at_stop(102));
  BOOST_TEST(is_open(stop));
  BOOST_TEST(bids() == "");
  place(buy(1, 100).of(2));
  BOOST_TEST(is_open(stop));
  place(buy(1, 103).of(2));
  BOOST_TEST(the(event_kind::triggered).order == stop);
  BOOST_TEST(trades() == "1@103 2@103");
  BOOST_TEST(!is_open(stop));
}

BOOST_FIXTURE_TEST_CASE(a_sell_stop_is_triggered_by_a_trade_at_or_below_it, engine_fixture) {
  place(buy(1, 100));
  place(buy(5, 95));
  auto const stop = place(sell(2, 94).of(3).at_stop(98));
  place(sell(1, 100).of(2));
  BOOST_TEST(is_open(stop));
  place(sell(1, 95).of(2));
  BOOST_TEST(trades() == "1@95 2@95");
}

BOOST_FIXTURE_TEST_CASE(a_stop_limit_order_rests_at_its_limit, engine_fixture) {
  place(sell(1, 105));
  auto const stop = place(buy(4, 104).of(3).at_stop(105));
  place(buy(1, 105).of(2));
  BOOST_TEST(the(event_kind::rested).order == stop);
  BOOST_TEST(bids() == "4@104");
}

BOOST_FIXTURE_TEST_CASE(a_stop_whose_price_was_reached_before_is_triggered_at_once,
                        engine_fixture) {
  place(sell(1, 100));
  place(buy(1, 100).of(2));
  place(sell(3, 101));
  place(buy(2, 0).of(3).at_stop(100));
  BOOST_TEST(trades() == "2@101");
}

BOOST_FIXTURE_TEST_CASE(without_a_trade_no_stop_is_triggered, engine_fixture) {
  auto const stop = place(buy(2, 0).of(3).at_stop(1));
  BOOST_TEST(is_open(stop));
}

BOOST_FIXTURE_TEST_CASE(stops_trigger_stops_each_after_what_the_one_before_did, engine_fixture) {
  for (ticks p = 100; p <= 104; ++p) place(sell(1, p));
  auto const third = place(buy(1, 0).of(3).at_stop(102));
  auto const second = place(buy(1, 0).of(3).at_stop(101));
  place(buy(1, 100).of(2));
  place(buy(1, 101).of(2));
  BOOST_TEST(trades() == "1@101 1@102 1@103");
  auto const triggered = events(event_kind::triggered);
  BOOST_REQUIRE_EQUAL(triggered.size(), 2u);
  BOOST_TEST(triggered[0].order == second);
  BOOST_TEST(triggered[1].order == third);
}

BOOST_FIXTURE_TEST_CASE(at_one_stop_price_the_oldest_goes_first_and_buys_go_before_sells,
                        engine_fixture) {
  place(sell(1, 100));
  auto const sells = place(sell(1, 50).of(4).at_stop(100));
  auto const a = place(buy(1, 10).of(3).at_stop(100));
  auto const b = place(buy(1, 10).of(3).at_stop(100));
  place(buy(1, 100).of(2));
  auto const triggered = events(event_kind::triggered);
  BOOST_REQUIRE_EQUAL(triggered.size(), 3u);
  BOOST_TEST(triggered[0].order == a);
  BOOST_TEST(triggered[1].order == b);
  BOOST_TEST(triggered[2].order == sells);
}

BOOST_FIXTURE_TEST_CASE(every_price_of_a_sweep_counts_not_only_the_last, engine_fixture) {
  place(sell(1, 100));
  place(sell(1, 110));
  auto const down = place(sell(1, 50).of(4).at_stop(101));
  place(buy(2, 110).of(2));
  BOOST_TEST(the(event_kind::triggered).order == down);
}

BOOST_FIXTURE_TEST_CASE(a_stop_can_be_cancelled_and_amended, engine_fixture) {
  auto const stop = place(buy(2, 0).of(3).at_stop(102));
  BOOST_TEST(run(amend_order{stop, 3, keep, 5, 103}) == error::none);
  BOOST_TEST(engine.find(stop)->stop_price == 103);
  BOOST_TEST(open(stop) == 5);
  BOOST_TEST(run(amend_order{stop, 3, 90, keep, keep}) == error::bad_request);
  BOOST_TEST(run(cancel_order{stop, 3}) == error::none);
  BOOST_TEST(the(event_kind::cancelled).quantity == 5);
  BOOST_TEST(events(event_kind::level).empty());
}

BOOST_FIXTURE_TEST_CASE(a_stop_amended_beyond_the_last_price_is_triggered, engine_fixture) {
  place(sell(1, 100));
  place(buy(1, 100).of(2));
  place(sell(5, 120));
  auto const stop = place(buy(2, 0).of(3).at_stop(110));
  run(amend_order{stop, 3, keep, keep, 99});
  BOOST_TEST(trades() == "2@120");
}

BOOST_AUTO_TEST_SUITE_END()
