// The streams of an account, typed.
#include "trading.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;

namespace {

std::string position_text(std::string_view size) {
  return R"({"symbol":"P","size":")" + std::string(size) +
         R"(","entryPrice":"1.0","markPrice":"1.0","liquidationPrice":null,)"
         R"("unrealizedPnl":"0.00","realizedPnl":"0.00","leverage":5,"marginMode":"cross",)"
         R"("margin":"1.00"})";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(account_stream, client_fixture)

BOOST_AUTO_TEST_CASE(order_states_come_whole_and_a_second_reader_begins_with_those_held) {
  auto& server = servers.greeting_server();
  connect();
  server.expect("subscribe")
      .with("channel", "orders")
      .without("symbols")
      .reply(subscribed(entry("BTC-USD")));
  auto updates = subscribe(order_updates());
  server.now(push(event_text("orders", "BTC-USD", {0, 1},
                             list_text(order_text("7"), order_text("8")), "order")));
  server.now(push(event_text("orders", "BTC-USD", {1, 2},
                             list_text(order_text("7").status("cancelled").removed()), "order")));
  auto const first = next(*updates);
  BOOST_TEST(first.is_snapshot());
  BOOST_TEST(first.data().size() == 2U);
  auto const second = next(*updates);
  BOOST_TEST((second.data().at(0).status == order_status::cancelled));
  BOOST_TEST(second.data().at(0).removed);
  auto later = subscribe(order_updates());
  auto const held = next(*later);
  BOOST_TEST(held.is_snapshot());
  BOOST_REQUIRE(held.data().size() == 1U);
  BOOST_TEST(held.data().at(0).order_id == 8U);
  updates->detach();
  later->detach();
}

BOOST_AUTO_TEST_CASE(fills_positions_and_balances) {
  auto& server = servers.greeting_server();
  connect();
  server.expect("subscribe").with("channel", "fills").reply(subscribed(entry("BTC-USD")));
  auto done = subscribe(fills());
  server.expect("subscribe").with("channel", "positions").reply(subscribed(entry("P")));
  auto held = subscribe(positions());
  server.expect("subscribe").with("channel", "account").reply(subscribed(entry("USD")));
  auto money = subscribe(balances());
  server.now(push(event_text("fills", "BTC-USD", {0, 4}, "[]", "trade")));
  server.now(
      push(event_text("fills", "BTC-USD", {4, 6}, list_text(fill_text(1), fill_text(2)), "trade")));
  server.now(
      push(event_text("positions", "P", {0, 1}, list_text(position_text("-2.0")), "position")));
  server.now(push(
      event_text("account", "USD", {0, 1},
                 R"([{"asset":"USD","free":"1.00","locked":"0.00","total":"1.00","reason":"fee"}])",
                 "account")));
  BOOST_TEST(next(*done).data().empty());
  BOOST_TEST(next(*done).data().at(1).trade_id == 2U);
  BOOST_TEST((next(*held).data().at(0).size == decimal(-2, 0)));
  BOOST_TEST(next(*money).data().at(0).reason == "fee");
  for (auto* stream : {&*done}) stream->detach();
  held->detach();
  money->detach();
}

BOOST_AUTO_TEST_CASE(what_can_not_be_read_is_a_gap_and_leads_to_a_new_snapshot) {
  auto& server = servers.greeting_server();
  connect();
  server.expect("subscribe").reply(subscribed(entry("P")));
  auto held = subscribe(positions());
  server.now(push(event_text("positions", "P", {0, 1}, "[]", "position")));
  server.expect("unsubscribe").reply(ok());
  server.expect("subscribe").reply(subscribed(entry("P")));
  // One digit more than fits.
  server.now(push(event_text("positions", "P", {1, 2},
                             list_text(position_text("92233720368547758.080")), "position")));
  strand.settle();
  BOOST_TEST(next_words(*held) == "snapshot P");
  BOOST_TEST(next_words(*held) == "gap P");
  held->detach();
}

BOOST_AUTO_TEST_CASE(the_same_channel_is_not_shared_with_readers_of_json) {
  auto& server = servers.greeting_server();
  connect();
  server.expect("subscribe").reply(subscribed(entry("BTC-USD")));
  auto updates = subscribe(order_updates());
  BOOST_TEST((code_of([&] { subscribe(channel_events("orders")); }) == errc::already_subscribed));
  updates->detach();
}

BOOST_AUTO_TEST_CASE(some_symbols_may_be_named) {
  auto& server = servers.greeting_server();
  connect();
  boost::json::array only;
  only.emplace_back("BTC-USD");
  server.expect("subscribe").with("symbols", only).reply(subscribed(entry("BTC-USD")));
  auto updates = subscribe(order_updates().symbols({"BTC-USD"}));
  updates->detach();
}

BOOST_AUTO_TEST_SUITE_END()
