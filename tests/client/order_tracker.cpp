// Orders, positions and balances as a tracker holds them.
#include <runes/order_tracker.hpp>

#include "tracking.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using about = order_tracker::question::about;

namespace {

position position_of(std::string symbol, std::int64_t size) {
  position one;
  one.symbol = std::move(symbol);
  one.size = decimal(size, 1);
  return one;
}
balance balance_of(std::string asset, std::int64_t total) {
  balance one;
  one.asset = std::move(asset);
  one.total = one.free = decimal(total, 2);
  return one;
}
order closed(order one) {
  one.status = order_status::cancelled;
  one.removed = true;
  return one;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(order_trackers, tracker_fixture)

BOOST_AUTO_TEST_CASE(an_order_appears_changes_and_is_closed) {
  auto one = order_of(7);
  BOOST_TEST(kinds(snapshot({one})) == "appeared");
  BOOST_TEST(kinds(update({one})) == "");  // the same again
  one.filled = decimal(50, 2);
  auto const change = update({one});
  BOOST_TEST(kinds(change) == "changed");
  BOOST_TEST((std::get<order_changed>(change.at(0)).before.filled == decimal(0, 2)));
  BOOST_TEST((tracker.find(7)->filled == decimal(50, 2)));
  BOOST_TEST(tracker.find("id7") == tracker.find(7));
  BOOST_TEST(kinds(update({closed(one)})) == "changed");
  BOOST_TEST(tracker.open_orders().empty());
  BOOST_TEST(tracker.closed_orders().size() == 1U);
  BOOST_TEST(!tracker.find(7)->is_open());
  BOOST_TEST(kinds(update({one})) == "");  // said before it was closed
  BOOST_TEST(!tracker.find(7)->is_open());
  BOOST_TEST(tracker.current());
}

BOOST_AUTO_TEST_CASE(one_that_is_filled_at_once_appears_closed) {
  snapshot({});
  auto const change = update({closed(order_of(7))});
  BOOST_TEST(kinds(change) == "appeared");
  BOOST_TEST(!std::get<order_appeared>(change.at(0)).now.is_open());
}

BOOST_AUTO_TEST_CASE(closed_ones_are_bounded) {
  tracker_limits limits;
  limits.closed_orders = 2;
  tracker = order_tracker(limits);
  for (std::uint64_t id = 1; id <= 3; ++id) update({closed(order_of(id))});
  BOOST_TEST(!tracker.find(1));
  BOOST_TEST(!tracker.find("id1"));
  BOOST_TEST(tracker.closed_orders().at(0).order_id == 3U);
  BOOST_TEST(tracker.closed_orders().size() == 2U);
}

BOOST_AUTO_TEST_CASE(open_ones_are_bounded_and_it_is_said) {
  tracker_limits limits;
  limits.open_orders = 1;
  tracker = order_tracker(limits);
  BOOST_TEST(kinds(snapshot({order_of(1), order_of(2)})) == "appeared");
  BOOST_TEST(tracker.overflowed());
  BOOST_TEST(!tracker.find(2));
  limits.pending = 0;
  BOOST_CHECK_THROW(order_tracker{limits}, error);
}

BOOST_AUTO_TEST_CASE(an_order_that_a_snapshot_does_not_name_is_asked_for) {
  snapshot({order_of(7), order_of(8)});
  tracker.on(of<order_list>(event_kind::stale, ""));
  BOOST_TEST(!tracker.current());
  tracker.on(of<order_list>(event_kind::resumed, ""));
  BOOST_TEST(kinds(snapshot({order_of(8), order_of(9)})) == "appeared");
  auto const asked = tracker.next_question();
  BOOST_REQUIRE(asked);
  BOOST_TEST((asked->what() == about::order));
  BOOST_TEST(asked->which().order_id() == 7U);
  BOOST_TEST(!tracker.current());
  BOOST_TEST(kinds(tracker.answer(*asked, closed(order_of(7)))) == "changed");
  BOOST_TEST(tracker.current());
  BOOST_TEST(kinds(tracker.answer(*asked, order_of(7))) == "");  // an answer to nothing
}

BOOST_AUTO_TEST_CASE(one_that_the_venue_does_not_know_any_more_has_vanished) {
  snapshot({order_of(7)});
  snapshot({});
  auto const asked = tracker.next_question();
  BOOST_REQUIRE(asked);
  auto const change = tracker.answer_unknown(*asked);
  BOOST_TEST(kinds(change) == "vanished");
  BOOST_TEST(!tracker.find(7));
  BOOST_TEST(!tracker.find("id7"));
  BOOST_TEST(kinds(tracker.answer_unknown(*asked)) == "");
}

BOOST_AUTO_TEST_CASE(a_stream_that_tells_it_first_leaves_no_question) {
  snapshot({order_of(7)});
  snapshot({});
  auto const asked = tracker.next_question();
  BOOST_REQUIRE(asked);
  update({closed(order_of(7))});
  BOOST_TEST(!tracker.next_question());
  BOOST_TEST(kinds(tracker.answer(*asked, order_of(7))) == "");
}

BOOST_AUTO_TEST_CASE(a_snapshot_speaks_for_its_own_topic_only) {
  auto eth = order_of(8);
  eth.symbol = "ETH-USD";
  tracker.on(of<order_list>(event_kind::snapshot, "ETH-USD", {eth}));
  snapshot({order_of(7)});
  snapshot({order_of(7)});
  BOOST_TEST(!tracker.next_question());
  BOOST_TEST(tracker.open_orders().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_gap_waits_for_its_snapshot_unless_the_topic_has_gone) {
  snapshot({order_of(7)});
  tracker.on(of<order_list>(event_kind::gap, "BTC-USD"));
  BOOST_TEST(!tracker.current());
  BOOST_TEST(!tracker.next_question());  // the snapshot will say
  snapshot({order_of(7)});
  BOOST_TEST(tracker.current());
  detail::any_event refused;
  refused.kind = event_kind::gap;
  refused.symbol = "BTC-USD";
  refused.why.emplace(errc::unknown_symbol, "no such topic");
  tracker.on(event<order_list>(refused));
  BOOST_TEST(tracker.next_question()->which().order_id() == 7U);
}

BOOST_AUTO_TEST_CASE(placements_without_an_answer_become_questions) {
  timestamp const expires(std::chrono::seconds(5));
  for (auto const* id : {"a", "b", "c"}) tracker.sent(id, expires);
  BOOST_TEST(!tracker.next_question());
  tracker.not_placed("a");
  tracker.unanswered("a");  // it has been answered
  tracker.unanswered("b");
  tracker.unanswered("c");
  auto asked = tracker.next_question();
  BOOST_REQUIRE(asked);
  BOOST_TEST((asked->what() == about::placement));
  BOOST_TEST(asked->which().client_order_id() == "b");
  BOOST_TEST((asked->expires_at() == expires));
  auto placed = order_of(1);
  placed.client_order_id = "b";
  BOOST_TEST(kinds(tracker.answer(*asked, placed)) == "appeared");
  asked = tracker.next_question();
  BOOST_REQUIRE(asked);
  BOOST_TEST(kinds(tracker.answer_unknown(*asked)) == "failed");
  BOOST_TEST(!tracker.next_question());
}

BOOST_AUTO_TEST_CASE(a_state_of_the_order_settles_its_placement) {
  tracker.sent("id7", {});
  tracker.unanswered("id7");
  update({order_of(7)});
  BOOST_TEST(!tracker.next_question());
}

BOOST_AUTO_TEST_CASE(placements_without_an_answer_are_bounded) {
  tracker_limits limits;
  limits.pending = 1;
  tracker = order_tracker(limits);
  tracker.sent("a", {});
  tracker.sent("a", {});  // the same one anew
  BOOST_CHECK_EXCEPTION(tracker.sent("b", {}), error, [](error const& e) {
    return e.code() == errc::backpressure && e.delivery() == request_delivery::not_sent;
  });
}

BOOST_AUTO_TEST_CASE(a_placement_needs_an_id) {
  BOOST_CHECK_THROW(tracker.sent("", {}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(what_was_placed_and_closed_while_nobody_listened_is_asked_for) {
  snapshot({});
  tracker.sent("id7", timestamp(std::chrono::seconds(5)));
  tracker.placed("id7");
  BOOST_TEST(!tracker.next_question());  // the stream will show it
  snapshot({});
  auto const asked = tracker.next_question();
  BOOST_REQUIRE(asked);
  BOOST_TEST((asked->what() == about::placement));
  BOOST_TEST(asked->which().client_order_id() == "id7");
  auto closed = order_of(7);
  closed.status = order_status::filled;
  BOOST_TEST(kinds(tracker.answer(*asked, closed)) == "appeared");
  BOOST_TEST(tracker.closed_orders().size() == 1U);
  snapshot({});
  BOOST_TEST(!tracker.next_question());
}

BOOST_AUTO_TEST_CASE(what_was_placed_and_is_forgotten_is_not_told_as_refused) {
  snapshot({});
  for (auto const* id : {"placed", "sent"}) tracker.sent(id, {});
  tracker.placed("placed");
  tracker.unanswered("sent");
  snapshot({});
  for (bool const acknowledged : {true, false}) {
    auto const change = tracker.answer_unknown(tracker.next_question().value());
    BOOST_TEST(std::get<placement_failed>(change.at(0)).acknowledged == acknowledged);
  }
  BOOST_TEST(!tracker.next_question());
}

BOOST_AUTO_TEST_CASE(what_was_placed_is_no_question_once_a_stream_has_shown_it) {
  snapshot({});
  tracker.sent("id7", {});
  tracker.placed("id7");
  update({order_of(7)});
  snapshot({order_of(7)});
  BOOST_TEST(!tracker.next_question());
  update({order_of(8)});  // before its ack
  tracker.sent("id8", {});
  tracker.placed("id8");
  snapshot({order_of(7), order_of(8)});
  BOOST_TEST(!tracker.next_question());
}

BOOST_AUTO_TEST_CASE(what_was_placed_and_not_shown_does_not_hold_up_others_and_is_bounded) {
  tracker_limits limits;
  limits.pending = 1;
  tracker = order_tracker(limits);
  for (auto const* id : {"a", "b"}) {  // without a stream of orders nothing will be shown
    tracker.sent(id, {});
    tracker.placed(id);
  }
  BOOST_TEST(!tracker.overflowed());
  snapshot({});
  BOOST_TEST(!tracker.next_question());
  for (auto const* id : {"c", "d"}) {
    BOOST_TEST(!tracker.overflowed());
    tracker.sent(id, {});
    tracker.placed(id);
  }
  BOOST_TEST(tracker.overflowed());
  snapshot({});
  BOOST_TEST(tracker.next_question()->which().client_order_id() == "c");
}

BOOST_AUTO_TEST_CASE(positions_and_balances_follow_their_topics) {
  BOOST_TEST(kinds(tracker.on(of<position_list>(event_kind::snapshot, "P",
                                                {position_of("P", 5)}))) == "position");
  BOOST_TEST(kinds(tracker.on(of<position_list>(event_kind::update, "P", {position_of("P", 5)}))) ==
             "");
  tracker.on(of<position_list>(event_kind::snapshot, "Q", {position_of("Q", 1)}));
  BOOST_TEST((tracker.position("P")->size == decimal(5, 1)));
  auto gone = position_of("P", 0);
  gone.removed = true;
  BOOST_TEST(kinds(tracker.on(of<position_list>(event_kind::update, "P", {gone}))) == "position");
  BOOST_TEST(!tracker.position("P"));
  auto const change = tracker.on(of<position_list>(event_kind::snapshot, "Q", {}));
  BOOST_TEST(std::get<position_changed>(change.at(0)).now.removed);
  BOOST_TEST(tracker.positions().empty());
  BOOST_TEST(kinds(tracker.on(of<balance_list>(event_kind::snapshot, "USD",
                                               {balance_of("USD", 100)}))) == "balance");
  BOOST_TEST((tracker.balance("USD")->free == decimal(100, 2)));
  BOOST_TEST(tracker.balances().size() == 1U);
  tracker.on(of<balance_list>(event_kind::end, ""));
  BOOST_TEST(!tracker.current());
}

BOOST_AUTO_TEST_SUITE_END()
