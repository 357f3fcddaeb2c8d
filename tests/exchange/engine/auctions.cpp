// Auctions: one price for all, and which one.
#include "engine_test.hpp"

using namespace exchange::engine;

namespace {

engine_config closed_market(ticks reference = 0) {
  auto config = active_market();
  config.state = market_state::closed;
  config.reference = reference;
  return config;
}

// A market whose orders are collected, each of another account.
struct opening : engine_fixture {
  explicit opening(ticks reference = 0) : engine_fixture(closed_market(reference)) {
    BOOST_REQUIRE(to(market_state::auction) == error::none);
  }
  order_id add(order o) {
    auto const id = place(o.of(++account_));
    BOOST_REQUIRE(last_error == error::none);
    BOOST_REQUIRE(trades() == "");
    return id;
  }
  /// Opens, and says price and volume of the auction.
  std::string open_market() {
    BOOST_REQUIRE(to(market_state::active) == error::none);
    if (events(event_kind::auction).empty()) return "none";
    auto const found = the(event_kind::auction);
    return std::to_string(found.quantity) + '@' + std::to_string(found.price);
  }

 private:
  account_id account_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(auctions)

BOOST_AUTO_TEST_CASE(the_price_is_the_one_at_which_most_is_traded) {
  opening f;
  f.add(buy(10, 105));
  f.add(buy(10, 103));
  f.add(sell(5, 101));
  f.add(sell(20, 103));
  BOOST_TEST(f.open_market() == "20@103");
  for (auto const& one : f.events(event_kind::trade)) BOOST_TEST(one.price == 103);
  BOOST_TEST(f.asks() == "5@103");
  BOOST_TEST(f.bids() == "");
}

BOOST_AUTO_TEST_CASE(of_those_the_one_with_the_least_surplus) {
  opening f;
  f.add(buy(10, 105));
  f.add(sell(10, 100));
  f.add(sell(5, 104));
  f.add(buy(5, 99));
  // 10 are traded anywhere from 100 to 105; at 104 and 105 five sell orders are left over.
  BOOST_TEST(f.open_market() == "10@101");
}

BOOST_AUTO_TEST_CASE(where_buyers_are_left_over_the_highest_of_those) {
  opening f;
  f.add(buy(20, 105));
  f.add(sell(10, 100));
  BOOST_TEST(f.open_market() == "10@105");
  BOOST_TEST(f.the(event_kind::auction).side == side::buy);
  BOOST_TEST(f.the(event_kind::auction).remaining == 10);
  BOOST_TEST(f.bids() == "10@105");
}

BOOST_AUTO_TEST_CASE(where_sellers_are_left_over_the_lowest_of_those) {
  opening f;
  f.add(buy(10, 105));
  f.add(sell(20, 100));
  BOOST_TEST(f.open_market() == "10@100");
  BOOST_TEST(f.the(event_kind::auction).side == side::sell);
}

BOOST_AUTO_TEST_CASE(else_the_one_nearest_to_the_reference_price) {
  for (auto const& [reference, expected] : std::vector<std::pair<ticks, std::string>>{
           {102, "10@102"}, {90, "10@100"}, {200, "10@105"}, {0, "10@102"}}) {
    opening f(reference);
    f.add(buy(10, 105));
    f.add(sell(10, 100));
    BOOST_TEST(f.open_market() == expected);
  }
}

BOOST_AUTO_TEST_CASE(better_prices_go_first_and_then_older_orders) {
  opening f(100);
  auto const late = f.add(buy(5, 100));
  auto const best = f.add(buy(5, 110));
  auto const last = f.add(buy(5, 100));
  f.add(sell(7, 100));
  BOOST_TEST(f.open_market() == "7@100");
  BOOST_TEST(f.makers() == std::to_string(best) + " 4 " + std::to_string(late) + " 4");
  BOOST_TEST(f.open(last) == 5);
}

BOOST_AUTO_TEST_CASE(nobody_is_a_taker) {
  opening f;
  f.add(buy(5, 100));
  f.add(sell(5, 100));
  f.open_market();
  BOOST_TEST(f.events(event_kind::filled_taker).empty());
  BOOST_TEST(f.events(event_kind::filled_maker).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_book_that_does_not_cross_opens_without_a_trade) {
  opening f;
  f.add(buy(5, 99));
  f.add(sell(5, 100));
  BOOST_TEST(f.open_market() == "none");
  BOOST_TEST(f.engine.state() == market_state::active);
}

BOOST_AUTO_TEST_CASE(what_icebergs_hide_counts) {
  opening f;
  f.add(buy(10, 101).iceberg(1));
  f.add(sell(8, 100));
  BOOST_TEST(f.open_market() == "8@101");
  BOOST_TEST(f.bids() == "1@101");
}

BOOST_AUTO_TEST_CASE(only_orders_that_can_wait_are_taken) {
  opening f;
  BOOST_TEST(f.refused(market(side::buy, 1)) == error::market_closed);
  BOOST_TEST(f.refused(buy(1, 100).until(time_in_force::ioc)) == error::market_closed);
  BOOST_TEST(f.refused(buy(1, 100).until(time_in_force::fok)) == error::market_closed);
  f.add(sell(1, 100));
  BOOST_TEST(f.refused(buy(1, 100).of(9).only_post()) == error::would_cross);
}

BOOST_AUTO_TEST_CASE(stops_are_triggered_by_the_auction_once_the_market_is_active) {
  opening f;
  f.add(buy(5, 100));
  f.add(sell(5, 100));
  f.add(sell(5, 120));
  auto const stop = f.add(buy(2, 0).at_stop(100));
  f.open_market();
  BOOST_TEST(f.the(event_kind::triggered).order == stop);
  BOOST_TEST(f.trades() == "5@100 2@120");
}

BOOST_AUTO_TEST_CASE(an_account_does_not_trade_with_itself) {
  opening f;
  f.place(buy(5, 102).of(1));
  f.place(sell(5, 100).of(1));
  f.place(sell(5, 101).of(2));
  BOOST_TEST(f.open_market() == "5@101");
  BOOST_TEST(f.the(event_kind::cancelled).reason() == reason::self_trade);
  BOOST_TEST(f.the(event_kind::cancelled).order == 2u);
}

BOOST_AUTO_TEST_CASE(a_crossed_book_is_never_left_whatever_self_trade_prevention_takes_away) {
  opening f;
  f.place(buy(10, 100).of(1));
  f.place(buy(5, 98).of(2));
  f.place(sell(15, 97).of(1).with(self_trade::cancel_oldest));
  f.to(market_state::active);
  auto const bid = f.engine.best(side::buy);
  auto const ask = f.engine.best(side::sell);
  BOOST_TEST((!bid || !ask || bid->price < ask->price));
  BOOST_TEST(f.events(event_kind::trade).size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_auctions_price_is_the_new_reference) {
  opening f(500);
  f.add(buy(5, 100));
  f.add(sell(5, 100));
  f.open_market();
  BOOST_TEST(f.engine.reference() == 100);
}

BOOST_AUTO_TEST_CASE(orders_can_be_amended_and_cancelled_before_it) {
  opening f;
  auto const id = f.add(buy(5, 100));
  f.add(sell(5, 100));
  BOOST_TEST(f.run(amend_order{id, 0, 99, keep}) == error::none);
  BOOST_TEST(f.trades() == "");
  BOOST_TEST(f.open_market() == "none");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(market_states)

BOOST_AUTO_TEST_CASE(a_market_opens_and_comes_back_from_a_halt_by_an_auction_only) {
  engine_fixture f(closed_market());
  BOOST_TEST(f.to(market_state::active) == error::bad_request);
  BOOST_TEST(f.to(market_state::auction) == error::none);
  BOOST_TEST(f.to(market_state::active) == error::none);
  BOOST_TEST(f.to(market_state::halted) == error::none);
  BOOST_TEST(f.to(market_state::active) == error::bad_request);
  BOOST_TEST(f.to(market_state::auction) == error::none);
}

BOOST_FIXTURE_TEST_CASE(a_suspended_market_goes_on_where_it_was, engine_fixture) {
  place(buy(5, 100));
  to(market_state::suspended);
  BOOST_TEST(refused(sell(5, 100).of(2)) == error::market_closed);
  BOOST_TEST(to(market_state::active) == error::none);
  BOOST_TEST(bids() == "5@100");
}

BOOST_FIXTURE_TEST_CASE(in_no_other_state_than_active_and_auction_are_orders_taken,
                        engine_fixture) {
  for (auto const state : {market_state::suspended, market_state::halted, market_state::closed}) {
    engine_fixture f;
    f.to(state);
    BOOST_TEST(f.refused(buy(1, 100)) == error::market_closed);
    BOOST_TEST(f.refused(buy(1, 0).at_stop(100)) == error::market_closed);
    std::vector<quote> const quotes{{1, 99, 5, side::buy}};
    BOOST_TEST(f.run(mass_quote{7, quotes}) == error::market_closed);
  }
}

BOOST_FIXTURE_TEST_CASE(a_change_that_is_none_is_refused, engine_fixture) {
  BOOST_TEST(to(market_state::active) == error::bad_request);
  BOOST_TEST(to(static_cast<market_state>(99)) == error::bad_request);
}

BOOST_AUTO_TEST_SUITE_END()
