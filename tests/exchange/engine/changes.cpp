// Cancels, amendments, quotes, expiry.
#include "engine_test.hpp"

using namespace exchange::engine;

BOOST_AUTO_TEST_SUITE(cancelling)

BOOST_FIXTURE_TEST_CASE(a_cancelled_order_leaves_the_book, engine_fixture) {
  auto const id = place(buy(3, 100));
  place(buy(4, 100));
  BOOST_TEST(run(cancel_order{id, 1}) == error::none);
  BOOST_TEST(the(event_kind::cancelled).reason() == reason::requested);
  BOOST_TEST(the(event_kind::cancelled).quantity == 3);
  BOOST_TEST(the(event_kind::level).quantity == 4);
  BOOST_TEST(bids() == "4@100");
}

BOOST_FIXTURE_TEST_CASE(cancelling_all_takes_every_order_of_the_account_and_no_other,
                        engine_fixture) {
  auto const ask = place(sell(1, 110));
  auto const low = place(buy(1, 90));
  auto const high = place(buy(1, 95));
  auto const stop = place(buy(1, 0).at_stop(120));
  auto const other = place(buy(1, 95).of(2));
  run(cancel_all_orders{1});
  std::vector<order_id> gone;
  for (auto const& one : events(event_kind::cancelled)) {
    BOOST_TEST(one.reason() == reason::cancel_all);
    gone.push_back(one.order);
  }
  BOOST_TEST(gone == (std::vector<order_id>{high, low, ask, stop}),
             boost::test_tools::per_element());
  BOOST_TEST(is_open(other));
  BOOST_TEST(engine.open_orders() == 1u);
}

