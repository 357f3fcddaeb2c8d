// What requests that are carried out are answered with, and what queries show.
#include "wire_test.hpp"

namespace exchange::wire {
namespace {

constexpr auto an_order = R"({"symbol":"BTC-USD","side":"buy","quantity":"1.00","price":"50.00"})";

BOOST_FIXTURE_TEST_SUITE(answers, wire_fixture)

BOOST_AUTO_TEST_CASE(the_way_of_an_order) {
  BOOST_TEST(ok("order.place", merged(an_order, R"({"clientOrderId":"a"})")) ==
             R"({"orderId":"1","clientOrderId":"a","symbol":"BTC-USD","ts":1700000000000000})");
  now += 5;
  BOOST_TEST(ok("order.amend", R"({"orderId":"1","price":"50.05"})") ==
             R"({"orderId":"1","clientOrderId":"a","ts":1700000000000005})");
  BOOST_TEST(ok("order.place", merged(an_order, R"({"side":"sell","quantity":"0.30"})"), 2) ==
             R"({"orderId":"2","symbol":"BTC-USD","ts":1700000000000005})");
  auto const open =
      R"({"orderId":"1","clientOrderId":"a","symbol":"BTC-USD","side":"buy","type":"limit",)"
      R"("quantity":"1.00","price":"50.05","timeInForce":"gtc","postOnly":false,)"
      R"("reduceOnly":false,"selfTrade":"cancel_newest","filled":"0.30","remaining":"0.70",)"
      R"("averagePrice":"50.05","status":"open","reason":"filled","createdAt":1700000000000000,)"
      R"("ts":1700000000000005})";
  BOOST_TEST(ok("order.status", R"({"orderId":"1"})") == open);
  BOOST_TEST(ok("order.status", R"({"clientOrderId":"a"})") == open);
  BOOST_TEST(ok("orders.open", "{}") == R"({"orders":[)" + std::string(open) + "]}");
  BOOST_TEST(ok("orders.open", R"({"symbol":"BTC-USD-PERP"})") == R"({"orders":[]})");
  BOOST_TEST(ok("orders.history", "{}") == R"({"orders":[]})");
  now += 5;
  BOOST_TEST(ok("order.cancel", R"({"clientOrderId":"a"})") ==
             R"({"orderId":"1","clientOrderId":"a","ts":1700000000000010})");
  BOOST_TEST(ok("orders.open", "{}") == R"({"orders":[]})");
  BOOST_TEST(
      ok("orders.history", "{}") ==
      R"({"orders":[{"orderId":"1","clientOrderId":"a","symbol":"BTC-USD","side":"buy",)"
      R"("type":"limit","quantity":"1.00","price":"50.05","timeInForce":"gtc","postOnly":false,)"
      R"("reduceOnly":false,"selfTrade":"cancel_newest","filled":"0.30","remaining":"0.00",)"
      R"("averagePrice":"50.05","status":"cancelled","reason":"requested",)"
      R"("createdAt":1700000000000000,"ts":1700000000000010}]})");
}

BOOST_AUTO_TEST_CASE(all_of_an_order_is_shown) {
  ok("order.place",
     R"({"symbol":"BTC-USD","side":"sell","type":"stop_limit","quantity":"2.00","price":"40.00",
         "stopPrice":"45.00","timeInForce":"gtd","goodTill":1800000000000000,
         "displayQuantity":"0.50","selfTrade":"decrement","clientOrderId":"say \"é\"\n"})");
  BOOST_TEST(
      ok("order.status", R"({"orderId":"1"})") ==
      R"({"orderId":"1","clientOrderId":"say \"é\"\n","symbol":"BTC-USD","side":"sell",)"
      R"("type":"stop_limit","quantity":"2.00","price":"40.00","stopPrice":"45.00",)"
      R"("timeInForce":"gtd","goodTill":1800000000000000,"postOnly":false,"reduceOnly":false,)"
      R"("displayQuantity":"0.50","selfTrade":"decrement","filled":"0.00","remaining":"2.00",)"
      R"("status":"untriggered","reason":"placed","createdAt":1700000000000000,)"
      R"("ts":1700000000000000})");
}

BOOST_AUTO_TEST_CASE(the_same_client_order_id_gets_the_first_answer) {
  auto const first = ok("order.place", merged(an_order, R"({"clientOrderId":"a"})"));
  now += second;
  BOOST_TEST(ok("order.place", merged(an_order, R"({"clientOrderId":"a"})")) == first);
  // The symbol is that of the order that there is.
  BOOST_TEST(ok("order.place",
                merged(an_order, R"({"clientOrderId":"a","symbol":"BTC-USD-PERP"})")) == first);
}

BOOST_AUTO_TEST_CASE(cancelling_all) {
  for (int i = 0; i < 2; ++i) ok("order.place", object_of(an_order));
  ok("order.place", merged(an_order, R"({"symbol":"BTC-USD-PERP"})"));
  BOOST_TEST(ok("order.cancelAll", R"({"symbol":"BTC-USD"})") ==
             R"({"cancelled":2,"ts":1700000000000000})");
  BOOST_TEST(ok("order.cancelAll", "{}") == R"({"cancelled":1,"ts":1700000000000000})");
}

