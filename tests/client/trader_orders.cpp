// Orders placed, amended and cancelled: acks, refusals, and that nothing is sent twice.
#include "trading.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(trader_orders, trader_fixture)

BOOST_AUTO_TEST_CASE(an_order_is_placed_with_its_fields_and_acknowledged) {
  auto& server = venue();
  trade();
  server.expect("order.place")
      .with("symbol", "BTC-USD")
      .with("side", "buy")
      .with("type", "limit")
      .with("quantity", "0.25")
      .with("price", "50000.00")
      .with("postOnly", true)
      .with("clientOrderId", "mine")
      .with("expiresAt", start_ts + 1'000'000)
      .without("timeInForce")
      .reply(ok(ack_text("1042")));
  auto const placed = begin(trader->place(named_order().post_only()));
  BOOST_REQUIRE(placed->value);
  BOOST_TEST(placed->value->order_id == 1042U);
  BOOST_TEST(placed->value->client_order_id == "mine");
  BOOST_TEST(placed->value->symbol == "BTC-USD");
  BOOST_TEST((placed->value->ts == timestamp(std::chrono::microseconds(start_ts + 500))));
  BOOST_TEST(!placed->value->settled);
}

BOOST_AUTO_TEST_CASE(one_without_a_name_is_given_one_that_is_never_given_again) {
  auto config = trading();
  config.client_id_prefix = "bot-";
  auto& server = venue();
  trade(config);
  auto const one = trader->new_client_id();
  auto const two = trader->new_client_id();
  BOOST_TEST(one != two);
  BOOST_TEST(one.starts_with("bot-"));
  BOOST_TEST(one.size() <= max_client_order_id);
  server.expect("order.place").reply(ok(ack_text("1", "")));
  begin(trader->place(some_order()));
}

BOOST_AUTO_TEST_CASE(what_the_venue_refuses_is_thrown) {
  auto& server = venue();
  trade();
  server.expect("order.place").reply(refuse(5001, "insufficient_funds"));
  auto const placed = begin(trader->place(named_order()));
  BOOST_TEST((placed->code() == errc::insufficient_funds));
  BOOST_TEST((placed->wrong->delivery() == request_delivery::none));
  server.expect("order.cancel").with("orderId", "7").reply(refuse(5003, "order_closed"));
  BOOST_TEST((begin(trader->cancel(7))->code() == errc::order_closed));
  server.expect("order.amend").reply(refuse(2003, "expired"));
  BOOST_TEST((begin(trader->amend(amendment("mine").price("1.00")))->code() == errc::expired));
}

BOOST_AUTO_TEST_CASE(amendments_and_cancellations_name_the_order_by_either_name) {
  auto& server = venue();
  trade();
  server.expect("order.amend")
      .with("clientOrderId", "mine")
      .without("orderId")
      .with("price", "50001.00")
      .with("quantity", "0.50")
      .without("stopPrice")
      .with("expiresAt", start_ts + 1'000'000)
      .reply(ok(ack_text("7")));
  auto const amended = begin(trader->amend(amendment("mine").price("50001.00").quantity("0.50")));
  BOOST_REQUIRE(amended->value);
  server.expect("order.cancel")
      .with("orderId", "7")
      .without("clientOrderId")
      .with("expiresAt", start_ts + 1'000'000)
      .reply(ok(ack_text("7")));
  BOOST_TEST(begin(trader->cancel(*amended->value))->value->order_id == 7U);
}

BOOST_AUTO_TEST_CASE(without_a_connection_nothing_is_sent_and_nothing_is_settled) {
  auto& server = venue();
  trade();
  lose(server);
  auto const placed = begin(trader->place(named_order()));
  BOOST_TEST((placed->code() == errc::not_connected));
  BOOST_TEST((placed->wrong->delivery() == request_delivery::not_sent));
  strand.run(client->close());
  BOOST_TEST((begin(trader->cancel(7))->code() == errc::closed));
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_say_its_time_is_asked_for_it_once) {
  auto& server = servers.greeting_server();
  trade();
  server.expect("time").reply(time_reply(3s));  // three seconds ahead of us
  server.expect("order.place").with("expiresAt", start_ts + 4'000'000).reply(ok(ack_text("1")));
  BOOST_TEST(begin(trader->place(named_order()))->value.has_value());
  server.expect("order.place").with("expiresAt", start_ts + 4'000'000).reply(ok(ack_text("2")));
  BOOST_TEST(begin(trader->place(named_order()))->value.has_value());
}

BOOST_AUTO_TEST_CASE(an_order_whose_time_cannot_be_told_is_not_sent) {
  auto& server = servers.greeting_server();
  trade();
  server.expect("time");
  auto const placed = begin(trader->place(named_order()));
  strand.advance(1s);
  BOOST_TEST((placed->code() == errc::timed_out));
  BOOST_TEST((placed->wrong->delivery() == request_delivery::not_sent));
}

BOOST_AUTO_TEST_CASE(an_order_may_say_itself_when_it_expires) {
  auto& server = venue();
  trade();
  server.expect("order.place").with("expiresAt", start_ts + 250'000).reply(ok(ack_text("1")));
  begin(trader->place(named_order().expires_in(250ms)));
}

BOOST_AUTO_TEST_CASE(requests_under_way_end_when_the_trader_and_the_client_go) {
  auto& server = venue();
  trade();
  server.expect("order.place");
  auto const placed = begin(trader->place(named_order()));
  trader.reset();
  BOOST_TEST(!placed->ended());
  client.reset();
  strand.settle();
  strand.advance(10s, 500ms);
  BOOST_TEST((placed->code() == errc::timed_out));
}

BOOST_AUTO_TEST_CASE(a_wrong_configuration_names_its_member) {
  venue();
  connect();
  auto config = trading();
  config.client_id_prefix = "longer than twelve";
  BOOST_CHECK_EXCEPTION(runes::trader(*client, config), error, [](error const& e) {
    return e.sentence() == "client_id_prefix must be at most 12 characters";
  });
  config = trading();
  config.timeout = 0ms;
  BOOST_CHECK_THROW(runes::trader(*client, config), error);
}

BOOST_AUTO_TEST_SUITE_END()
