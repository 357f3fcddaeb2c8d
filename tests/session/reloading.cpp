// Another configuration while connections are open.
#include "session/session_test.hpp"

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::connection;
using runes::test::session_test;
using runes::test::subscribe;

namespace {

struct reload_test : session_test {
  reload_test() {
    for (auto const* symbol : {"A", "B", "C"}) broker.topic("ticker", symbol);
  }

  /// What a worker does: the configuration is another, and each session is told.
  void reload() {
    detail::session_limits const limits{config.timeouts.ping, config.timeouts.pong,
                                        config.timeouts.close, config.timeouts.idle};
    for (auto const& each : connections) {
      if (auto const session = each->session.lock()) session->reload(limits);
    }
  }
};

std::string symbols(std::string_view list, std::string_view more = "") {
  return R"(,"symbols":[)" + std::string(list) + "]" + std::string(more);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reloading)

COROUTINE_TEST(the_rate_of_requests_counts_at_once, reload_test) {
  config.timeouts.ping = 0ms;
  auto& peer = connect();
  for (int i = 0; i < 10; ++i) co_await ask(peer, R"({"id":1,"op":"time"})");
  config.rate_limit.max_requests_per_minute = 2;
  reload();
  for (auto const* wanted : {"", "", "3001"}) {
    auto const answer = co_await ask(peer, R"({"id":1,"op":"time"})");
    BOOST_TEST(at(answer, "/error/code") == wanted);
  }
  config.rate_limit.max_requests_per_minute = 0;
  reload();
  auto const answer = co_await ask(peer, R"({"id":1,"op":"time"})");
  BOOST_TEST(at(answer, "/ok/ts") != "");
}

COROUTINE_TEST(subscriptions_above_a_lowered_limit_are_kept, reload_test) {
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker", symbols(R"("A","B")")));
  config.limits.max_subscriptions = 1;
  reload();
  auto const third = co_await ask(peer, subscribe("ticker", symbols(R"("C")")));
  BOOST_TEST(at(third, "/error/code") == "3002");
  BOOST_TEST(home->counters().subscriptions.get() == 2u);
  config.limits.max_subscriptions = 3;
  reload();
  auto const again = co_await ask(peer, subscribe("ticker", symbols(R"("C")")));
  BOOST_TEST(at(again, "/ok/subscriptions/0/symbol") == R"("C")");
}

COROUTINE_TEST(an_interval_from_before_can_still_be_ended, reload_test) {
  auto& peer = connect();
  auto const quick = symbols(R"("A")", R"(,"interval":"50ms")");
  co_await ask(peer, subscribe("ticker", quick));
  config.limits.min_interval = 100ms;
  reload();
  auto const other =
      co_await ask(peer, subscribe("ticker", symbols(R"("B")", R"(,"interval":"50ms")")));
  BOOST_TEST(at(other, "/error/code") == "4001");
  auto const ended =
      co_await ask(peer, R"({"id":2,"op":"unsubscribe","channel":"ticker","interval":"50ms"})");
  BOOST_TEST(at(ended, "/ok/unsubscribed") == "1");
}

COROUTINE_TEST(authentication_is_required_of_those_who_are_there, reload_test) {
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker"));
  peer.rest();
  config.security.require_authentication = true;
  reload();
  auto const refused = co_await ask(peer, subscribe("ticker", symbols(R"("B")")));
  BOOST_TEST(at(refused, "/error/code") == "2001");
  publish(broker.topic("ticker", "A"), 1);
  co_await settled();
  BOOST_TEST(at(peer.next(), "/data") == "1");  // what it has goes on
}

COROUTINE_TEST(nobody_is_closed_for_what_is_required_no_more, reload_test) {
  config.security.require_authentication = true;
  auto& peer = connect();
  co_await settled();
  config.security.require_authentication = false;
  reload();
  co_await pass(config.security.auth_timeout);
  BOOST_TEST(!peer.ended.has_value());
  auto const answer = co_await ask(peer, subscribe("ticker"));
  BOOST_TEST(at(answer, "/ok/subscriptions/0/symbol") == R"("A")");
}

COROUTINE_TEST(keep_alive_and_idleness_go_by_the_new_times, reload_test) {
  config.timeouts.ping = 0ms;
  auto& peer = connect();
  peer.wire->answers_ping = false;
  auto& other = connect();
  co_await settled();
  co_await pass(1h);
  config.timeouts.ping = 5s;
  config.timeouts.pong = 1s;
  config.timeouts.idle = 2h;
  reload();  // the silence of an hour is one already
  co_await pass(999ms);
  BOOST_TEST(!peer.ended.has_value());
  co_await pass(1ms);
  BOOST_REQUIRE(peer.ended.has_value());
  BOOST_TEST((peer.ended->code == close_code::no_pong));
  for (int i = 0; i < 119; ++i) co_await pass(1min);
  BOOST_TEST(!other.ended.has_value());
  co_await pass(1min);
  BOOST_REQUIRE(other.ended.has_value());
  BOOST_TEST((other.ended->code == close_code::idle));
}

// Nobody reads its pongs meanwhile.
COROUTINE_TEST(no_peer_is_given_up_while_a_handler_runs, reload_test) {
  struct busy final : handler {
    std::shared_ptr<detail::loop> on;
    explicit busy(std::shared_ptr<detail::loop> l) : on(std::move(l)) {}
    awaitable<> on_message(session&, message const&) override {
      co_await on->wait_until(on->now() + 100s);
    }
  };
  auto& peer = connect_raw(std::make_shared<busy>(loop));
  peer.wire->answers_ping = false;
  co_await settled();
  peer.wire->say("work");
  for (int i = 0; i < 11; ++i) co_await pass(5s);
  config.timeouts.pong = 1ms;
  reload();
  co_await settled();
  BOOST_TEST(!peer.ended.has_value());
  BOOST_TEST(!peer.wire->closed_with().has_value());
  co_await pass(100s);  // its work is done
}

COROUTINE_TEST(a_connection_that_closes_is_left_alone, reload_test) {
  auto& peer = connect();
  peer.wire->answers_close = false;
  co_await settled();
  peer.session.lock()->close({close_code::draining, "bye"});
  co_await settled();
  config.timeouts.ping = 1s;
  reload();
  co_await pass(4s);
  BOOST_TEST(!peer.ended.has_value());
  co_await pass(1s);  // the closing handshake has the time it had
  BOOST_REQUIRE(peer.ended.has_value());
  BOOST_TEST((peer.ended->code == close_code::draining));
}

BOOST_AUTO_TEST_SUITE_END()
