// No reply: what has become of the order is found out, and nothing is sent a second time. Every
// server here fails the test if it is.
#include "trading.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {

struct settling_fixture : trader_fixture {
  /// An order is placed and gets no reply in time.
  std::shared_ptr<ending_of<order_ack>> place_unanswered(scripted_peer& server) {
    server.expect("order.place");
    auto const placed = begin(trader->place(named_order()));
    return placed;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(trader_settling, settling_fixture)

BOOST_AUTO_TEST_CASE(a_late_order_that_the_venue_knows_was_placed) {
  auto& server = venue();
  trade();
  auto const placed = place_unanswered(server);
  server.expect("time").reply(time_reply(1s));
  server.expect("order.status")
      .with("clientOrderId", "mine")
      .reply(ok(order_text("1042").client("mine")));
  strand.advance(1s);
  BOOST_REQUIRE(placed->value);
  BOOST_TEST(placed->value->order_id == 1042U);
  BOOST_TEST(placed->value->settled);
}

BOOST_AUTO_TEST_CASE(a_late_order_that_is_closed_already_was_placed_all_the_same) {
  auto& server = venue();
  trade();
  auto const placed = place_unanswered(server);
  server.expect("time").reply(time_reply(1s));
  server.expect("order.status")
      .reply(ok(order_text("1042").client("mine").status("filled").filled("1.00", "0.00")));
  strand.advance(1s);
  BOOST_REQUIRE(placed->value);
}

BOOST_AUTO_TEST_CASE(not_known_counts_only_once_it_can_not_arrive_any_more) {
  auto& server = venue();
  trade();
  auto const placed = place_unanswered(server);
  // It expires at 1 s of the venue's time, which is still 50 ms off when it is asked.
  server.expect("time").reply(time_reply(950ms));
  server.expect("order.status").reply(refuse(5002, "unknown_order"));
  strand.advance(1s);
  BOOST_TEST(!placed->ended());
  // 150 ms later: the margin is over by that clock, too.
  server.expect("time").reply(time_reply(1'101ms));
  server.expect("order.status").reply(refuse(5002, "unknown_order"));
  strand.advance(151ms);
  BOOST_TEST((placed->code() == errc::expired));
  BOOST_TEST((placed->wrong->delivery() == request_delivery::none));
  BOOST_TEST(placed->wrong->sentence() ==
             "'order.place' of order 'mine' was not carried out, and can't be any more: no reply "
             "came, and the venue does not know it");
}

BOOST_AUTO_TEST_CASE(one_that_arrives_late_but_in_time_is_found) {
  auto& server = venue();
  trade();
  auto const placed = place_unanswered(server);
  server.expect("time").reply(time_reply());
  server.expect("order.status").reply(refuse(5002, "unknown_order"));
  strand.advance(1s);
  server.expect("time").reply(time_reply());
  server.expect("order.status").reply(ok(order_text("1").client("mine")));
  strand.advance(250ms);  // it is looked at now and then, not at the end alone
  BOOST_TEST(placed->value.has_value());
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_settled_on_the_next_one) {
  auto& first = venue();
  trade();
  auto const placed = place_unanswered(first);
  auto& second = servers.server();
  lose(first);
  BOOST_TEST(!placed->ended());
  greet(second);
  second.expect("time").reply(time_reply(2s));
  second.expect("order.status").reply(ok(order_text("7").client("mine")));
  come_back();
  BOOST_REQUIRE(placed->value);
  BOOST_TEST(placed->value->order_id == 7U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_lost_while_it_is_settled_costs_time_only) {
  auto& first = venue();
  trade();
  auto const placed = place_unanswered(first);
  auto& second = venue();
  second.expect("time").reply(time_reply(2s));
  second.expect("order.status").then(test::reset());
  auto& third = venue();
  third.expect("time").reply(time_reply(2s));
  third.expect("order.status").reply(refuse(5002, "unknown_order"));
  lose(first);
  strand.advance(5s, 50ms);
  BOOST_TEST((placed->code() == errc::expired));
}

BOOST_AUTO_TEST_CASE(one_that_did_not_leave_is_not_settled) {
  auto& server = venue();
  trade();
  server.wire().allow(0);  // the socket takes no more
  auto const placed = begin(trader->place(named_order()));
  lose(server);
  BOOST_TEST((placed->code() == errc::connection_lost));
  BOOST_TEST((placed->wrong->delivery() == request_delivery::not_sent));
}

BOOST_AUTO_TEST_CASE(what_can_not_be_found_out_in_time_is_unknown) {
  auto& server = venue();
  trade();
  auto const placed = place_unanswered(server);
  lose(server);  // and nobody answers any more
  strand.advance(9'900ms, 100ms);
  BOOST_TEST(!placed->ended());
  strand.advance(200ms, 100ms);
  BOOST_TEST((placed->code() == errc::timed_out));
  BOOST_TEST((placed->wrong->delivery() == request_delivery::sent));
}

BOOST_AUTO_TEST_CASE(a_closed_client_settles_nothing) {
  auto& server = venue();
  trade();
  auto const placed = place_unanswered(server);
  strand.run(client->close());
  strand.settle();
  BOOST_TEST((placed->code() == errc::timed_out));
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_know_itself_is_asked) {
  auto& server = venue();
  trade();
  server.expect("order.place").reply(refuse(9001, "internal", "later"));
  server.expect("time").reply(time_reply(2s));
  server.expect("order.status").reply(ok(order_text("7").client("mine")));
  BOOST_TEST(begin(trader->place(named_order()))->value.has_value());
  // Where it was not placed, its answer is what is told.
  server.expect("order.place").reply(refuse(9001, "internal", "later"));
  server.expect("time").reply(time_reply(2s));
  server.expect("order.status").reply(refuse(5002, "unknown_order"));
  BOOST_TEST((begin(trader->place(named_order()))->code() == errc::internal));
}

BOOST_AUTO_TEST_CASE(an_ack_that_can_not_be_read_is_settled) {
  auto& server = venue();
  trade();
  server.expect("order.place").reply(ok(R"({"orderId":7})"));
  server.expect("time").reply(time_reply());
  server.expect("order.status").reply(ok(order_text("7").client("mine")));
  auto const placed = begin(trader->place(named_order()));
  BOOST_REQUIRE(placed->value);
  BOOST_TEST(placed->value->order_id == 7U);
}

BOOST_AUTO_TEST_CASE(a_cancellation_is_settled_by_the_orders_state) {
  struct expectation {
    std::string state;
    errc code;
  };
  for (auto const& [state, code] :
       {expectation{order_text("7").status("cancelled"), errc{}},
        expectation{order_text("7").status("filled"), errc::order_closed},
        expectation{order_text("7"), errc::expired}}) {
    auto& server = venue();
    trade();
    server.expect("order.cancel");
    auto const cancelled = begin(trader->cancel(7));
    server.expect("time").reply(time_reply(1'101ms));
    server.expect("order.status").with("orderId", "7").reply(ok(state));
    strand.advance(1s);
    BOOST_TEST((cancelled->code() == code));
    BOOST_TEST(cancelled->value.has_value() == (code == errc{}));
    make({});
    strand.settle();
  }
}

BOOST_AUTO_TEST_CASE(an_amendment_is_settled_by_the_orders_state) {
  struct expectation {
    answer said;
    errc code;
  };
  for (auto const& [said, code] :
       {expectation{ok(order_text("7").price("50001.0").str()), errc{}},
        expectation{ok(order_text("7").str()), errc::expired},
        expectation{ok(order_text("7").status("cancelled").str()), errc::order_closed},
        expectation{refuse(5002, "unknown_order"), errc::unknown_order}}) {
    auto& server = venue();
    trade();
    server.expect("order.amend");
    auto const amended = begin(trader->amend(amendment(7).price("50001.00").quantity("1")));
    server.expect("time").reply(time_reply(1'101ms));
    server.expect("order.status").reply(said);
    strand.advance(1s);
    BOOST_TEST((amended->code() == code));
    make({});
    strand.settle();
  }
}

BOOST_AUTO_TEST_CASE(one_that_is_cancelled_by_its_caller_is_not_sent_again_and_stays_unknown) {
  auto const tracker = std::make_shared<order_tracker>();
  auto& server = venue();
  trade();
  trader->track(tracker);
  server.expect("order.place");
  asio::cancellation_signal stop;
  bool ended = false;
  asio::co_spawn(strand.context, trader->place(named_order()),
                 asio::bind_cancellation_slot(
                     stop.slot(), [&](std::exception_ptr, order_ack const&) { ended = true; }));
  strand.settle();
  stop.emit(asio::cancellation_type::terminal);
  strand.settle();
  BOOST_TEST(ended);
  BOOST_REQUIRE(tracker->next_question());
  BOOST_TEST(tracker->next_question()->which().client_order_id() == "mine");
}

BOOST_AUTO_TEST_SUITE_END()
