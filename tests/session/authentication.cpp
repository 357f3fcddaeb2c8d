#include "session/session_test.hpp"

#include <stdexcept>

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::session_test;
using runes::test::subscribe;
namespace json = boost::json;

namespace {

struct gatekeeper final : handler {
  awaitable<identity> authenticate(session&, credentials const& brought) override {
    if (brought.token == "late") throw error(errc::expired, "too old");
    if (brought.token == "silent") throw std::runtime_error("");
    if (brought.token == "boom") throw std::runtime_error("a secret of the server's");
    if (brought.token != "right" && brought.token != "other")
      throw error(errc::bad_credentials, "who are you?");
    identity who;
    who.account = brought.token == "right" ? "me" : "you";
    who.permissions = {"read", "tra\"de"};
    who.expires_at = std::chrono::sys_time<std::chrono::milliseconds>(1'700'000'060'000ms);
    co_return who;
  }
};

struct auth_test : session_test {
  std::shared_ptr<handler> const gate = std::make_shared<gatekeeper>();
  auth_test() {
    config.security.require_authentication = true;
    config.timeouts.ping = 0ms;
    broker.topic("ticker", "A");
  }
};

std::string auth(std::string const& token) {
  return R"({"id":9,"op":"auth","token":")" + token + R"("})";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(authentication)

COROUTINE_TEST(until_then_little_may_be_asked, auth_test) {
  auto& peer = connect(gate);
  for (std::string const op :
       {"subscribe", "unsubscribe", "subscriptions", "instruments", "metrics", "health", "own"}) {
    auto const answer = co_await ask(peer, R"({"id":1,"op":")" + op + R"(","channel":"ticker"})");
    BOOST_TEST_CONTEXT(op) { BOOST_TEST(at(answer, "/error/code") == "2001"); }
  }
  for (std::string const op : {"ping", "time"}) {
    auto const answer = co_await ask(peer, R"({"id":1,"op":")" + op + R"("})");
    BOOST_TEST(at(answer, "/ok/ts") != "");
  }
  auto& other = connect(gate);
  auto const hello = co_await ask(other, R"({"id":1,"op":"hello"})");
  BOOST_TEST(at(hello, "/ok/server") == R"("runes")");
}

COROUTINE_TEST(who_is_accepted_may_ask, auth_test) {
  auto& peer = connect(gate);
  auto const answer = co_await ask(peer, auth("right"));
  BOOST_TEST(
      json::serialize(answer) ==
      R"({"id":9,"ok":{"account":"me","permissions":["read","tra\"de"],"expiresAt":1700000060000}})");
  BOOST_TEST(peer.session.lock()->identity()->account == "me");
  auto const subscribed = co_await ask(peer, subscribe("ticker"));
  BOOST_TEST(at(subscribed, "/ok/subscriptions/0/symbol") == R"("A")");
  co_await pass(config.security.auth_timeout * 2);
  BOOST_TEST(!peer.ended.has_value());
}

COROUTINE_TEST(who_does_not_in_time_is_closed, auth_test) {
  auto& silent = connect(gate);
  co_await settled();
  co_await pass(config.security.auth_timeout - 1ms);
  BOOST_TEST(!silent.ended.has_value());
  co_await pass(1ms);
  BOOST_REQUIRE(silent.ended.has_value());
  BOOST_TEST((silent.ended->code == close_code::auth_timeout));
  BOOST_TEST((silent.wire->closed_with()->code == close_code::auth_timeout));
}

COROUTINE_TEST(the_third_failure_closes, auth_test) {
  auto& peer = connect(gate);
  auto const first = co_await ask(peer, auth("wrong"));
  BOOST_TEST(at(first, "/error/code") == "2002");
  auto const second = co_await ask(peer, auth("late"));
  BOOST_TEST(at(second, "/error/code") == "2003");
  BOOST_TEST(!peer.ended.has_value());
  auto const third = co_await ask(peer, auth("wrong"));
  BOOST_TEST(at(third, "/error/code") == "2002");  // answered first
  BOOST_REQUIRE(peer.ended.has_value());
  BOOST_TEST((peer.ended->code == close_code::bad_auth));
}