BOOST_AUTO_TEST_CASE(money) {
  BOOST_TEST(ok("deposit", R"({"asset":"USD","amount":"0.000001"})", 4) ==
             R"({"asset":"USD","free":"0.000001","locked":"0.000000","total":"0.000001",)"
             R"("reason":"deposit"})");
  ok("order.place", object_of(an_order));
  BOOST_TEST(ok("withdraw", R"({"asset":"USD","amount":"2.5"})") ==
             R"({"asset":"USD","free":"999947.475000","locked":"50.025000",)"
             R"("total":"999997.500000","reason":"withdraw"})");
  BOOST_TEST(ok("account", "{}") ==
             R"({"account":"ann","balances":[{"asset":"USD","free":"999947.475000",)"
             R"("locked":"50.025000","total":"999997.500000"},{"asset":"BTC",)"
             R"("free":"1000.00000000","locked":"0.00000000","total":"1000.00000000"}]})");
}

BOOST_AUTO_TEST_CASE(amounts_of_eighteen_decimals_are_exact) {
  auto config = small_venue();
  config.assets = {{"USD", 18}, {"BTC", 18}};
  for (auto& one : config.instruments) one.market.max_position = 1'000'000;
  trading_venue fine(config);
  fine.apply({open_account{"ann"}, start, 0});
  auto const said = [&](std::string_view op, std::string_view body) {
    auto const request = read_command(op, object_of(body), {1, 0, start}, fine);
    return json::serialize(answer(request, fine.apply(request).result, fine));
  };
  BOOST_TEST(said("deposit", R"({"asset":"USD","amount":"1234567890123.000000000000000001"})") ==
             R"({"asset":"USD","free":"1234567890123.000000000000000001",)"
             R"("locked":"0.000000000000000000","total":"1234567890123.000000000000000001",)"
             R"("reason":"deposit"})");
  BOOST_TEST(said("withdraw", R"({"asset":"USD","amount":"0.000000000000000002"})") ==
             R"({"asset":"USD","free":"1234567890122.999999999999999999",)"
             R"("locked":"0.000000000000000000","total":"1234567890122.999999999999999999",)"
             R"("reason":"withdraw"})");
}

