// What can't be read: each kind of it, with its code and its sentence.
#include "wire_test.hpp"

#include <boost/json/value.hpp>

#include <vector>

namespace exchange::wire {
namespace {

struct bad {
  char const* change;  // of a body that is right
  errc code;
  char const* sentence;
};

struct bad_input_fixture : wire_fixture {
  template <std::size_t N>
  void all(std::string_view op, std::string_view right, bad const (&table)[N]) {
    auto const before = venue.save();
    for (auto const& one : table) refuses(op, merged(right, one.change), one.code, one.sentence);
    BOOST_TEST((venue.save() == before), "what can't be read went to the venue");
  }
  void without(std::string_view op, std::string_view right,
               std::initializer_list<char const*> keys) {
    for (std::string const key : keys) {
      auto body = object_of(right);
      body.erase(key);
      refuses(op, body, errc::bad_request, '\'' + key + "' is missing");
    }
  }
};

BOOST_FIXTURE_TEST_SUITE(bad_input, bad_input_fixture)

BOOST_AUTO_TEST_CASE(the_base_is_right) { BOOST_TEST(!ok("order.place", an_order).empty()); }

BOOST_AUTO_TEST_CASE(what_has_to_be_there) {
  without("order.place", an_order, {"symbol", "side", "quantity"});
  without("leverage.set", R"({"symbol":"BTC-USD-PERP","leverage":2})", {"symbol", "leverage"});
  without("deposit", R"({"asset":"USD","amount":"1"})", {"asset", "amount"});
  without("withdraw", R"({"asset":"USD","amount":"1"})", {"asset", "amount"});
  without("cancelOnDisconnect", R"({"enabled":true})", {"enabled"});
  without("deadman", R"({"ms":0})", {"ms"});
}

BOOST_AUTO_TEST_CASE(types) {
  bad const table[] = {
      {R"({"symbol":7})", errc::bad_request, "'symbol' must be a string, not a number"},
      {R"({"symbol":null})", errc::bad_request, "'symbol' must be a string, not null"},
      {R"({"side":true})", errc::bad_request, "'side' must be a string, not true"},
      {R"({"type":[]})", errc::bad_request, "'type' must be a string, not a list"},
      {R"({"price":50.05})", errc::bad_request,
       "'price' must be a string with a decimal, not a number"},
      {R"({"price":50})", errc::bad_request,
       "'price' must be a string with a decimal, not a number"},
      {R"({"quantity":{}})", errc::bad_request,
       "'quantity' must be a string with a decimal, not an object"},
      {R"({"stopPrice":1})", errc::bad_request,
       "'stopPrice' must be a string with a decimal, not a number"},
      {R"({"displayQuantity":1})", errc::bad_request,
       "'displayQuantity' must be a string with a decimal, not a number"},
      {R"({"timeInForce":1})", errc::bad_request, "'timeInForce' must be a string, not a number"},
      {R"({"goodTill":"1"})", errc::bad_request, "'goodTill' must be a whole number, not a string"},
      {R"({"postOnly":1})", errc::bad_request, "'postOnly' must be true or false, not a number"},
      {R"({"reduceOnly":"true"})", errc::bad_request,
       "'reduceOnly' must be true or false, not a string"},
      {R"({"selfTrade":false})", errc::bad_request, "'selfTrade' must be a string, not false"},
      {R"({"clientOrderId":17})", errc::bad_request,
       "'clientOrderId' must be a string, not a number"},
      {R"({"expiresAt":"1"})", errc::bad_request,
       "'expiresAt' must be a whole number, not a string"},
      {R"({"expiresAt":1.5})", errc::bad_request,
       "'expiresAt' must be a whole number, without point or exponent"},
  };
  all("order.place", an_order, table);
}

BOOST_AUTO_TEST_CASE(names) {
  bad const table[] = {
      {R"({"symbol":"XXX"})", errc::unknown_symbol, "'symbol' is none of this venue's: 'XXX'"},
      {R"({"symbol":""})", errc::unknown_symbol, "'symbol' is none of this venue's: ''"},
      {R"({"symbol":"btc-usd"})", errc::unknown_symbol,
       "'symbol' is none of this venue's: 'btc-usd'"},
      {R"({"symbol":"0123456789012345678901234567890123456789X"})", errc::unknown_symbol,
       "'symbol' is none of this venue's: a text of 41 bytes"},
      {R"({"side":"BUY"})", errc::bad_request, "'side' must be buy or sell, not 'BUY'"},
      {R"({"type":"iceberg"})", errc::bad_request,
       "'type' must be limit, market, stop or stop_limit, not 'iceberg'"},
      {R"({"timeInForce":"GTC"})", errc::bad_request,
       "'timeInForce' must be gtc, ioc, fok, gtd or day, not 'GTC'"},
      {R"({"selfTrade":"allow"})", errc::bad_request,
       "'selfTrade' must be cancel_newest, cancel_oldest, cancel_both or decrement, not 'allow'"},
  };
  all("order.place", an_order, table);
}

BOOST_AUTO_TEST_CASE(decimals_of_an_order) {
  bad const table[] = {
      {R"({"price":"abc"})", errc::bad_request,
       "'price' must be a decimal such as \"12.50\", not 'abc'"},
      {R"({"price":""})", errc::bad_request, "'price' must be a decimal such as \"12.50\", not ''"},
      {R"({"price":"1e3"})", errc::bad_request,
       "'price' must be a decimal such as \"12.50\", not '1e3'"},
      {R"({"price":"50.001"})", errc::bad_price, "'price' has more than 2 decimals: '50.001'"},
      {R"({"price":"92233720368547758.08"})", errc::bad_price,
       "'price' is too large: '92233720368547758.08'"},
      {R"({"stopPrice":"50.001"})", errc::bad_price,
       "'stopPrice' has more than 2 decimals: '50.001'"},
      {R"({"quantity":"1,5"})", errc::bad_request,
       "'quantity' must be a decimal such as \"12.50\", not '1,5'"},
      {R"({"quantity":"0.001"})", errc::bad_quantity,
       "'quantity' has more than 2 decimals: '0.001'"},
      {R"({"quantity":"100000000000000000000"})", errc::bad_quantity,
       "'quantity' is too large: '100000000000000000000'"},
      {R"({"displayQuantity":"0.101"})", errc::bad_quantity,
       "'displayQuantity' has more than 2 decimals: '0.101'"},
      {R"({"displayQuantity":"0"})", errc::bad_quantity,
       "'displayQuantity' must be above zero, or left out"},
  };
  all("order.place", an_order, table);
}

// The venue's 0 is "none": on the wire "0" is a price all the same.
BOOST_AUTO_TEST_CASE(prices_by_the_type) {
  bad const table[] = {
      {R"({"type":"market"})", errc::bad_request, "'price' is too much: a market order has none"},
      {R"({"type":"market","price":"0"})", errc::bad_request,
       "'price' is too much: a market order has none"},
      {R"({"type":"stop","stopPrice":"1"})", errc::bad_request,
       "'price' is too much: a stop order has none"},
      {R"({"type":"stop_limit"})", errc::bad_request,
       "'stopPrice' is missing: a stop_limit order has one"},
      {R"({"stopPrice":"0"})", errc::bad_request,
       "'stopPrice' is too much: a limit order has none"},
  };
  all("order.place", an_order, table);
  constexpr auto no_price = R"({"symbol":"BTC-USD","side":"buy","quantity":"1.00"})";
  bad const missing[] = {
      {"{}", errc::bad_request, "'price' is missing: a limit order has one"},
      {R"({"type":"stop_limit","stopPrice":"1"})", errc::bad_request,
       "'price' is missing: a stop_limit order has one"},
      {R"({"type":"stop"})", errc::bad_request, "'stopPrice' is missing: a stop order has one"},
  };
  all("order.place", no_price, missing);
}

BOOST_AUTO_TEST_CASE(times) {
  bad const table[] = {
      {R"({"timeInForce":"gtd"})", errc::bad_request,
       "'goodTill' is missing: 'timeInForce' is gtd"},
      {R"({"goodTill":1800000000000000})", errc::bad_request,
       "'goodTill' is too much: 'timeInForce' is not gtd"},
      {R"({"timeInForce":"day","goodTill":1800000000000000})", errc::bad_request,
       "'goodTill' is too much: 'timeInForce' is not gtd"},
      {R"({"timeInForce":"gtd","goodTill":0})", errc::bad_request,
       "'goodTill' must be from 1 to 4611686018427387904, not 0"},
      {R"({"timeInForce":"gtd","goodTill":18446744073709551615})", errc::bad_request,
       "'goodTill' is too large"},
      {R"({"expiresAt":0})", errc::bad_request,
       "'expiresAt' must be from 1 to 9223372036854775807, not 0"},
      {R"({"expiresAt":-5})", errc::bad_request,
       "'expiresAt' must be from 1 to 9223372036854775807, not -5"},
      {R"({"expiresAt":9223372036854775808})", errc::bad_request, "'expiresAt' is too large"},
  };
  all("order.place", an_order, table);
}

BOOST_AUTO_TEST_CASE(client_order_ids) {
  refuses("order.place", merged(an_order, R"({"clientOrderId":""})"), errc::bad_request,
          "'clientOrderId' must have from 1 to 36 characters, not 0");
  auto body = object_of(an_order);
  body["clientOrderId"] = std::string(37, 'x');
  refuses("order.place", body, errc::bad_request,
          "'clientOrderId' must have from 1 to 36 characters, not 37");
  std::string wide;
  for (int i = 0; i < 36; ++i) wide += "\xf0\x9f\x82\xa1";
  body["clientOrderId"] = wide;
  BOOST_TEST(!ok("order.place", body).empty());
}

BOOST_AUTO_TEST_CASE(which_order) {
  for (auto const* const op : {"order.amend", "order.cancel", "order.status"}) {
    bad const table[] = {
        {"{}", errc::bad_request, "'orderId' or 'clientOrderId' is missing"},
        {R"({"orderId":"1","clientOrderId":"a"})", errc::bad_request,
         "'orderId' and 'clientOrderId' exclude each other"},
        {R"({"orderId":1})", errc::bad_request,
         "'orderId' must be a string of digits, not a number"},
        {R"({"orderId":"0"})", errc::bad_request,
         "'orderId' must be an id as it was given, such as \"1042\", not '0'"},
        {R"({"orderId":""})", errc::bad_request,
         "'orderId' must be an id as it was given, such as \"1042\", not ''"},
        {R"({"orderId":"-1"})", errc::bad_request,
         "'orderId' must be an id as it was given, such as \"1042\", not '-1'"},
        {R"({"orderId":"17x"})", errc::bad_request,
         "'orderId' must be an id as it was given, such as \"1042\", not '17x'"},
        {R"({"orderId":"9223372036854775808"})", errc::bad_request,
         "'orderId' must be an id as it was given, such as \"1042\", not '9223372036854775808'"},
        {R"({"orderId":"18446744073709551616"})", errc::bad_request,
         "'orderId' must be an id as it was given, such as \"1042\", not '18446744073709551616'"},
        {R"({"clientOrderId":""})", errc::bad_request,
         "'clientOrderId' must have from 1 to 36 characters, not 0"},
    };
    all(op, R"({"price":"1"})", table);
  }
}

BOOST_AUTO_TEST_CASE(amendments) {
  auto const placed = std::to_string(id(buy(spot, 100, 5'000)));
  auto const right = R"({"orderId":")" + placed + R"("})";
  bad const table[] = {
      {"{}", errc::bad_request,
       "'quantity' is missing, as are 'price' and 'stopPrice': nothing would change"},
      {R"({"price":50})", errc::bad_request,
       "'price' must be a string with a decimal, not a number"},
      {R"({"price":"50.001"})", errc::bad_price, "'price' has more than 2 decimals: '50.001'"},
      {R"({"quantity":"1.001"})", errc::bad_quantity,
       "'quantity' has more than 2 decimals: '1.001'"},
      {R"({"stopPrice":"x"})", errc::bad_request,
       "'stopPrice' must be a decimal such as \"12.50\", not 'x'"},
  };
  all("order.amend", right, table);
}

BOOST_AUTO_TEST_CASE(money) {
  for (auto const* const op : {"deposit", "withdraw"}) {
    bad const table[] = {
        {R"({"asset":"EUR"})", errc::bad_request, "'asset' is none of this venue's: 'EUR'"},
        {R"({"asset":1})", errc::bad_request, "'asset' must be a string, not a number"},
        {R"({"amount":5})", errc::bad_request,
         "'amount' must be a string with a decimal, not a number"},
        {R"({"amount":"five"})", errc::bad_request,
         "'amount' must be a decimal such as \"12.50\", not 'five'"},
        {R"({"amount":"0.0000001"})", errc::bad_quantity,
         "'amount' has more than 6 decimals: '0.0000001'"},
        {R"({"amount":"1267650600228229401496703.205377"})", errc::bad_quantity,
         "'amount' is too large: '1267650600228229401496703.205377'"},
    };
    all(op, R"({"asset":"USD","amount":"1"})", table);
  }
}

BOOST_AUTO_TEST_CASE(leverage) {
  bad const table[] = {
      {R"({"symbol":"XXX"})", errc::unknown_symbol, "'symbol' is none of this venue's: 'XXX'"},
      {R"({"leverage":"5"})", errc::bad_request, "'leverage' must be a whole number, not a string"},
      {R"({"leverage":2.5})", errc::bad_request,
       "'leverage' must be a whole number, without point or exponent"},
      {R"({"leverage":0})", errc::bad_request, "'leverage' must be from 1 to 4294967295, not 0"},
      {R"({"leverage":4294967296})", errc::bad_request,
       "'leverage' must be from 1 to 4294967295, not 4294967296"},
      {R"({"marginMode":"both"})", errc::bad_request,
       "'marginMode' must be cross or isolated, not 'both'"},
  };
  all("leverage.set", R"({"symbol":"BTC-USD-PERP","leverage":2})", table);
}

BOOST_AUTO_TEST_CASE(presence) {
  bad const table[] = {
      {R"({"enabled":1})", errc::bad_request, "'enabled' must be true or false, not a number"},
      {R"({"scope":"all"})", errc::bad_request, "'scope' must be connection or account, not 'all'"},
      {R"({"graceMs":"5"})", errc::bad_request, "'graceMs' must be a whole number, not a string"},
  };
  all("cancelOnDisconnect", R"({"enabled":true})", table);
  bad const deadmen[] = {
      {R"({"ms":null})", errc::bad_request, "'ms' must be a whole number, not null"},
      {R"({"ms":18446744073709551615})", errc::bad_request, "'ms' is too large"},
  };
  all("deadman", R"({"ms":0})", deadmen);
}

BOOST_AUTO_TEST_CASE(pages) {
  for (auto const* const op : {"orders.history", "fills.history"}) {
    bad const table[] = {
        {R"({"symbol":"XXX"})", errc::unknown_symbol, "'symbol' is none of this venue's: 'XXX'"},
        {R"({"limit":0})", errc::bad_request, "'limit' must be from 1 to 1000, not 0"},
        {R"({"limit":1001})", errc::bad_request, "'limit' must be from 1 to 1000, not 1001"},
        {R"({"limit":-1})", errc::bad_request, "'limit' must be from 1 to 1000, not -1"},
        {R"({"limit":"5"})", errc::bad_request, "'limit' must be a whole number, not a string"},
        {R"({"before":5})", errc::bad_request, "'before' must be a string of digits, not a number"},
        {R"({"before":"0"})", errc::bad_request,
         "'before' must be an id as it was given, such as \"1042\", not '0'"},
        {R"({"expiresAt":0})", errc::bad_request,
         "'expiresAt' must be from 1 to 9223372036854775807, not 0"},
    };
    all(op, "{}", table);
  }
  bad const fills[] = {
      {R"({"after":"9223372036854775808"})", errc::bad_request,
       "'after' must be an id as it was given, such as \"1042\", not '9223372036854775808'"},
      {R"({"before":"5","after":"1"})", errc::bad_request,
       "'before' and 'after' exclude each other"},
  };
  all("fills.history", "{}", fills);
  bad const open[] = {
      {R"({"symbol":"XXX"})", errc::unknown_symbol, "'symbol' is none of this venue's: 'XXX'"},
      {R"({"limit":0})", errc::bad_request, "'limit' must be from 1 to 1000, not 0"},
      {R"({"after":5})", errc::bad_request, "'after' must be a string of digits, not a number"},
  };
  all("orders.open", "{}", open);
}

BOOST_AUTO_TEST_CASE(ops_that_there_are_not) {
  caller const who{1, 0, now};
  for (auto const* const op : {"ping", "order.place.now"}) {
    BOOST_CHECK_EXCEPTION(read_command(op, {}, who, venue), runes::error,
                          [](auto const& e) { return e.code() == errc::unknown_op; });
    BOOST_CHECK_EXCEPTION(answer_query(op, {}, who, venue), runes::error,
                          [](auto const& e) { return e.code() == errc::unknown_op; });
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace exchange::wire
