// Connections that nothing is done with.
#include "session/session_test.hpp"

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::connection;
using runes::test::session_test;
using runes::test::subscribe;

namespace {

struct idle_test : session_test {
  idle_test() {
    config.timeouts.idle = 60s;
    broker.topic("ticker", "A");
  }

  void check_idle(connection const& peer) {
    BOOST_REQUIRE(peer.ended.has_value());
    BOOST_TEST((peer.ended->code == close_code::idle));
    BOOST_TEST((peer.wire->closed_with()->code == close_code::idle));
  }
};

/// Takes its time over each message.
struct slow final : handler {
  std::shared_ptr<detail::loop> on;
  explicit slow(std::shared_ptr<detail::loop> l) : on(std::move(l)) {}
  awaitable<> on_message(session&, message const&) override {
    co_await on->wait_until(on->now() + 100s);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(idleness)

COROUTINE_TEST(who_answers_pings_and_nothing_else_is_closed, idle_test) {
  auto& peer = connect();
  co_await settled();
  for (int i = 0; i < 5; ++i) co_await pass(10s);
  co_await pass(9'999ms);
  BOOST_TEST(!peer.ended.has_value());
  co_await pass(1ms);
  check_idle(peer);
}

COROUTINE_TEST(without_pings_too, idle_test) {
  config.timeouts.ping = 0ms;
  auto& peer = connect();
  co_await settled();
  co_await pass(60s);
  check_idle(peer);
}

COROUTINE_TEST(by_default_nobody_is, session_test) {
  auto& peer = connect();
  co_await settled();
  for (int i = 0; i < 24 * 60; ++i) co_await pass(1min);
  BOOST_TEST(!peer.ended.has_value());
}

COROUTINE_TEST(requests_keep_it, idle_test) {
  auto& peer = connect();
  for (int i = 0; i < 5; ++i) {
    co_await ask(peer, R"({"id":1,"op":"time"})");
    co_await pass(59s);
    BOOST_TEST(!peer.ended.has_value());
  }
  co_await pass(1s);
  check_idle(peer);
}

COROUTINE_TEST(a_subscription_keeps_it_though_nothing_comes, idle_test) {
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker"));
  for (int i = 0; i < 60; ++i) co_await pass(20s);
  BOOST_TEST(!peer.ended.has_value());
  co_await ask(peer, R"({"id":2,"op":"unsubscribe","channel":"ticker"})");
  for (int i = 0; i < 5; ++i) co_await pass(10s);
  BOOST_TEST(!peer.ended.has_value());
  co_await pass(10s);
  check_idle(peer);
}

COROUTINE_TEST(so_does_waiting_for_symbols_to_come, idle_test) {
  auto& peer = connect();
  co_await ask(peer, subscribe("trades", ""));
  for (int i = 0; i < 60; ++i) co_await pass(20s);
  BOOST_TEST(!peer.ended.has_value());
}

COROUTINE_TEST(a_raw_connection_is_used_by_messages_either_way_and_by_topics, idle_test) {
  auto& peer = connect_raw(std::make_shared<handler>());
  co_await settled();
  co_await pass(50s);
  peer.wire->say("hello");
  co_await pass(50s);
  peer.session.lock()->try_send("hello");
  co_await pass(50s);
  BOOST_TEST(!peer.ended.has_value());
  auto const topic = broker.raw_topic("x");
  peer.session.lock()->join(topic);
  for (int i = 0; i < 60; ++i) co_await pass(20s);
  BOOST_TEST(!peer.ended.has_value());
  peer.session.lock()->leave(topic);
  for (int i = 0; i < 7; ++i) co_await pass(10s);
  check_idle(peer);
}

COROUTINE_TEST(a_handler_at_work_keeps_it, idle_test) {
  auto& peer = connect_raw(std::make_shared<slow>(loop));
  co_await settled();
  peer.wire->say("hello");
  co_await settled();
  for (int i = 0; i < 15; ++i) co_await pass(10s);
  BOOST_TEST(!peer.ended.has_value());  // 100 s of work, and then not yet 60 s
  for (int i = 0; i < 8; ++i) co_await pass(10s);
  check_idle(peer);
}

BOOST_AUTO_TEST_SUITE_END()