BOOST_AUTO_TEST_CASE(a_position) {
  BOOST_TEST(ok("leverage.set", R"({"symbol":"BTC-USD-PERP","leverage":5})") ==
             R"({"symbol":"BTC-USD-PERP","leverage":5,"marginMode":"cross"})");
  BOOST_TEST(ok("positions", "{}") == R"({"positions":[]})");
  id(sell(perp, 100, 10'000));
  id(buy(perp, 100, 10'000).of(2));
  run(set_mark{perp, 10'100});
  BOOST_TEST(ok("positions", "{}") ==
             R"({"positions":[{"symbol":"BTC-USD-PERP","size":"-1.00","entryPrice":"100.00",)"
             R"("markPrice":"101.00","liquidationPrice":null,"unrealizedPnl":"-1.000000",)"
             R"("realizedPnl":"0.000000","funding":"0.000000","leverage":5,"marginMode":"cross",)"
             R"("margin":"20.000000"}]})");
  BOOST_TEST(ok("leverage.set",
                R"({"symbol":"BTC-USD-PERP","leverage":10,"marginMode":"isolated"})",
                2) == R"({"symbol":"BTC-USD-PERP","leverage":10,"marginMode":"isolated"})");
  BOOST_TEST(ok("positions", "{}", 2) ==
             R"({"positions":[{"symbol":"BTC-USD-PERP","size":"1.00","entryPrice":"100.00",)"
             R"("markPrice":"101.00","liquidationPrice":"92.30","unrealizedPnl":"1.000000",)"
             R"("realizedPnl":"0.000000","funding":"0.000000","leverage":10,)"
             R"("marginMode":"isolated","margin":"10.000000"}]})");
}

BOOST_AUTO_TEST_CASE(funding) {
  id(sell(perp, 100, 10'000));
  id(buy(perp, 100, 10'000).of(2));
  auto const other = R"({"symbol":"ETH-USD-PERP","rate":"0.000100","nextAt":1700006400000000,)"
                     R"("intervalMs":28800000,"markPrice":"100.00"})";
  BOOST_TEST(ok("funding", "{}", 0) ==
             R"({"funding":[{"symbol":"BTC-USD-PERP","rate":"0.000100",)"
             R"("nextAt":1700006400000000,"intervalMs":28800000,"markPrice":"100.00"},)" +
                 std::string(other) + "]}");
  BOOST_TEST(ok("funding", R"({"symbol":"ETH-USD-PERP"})") ==
             R"({"funding":[)" + std::string(other) + "]}");
  run(fund{perp, -2'500});
  BOOST_TEST(ok("funding", R"({"symbol":"BTC-USD-PERP"})") ==
             R"({"funding":[{"symbol":"BTC-USD-PERP","rate":"0.000100",)"
             R"("nextAt":1700006400000000,"intervalMs":28800000,"markPrice":"100.00",)"
             R"("lastRate":"-0.002500","lastAt":1700000000000000}]})");
  auto const mine = ok("positions", "{}");
  BOOST_TEST(mine.find(R"("funding":"-0.250000")") != std::string::npos, mine);
  auto const his = ok("positions", "{}", 2);
  BOOST_TEST(his.find(R"("funding":"0.250000")") != std::string::npos, his);
}

BOOST_AUTO_TEST_CASE(the_state_of_a_market) {
  BOOST_TEST(ok("status.set", R"({"symbol":"BTC-USD","status":"halted"})") ==
             R"({"symbol":"BTC-USD","status":"halted","ts":1700000000000000})");
  BOOST_TEST((venue.engine(spot).state() == market_state::halted));
  BOOST_TEST(ok("status.set", R"({"symbol":"BTC-USD","status":"auction"})") ==
             R"({"symbol":"BTC-USD","status":"auction","ts":1700000000000000})");
  BOOST_TEST(ok("status.set", R"({"symbol":"BTC-USD","status":"active"})") ==
             R"({"symbol":"BTC-USD","status":"active","ts":1700000000000000})");
  BOOST_TEST((venue.engine(spot).state() == market_state::active));
}

BOOST_AUTO_TEST_CASE(presence) {
  run(connection_up{1, 5});
  BOOST_TEST(ok("cancelOnDisconnect", R"({"enabled":true,"scope":"account","graceMs":1500})", 1,
                5) == R"({"enabled":true,"scope":"account","graceMs":1500})");
  BOOST_TEST(ok("cancelOnDisconnect", R"({"enabled":false})", 1, 5) ==
             R"({"enabled":false,"scope":"connection","graceMs":0})");
  BOOST_TEST(ok("deadman", R"({"ms":5000})") == R"({"ms":5000,"at":1700000005000000})");
  BOOST_TEST(ok("deadman", R"({"ms":0})") == R"({"ms":0,"at":null})");
}

struct history_fixture : wire_fixture {
  history_fixture() {
    for (int i = 0; i < 3; ++i) id(sell(spot, 30, 5'000).named("s" + std::to_string(i)));
    id(buy(spot, 90, 5'000).of(2));
    id(sell(perp, 10, 10'000));
    id(buy(perp, 10, 10'000).of(2));
  }
  std::string ids(std::string_view op, std::string_view body, char const* list, char const* key) {
    std::string found;
    auto const said = object_of(ok(op, body));
    for (auto const& one : said.at(list).as_array()) {
      found += std::string(one.as_object().at(key).as_string()) + ' ';
    }
    return found;
  }
};

BOOST_FIXTURE_TEST_CASE(histories, history_fixture) {
  auto const orders = [&](std::string_view body) {
    return ids("orders.history", body, "orders", "orderId");
  };
  BOOST_TEST(orders("{}") == "5 3 2 1 ");
  BOOST_TEST(orders(R"({"limit":2})") == "5 3 ");
  BOOST_TEST(orders(R"({"before":"3"})") == "2 1 ");
  BOOST_TEST(orders(R"({"symbol":"BTC-USD","limit":1})") == "3 ");
  auto const fills = [&](std::string_view body) {
    return ids("fills.history", body, "fills", "tradeId");
  };
  BOOST_TEST(fills("{}") == "4 3 2 1 ");
  BOOST_TEST(fills(R"({"before":"3","limit":1})") == "2 ");
  BOOST_TEST(fills(R"({"after":"1","symbol":"BTC-USD"})") == "2 3 ");
  BOOST_TEST(fills(R"({"after":"0","limit":2})") == "1 2 ");
  BOOST_TEST(ok("fills.history", R"({"after":"2","limit":1})") ==
             R"({"fills":[{"tradeId":"3","orderId":"3","clientOrderId":"s2","symbol":"BTC-USD",)"
             R"("price":"50.00","quantity":"0.30","side":"sell","maker":true,"fee":"0.001500",)"
             R"("feeAsset":"USD","ts":1700000000000000}]})");
}

BOOST_FIXTURE_TEST_CASE(open_orders_are_read_whole_or_page_by_page, history_fixture) {
  for (int i = 0; i < 3; ++i) id(buy(i == 1 ? perp : spot, 100, 1'000));
  auto const open = [&](std::string_view body) {
    return ids("orders.open", body, "orders", "orderId");
  };
  auto const all = open("{}");
  BOOST_TEST(all.ends_with("7 8 9 "), all);
  BOOST_TEST(open(R"({"after":"6"})") == "7 8 9 ");
  BOOST_TEST(open(R"({"after":"6","limit":2})") == "7 8 ");
  BOOST_TEST(open(R"({"after":"8","limit":2})") == "9 ");
  BOOST_TEST(open(R"({"after":"6","symbol":"BTC-USD"})") == "7 9 ");
  BOOST_TEST(open(R"({"after":"0"})") == all);
}

BOOST_AUTO_TEST_CASE(only_what_comes_from_the_wire_has_an_answer) {
  BOOST_CHECK_THROW(answer({advance_time{}, now, 0}, {}, venue), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace exchange::wire
