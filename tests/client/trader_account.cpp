// What there is and what is set: orders, histories, positions, balances, and the safeguards.
#include "trading.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view balance_text =
    R"({"asset":"USD","free":"90.00","locked":"10.00","total":"100.00"})";
constexpr std::string_view disconnect_text = R"({"enabled":true,"scope":"account","graceMs":5000})";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(trader_account, trader_fixture)

BOOST_AUTO_TEST_CASE(orders_and_histories) {
  auto& server = venue();
  trade();
  server.expect("order.status").with("clientOrderId", "mine").reply(ok(order_text("7")));
  BOOST_TEST(begin(trader->status("mine"))->value->order_id == 7U);
  server.expect("orders.open")
      .without("symbol")
      .reply(ok(R"({"orders":)" + list_text(order_text("7"), order_text("8")) + "}"));
  BOOST_TEST(begin(trader->open_orders())->value->size() == 2U);
  server.expect("orders.history")
      .with("symbol", "BTC-USD")
      .with("limit", 5)
      .with("before", "9")
      .reply(ok(R"({"orders":[]})"));
  BOOST_TEST(
      begin(trader->order_history(history().symbol("BTC-USD").limit(5).before(9)))->value->empty());
  server.expect("fills.history")
      .with("after", "3")
      .without("before")
      .reply(ok(R"({"fills":)" + list_text(fill_text(4)) + "}"));
  BOOST_TEST(begin(trader->fill_history(history().after(3)))->value->at(0).trade_id == 4U);
}

BOOST_AUTO_TEST_CASE(positions_balances_and_money) {
  auto& server = venue();
  trade();
  server.expect("positions").reply(ok(R"({"positions":[]})"));
  BOOST_TEST(begin(trader->positions())->value->empty());
  server.expect("account").reply(
      ok(R"({"account":"alice","balances":)" + list_text(balance_text) + "}"));
  BOOST_TEST((begin(trader->balances())->value->at(0).free == decimal(9000, 2)));
  server.expect("deposit").with("asset", "USD").with("amount", "100.00").reply(ok(balance_text));
  BOOST_TEST(begin(trader->deposit("USD", "100.00"))->value->asset == "USD");
  server.expect("withdraw").reply(refuse(5001, "insufficient_funds"));
  BOOST_TEST((begin(trader->withdraw("USD", "1"))->code() == errc::insufficient_funds));
  server.expect("withdraw").reply(ok("[]"));
  BOOST_TEST((begin(trader->withdraw("USD", "1"))->code() == errc::bad_event));
}

BOOST_AUTO_TEST_CASE(all_orders_may_be_cancelled) {
  auto& server = venue();
  trade();
  server.expect("order.cancelAll")
      .with("symbol", "BTC-USD")
      .reply(ok(R"({"cancelled":3,"ts":1700000000000000})"));
  BOOST_TEST(begin(trader->cancel_all("BTC-USD"))->value->cancelled == 3U);
  server.expect("order.cancelAll").without("symbol");
  auto const lost = begin(trader->cancel_all());
  strand.advance(1s);
  BOOST_TEST((lost->code() == errc::timed_out));
  BOOST_TEST((lost->wrong->delivery() == request_delivery::sent));
}

BOOST_AUTO_TEST_CASE(leverage_and_the_deadman) {
  auto& server = venue();
  trade();
  server.expect("leverage.set")
      .with("symbol", "BTC-USD-PERP")
      .with("leverage", 5)
      .with("marginMode", "isolated")
      .reply(ok(R"({"symbol":"BTC-USD-PERP","leverage":5,"marginMode":"isolated"})"));
  auto const set = begin(trader->set_leverage("BTC-USD-PERP", 5, margin_mode::isolated));
  BOOST_TEST((set->value->margin_mode == margin_mode::isolated));
  server.expect("deadman").with("ms", 60'000).reply(ok(R"({"ms":60000,"at":1700000060000000})"));
  auto const armed = begin(trader->deadman(60s));
  BOOST_TEST((armed->value->after == 60s));
  BOOST_TEST(armed->value->at.has_value());
  server.expect("deadman").with("ms", 0).reply(ok(R"({"ms":0,"at":null})"));
  BOOST_TEST(!begin(trader->deadman(0s))->value->at);
}

BOOST_AUTO_TEST_CASE(cancel_on_disconnect_is_said_on_every_connection) {
  auto& first = venue();
  trade();
  first.expect("cancelOnDisconnect")
      .with("enabled", true)
      .with("scope", "account")
      .with("graceMs", 5'000)
      .reply(ok(disconnect_text));
  auto const set = begin(trader->cancel_on_disconnect(true, disconnect_scope::account, 5s));
  BOOST_TEST((set->value->grace == 5s));
  auto& second = venue();
  second.expect("cancelOnDisconnect").with("graceMs", 5'000).reply(ok(disconnect_text));
  lose(first);
  come_back();
  BOOST_TEST(second.done());
  // Not by a trader that has gone.
  trader.reset();
  venue();
  lose(second);
  come_back();
}

BOOST_AUTO_TEST_CASE(one_that_was_refused_is_not_said_again_but_an_unanswered_one_is) {
  auto& first = venue();
  trade();
  first.expect("cancelOnDisconnect").reply(refuse(1002, "bad_request"));
  begin(trader->cancel_on_disconnect(true));
  auto& second = venue();
  lose(first);
  come_back();
  second.expect("cancelOnDisconnect");
  auto const unanswered = begin(trader->cancel_on_disconnect(true));
  auto& third = venue();
  third.expect("cancelOnDisconnect").reply(ok(disconnect_text));
  lose(second);
  BOOST_TEST((unanswered->code() == errc::connection_lost));
  come_back();
}

BOOST_AUTO_TEST_CASE(it_is_told_when_a_new_connection_refuses_it) {
  std::vector<errc> told;
  auto& first = venue();
  trade();
  client->on("error", [&](notice const& what) { told.push_back(what.error()->code()); });
  first.expect("cancelOnDisconnect").reply(ok(disconnect_text));
  begin(trader->cancel_on_disconnect(true));
  auto& second = venue();
  second.expect("cancelOnDisconnect").reply(refuse(2001, "auth_required"));
  lose(first);
  come_back();
  BOOST_TEST((told == std::vector{errc::auth_required}));
}

BOOST_AUTO_TEST_SUITE_END()
