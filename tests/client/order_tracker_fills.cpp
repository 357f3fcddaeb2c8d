// Each fill is counted once, whatever the stream and the history say of it.
#include "tracking.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using about = order_tracker::question::about;

namespace {

struct fills_fixture : tracker_fixture {
  std::string fill(std::vector<std::uint64_t> const& trades, std::string topic = "BTC-USD") {
    fill_list list;
    for (auto const each : trades) list.push_back(fill_of(each));
    return trades_of(tracker.on(of<fill_list>(event_kind::update, std::move(topic), list)));
  }
  void on(event_kind kind, std::string topic = "") {
    tracker.on(of<fill_list>(kind, std::move(topic)));
  }
  void outage() {
    on(event_kind::stale);
    on(event_kind::resumed);
  }
  order_tracker::question asked() {
    auto const next = tracker.next_question();
    BOOST_REQUIRE(next);
    return *next;
  }
  /// The topic begins, and the newest fill there is has this number; 0: there is none.
  void begin(std::uint64_t newest) {
    on(event_kind::snapshot, "BTC-USD");
    BOOST_TEST((asked().what() == about::newest_fill));
    BOOST_TEST(*asked().history().limit() == 1U);
    fill_list page;
    if (newest > 0) page.push_back(fill_of(newest));
    tracker.answer(asked(), page);
    BOOST_TEST(!tracker.next_question());
  }
  std::string answer(std::vector<std::uint64_t> const& trades) {
    fill_list page;
    for (auto const each : trades) page.push_back(fill_of(each));
    return trades_of(tracker.answer(asked(), page));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(order_tracker_fills, fills_fixture)

BOOST_AUTO_TEST_CASE(each_is_counted_as_it_comes) {
  begin(3);
  BOOST_TEST(fill({4, 5}) == "4 5");
  BOOST_TEST(fill({5, 6}) == "6");
  BOOST_TEST(tracker.last_fill()->trade_id == 6U);
  BOOST_TEST(tracker.fills_counted() == 3U);
  BOOST_TEST(tracker.current());
}

BOOST_AUTO_TEST_CASE(both_fills_of_one_trade_count) {
  begin(3);
  auto const both = tracker.on(
      of<fill_list>(event_kind::update, "BTC-USD", {fill_of(4, 7), fill_of(4, 8), fill_of(4, 8)}));
  BOOST_TEST(trades_of(both) == "4 4");
}

BOOST_AUTO_TEST_CASE(an_outage_that_the_server_bridges_leaves_no_question) {
  begin(3);
  fill({4});
  outage();
  BOOST_TEST(!tracker.next_question());
  BOOST_TEST(fill({5}) == "5");
}

BOOST_AUTO_TEST_CASE(what_a_gap_hides_is_found_in_the_history_and_told_once) {
  begin(3);
  fill({4});
  outage();
  on(event_kind::gap, "BTC-USD");
  on(event_kind::snapshot, "BTC-USD");
  BOOST_TEST(!tracker.current());
  BOOST_TEST(fill({7}) == "7");  // the stream goes on meanwhile
  BOOST_TEST((asked().what() == about::fills));
  BOOST_TEST(*asked().history().after() == 4U);
  BOOST_TEST(answer({5, 6, 7, 8}) == "5! 6! 8!");
  BOOST_TEST(!tracker.next_question());
  BOOST_TEST(fill({8, 9}) == "9");
  BOOST_TEST(tracker.fills_counted() == 6U);
}

BOOST_AUTO_TEST_CASE(a_gap_while_the_history_is_asked_is_asked_again) {
  begin(3);
  fill({4});
  on(event_kind::gap, "BTC-USD");
  auto const first = asked();
  fill({6});
  on(event_kind::gap, "BTC-USD");
  fill_list const page{fill_of(5), fill_of(6)};
  BOOST_TEST(trades_of(tracker.answer(first, page)) == "5!");
  BOOST_TEST(*asked().history().after() == 4U);
  BOOST_TEST(answer({5, 6, 7}) == "7!");
  BOOST_TEST(!tracker.next_question());
}

BOOST_AUTO_TEST_CASE(an_outage_while_the_history_is_asked_leaves_the_question) {
  begin(3);
  on(event_kind::gap, "BTC-USD");
  auto const first = asked();
  outage();
  tracker.answer(first, fill_list());
  BOOST_TEST(*asked().history().after() == 3U);
}

BOOST_AUTO_TEST_CASE(a_long_history_is_read_page_by_page) {
  begin(3);
  on(event_kind::gap, "BTC-USD");
  fill_list page;
  for (std::uint64_t trade = 4; trade < 1'004; ++trade) page.push_back(fill_of(trade));
  BOOST_TEST(tracker.answer(asked(), page).size() == 1'000U);
  BOOST_TEST(*asked().history().after() == 1'002U);  // the last trade may have another fill
  BOOST_TEST(answer({1'003, 1'004}) == "1004!");
  BOOST_TEST(!tracker.next_question());
  BOOST_TEST(tracker.fills_counted() == 1'001U);
}

BOOST_AUTO_TEST_CASE(where_there_was_none_the_history_is_read_from_its_end) {
  begin(0);
  on(event_kind::gap, "BTC-USD");
  BOOST_TEST(!asked().history().after());
  fill_list page;
  for (std::uint64_t trade = 1'500; trade > 500; --trade) page.push_back(fill_of(trade));
  BOOST_TEST(tracker.answer(asked(), page).size() == 1'000U);
  BOOST_TEST(*asked().history().before() == 502U);
  BOOST_TEST(answer({501, 500, 2, 1}) == "1! 2! 500!");
  BOOST_TEST(!tracker.next_question());
}

BOOST_AUTO_TEST_CASE(a_topic_that_has_come_up_in_an_outage_may_have_had_fills) {
  begin(3);
  on(event_kind::snapshot, "ETH-USD");  // one that comes up before our eyes has not
  BOOST_TEST(!tracker.next_question());
  outage();
  on(event_kind::snapshot, "SOL-USD");
  BOOST_TEST(*asked().history().after() == 3U);
  BOOST_TEST(answer({4}) == "4!");
  BOOST_TEST(!tracker.next_question());
}

BOOST_AUTO_TEST_CASE(topics_may_tell_their_fills_in_any_order) {
  begin(3);
  on(event_kind::snapshot, "ETH-USD");
  BOOST_TEST(fill({6}, "ETH-USD") == "6");
  BOOST_TEST(fill({5}) == "5");
  on(event_kind::gap, "BTC-USD");
  BOOST_TEST(*asked().history().after() == 5U);  // not behind what the other topic has told
}

BOOST_AUTO_TEST_CASE(a_gap_before_the_first_answer_is_not_forgotten) {
  on(event_kind::snapshot, "BTC-USD");
  fill({5});
  on(event_kind::gap, "BTC-USD");
  tracker.answer(asked(), fill_list{fill_of(7)});
  BOOST_TEST(*asked().history().after() == 5U);
  BOOST_TEST(answer({6, 7}) == "6! 7!");
}

BOOST_AUTO_TEST_CASE(the_fills_that_are_known_one_by_one_are_bounded) {
  tracker_limits limits;
  limits.known_fills = 2;
  tracker = order_tracker(limits);
  begin(0);
  BOOST_TEST(fill({1, 2, 3}) == "1 2 3");
  BOOST_TEST(fill({1, 2, 3}) == "");
  BOOST_TEST(tracker.fills_counted() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