COROUTINE_TEST(what_fails_inside_is_not_told, auth_test) {
  auto& peer = connect(gate);
  auto const answer = co_await ask(peer, auth("boom"));
  BOOST_TEST(at(answer, "/error/code") == "9001");
  BOOST_TEST(json::serialize(answer).find("secret") == std::string::npos);
  auto const silent = co_await ask(peer, auth("silent"));  // what fails without a word, too
  BOOST_TEST(at(silent, "/error/code") == "9001");
  BOOST_TEST(!peer.ended.has_value());
}

// Events of the first account may be on their way.
COROUTINE_TEST(a_connection_belongs_to_one_account, auth_test) {
  auto const orders = broker.topic("orders", "A", {}, "me");
  auto& peer = connect(gate);
  co_await ask(peer, auth("right"));
  co_await ask(peer, subscribe("orders"));
  for (int i = 0; i < 4; ++i) {  // more often than a failure may be
    auto const other = co_await ask(peer, auth("other"));
    BOOST_TEST(at(other, "/error/code") == "2005");
    BOOST_TEST(!peer.ended.has_value());
  }
  BOOST_TEST(peer.session.lock()->identity()->account == "me");
  BOOST_TEST(orders.subscribers() == 1u);
  auto const same = co_await ask(peer, auth("right"));
  BOOST_TEST(at(same, "/ok/account") == R"("me")");
  BOOST_TEST(orders.subscribers() == 1u);
  auto const wrong = co_await ask(peer, auth("wrong"));
  BOOST_TEST(at(wrong, "/error/code") == "2002");
  BOOST_TEST(peer.session.lock()->identity()->account == "me");  // who it was, it still is
}

COROUTINE_TEST(by_default_nobody_is_accepted, auth_test) {
  auto& peer = connect();
  auto const answer = co_await ask(peer, auth("right"));
  BOOST_TEST(at(answer, "/error/code") == "2002");
}

COROUTINE_TEST(who_has_no_account_hears_no_accounts_topics, auth_test) {
  struct nameless final : handler {
    awaitable<identity> authenticate(session&, credentials const&) override {
      identity nobody;
      co_return nobody;
    }
  };
  broker.topic("orders", "A", {}, "me");
  auto& peer = connect(std::make_shared<nameless>());
  co_await ask(peer, auth("any"));
  for (std::string const symbols : {R"("A")", R"("A\rme")"}) {
    auto const answer = co_await ask(peer, subscribe("orders", R"(,"symbols":[)" + symbols + "]"));
    BOOST_TEST(at(answer, "/error/code") == "2001");
  }
}

COROUTINE_TEST(an_account_hears_its_own_topics_only, auth_test) {
  auto const mine = broker.topic("orders", "A", {}, "me"),
             yours = broker.topic("orders", "A", {}, "you");
  auto& peer = connect(gate);
  co_await ask(peer, auth("right"));
  auto const answer = co_await ask(peer, subscribe("orders", ""));
  BOOST_TEST(at(answer, "/ok/subscriptions/0/symbol") == R"("A")");
  BOOST_TEST(at(answer, "/ok/subscriptions/1") == "");
  peer.rest();
  auto const order = [](std::string text) {
    std::vector<keyed_entry> entries(1);
    entries[0].key = entries[0].json = std::move(text);
    return keyed_payload(std::move(entries));
  };
  publish(yours, order("1"));
  publish(mine, order("2"));
  broker.topic("orders", "B", {}, "you");
  broker.topic("orders", "C", {}, "me");
  co_await settled();
  auto const heard = peer.rest();
  BOOST_REQUIRE(heard.size() == 2u);
  BOOST_TEST(at(heard[0], "/data") == "[2]");
  BOOST_TEST(at(heard[1], "/symbol") == R"("C")");
}

BOOST_AUTO_TEST_SUITE_END()
