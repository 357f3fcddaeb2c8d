// The venue's rate is kept before anything is sent, and what it says about waiting is heeded.
#include "trading.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {

struct rate_fixture : trader_fixture {
  std::shared_ptr<ending_of<order_ack>> cancel() { return begin(trader->cancel(7)); }
  void expect_cancel(scripted_peer& server, answer with = ok(ack_text("7"))) {
    server.expect("order.cancel").reply(std::move(with));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(trader_rate, rate_fixture)

BOOST_AUTO_TEST_CASE(what_the_server_has_granted_is_kept) {
  auto& server = venue(60);
  trade();
  for (int i = 0; i < 60; ++i) {
    expect_cancel(server);
    BOOST_TEST(cancel()->value.has_value());
  }
  auto const next = cancel();
  auto const behind = cancel();
  BOOST_TEST(!next->ended());
  expect_cancel(server);
  strand.advance(1s);
  BOOST_TEST(next->value.has_value());
  BOOST_TEST(!behind->ended());
  expect_cancel(server);
  strand.advance(1s);
  BOOST_TEST(behind->value.has_value());
}

BOOST_AUTO_TEST_CASE(who_would_wait_too_long_is_told_and_nothing_is_sent) {
  auto config = trading();
  config.requests_per_minute = 2;  // less than the server's
  auto& server = venue();
  trade(config);
  for (int i = 0; i < 2; ++i) {
    expect_cancel(server);
    cancel();
  }
  auto const refused = cancel();
  BOOST_TEST((refused->code() == errc::rate_limited));
  BOOST_TEST((refused->wrong->delivery() == request_delivery::not_sent));
}

BOOST_AUTO_TEST_CASE(those_that_wait_are_bounded) {
  auto config = trading();
  config.requests_per_minute = 60;
  config.max_waiting = 1;
  auto& server = venue();
  trade(config);
  for (int i = 0; i < 60; ++i) {
    expect_cancel(server);
    cancel();
  }
  auto const waits = cancel();
  BOOST_TEST((cancel()->code() == errc::rate_limited));
  expect_cancel(server);
  strand.advance(1s);
  BOOST_TEST(waits->value.has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_for_the_moment_is_waited_out_and_then_it_is_sent_anew) {
  auto& server = venue();
  trade();
  server.expect("order.place")
      .with("clientOrderId", "mine")
      .with("expiresAt", start_ts + 1'000'000)
      .reply(refuse(3001, "rate_limited", "later", 800));
  auto const placed = begin(trader->place(named_order()));
  auto const other = cancel();  // it holds for all
  strand.advance(799ms);
  BOOST_TEST(!placed->ended());
  BOOST_TEST(!other->ended());
  server.expect("order.place")
      .with("clientOrderId", "mine")
      .with("expiresAt", start_ts + 1'800'000)
      .reply(ok(ack_text("7")));
  expect_cancel(server);
  strand.advance(1ms);
  BOOST_TEST(placed->value.has_value());
  BOOST_TEST(other->value.has_value());
}

BOOST_AUTO_TEST_CASE(one_that_lasts_too_long_is_passed_on) {
  auto& server = venue();
  trade();
  expect_cancel(server, refuse(3001, "rate_limited", "later", 5'000));
  auto const refused = cancel();
  BOOST_TEST((refused->code() == errc::rate_limited));
  BOOST_TEST((refused->wrong->delivery() == request_delivery::none));
  BOOST_TEST((refused->wrong->retry_after() == 5'000ms));
  BOOST_TEST((cancel()->wrong->delivery() == request_delivery::not_sent));
}

BOOST_AUTO_TEST_CASE(a_new_connection_has_a_rate_of_its_own) {
  auto& first = venue(1);
  trade();
  expect_cancel(first);
  cancel();
  BOOST_TEST((cancel()->code() == errc::rate_limited));
  auto& second = venue(1);
  lose(first);
  come_back();
  expect_cancel(second);
  BOOST_TEST(cancel()->value.has_value());
}

BOOST_AUTO_TEST_CASE(one_that_waits_when_the_client_is_closed_is_not_sent) {
  auto& server = venue(60);
  trade();
  for (int i = 0; i < 60; ++i) {
    expect_cancel(server);
    cancel();
  }
  auto const waits = cancel();
  strand.run(client->close());
  strand.advance(1s);
  BOOST_TEST((waits->code() == errc::closed));
}

BOOST_AUTO_TEST_SUITE_END()
