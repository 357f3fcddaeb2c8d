#include "protocol/trading_codec.hpp"

#include <runes/error.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::detail;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

json::object order_object() {
  return json::parse(R"({"orderId":"1042","clientOrderId":"mine","symbol":"BTC-USD","side":"sell",
    "type":"stop_limit","quantity":"1.500","price":"50000.00","stopPrice":"49000.00",
    "timeInForce":"gtd","goodTill":1700000060000000,"postOnly":true,"reduceOnly":false,
    "displayQuantity":"0.100","selfTrade":"decrement","filled":"0.500","remaining":"1.000",
    "averagePrice":"50000.12","status":"open","reason":"filled","createdAt":1700000000000000,
    "ts":1700000000000001})")
      .as_object();
}

template <class T>
T read(json::value const& from) {
  T value;
  decode(from, value);
  return value;
}

/// The sentence with which it can't be read.
template <class T>
std::string fault(json::value const& from) {
  try {
    read<T>(from);
  } catch (error const& e) {
    return e.code() == errc::bad_event ? e.sentence() : "another error";
  }
  return "none";
}

template <class F>
errc code_of(F&& action) {
  try {
    action();
  } catch (error const& e) {
    return e.code();
  }
  return errc{};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trading_codec)

BOOST_AUTO_TEST_CASE(an_order_is_read_whole) {
  auto const one = read<order>(order_object());
  BOOST_TEST(one.order_id == 1042U);
  BOOST_TEST(one.client_order_id == "mine");
  BOOST_TEST((one.side == side::sell));
  BOOST_TEST((one.type == order_type::stop_limit));
  BOOST_TEST((one.time_in_force == time_in_force::gtd));
  BOOST_TEST(one.quantity.str() == "1.500");
  BOOST_TEST(one.price->str() == "50000.00");
  BOOST_TEST(one.stop_price->str() == "49000.00");
  BOOST_TEST(one.display_quantity->str() == "0.100");
  BOOST_TEST((one.good_till == timestamp(1'700'000'060s)));
  BOOST_TEST(one.post_only);
  BOOST_TEST((one.self_trade == self_trade::decrement));
  BOOST_TEST(one.filled.str() == "0.500");
  BOOST_TEST(one.remaining.str() == "1.000");
  BOOST_TEST(one.average_price->str() == "50000.12");
  BOOST_TEST(one.is_open());
  BOOST_TEST(one.reason == "filled");
  BOOST_TEST((one.ts - one.created_at == 1us));
}

BOOST_AUTO_TEST_CASE(what_an_order_does_not_have_is_left_out_or_null) {
  auto object = order_object();
  for (auto const* key : {"clientOrderId", "price", "stopPrice", "goodTill", "postOnly",
                          "displayQuantity", "selfTrade", "reason"})
    object.erase(key);
  object["averagePrice"] = nullptr;
  auto const one = read<order>(object);
  BOOST_TEST(one.client_order_id.empty());
  BOOST_TEST(!one.price);
  BOOST_TEST(!one.average_price);
  BOOST_TEST(!one.post_only);
  BOOST_TEST((one.self_trade == self_trade::cancel_newest));
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_wrong_is_named) {
  for (auto const* key : {"orderId", "symbol", "side", "type", "quantity", "timeInForce", "filled",
                          "remaining", "status", "createdAt", "ts"}) {
    auto object = order_object();
    object.erase(key);
    BOOST_TEST(fault<order>(object) == "order: '" + std::string(key) + "' is missing");
  }
  auto object = order_object();
  for (auto const* id : {"", "x", "1x", "-1", "99999999999999999999"}) {
    object["orderId"] = id;
    BOOST_TEST(fault<order>(object) == "order: 'orderId' must be an id: digits in a string");
  }
  object = order_object();
  object["orderId"] = 1042;
  BOOST_TEST(fault<order>(object) == "order: 'orderId' must be a string");
  object = order_object();
  object["quantity"] = 1.5;  // has been through a binary float
  BOOST_TEST(fault<order>(object) == "order: 'quantity' must be a decimal in a string");
  object["quantity"] = "92233720368547758.08";  // does not fit
  BOOST_TEST(fault<order>(object) == "order: 'quantity' must be a decimal in a string");
  object = order_object();
  object["status"] = "asleep";
  BOOST_TEST(fault<order>(object) ==
             "order: 'status' must be 'untriggered' or 'open' or 'filled' or 'cancelled' or "
             "'expired'");
}

BOOST_AUTO_TEST_CASE(a_fill_may_pay_its_fee_back) {
  auto const one = read<fill>(json::parse(
      R"({"tradeId":"18446744073709551615","orderId":"7","symbol":"BTC-USD","price":"1.00",
          "quantity":"0.5","side":"buy","maker":true,"fee":"-0.0125","feeAsset":"USD","ts":1})"));
  BOOST_TEST(one.trade_id == 18446744073709551615U);
  BOOST_TEST((one.fee == decimal(-125, 4)));
  BOOST_TEST(one.maker);
}

BOOST_AUTO_TEST_CASE(a_position_or_balance_that_is_gone_may_say_no_more_than_its_name) {
  auto const gone = read<position>(json::parse(R"({"symbol":"P","removed":true})"));
  BOOST_TEST(gone.symbol == "P");
  BOOST_TEST(gone.removed);
  BOOST_TEST((gone.size == decimal(0, 0)));
  BOOST_TEST(read<balance>(json::parse(R"({"asset":"USD","removed":true})")).removed);
  BOOST_TEST(fault<position>(json::parse(R"({"symbol":"P"})")) == "position: 'size' is missing");
  auto const closed = read<balance>(json::parse(
      R"({"asset":"USD","free":"0.00","locked":"0.00","total":"0.00","reason":"withdraw",
          "removed":true})"));
  BOOST_TEST(closed.reason == "withdraw");
}

BOOST_AUTO_TEST_CASE(lists_are_read_whole_or_not_at_all) {
  json::object ok;
  ok["orders"] = json::array{order_object(), order_object()};
  BOOST_TEST(decode_orders(ok).size() == 2U);
  ok["orders"] = json::array{order_object(), json::object()};
  BOOST_TEST((code_of([&] { decode_orders(ok); }) == errc::bad_event));
  BOOST_TEST((code_of([&] { decode_fills(ok); }) == errc::bad_event));
  BOOST_TEST((code_of([&] { decode_time(json::object()); }) == errc::bad_event));
}

BOOST_AUTO_TEST_CASE(the_deadman_says_when) {
  BOOST_TEST(read<deadman_setting>(json::parse(R"({"ms":5000,"at":1})")).at.has_value());
  BOOST_TEST(!read<deadman_setting>(json::parse(R"({"ms":0})")).at);
  BOOST_TEST(fault<deadman_setting>(json::parse(R"({"ms":5000})")) == "deadman: 'at' is missing");
}

// ---- what is asked

BOOST_AUTO_TEST_CASE(an_order_says_what_was_asked_and_nothing_else) {
  auto const plain = limit_order("BTC-USD", side::buy, "0.25", "50000.00").client_id("mine");
  BOOST_TEST(json::serialize(fields_of(plain)) ==
             R"({"symbol":"BTC-USD","side":"buy","type":"limit","quantity":"0.25",)"
             R"("price":"50000.00","clientOrderId":"mine"})");
  auto full = stop_limit_order("BTC-USD", side::sell, decimal(5, 1), "2", "3").client_id("mine");
  full.post_only().reduce_only().iceberg("0.1").self_trade(self_trade::cancel_both);
  full.good_till(timestamp(7us));
  BOOST_TEST(
      json::serialize(fields_of(full)) ==
      R"({"symbol":"BTC-USD","side":"sell","type":"stop_limit","quantity":"0.5","price":"2",)"
      R"("stopPrice":"3","displayQuantity":"0.1","timeInForce":"gtd","goodTill":7,)"
      R"("postOnly":true,"reduceOnly":true,"selfTrade":"cancel_both",)"
      R"("clientOrderId":"mine"})");
  BOOST_TEST(
      (market_order("X", side::buy, "1").tif(time_in_force::fok).tif() == time_in_force::fok));
  BOOST_TEST((stop_order("X", side::buy, "1", "2").stop_price() == decimal(2, 0)));
}

BOOST_AUTO_TEST_CASE(what_can_not_be_asked_is_refused_here) {
  auto const order = [] { return limit_order("X", side::buy, "1", "2"); };
  BOOST_TEST((code_of([] { limit_order("X", side::buy, "0.00", "2"); }) == errc::bad_quantity));
  BOOST_TEST((code_of([] { limit_order("X", side::buy, "1", "-2"); }) == errc::bad_price));
  BOOST_TEST((code_of([] { limit_order("X", side::buy, "1e3", "2"); }) == errc::bad_decimal));
  BOOST_TEST((code_of([&] { order().iceberg("0"); }) == errc::bad_quantity));
  BOOST_TEST((code_of([&] { order().client_id(""); }) == errc::bad_request));
  BOOST_TEST((code_of([&] { order().client_id(std::string(37, 'x')); }) == errc::bad_request));
  BOOST_TEST((code_of([&] { order().expires_in(0ms); }) == errc::bad_request));
  BOOST_TEST((code_of([] { order_ref(0); }) == errc::bad_request));
  BOOST_TEST((code_of([] { order_ref(-7); }) == errc::bad_request));
  BOOST_TEST((code_of([] { order_ref(""); }) == errc::bad_request));
  BOOST_TEST((code_of([] { history().limit(1'001); }) == errc::bad_request));
  BOOST_TEST((code_of([] { amendment(7).quantity("0"); }) == errc::bad_quantity));
  static_assert(!std::constructible_from<exact, double>);
  static_assert(!std::constructible_from<exact, int>);
}

BOOST_AUTO_TEST_CASE(an_order_is_named_by_one_of_its_names) {
  BOOST_TEST(json::serialize(fields_of(order_ref(7))) == R"({"orderId":"7"})");
  BOOST_TEST(json::serialize(fields_of(order_ref("mine"))) == R"({"clientOrderId":"mine"})");
  BOOST_TEST(json::serialize(fields_of(amendment("mine").price("2.0").quantity("1"))) ==
             R"({"clientOrderId":"mine","price":"2.0","quantity":"1"})");
  order_ack ack;
  ack.order_id = 9;
  ack.client_order_id = "mine";
  BOOST_TEST((order_ref(ack) == order_ref(9)));
  BOOST_TEST(order_ref(ack).str() == "order 9");
  BOOST_TEST(order_ref("mine").str() == "order 'mine'");
  BOOST_TEST(json::serialize(fields_of(history().symbol("X").limit(5).before(9).after(3))) ==
             R"({"symbol":"X","limit":5,"before":"9","after":"3"})");
}

BOOST_AUTO_TEST_CASE(names_are_the_wires) {
  BOOST_TEST(name_of(order_type::market) == "market");
  BOOST_TEST(name_of(order_type::stop) == "stop");
  BOOST_TEST(name_of(time_in_force::gtc) == "gtc");
  BOOST_TEST(name_of(time_in_force::ioc) == "ioc");
  BOOST_TEST(name_of(time_in_force::day) == "day");
  BOOST_TEST(name_of(self_trade::cancel_newest) == "cancel_newest");
  BOOST_TEST(name_of(self_trade::cancel_oldest) == "cancel_oldest");
  BOOST_TEST(name_of(order_status::expired) == "expired");
  BOOST_TEST(name_of(margin_mode::isolated) == "isolated");
  BOOST_TEST(name_of(disconnect_scope::account) == "account");
}

BOOST_AUTO_TEST_SUITE_END()
