// Every op of the protocol, right and wrong.
#include "session/session_test.hpp"

#include <set>

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::connection;
using runes::test::session_test;
using runes::test::subscribe;
namespace json = boost::json;

namespace {

constexpr char const* now = "1700000000000000";

struct requests_test : session_test {
  requests_test() {
    broker.topic("ticker", "A");
    broker.topic("orderbook", "A");
    broker.topic("trades", "A");
    broker.topic("statistics", "A", "1m");
    config.rate_limit.max_requests_per_minute = 0;
  }
};

struct wrong_input {
  std::string text;
  errc code;
  bool has_id = true;
};

std::vector<wrong_input> wrong_inputs() {
  std::string const sub = R"({"id":1,"op":"subscribe","channel":)",
                    un = R"({"id":1,"op":"unsubscribe","channel":)";
  return {
      {"", errc::bad_json, false},
      {"{", errc::bad_json, false},
      {"[1]", errc::bad_request, false},
      {R"({"op":"ping"})", errc::bad_request, false},
      {R"({"id":{},"op":"ping"})", errc::bad_request, false},
      {R"({"id":1})", errc::bad_request},
      {R"({"id":1,"op":5})", errc::bad_request},
      {R"({"id":1,"op":"dance"})", errc::unknown_op},
      {R"({"id":1,"op":""})", errc::unknown_op},
      {R"({"id":1,"op":"subscribe"})", errc::bad_options},
      {sub + R"("bok"})", errc::unknown_channel},
      {sub + R"(""})", errc::unknown_channel},
      {sub + R"(7})", errc::bad_options},
      {sub + R"("ticker","symbols":[]})", errc::bad_options},
      {sub + R"("ticker","symbols":["A"],"depth":5})", errc::bad_options},
      {sub + R"("orderbook","symbols":["A"],"depth":5001})", errc::bad_options},
      {sub + R"("orderbook","symbols":["A"],"depth":-1})", errc::bad_options},
      {sub + R"("ticker","symbols":["A"],"interval":"often"})", errc::bad_options},
      {sub + R"("ticker","symbols":["A"],"interval":"9ms"})", errc::bad_options},
      {sub + R"("ticker","symbols":["A"],"interval":"25h"})", errc::bad_options},
      {sub + R"("ticker","symbols":["A"],"interval":100})", errc::bad_options},
      {sub + R"("ticker","symbols":["A"],"interval":null})", errc::bad_options},
      {sub + R"("orderbook","symbols":["A"],"depth":18446744073709551616})", errc::bad_options},
      {sub + R"("orderbook","symbols":["A"],"depth":4294967296})", errc::bad_options},
      {sub + R"("orderbook","symbols":["A"],"depth":null})", errc::bad_options},
      {sub + R"("trades","symbols":["A"],"depth":1})", errc::bad_options},
      {sub + R"("trades","symbols":["A"],"interval":"1s"})", errc::bad_options},
      {sub + R"("statistics","symbols":["A"],"interval":"2m"})", errc::bad_options},
      {sub + R"("statistics","symbols":["A"],"interval":"raw"})", errc::bad_options},
      {sub + R"("trades","symbols":["A"],"overflow":"conflate"})", errc::bad_options},
      {sub + R"("ticker","symbols":["A"],"overflow":"never"})", errc::bad_options},
      {sub + R"("ticker","symbols":["A"],"since":7})", errc::bad_options},
      {sub + R"("orders","symbols":["A"]})", errc::auth_required},
      {sub + R"("orders"})", errc::auth_required},
      {R"({"id":1,"op":"unsubscribe"})", errc::bad_options},
      {un + R"("bok"})", errc::unknown_channel},
      {un + R"("ticker"})", errc::not_subscribed},
      {un + R"("ticker","symbols":["A"]})", errc::not_subscribed},
      {un + R"("ticker","symbols":["never heard of"]})", errc::not_subscribed},
      {un + R"("ticker","symbols":["A"],"interval":"1s"})", errc::not_subscribed},
      {un + R"("orderbook","symbols":["A"],"depth":5})", errc::not_subscribed},
      {un + R"("ticker","depth":5})", errc::bad_options},
      {un + R"("trades","interval":"1s"})", errc::bad_options},
      {un + R"("orders"})", errc::auth_required},
      {R"({"id":1,"op":"instruments","symbols":"A"})", errc::bad_request},
      {R"({"id":1,"op":"instruments","symbols":[7]})", errc::bad_request},
      {R"({"id":1,"op":"instruments","symbols":["B"]})", errc::unknown_symbol},
      {R"({"id":1,"op":"auth"})", errc::bad_request},
      {R"({"id":1,"op":"auth","token":7})", errc::bad_request},
      {R"({"id":1,"op":"hello"})", errc::bad_request},  // not the first message
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(requests)

COROUTINE_TEST(simple_ops, requests_test) {
  auto& peer = connect();
  auto const ping = co_await ask(peer, R"({"id":1,"op":"ping","payload":{"a":[1,"é"]}})");
  BOOST_TEST(json::serialize(ping) ==
             std::string(R"({"id":1,"ok":{"ts":)") + now + R"(,"payload":{"a":[1,"é"]}}})");
  auto const bare = co_await ask(peer, R"({"id":"x","op":"ping"})");
  BOOST_TEST(json::serialize(bare) ==
             std::string(R"({"id":"x","ok":{"ts":)") + now + R"(,"payload":null}})");
  auto const hour = co_await ask(peer, R"({"id":-5,"op":"time"})");
  BOOST_TEST(json::serialize(hour) == std::string(R"({"id":-5,"ok":{"ts":)") + now + "}}");
  auto const metrics = co_await ask(peer, R"({"id":2,"op":"metrics"})");
  BOOST_TEST(json::serialize(metrics) == R"({"id":2,"ok":{"messageCount":7}})");
  auto const health = co_await ask(peer, R"({"id":2,"op":"health"})");
  BOOST_TEST(json::serialize(health) == R"({"id":2,"ok":{"status":"healthy"}})");
  auto const instruments = co_await ask(peer, R"({"id":2,"op":"instruments","symbols":["A"]})");
  BOOST_TEST(json::serialize(instruments) == R"({"id":2,"ok":[{"symbol":"A"}]})");
  auto const held = co_await ask(peer, R"({"id":2,"op":"subscriptions"})");
  BOOST_TEST(json::serialize(held) == R"({"id":2,"ok":{"subscriptions":[]}})");
}

COROUTINE_TEST(wrong_inputs_are_answered_once_and_the_connection_lives, requests_test) {
  auto& peer = connect();
  for (auto const& each : wrong_inputs()) {
    auto const answer = co_await ask(peer, each.text);
    BOOST_TEST_CONTEXT(each.text) {
      BOOST_TEST(at(answer, "/error/code") == std::to_string(static_cast<int>(each.code)));
      BOOST_TEST(at(answer, "/error/name") == '"' + std::string(name_of(each.code)) + '"');
      BOOST_TEST(at(answer, "/error/message") != "");
      BOOST_TEST(at(answer, "/error/retry") == R"("never")");
      BOOST_TEST(at(answer, "/id") == (each.has_id ? "1" : ""));
      BOOST_TEST(peer.next().is_null());
      BOOST_TEST(!peer.ended.has_value());
    }
  }
  BOOST_TEST(home->counters().subscriptions.get() == 0u);
  auto const alive = co_await ask(peer, R"({"id":1,"op":"ping"})");
  BOOST_TEST(at(alive, "/ok/ts") == now);
}

COROUTINE_TEST(binary_is_no_request, requests_test) {
  auto& peer = connect();
  peer.wire->say_binary(R"({"id":1,"op":"ping"})");
  co_await settled();
  auto const answer = peer.next();
  BOOST_TEST(at(answer, "/error/code") == "1002");
}

COROUTINE_TEST(many_requests_at_once_are_all_answered, requests_test) {
  auto& peer = connect();
  for (int i = 0; i < 500; ++i)
    peer.wire->say(R"({"id":)" + std::to_string(i) + R"(,"op":"ping"})");
  co_await settled();
  std::set<std::string> ids;
  for (auto const& each : peer.rest()) ids.insert(at(each, "/id"));
  BOOST_TEST(ids.size() == 500u);
}

// ---- hello and heartbeats

COROUTINE_TEST(hello_says_who_serves, requests_test) {
  auto& peer = connect();
  auto const answer = co_await ask(
      peer, R"({"id":1,"op":"hello","client":"test","version":"1","heartbeatMs":250})");
  BOOST_TEST(at(answer, "/ok/server") == R"("runes")");
  BOOST_TEST(at(answer, "/ok/version") == '"' + std::string(version()) + '"');
  BOOST_TEST(at(answer, "/ok/session") == '"' + std::to_string(peer.session.lock()->id()) + '"');
  BOOST_TEST(at(answer, "/ok/ts") == now);
  BOOST_TEST(at(answer, "/ok/heartbeatMs") == "250");
  BOOST_TEST(at(answer, "/ok/limits/maxSubscriptions") == "1000");
  BOOST_TEST(at(answer, "/ok/resumeWindow") == "60000");
  auto const again = co_await ask(peer, R"({"id":2,"op":"hello"})");
  BOOST_TEST(at(again, "/error/code") == "1002");
}

COROUTINE_TEST(hello_tells_the_limit_of_its_own_path, requests_test) {
  struct narrow final : handler {
    handler_options options() const override { return handler_options().max_message_bytes(1'234); }
  };
  auto& peer = connect(std::make_shared<narrow>());
  auto const hello = co_await ask(peer, R"({"id":1,"op":"hello"})");
  BOOST_TEST(at(hello, "/ok/limits/maxMessageBytes") == "1234");
}

COROUTINE_TEST(hello_bounds_its_heartbeat, requests_test) {
  for (auto const& [asked, given] :
       std::vector<std::pair<std::string, std::string>>{{"0", "0"},
                                                        {"1", "100"},
                                                        {"99999999999", "3600000"},
                                                        {"-1", ""},
                                                        {"1.5", ""},
                                                        {"\"1\"", ""}}) {
    auto& peer = connect();
    auto const answer = co_await ask(peer, R"({"id":1,"op":"hello","heartbeatMs":)" + asked + "}");
    BOOST_TEST(at(answer, "/ok/heartbeatMs") == given);
    if (given.empty()) BOOST_TEST(at(answer, "/error/code") == "1002");
  }
}

COROUTINE_TEST(a_heartbeat_lists_what_moved, requests_test) {
  auto& peer = connect();
  auto const ticker = broker.topic("ticker", "A");
  co_await ask(peer, R"({"id":1,"op":"hello","heartbeatMs":1000})");
  auto const reply = co_await ask(peer, subscribe("ticker"));
  auto const epoch = at(reply, "/ok/subscriptions/0/epoch");
  peer.rest();
  co_await pass(1s);
  auto const first = peer.next();
  BOOST_TEST(json::serialize(first) ==
             R"({"event":"heartbeat","n":1,"ts":1700000001000000,"heads":{}})");
  publish(ticker, 1);
  publish(ticker, 2);
  co_await settled();
  peer.rest();
  co_await pass(1s);
  auto const second = peer.next();
  BOOST_TEST(at(second, "/n") == "2");
  BOOST_TEST(at(second, "/heads") == R"({"ticker.A":{"epoch":)" + epoch + R"(,"seq":2}})");
  co_await pass(1s);
  auto const third = peer.next();
  BOOST_TEST(at(third, "/heads") == "{}");
  BOOST_TEST(at(third, "/n") == "3");
}

// ---- limits

COROUTINE_TEST(requests_above_the_rate_are_told_when_to_come_again, session_test) {
  config.rate_limit.max_requests_per_minute = 60;
  auto& peer = connect();
  co_await settled();
  for (int i = 0; i < 60; ++i) peer.wire->say(R"({"id":1,"op":"time"})");
  co_await settled();
  for (auto const& each : peer.rest()) BOOST_TEST(at(each, "/ok/ts") == now);
  co_await pass(250ms);
  auto const refused = co_await ask(peer, R"({"id":2,"op":"time"})");
  BOOST_TEST(at(refused, "/error/code") == "3001");
  BOOST_TEST(at(refused, "/error/retry") == R"("later")");
  BOOST_TEST(at(refused, "/error/retryAfterMs") == "750");
  BOOST_TEST(at(refused, "/id") == "2");
  co_await pass(750ms);
  auto const allowed = co_await ask(peer, R"({"id":3,"op":"time"})");
  BOOST_TEST(at(allowed, "/ok/ts") != "");
  BOOST_TEST(home->counters().rate_limited.get() == 1u);
}

COROUTINE_TEST(a_draining_server_says_so_and_takes_no_subscription, session_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker"));
  peer.rest();
  peer.session.lock()->drain(700ms);
  publish(ticker, 1);
  co_await settled();
  auto const said = peer.rest();
  BOOST_REQUIRE(said.size() == 2u);
  BOOST_TEST(json::serialize(said[0]) == R"({"event":"drain","byMs":700})");
  BOOST_TEST(at(said[1], "/data") == "1");  // what it has goes on
  auto const refused =
      co_await ask(peer, subscribe("ticker", R"(,"symbols":["A"],"interval":"1s")"));
  BOOST_TEST(at(refused, "/error/code") == "9003");
  BOOST_TEST(at(co_await ask(peer, R"({"id":3,"op":"ping"})"), "/id") == "3");
  auto& raw = connect_raw(std::make_shared<handler>());
  co_await settled();
  raw.session.lock()->drain(700ms);
  co_await settled();
  BOOST_REQUIRE(raw.wire->closed_with().has_value());
  BOOST_TEST((raw.wire->closed_with()->code == close_code::draining));
}

// It was carried out, and its caller would not know.
COROUTINE_TEST(a_request_under_way_is_answered_before_the_server_goes, session_test) {
  struct slow final : handler {
    detail::loop& on;
    explicit slow(detail::loop& where) : on(where) {}
    awaitable<json::value> on_request(session&, request const&) override {
      co_await on.wait_until(on.now() + 1s);
      co_return "done";
    }
  };
  auto& peer = connect(std::make_shared<slow>(*loop));
  co_await settled();
  peer.wire->say(R"({"id":1,"op":"order.place"})");
  co_await settled();
  peer.session.lock()->close({close_code::draining, "the server is going away"});
  co_await settled();
  BOOST_TEST(!peer.wire->closed_with().has_value());
  co_await pass(1s);
  BOOST_TEST(at(peer.next(), "/ok") == R"("done")");
  BOOST_REQUIRE(peer.wire->closed_with().has_value());
  BOOST_TEST((peer.wire->closed_with()->code == close_code::draining));

  // One that takes too long ends with the server all the same.
  auto& other = connect(std::make_shared<slow>(*loop));
  co_await settled();
  other.wire->say(R"({"id":1,"op":"order.place"})");
  co_await settled();
  other.session.lock()->close({close_code::draining, "the server is going away"});
  other.session.lock()->abort();
  co_await settled();
  BOOST_TEST(other.ended.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
