// What the channels of an account show, and the rows of the mirror, of what became of orders.
#include "wire_test.hpp"

#include <wire/entries.hpp>
#include <wire/mirror_rows.hpp>

namespace exchange::wire {
namespace {

std::string event_data(runes::keyed_entry entry) {
  std::string out;
  runes::keyed_payload({std::move(entry)})->encode(out);
  return out;
}

struct entries_fixture : wire_fixture {
  entries_fixture() : config(venue.config()) {}
  /// 0.30 of account 1's order at 50.05 is bought by account 2.
  void trade() {
    id(sell(spot, 100, 5'005).named("a"));
    now += second;
    id(buy(spot, 30, 5'005).of(2));
  }
  venue_config const& config;
};

BOOST_FIXTURE_TEST_SUITE(entries, entries_fixture)

BOOST_AUTO_TEST_CASE(an_order) {
  trade();
  auto const changed = told<order_changed>();
  BOOST_REQUIRE_EQUAL(changed.size(), 3u);  // the buyer's: placed, filled
  auto const mine = changed[1].order;
  auto const entry = order_entry(mine, config);
  BOOST_TEST(entry.key == "1");
  BOOST_TEST(!entry.removed);
  BOOST_TEST(entry.json ==
             R"({"orderId":"1","clientOrderId":"a","symbol":"BTC-USD","side":"sell",)"
             R"("type":"limit","quantity":"1.00","price":"50.05","timeInForce":"gtc",)"
             R"("postOnly":false,"reduceOnly":false,"selfTrade":"cancel_newest","filled":"0.30",)"
             R"("remaining":"0.70","averagePrice":"50.05","status":"open","reason":"filled",)"
             R"("createdAt":1700000000000000,"ts":1700000001000000})");
  BOOST_TEST(entry.json == ok("order.status", R"({"orderId":"1"})"));
}

BOOST_AUTO_TEST_CASE(a_closed_order_is_removed) {
  id(buy(spot, 100, 5'000).named("quo\"te\x01"));
  run(cancel_order{1, 1, {}});
  auto const entry = order_entry(told<order_changed>().at(0).order, config);
  BOOST_TEST(entry.removed);
  auto const text = event_data(entry);
  auto const shown = json::parse(text).as_array().at(0).as_object();
  BOOST_TEST(shown.at("removed").as_bool());
  BOOST_TEST(shown.at("status").as_string() == "cancelled");
  BOOST_TEST(shown.at("clientOrderId").as_string() == "quo\"te\x01");
}

BOOST_AUTO_TEST_CASE(an_average_price_is_rounded_once) {
  // 0.10 at 50.00 and 0.20 at 50.05 are 50.0333…; with 0.10 more at 50.05 it is 50.0375.
  id(sell(spot, 10, 5'000).of(2));
  id(sell(spot, 20, 5'005).of(2));
  auto const mine = id(buy(spot, 40, 5'005));
  auto const average = [&] {
    return std::string(
        object_of(order_entry(the(1, mine), config).json).at("averagePrice").as_string());
  };
  BOOST_TEST(average() == "50.03");
  id(sell(spot, 10, 5'005).of(2));
  BOOST_TEST(average() == "50.04");
}

BOOST_AUTO_TEST_CASE(a_fill) {
  trade();
  auto const fills = told<filled>();
  BOOST_REQUIRE_EQUAL(fills.size(), 2u);
  BOOST_TEST(fill_entry(fills[0].fill, config) ==
             R"({"tradeId":"1","orderId":"1","clientOrderId":"a","symbol":"BTC-USD",)"
             R"("price":"50.05","quantity":"0.30","side":"sell","maker":true,"fee":"0.001502",)"
             R"("feeAsset":"USD","ts":1700000001000000})");
  BOOST_TEST(fill_entry(fills[1].fill, config) ==
             R"({"tradeId":"1","orderId":"2","symbol":"BTC-USD","price":"50.05",)"
             R"("quantity":"0.30","side":"buy","maker":false,"fee":"0.007508","feeAsset":"USD",)"
             R"("ts":1700000001000000})");
}

BOOST_AUTO_TEST_CASE(a_balance) {
  trade();
  auto const changes = told<balance_changed>();
  BOOST_REQUIRE(!changes.empty());
  auto const last = [&](asset_id asset) {
    balance_changed found;
    for (auto const& one : changes) {
      if (one.account == 1 && one.asset == asset) found = one;
    }
    return balance_entry(found, config);
  };
  BOOST_TEST(last(btc).key == "BTC");
  BOOST_TEST(!last(btc).removed);
  BOOST_TEST(last(btc).json == R"({"asset":"BTC","free":"999.00000000","locked":"0.70000000",)"
                               R"("total":"999.70000000","reason":"trade"})");
  BOOST_TEST(balance_entry(1, btc, venue).json ==
             R"({"asset":"BTC","free":"999.00000000","locked":"0.70000000",)"
             R"("total":"999.70000000"})");
  BOOST_TEST(last(usd).json == R"({"asset":"USD","free":"1000015.013498","locked":"0.000000",)"
                               R"("total":"1000015.013498","reason":"trade"})");
}

BOOST_AUTO_TEST_CASE(a_position_and_its_end) {
  id(sell(perp, 100, 10'000).of(2));
  id(buy(perp, 100, 10'000));
  auto const entry = position_entry(1, perp, venue);
  BOOST_TEST(entry.key == "BTC-USD-PERP");
  BOOST_TEST(!entry.removed);
  BOOST_TEST("{\"positions\":[" + entry.json + "]}" == ok("positions", "{}"));
  id(buy(perp, 100, 10'000).of(2));
  id(sell(perp, 100, 10'000));
  BOOST_TEST(position_entry(1, perp, venue).removed);
  auto const gone = object_of(position_entry(1, perp, venue).json);
  BOOST_TEST(gone.at("size").as_string() == "0.00");
}

BOOST_AUTO_TEST_CASE(a_liquidated_position) {
  run(venue::deposit{4, usd, 12'000'000});
  run(deposit_insurance{usd, 100'000'000});
  run(set_leverage{4, perp, 20, margin_mode::cross});
  id(sell(perp, 100, 10'000).of(2));
  id(buy(perp, 100, 10'000).of(4));
  id(buy(perp, 200, 8'990).of(3));
  run(set_mark{perp, 9'000});
  auto const entry = position_entry(4, perp, venue);
  BOOST_TEST(entry.removed);
  BOOST_TEST(entry.json ==
             R"({"symbol":"BTC-USD-PERP","size":"0.00","entryPrice":"0.00","markPrice":"90.00",)"
             R"("liquidationPrice":null,"unrealizedPnl":"0.000000","realizedPnl":"-10.100000",)"
             R"("funding":"0.000000","leverage":20,"marginMode":"cross","margin":"0.000000"})");
  auto const forced = object_of(order_entry(venue.closed_orders(4, {}).front(), config).json);
  BOOST_TEST(forced.at("timeInForce").as_string() == "ioc");
  BOOST_TEST(forced.at("reduceOnly").as_bool());
}

BOOST_AUTO_TEST_CASE(rows_of_orders_and_fills) {
  trade();
  auto const row = row_of(the(1, 1), "ann", venue.config());
  storage::order_row expected;
  expected.order_id = 1;
  expected.account = "ann";
  expected.client_order_id = "a";
  expected.symbol = "BTC-USD";
  expected.side = "sell";
  expected.type = "limit";
  expected.time_in_force = "gtc";
  expected.price = expected.average_price = "50.05";
  expected.quantity = "1.00";
  expected.filled = "0.30";
  expected.self_trade = "cancel_newest";
  expected.status = "open";
  expected.reason = "filled";
  expected.created_at = start;
  expected.ts = start + second;
  BOOST_TEST((row == expected));
  storage::fill_row const fill{"BTC-USD", 1,    1,          "ann", "50.05",       "0.30",
                               "sell",    true, "0.001502", "USD", start + second};
  BOOST_TEST((row_of(told<filled>().at(0).fill, "ann", venue.config()) == fill));
}

BOOST_AUTO_TEST_CASE(a_row_has_what_its_order_has) {
  auto const stop = id(sell(spot, 100, 4'000)
                           .at_stop(4'500)
                           .until(time_in_force::gtd, now + second)
                           .iceberg(50)
                           .with(self_trade::decrement));
  auto const row = row_of(the(1, stop), "ann", venue.config());
  BOOST_TEST(row.type == "stop_limit");
  BOOST_TEST(row.price == "40.00");
  BOOST_TEST(row.stop_price == "45.00");
  BOOST_TEST(row.display_quantity == "0.50");
  BOOST_TEST(row.good_till == now + second);
  BOOST_TEST(row.self_trade == "decrement");
  BOOST_TEST(row.status == "untriggered");
  BOOST_TEST(row.average_price.empty());
  BOOST_TEST(row_of(the(1, id(sell(spot, 100))), "ann", venue.config()).price.empty());
}

BOOST_AUTO_TEST_CASE(rows_of_balances_and_positions) {
  run(venue::deposit{4, usd, 12'000'000});
  storage::account_row const money{"dee", "USD", "12.000000", "0.000000", "12.000000", 7};
  BOOST_TEST((row_of(told<balance_changed>().at(0), 7, "dee", venue.config()) == money));
  id(sell(perp, 100, 10'000).of(2));
  id(buy(perp, 100, 10'000).of(4));
  storage::position_row const held{"bob", "BTC-USD-PERP", "-1.00",     "100.00", "0.000000",
                                   10,    "cross",        "10.000000", 8};
  bool found = false;
  for (auto const& one : told<position_changed>()) {
    if (one.account == 2) found = row_of(one, 8, "bob", venue.config()) == held;
  }
  BOOST_TEST(found);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace exchange::wire