BOOST_FIXTURE_TEST_CASE(orders_can_be_cancelled_in_every_state, engine_fixture) {
  for (auto const state : {market_state::suspended, market_state::halted, market_state::auction,
                           market_state::closed}) {
    engine_fixture f;
    auto const id = f.place(buy(1, 100));
    BOOST_TEST(f.to(state) == error::none);
    BOOST_TEST(f.run(cancel_order{id, 1}) == error::none);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(amending)

BOOST_FIXTURE_TEST_CASE(a_smaller_quantity_keeps_the_place, engine_fixture) {
  auto const first = place(buy(5, 100));
  place(buy(5, 100).of(2));
  BOOST_TEST(run(amend_order{first, 1, keep, 2}) == error::none);
  BOOST_TEST(bids() == "7@100");
  place(sell(1, 100).of(3));
  BOOST_TEST(makers() == std::to_string(first));
}

BOOST_FIXTURE_TEST_CASE(a_larger_quantity_loses_the_place, engine_fixture) {
  auto const first = place(buy(5, 100));
  auto const second = place(buy(5, 100).of(2));
  run(amend_order{first, 1, keep, 6});
  BOOST_TEST(bids() == "11@100");
  place(sell(1, 100).of(3));
  BOOST_TEST(makers() == std::to_string(second));
}

BOOST_FIXTURE_TEST_CASE(another_price_loses_the_place_and_trades_where_it_crosses, engine_fixture) {
  auto const id = place(buy(5, 95));
  place(sell(2, 100).of(2));
  run(amend_order{id, 1, 100, keep});
  BOOST_TEST(trades() == "2@100");
  BOOST_TEST(the(event_kind::filled_taker).order == id);
  BOOST_TEST(bids() == "3@100");
}

BOOST_FIXTURE_TEST_CASE(what_is_amended_to_what_it_is_keeps_its_place, engine_fixture) {
  auto const first = place(buy(5, 100));
  place(buy(5, 100).of(2));
  run(amend_order{first, 1, 100, 5});
  BOOST_TEST(the(event_kind::amended).quantity == 5);
  BOOST_TEST(events(event_kind::level).empty());
  place(sell(1, 100).of(3));
  BOOST_TEST(makers() == std::to_string(first));
}

BOOST_FIXTURE_TEST_CASE(an_iceberg_shrinks_in_what_it_hides_first, engine_fixture) {
  auto const id = place(buy(10, 100).iceberg(4));
  run(amend_order{id, 1, keep, 5});
  BOOST_TEST(bids() == "4@100");
  run(amend_order{id, 1, keep, 3});
  BOOST_TEST(bids() == "3@100");
}

BOOST_FIXTURE_TEST_CASE(a_post_only_order_is_not_amended_into_taking, engine_fixture) {
  auto const id = place(buy(5, 95).only_post());
  place(sell(2, 100).of(2));
  auto const before = engine.save();
  BOOST_TEST(run(amend_order{id, 1, 100, keep}) == error::would_cross);
  BOOST_TEST((engine.save() == before));
}

BOOST_FIXTURE_TEST_CASE(an_amendment_is_not_for_an_order_that_is_gone_or_anothers, engine_fixture) {
  auto const filled = place(buy(5, 100));
  place(sell(5, 100).of(2));
  auto const others = place(buy(5, 100).of(2));
  BOOST_TEST(run(amend_order{filled, 1, 101, 5}) == error::order_closed);
  BOOST_TEST(run(amend_order{others, 1, 101, 5}) == error::unknown_order);
  BOOST_TEST(run(amend_order{others + 1, 1, 101, 5}) == error::unknown_order);
  BOOST_TEST(bids() == "5@100");
}

BOOST_FIXTURE_TEST_CASE(an_amendment_is_checked_like_an_order, engine_fixture) {
  auto const id = place(buy(5, 100));
  auto const before = engine.save();
  BOOST_TEST(run(amend_order{id, 1, 0, keep}) == error::bad_price);
  BOOST_TEST(run(amend_order{id, 1, -3, keep}) == error::bad_price);
  BOOST_TEST(run(amend_order{id, 1, engine.config().max_price + 1, keep}) == error::bad_price);
  BOOST_TEST(run(amend_order{id, 1, keep, 0}) == error::bad_quantity);
  BOOST_TEST(run(amend_order{id, 1, keep, engine.config().max_quantity + 1}) ==
             error::bad_quantity);
  BOOST_TEST(run(amend_order{id, 1, keep, keep, 90}) == error::bad_request);
  BOOST_TEST((engine.save() == before));
  to(market_state::suspended);
  BOOST_TEST(run(amend_order{id, 1, keep, 1}) == error::market_closed);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(quoting)

BOOST_FIXTURE_TEST_CASE(quotes_are_placed_moved_and_taken_back_in_one_step, engine_fixture) {
  std::vector<quote> quotes{{1, 99, 5, side::buy}, {2, 101, 5, side::sell}};
  BOOST_TEST(run(mass_quote{7, quotes}) == error::none);
  BOOST_TEST(bids() == "5@99");
  BOOST_TEST(asks() == "5@101");
  // The new bid stands where the own ask did.
  quotes = {{1, 101, 5, side::buy}, {2, 103, 6, side::sell}};
  BOOST_TEST(run(mass_quote{7, quotes}) == error::none);
  BOOST_TEST(events(event_kind::rejected).empty());
  BOOST_TEST(events(event_kind::amended).size() == 2u);
  BOOST_TEST(bids() == "5@101");
  BOOST_TEST(asks() == "6@103");
  quotes = {{1, 101, 0, side::buy}, {2, 103, 2, side::sell}};
  run(mass_quote{7, quotes});
  BOOST_TEST(bids() == "");
  BOOST_TEST(asks() == "2@103");
}

BOOST_FIXTURE_TEST_CASE(a_quote_never_takes, engine_fixture) {
  std::vector<quote> quotes{{1, 99, 5, side::buy}};
  run(mass_quote{7, quotes});
  last_id = 1;
  place(sell(5, 105));
  quotes = {{1, 105, 5, side::buy}, {3, 106, 1, side::buy}};
  run(mass_quote{7, quotes});
  BOOST_TEST(the(event_kind::cancelled).reason() == reason::would_cross);
  BOOST_TEST(the(event_kind::rejected).error() == error::would_cross);
  BOOST_TEST(trades() == "");
  BOOST_TEST(bids() == "");
}

BOOST_FIXTURE_TEST_CASE(a_bad_quote_is_refused_alone, engine_fixture) {
  auto const others = place(buy(1, 90));
  std::vector<quote> const quotes{{2, 0, 5, side::buy},
                                  {3, 99, 5, side::buy},
                                  {others, 80, 5, side::buy},
                                  {3, 98, 1, side::buy}};
  BOOST_TEST(run(mass_quote{7, quotes}) == error::none);
  auto const refused_ones = events(event_kind::rejected);
  BOOST_REQUIRE_EQUAL(refused_ones.size(), 3u);
  BOOST_TEST(refused_ones[0].error() == error::unknown_order);
  BOOST_TEST(refused_ones[1].error() == error::bad_price);
  BOOST_TEST(refused_ones[2].error() == error::bad_request);
  BOOST_TEST(bids() == "5@99 1@90");
}

BOOST_FIXTURE_TEST_CASE(too_many_quotes_are_refused_as_a_whole, engine_fixture) {
  std::vector<quote> quotes;
  for (order_id id = 1; id <= engine.config().max_quotes + 1; ++id) {
    quotes.push_back({id, 90, 1, side::buy});
  }
  BOOST_TEST(run(mass_quote{7, quotes}) == error::bad_request);
  BOOST_TEST(run(mass_quote{7, {}}) == error::bad_request);
  BOOST_TEST(engine.open_orders() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(expiring)

BOOST_FIXTURE_TEST_CASE(a_gtd_order_expires_when_its_time_has_come, engine_fixture) {
  auto const id = place(buy(3, 100).until(time_in_force::gtd, 50));
  run(advance_time{49});
  BOOST_TEST(is_open(id));
  run(advance_time{50});
  BOOST_TEST(the(event_kind::expired).order == id);
  BOOST_TEST(the(event_kind::expired).reason() == reason::good_till_date);
  BOOST_TEST(the(event_kind::level).quantity == 0);
  BOOST_TEST(bids() == "");
}

BOOST_FIXTURE_TEST_CASE(orders_expire_in_the_order_of_their_times, engine_fixture) {
  auto const late = place(buy(1, 100).until(time_in_force::gtd, 30));
  auto const early = place(buy(1, 101).until(time_in_force::gtd, 20));
  auto const same = place(buy(1, 102).until(time_in_force::gtd, 30));
  auto const filled = place(buy(1, 103).until(time_in_force::gtd, 10));
  place(sell(1, 103).of(2));
  run(advance_time{100});
  std::vector<order_id> gone;
  for (auto const& one : events(event_kind::expired)) gone.push_back(one.order);
  BOOST_TEST(gone == (std::vector<order_id>{early, late, same}), boost::test_tools::per_element());
  BOOST_TEST(!is_open(filled));
}

BOOST_AUTO_TEST_CASE(a_day_order_ends_with_the_day_it_was_placed_on) {
  auto config = active_market();
  config.day_length = 100;
  config.day_offset = 30;
  engine_fixture f(config);
  f.run(advance_time{129});
  auto const today = f.place(buy(1, 100).until(time_in_force::day));
  f.run(advance_time{130});
  BOOST_TEST(f.the(event_kind::expired).order == today);
  BOOST_TEST(f.the(event_kind::expired).reason() == reason::day_end);
  auto const tomorrow = f.place(buy(1, 100).until(time_in_force::day));
  f.run(advance_time{229});
  BOOST_TEST(f.is_open(tomorrow));
}

BOOST_FIXTURE_TEST_CASE(when_the_market_closes_day_orders_end_and_others_stay, engine_fixture) {
  auto const day = place(buy(1, 100).until(time_in_force::day));
  auto const gtc = place(buy(1, 100));
  auto const stop = place(buy(1, 0).at_stop(200).until(time_in_force::day));
  to(market_state::closed);
  BOOST_TEST(events(event_kind::expired).size() == 2u);
  BOOST_TEST(!is_open(day));
  BOOST_TEST(!is_open(stop));
  BOOST_TEST(is_open(gtc));
}

BOOST_FIXTURE_TEST_CASE(time_never_goes_back, engine_fixture) {
  run(advance_time{50});
  run(advance_time{20});
  BOOST_TEST(engine.now() == 50);
  BOOST_TEST(refused(buy(1, 100).until(time_in_force::gtd, 50)) == error::bad_request);
}

BOOST_AUTO_TEST_SUITE_END()
