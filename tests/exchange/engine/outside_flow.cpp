// An order flow from outside, and the engine's own orders in its midst.
#include "engine_test.hpp"

#include <map>
#include <random>

using namespace exchange::engine;

BOOST_AUTO_TEST_SUITE(outside_flow)

BOOST_FIXTURE_TEST_CASE(orders_are_added_reduced_executed_and_deleted_by_their_ids,
                        engine_fixture) {
  run(outside_add{7, 100, 5, side::buy});
  run(outside_add{3, 101, 4, side::sell});
  BOOST_TEST(bids() == "5@100");
  run(outside_reduce{7, 2});
  BOOST_TEST(the(event_kind::reduced).reason() == reason::outside);
  BOOST_TEST(bids() == "3@100");
  run(outside_execute{3, 1});
  BOOST_TEST(trades() == "1@101");
  BOOST_TEST(the(event_kind::trade).side == side::buy);
  BOOST_TEST(asks() == "3@101");
  run(outside_delete{3});
  BOOST_TEST(asks() == "");
  run(outside_execute{7, 3});
  BOOST_TEST(bids() == "");
}

BOOST_FIXTURE_TEST_CASE(outside_ids_and_those_of_placed_orders_never_meet, engine_fixture) {
  place(buy(1, 90));
  run(outside_add{1, 91, 5, side::buy});
  BOOST_TEST(last_error == error::none);
  run(outside_delete{1});
  BOOST_TEST(bids() == "1@90");
  BOOST_TEST(run(cancel_order{1 | outside_bit, 1}) == error::unknown_order);
}

BOOST_FIXTURE_TEST_CASE(an_outside_order_trades_with_the_accounts_orders_it_crosses,
                        engine_fixture) {
  auto const own = place(sell(3, 100));
  run(outside_add{1, 101, 5, side::buy});
  BOOST_TEST(trades() == "3@100");
  BOOST_TEST(the(event_kind::filled_maker).order == own);
  BOOST_TEST(bids() == "2@101");
}

BOOST_FIXTURE_TEST_CASE(outside_orders_do_not_trade_with_each_other_by_themselves, engine_fixture) {
  run(outside_add{1, 100, 5, side::sell});
  run(outside_add{2, 101, 5, side::buy});
  BOOST_TEST(trades() == "");
  BOOST_TEST(bids() == "5@101");
  BOOST_TEST(asks() == "5@100");
}

BOOST_FIXTURE_TEST_CASE(an_execution_fills_the_accounts_orders_that_stood_before_it_as_well,
                        engine_fixture) {
  auto const better = place(sell(1, 99));
  run(outside_add{1, 100, 5, side::sell});
  auto const behind = place(sell(1, 100));
  run(outside_execute{1, 4});
  BOOST_TEST(trades() == "1@99 4@100");
  BOOST_TEST(!is_open(better));
  BOOST_TEST(is_open(behind));
  BOOST_TEST(asks() == "2@100");
}

BOOST_FIXTURE_TEST_CASE(accounts_trade_with_outside_orders, engine_fixture) {
  run(outside_add{1, 100, 5, side::sell});
  place(buy(2, 100));
  BOOST_TEST(trades() == "2@100");
  BOOST_TEST(the(event_kind::filled_maker).account == outside_account);
}

BOOST_FIXTURE_TEST_CASE(executions_trigger_stops, engine_fixture) {
  run(outside_add{1, 100, 5, side::sell});
  auto const stop = place(buy(1, 0).at_stop(100));
  run(outside_execute{1, 2});
  BOOST_TEST(the(event_kind::triggered).order == stop);
}

BOOST_FIXTURE_TEST_CASE(what_does_not_fit_the_book_is_refused, engine_fixture) {
  run(outside_add{1, 100, 5, side::sell});
  BOOST_TEST(run(outside_add{1, 100, 5, side::sell}) == error::bad_request);
  BOOST_TEST(run(outside_add{0, 100, 5, side::sell}) == error::bad_request);
  BOOST_TEST(run(outside_add{outside_bit, 100, 5, side::sell}) == error::bad_request);
  BOOST_TEST(run(outside_add{2, 0, 5, side::sell}) == error::bad_price);
  BOOST_TEST(run(outside_add{2, 100, 0, side::sell}) == error::bad_quantity);
  BOOST_TEST(run(outside_reduce{1, 6}) == error::bad_quantity);
  BOOST_TEST(run(outside_reduce{1, -1}) == error::bad_quantity);
  BOOST_TEST(run(outside_execute{1, 6}) == error::bad_quantity);
  BOOST_TEST(run(outside_reduce{9, 1}) == error::unknown_order);
  BOOST_TEST(run(outside_delete{9}) == error::unknown_order);
  BOOST_TEST(run(outside_execute{9, 1}) == error::unknown_order);
  BOOST_TEST(asks() == "5@100");
}

// A recording at order level, made by a venue that is no engine at all: a table of orders. The
// book that comes of it is the venue's, price by price.
BOOST_FIXTURE_TEST_CASE(a_recorded_market_gives_the_venues_book, engine_fixture) {
  struct venue_order {
    side which;
    ticks price;
    lots open;
  };
  std::map<order_id, venue_order> venue;
  std::mt19937_64 bits(5);
  auto const below = [&](std::uint64_t n) { return bits() % n; };
  auto const venue_book = [&](side which) {
    std::map<ticks, lots> levels;
    for (auto const& [id, o] : venue) {
      if (o.which == which) levels[which == side::buy ? -o.price : o.price] += o.open;
    }
    std::string text;
    for (auto const& [key, quantity] : levels) {
      text += (text.empty() ? "" : " ") + std::to_string(quantity) + '@' +
              std::to_string(which == side::buy ? -key : key);
    }
    return text;
  };
  order_id last = 0;
  for (int i = 0; i < 3'000; ++i) {
    if (venue.size() < 5 || (below(2) == 0 && venue.size() < 60)) {
      auto const which = below(2) == 0 ? side::buy : side::sell;
      auto const distance = static_cast<ticks>(below(30));
      venue_order const o{which, which == side::buy ? 1'000 - distance : 1'001 + distance,
                          1 + static_cast<lots>(below(50))};
      last += 1 + below(1'000);
      venue[last] = o;
      run(outside_add{last, o.price, o.open, which});
    } else {
      auto at = std::next(venue.begin(), static_cast<std::ptrdiff_t>(below(venue.size())));
      auto const id = at->first;
      auto const part = 1 + static_cast<lots>(below(static_cast<std::uint64_t>(at->second.open)));
      switch (below(3)) {
        case 0:
          run(outside_delete{id});
          at->second.open = 0;
          break;
        case 1:
          run(outside_reduce{id, part});
          at->second.open -= part;
          break;
        default:
          run(outside_execute{id, part});
          at->second.open -= part;
          break;
      }
      if (at->second.open == 0) venue.erase(at);
    }
    BOOST_REQUIRE(last_error == error::none);
    BOOST_REQUIRE_EQUAL(bids(), venue_book(side::buy));
    BOOST_REQUIRE_EQUAL(asks(), venue_book(side::sell));
  }
}

BOOST_AUTO_TEST_SUITE_END()
