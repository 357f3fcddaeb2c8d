// What the venue refuses: each reason, with its code and a sentence that names the field.
#include "wire_test.hpp"

namespace exchange::wire {
namespace {

struct refusals_fixture : wire_fixture {
  using wire_fixture::wire_fixture;
  void order(std::string_view change, errc code, std::string_view sentence,
             account_id account = 1) {
    refuses("order.place", merged(an_order, change), code, sentence, account);
  }
  void amendment(order_id of, std::string_view change, errc code, std::string_view sentence,
                 account_id account = 1) {
    auto body = object_of(change);
    body["orderId"] = std::to_string(of);
    refuses("order.amend", body, code, sentence, account);
  }
};

venue_config banded() {
  auto config = small_venue();
  config.instruments[0].engine.band_basis_points = 550;
  config.instruments[0].engine.reference = 1'000;
  config.instruments[1].market.max_position = 20;
  config.instruments[2].engine.state = market_state::auction;
  config.max_open_orders = 3;
  return config;
}

struct banded_fixture : refusals_fixture {
  banded_fixture() : refusals_fixture(banded()) {}
};

BOOST_FIXTURE_TEST_SUITE(refusals, refusals_fixture)

BOOST_AUTO_TEST_CASE(prices_and_quantities) {
  order(R"({"price":"50.03"})", errc::bad_price,
        "'price' must be a multiple of the tick 0.05, not 50.03");
  order(R"({"price":"0"})", errc::bad_price, "'price' must be above zero, not 0.00");
  order(R"({"price":"-50"})", errc::bad_price, "'price' must be above zero, not -50.00");
  order(R"({"price":"50000.05"})", errc::bad_price,
        "'price' is above the highest price of BTC-USD, 50000.00");
  order(R"({"type":"stop_limit","stopPrice":"0.01"})", errc::bad_price,
        "'stopPrice' must be a multiple of the tick 0.05, not 0.01");
  order(R"({"type":"stop_limit","stopPrice":"0"})", errc::bad_price,
        "'stopPrice' must be above zero, not 0.00");
  order(R"({"type":"stop_limit","stopPrice":"50000.05"})", errc::bad_price,
        "'stopPrice' is above the highest price of BTC-USD, 50000.00");
  order(R"({"quantity":"0.15"})", errc::bad_quantity,
        "'quantity' must be a multiple of the lot 0.10, not 0.15");
  order(R"({"quantity":"0"})", errc::bad_quantity, "'quantity' must be above zero, not 0.00");
  order(R"({"quantity":"-1"})", errc::bad_quantity, "'quantity' must be above zero, not -1.00");
  order(R"({"quantity":"100000.10"})", errc::bad_quantity,
        "'quantity' is above the largest order of BTC-USD, 100000.00");
  order(R"({"displayQuantity":"0.15"})", errc::bad_quantity,
        "'displayQuantity' must be a multiple of the lot 0.10, not 0.15");
  order(R"({"displayQuantity":"-0.10"})", errc::bad_quantity,
        "'displayQuantity' must be above zero, not -0.10");
  order(R"({"displayQuantity":"1.10"})", errc::bad_quantity,
        "'displayQuantity' is above 'quantity'");
}

BOOST_AUTO_TEST_CASE(contradictions) {
  order(R"({"timeInForce":"ioc","postOnly":true})", errc::bad_request,
        "'postOnly' is for limit orders that may rest, not for ioc and fok");
  order(R"({"type":"stop_limit","stopPrice":"60.00","timeInForce":"ioc"})", errc::bad_request,
        "'timeInForce' of a stop_limit order must be gtc, gtd or day");
  order(R"({"reduceOnly":true})", errc::bad_request,
        "'reduceOnly' is for perpetuals, and BTC-USD is a spot market");
  order(R"({"timeInForce":"gtd","goodTill":1700000000000000})", errc::bad_request,
        "'goodTill' must be later than the venue's time, 1700000000000000");
  order(R"({"timeInForce":"fok","displayQuantity":"0.50"})", errc::bad_request,
        "'displayQuantity' is for limit and stop_limit orders that may rest");
  auto body = object_of(R"({"symbol":"BTC-USD","side":"buy","quantity":"1"})");
  body["type"] = "market";
  body["timeInForce"] = "gtc";
  refuses("order.place", body, errc::bad_request,
          "'timeInForce' of a market order must be ioc or fok");
  body["type"] = "stop";
  body["stopPrice"] = "60.00";
  body["timeInForce"] = "fok";
  refuses("order.place", body, errc::bad_request, "'timeInForce' of a stop order can't be fok");
  refuses("order.place", object_of(an_order), errc::bad_request, "there is no such account", 49);
  refuses("order.place", object_of(an_order), errc::bad_request,
          "the connection is not one of this account that is up", 1, 99);
}

BOOST_AUTO_TEST_CASE(funds) {
  order("{}", errc::insufficient_funds,
        "'quantity': the account has 0.000000 USD to use, which is not enough for this order", 4);
  order(R"({"side":"sell","quantity":"1000.10"})", errc::insufficient_funds,
        "'quantity': the account has 1000.00000000 BTC to use, which is not enough for this order");
  order(R"({"symbol":"BTC-USD-PERP","side":"sell"})", errc::insufficient_funds,
        "'quantity': the account has 0.000000 USD to use, which is not enough for this order", 4);
  auto const small = id(buy(spot, 10, 5'000));
  amendment(small, R"({"quantity":"20000.00"})", errc::insufficient_funds,
            "'quantity': the account has 999994.997500 USD to use, which is not enough for this"
            " order");
}

BOOST_AUTO_TEST_CASE(others_in_the_book) {
  id(sell(spot, 100, 5'000));
  order(R"({"postOnly":true})", errc::would_cross,
        "'postOnly': at this 'price' the order would trade at once", 2);
  order("{}", errc::self_trade,
        "'selfTrade': the order would trade with one of your own, and is the newest");
  auto const resting = id(buy(spot, 100, 4'000));
  amendment(resting, R"({"price":"50.00"})", errc::self_trade,
            "'selfTrade': the order would trade with one of your own, and is the newest");
}

BOOST_AUTO_TEST_CASE(reduce_only) {
  order(R"({"symbol":"BTC-USD-PERP","reduceOnly":true})", errc::risk_limit,
        "'reduceOnly': there is no position in BTC-USD-PERP that a buy would reduce");
}

BOOST_AUTO_TEST_CASE(amendments) {
  auto const one = id(buy(spot, 100, 5'000));
  id(sell(spot, 30, 5'000).of(2));
  amendment(one, R"({"quantity":"0.30"})", errc::bad_quantity,
            "'quantity' is the whole order's and must be above what is filled, 0.30");
  amendment(one, R"({"quantity":"0.35"})", errc::bad_quantity,
            "'quantity' must be a multiple of the lot 0.10, not 0.35");
  amendment(one, R"({"quantity":"0"})", errc::bad_quantity,
            "'quantity' must be above zero, not 0.00");
  amendment(one, R"({"quantity":"100000.40"})", errc::bad_quantity,
            "'quantity' is above the largest order of BTC-USD, 100000.00");
  amendment(one, R"({"price":"0"})", errc::bad_price, "'price' must be above zero, not 0.00");
  amendment(one, R"({"price":"50000.05"})", errc::bad_price,
            "'price' is above the highest price of BTC-USD, 50000.00");
  amendment(one, R"({"stopPrice":"60.00"})", errc::bad_request,
            "'stopPrice' is too much: the order does not wait for one");
  auto const stop = id(sell(spot, 100).at_stop(4'000));
  amendment(stop, R"({"price":"60.00"})", errc::bad_request,
            "'price' is too much: a stop order has none");
  amendment(stop, R"({"stopPrice":"40.01"})", errc::bad_price,
            "'stopPrice' must be a multiple of the tick 0.05, not 40.01");
}

BOOST_AUTO_TEST_CASE(orders_that_are_not_open) {
  for (auto const* const op : {"order.amend", "order.cancel"}) {
    refuses(op, object_of(R"({"orderId":"77","price":"50000.123456789"})"), errc::unknown_order,
            "'orderId': order 77 is unknown");
    refuses(op, object_of(R"({"clientOrderId":"a","price":"1"})"), errc::unknown_order,
            "'clientOrderId': order 'a' is unknown");
  }
  refuses("order.status", object_of(R"({"orderId":"77"})"), errc::unknown_order,
          "'orderId': order 77 is unknown");
  refuses("order.status", object_of(R"({"clientOrderId":"a"})"), errc::unknown_order,
          "'clientOrderId': order 'a' is unknown");
  auto const gone = id(buy(spot, 100, 5'000).named("gone"));
  run(cancel_order{1, gone, {}});
  auto const name = std::to_string(gone);
  for (auto const* const op : {"order.amend", "order.cancel"}) {
    auto body = object_of(R"({"price":"50.00"})");
    body["orderId"] = name;
    refuses(op, body, errc::order_closed, "'orderId': order " + name + " is closed");
    refuses(op, body, errc::unknown_order, "'orderId': order " + name + " is unknown", 2);
    body = object_of(R"({"price":"50.00","clientOrderId":"gone"})");
    refuses(op, body, errc::order_closed, "'clientOrderId': order 'gone' is closed");
  }
}

BOOST_AUTO_TEST_CASE(what_was_refused_before) {
  auto const poor = merged(an_order, R"({"clientOrderId":"x"})");
  refuses("order.place", poor, errc::insufficient_funds,
          "'quantity': the account has 0.000000 USD to use, which is not enough for this order", 4);
  refuses("order.place", poor, errc::insufficient_funds,
          "'clientOrderId' was used before, and that order was refused as insufficient_funds", 4);
  order(R"({"clientOrderId":"y","price":"50.01"})", errc::bad_price,
        "'price' must be a multiple of the tick 0.05, not 50.01");
  order(R"({"clientOrderId":"y"})", errc::bad_price,
        "'clientOrderId' was used before, and that order was refused as bad_price ('price')");
}

BOOST_AUTO_TEST_CASE(late) {
  now += 10;
  order(R"({"expiresAt":1700000000000009})", errc::expired,
        "'expiresAt' was 1700000000000009, and it is 1700000000000010: nothing was done");
  refuses("positions", object_of(R"({"expiresAt":1700000000000009})"), errc::expired,
          "'expiresAt' was 1700000000000009, and it is 1700000000000010: nothing was done");
  BOOST_TEST(!ok("positions", R"({"expiresAt":1700000000000010})").empty());
  auto const named = merged(an_order, R"({"clientOrderId":"z","expiresAt":1700000000000010})");
  auto const first = ok("order.place", named);
  now += 1;
  BOOST_TEST(ok("order.place", named) == first);
}

BOOST_AUTO_TEST_CASE(money) {
  for (auto const* const op : {"deposit", "withdraw"}) {
    for (auto const* const amount : {"0", "-1.5"}) {
      refuses(op, merged(R"({"asset":"USD"})", R"({"amount":")" + std::string(amount) + R"("})"),
              errc::bad_quantity, "'amount' must be above zero");
    }
  }
  refuses("withdraw", object_of(R"({"asset":"BTC","amount":"1000.00000001"})"),
          errc::insufficient_funds, "'amount' is above what can be withdrawn, 1000.00000000 BTC");
  refuses("deposit", object_of(R"({"asset":"USD","amount":"1267650600228229401496703.205376"})"),
          errc::overloaded, "'amount' would make the balance larger than any may be");
}

BOOST_AUTO_TEST_CASE(leverage) {
  refuses("leverage.set", object_of(R"({"symbol":"BTC-USD","leverage":2})"), errc::bad_request,
          "'symbol': leverage is for perpetuals, and BTC-USD is a spot market");
  refuses("leverage.set", object_of(R"({"symbol":"BTC-USD-PERP","leverage":21})"), errc::risk_limit,
          "'leverage' is at most 20 in BTC-USD-PERP");
  run(venue::deposit{4, usd, 12'000'000});
  id(sell(perp, 100, 10'000).of(2));
  id(buy(perp, 100, 10'000).of(4));
  refuses("leverage.set", object_of(R"({"symbol":"BTC-USD-PERP","leverage":1})"), errc::risk_limit,
          "'leverage': the account has not the margin for it", 4);
}

BOOST_AUTO_TEST_CASE(states_of_markets) {
  refuses("status.set", object_of(R"({"symbol":"BTC-USD"})"), errc::bad_request,
          "'status' is missing");
  refuses("status.set", object_of(R"({"symbol":"BTC-USD","status":"open"})"), errc::bad_request,
          "'status' must be active, suspended, halted, closed or auction, not 'open'");
  refuses("status.set", object_of(R"({"symbol":"NO-SUCH","status":"closed"})"),
          errc::unknown_symbol, "'symbol' is none of this venue's: 'NO-SUCH'");
  refuses("status.set", object_of(R"({"symbol":"BTC-USD","status":"active"})"), errc::bad_request,
          "'status': BTC-USD is active, from where it does not become active");
  run(change_state{spot, market_state::closed});
  refuses("status.set", object_of(R"({"symbol":"BTC-USD","status":"halted"})"), errc::bad_request,
          "'status': BTC-USD is closed, from where it does not become halted");
  refuses("funding", object_of(R"({"symbol":"BTC-USD"})"), errc::bad_request,
          "'symbol' has no funding: 'BTC-USD'");
}

BOOST_AUTO_TEST_CASE(presence) {
  refuses("cancelOnDisconnect", object_of(R"({"enabled":true})"), errc::bad_request,
          "there is no such connection", 1, 5);
  run(connection_up{1, 5});
  for (auto const grace : {std::int64_t{-1}, std::int64_t{600'001}, INT64_MAX, INT64_MIN}) {
    refuses("cancelOnDisconnect", {{"enabled", true}, {"graceMs", grace}}, errc::bad_request,
            "'graceMs' must be from 0 to 600000", 1, 5);
  }
  for (auto const ms : {std::int64_t{-1}, std::int64_t{999}, std::int64_t{86'400'001}, INT64_MAX}) {
    refuses("deadman", {{"ms", ms}}, errc::bad_request, "'ms' must be 0, or from 1000 to 86400000");
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(refusals_by_bounds, banded_fixture)

BOOST_AUTO_TEST_CASE(the_price_band) {
  order(R"({"price":"55.00"})", errc::bad_price,
        "'price' is outside the price band of BTC-USD: 5.50 % around 50.00");
}

BOOST_AUTO_TEST_CASE(the_largest_position) {
  order(R"({"symbol":"BTC-USD-PERP","quantity":"2.10"})", errc::risk_limit,
        "'quantity': with all open orders of this side the position would be above the largest of"
        " BTC-USD-PERP, 2.00");
}

BOOST_AUTO_TEST_CASE(too_many_orders) {
  for (int i = 0; i < 3; ++i) id(buy(spot, 10, 5'000));
  order("{}", errc::overloaded,
        "'symbol': no room for another order: the account may have 3 open, BTC-USD 500");
}

BOOST_AUTO_TEST_CASE(markets_that_do_not_trade) {
  order(R"({"symbol":"ETH-USD-PERP","timeInForce":"ioc"})", errc::market_closed,
        "'timeInForce': ETH-USD-PERP is halted for an auction, and takes what may wait");
  auto const resting = id(buy(spot, 10, 5'000));
  run(change_state{spot, market_state::suspended});
  order("{}", errc::market_closed, "'symbol': BTC-USD is suspended");
  amendment(resting, R"({"price":"49.95"})", errc::market_closed, "'symbol': BTC-USD is suspended");
}

BOOST_AUTO_TEST_CASE(a_perpetual_before_its_first_mark_price) {
  trading_venue fresh(small_venue());
  fresh.apply({open_account{"ann"}, now, 0});
  auto const request = read_command("order.place", merged(an_order, R"({"symbol":"BTC-USD-PERP"})"),
                                    {1, 0, now}, fresh);
  auto const applied = fresh.apply(request);
  BOOST_CHECK_EXCEPTION(answer(request, applied.result, fresh), runes::error, [](auto const& e) {
    return e.code() == errc::market_closed &&
           e.sentence() == "'symbol': BTC-USD-PERP has no mark price yet";
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace exchange::wire
