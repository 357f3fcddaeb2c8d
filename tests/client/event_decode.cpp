#include "client/event_decode.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace runes;
namespace json = boost::json;
using detail::data_type;

namespace {

json::object object(char const* text) { return json::parse(text).as_object(); }

bool is_bad_event(error const& e) { return e.code() == errc::bad_event; }

}  // namespace

BOOST_AUTO_TEST_SUITE(event_decode)

BOOST_AUTO_TEST_CASE(reads_an_envelope) {
  auto const o = object(
      R"({"event":"market","channel":"orderbook","symbol":"BTC-USD","interval":"raw","depth":10,
      "type":"update","epoch":"k3x9","seq":130,"prev":129,"ts":1700000000000001,"data":{},"more":1})");
  auto const e = detail::read_envelope(o);
  BOOST_TEST(e.name == "market");
  BOOST_TEST(e.channel == "orderbook");
  BOOST_TEST(e.symbol == "BTC-USD");
  BOOST_TEST((e.interval == "raw"));
  BOOST_TEST((e.depth == 10u));
  BOOST_TEST((e.kind == event_kind::update));
  BOOST_TEST(e.epoch == "k3x9");
  BOOST_TEST(e.seq == 130u);
  BOOST_TEST(e.prev == 129u);
  BOOST_TEST(e.ts.time_since_epoch().count() == 1'700'000'000'000'001);
  BOOST_TEST(e.data);
}

BOOST_AUTO_TEST_CASE(says_which_key_is_wrong) {
  struct {
    char const* text;
    char const* key;
  } const cases[] = {
      {R"({"event":"market"})", "channel"},
      {R"({"event":"market","channel":"c"})", "type"},
      {R"({"event":"market","channel":"c","type":"other","epoch":"e"})", "type"},
      {R"({"event":"market","channel":"c","type":"update"})", "epoch"},
      {R"({"event":"market","channel":"c","type":"update","epoch":"e","seq":-1})", "seq"},
      {R"({"event":"market","channel":"c","type":"update","epoch":"e","seq":1.5})", "seq"},
      {R"({"event":"market","channel":"c","type":"update","epoch":"e","seq":1})", "prev"},
      {R"({"event":"market","channel":"c","type":"snapshot","epoch":"e","seq":1})", "data"},
      {R"({"event":"gap","channel":"c","epoch":"e","from":1})", "to"},
  };
  for (auto const& each : cases) {
    auto const o = object(each.text);
    BOOST_CHECK_EXCEPTION(detail::read_envelope(o), error, [&](error const& e) {
      return is_bad_event(e) &&
             e.sentence().find("'" + std::string(each.key) + "'") != std::string::npos;
    });
  }
}

BOOST_AUTO_TEST_CASE(the_place_of_an_event_is_found_even_when_the_rest_is_wrong) {
  auto const o = object(R"({"event":"market","channel":"c","symbol":"S","type":7})");
  BOOST_TEST(detail::read_place(o).channel == "c");
  BOOST_TEST(detail::read_place(o).symbol == "S");
  BOOST_TEST(detail::read_place(object(R"({"channel":1})")).channel == "");
}

BOOST_AUTO_TEST_CASE(data_is_typed_or_refused) {
  auto const trades = detail::read_data(
      data_type::trades,
      json::parse(R"([{"tradeId":1,"price":"1.5","quantity":"2","side":"buy","ts":1}])"));
  BOOST_TEST(std::get<trade_list>(trades).size() == 1u);
  BOOST_CHECK_EXCEPTION(detail::read_data(data_type::trades, json::parse("{}")), error,
                        is_bad_event);
  BOOST_CHECK_EXCEPTION(detail::read_data(data_type::ticker, json::parse("{}")), error,
                        is_bad_event);
  BOOST_TEST(
      std::holds_alternative<std::monostate>(detail::read_data(data_type::ticker, json::value())));
  BOOST_TEST(std::get<json::value>(detail::read_data(data_type::json, json::value(7))) ==
             json::value(7));
}

BOOST_AUTO_TEST_CASE(errors_keep_the_servers_words) {
  auto const known = detail::read_reply(object(
      R"({"id":1,"error":{"code":3001,"name":"rate_limited","message":"slowly","retry":"later","retryAfterMs":800}})"));
  BOOST_TEST((known.wrong->code() == errc::rate_limited));
  BOOST_TEST(known.wrong->sentence() == "slowly");
  BOOST_TEST(known.wrong->retry_after()->count() == 800);
  BOOST_TEST((known.advice == retry::later));

  auto const strange = detail::read_reply(
      object(R"({"id":1,"error":{"code":8888,"name":"odd","message":"hm","retry":"now"}})"));
  BOOST_TEST((strange.wrong->code() == errc::internal));
  BOOST_TEST(strange.wrong->sentence() == "hm (odd)");
  BOOST_TEST((strange.advice == retry::now));

  BOOST_TEST((detail::read_reply(object(R"({"id":1,"error":7})")).wrong->code() == errc::internal));
  BOOST_TEST((detail::read_reply(object(R"({"id":1})")).wrong->code() == errc::bad_event));
  // A local error's number means nothing when it comes from a peer.
  auto const local = detail::read_reply(object(R"({"id":1,"error":{"code":3,"message":"?"}})"));
  BOOST_TEST((local.wrong->code() == errc::internal));
}

BOOST_AUTO_TEST_CASE(a_subscribe_reply_has_an_entry_a_symbol) {
  auto const entries = detail::read_subscribed(json::parse(R"({"subscriptions":[
      {"symbol":"A","interval":"1s","depth":10},{"symbol":"B","error":{"code":4003,"message":"no"}}]})"));
  BOOST_REQUIRE(entries.size() == 2u);
  BOOST_TEST((entries[0].interval == "1s"));
  BOOST_TEST((entries[0].depth == 10u));
  BOOST_TEST(!entries[0].wrong);
  BOOST_TEST((entries[1].wrong->code() == errc::unknown_symbol));
  for (auto const* text : {"{}", "7", R"({"subscriptions":7})", R"({"subscriptions":[7]})"}) {
    BOOST_CHECK_EXCEPTION(detail::read_subscribed(json::parse(text)), error, is_bad_event);
  }
}

BOOST_AUTO_TEST_CASE(the_time_to_drain_is_bounded) {
  BOOST_TEST(detail::read_drain(object(R"({"byMs":5000})")).count() == 5'000);
  BOOST_TEST(detail::read_drain(object(R"({})")).count() == 0);
  BOOST_TEST(detail::read_drain(object(R"({"byMs":18446744073709551615})")).count() == 86'400'000);
}

BOOST_AUTO_TEST_SUITE_END()
