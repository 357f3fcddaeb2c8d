// The N-th operation fails, for every N: nothing leaks, nothing hangs, nothing is left to run.
#include "session/session_test.hpp"

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::connection;
using runes::test::session_test;
using runes::test::subscribe;
namespace json = boost::json;

namespace {

struct echo final : handler {
  int opens = 0, closes = 0;
  awaitable<> on_open(session&) override {
    ++opens;
    co_return;
  }
  awaitable<json::value> on_request(session& peer, request const& asked) override {
    co_await peer.send(R"({"event":"own"})");
    json::value ok = json::string(asked.op());
    co_return ok;
  }
  awaitable<> on_close(session&, close_reason const&) override {
    ++closes;
    co_return;
  }
};

struct failures_test : session_test {
  topic_ref const ticker = broker.topic("ticker", "A"), trades = broker.topic("trades", "A");
  std::shared_ptr<echo> const user = std::make_shared<echo>();

  /// A connection's whole life. True when it came to its proper end.
  awaitable<bool> scenario(std::function<void(connection&)> prepare) {
    connection& peer = connect(user);
    prepare(peer);
    std::vector<std::string> const said{
        R"({"id":1,"op":"hello","heartbeatMs":1000})",
        subscribe("ticker", ""),
        subscribe("ticker", R"(,"symbols":["A"],"interval":"100ms")"),
        subscribe("trades"),
        R"({"id":5,"op":"own"})",
        R"({"id":6,"op":"unsubscribe","channel":"trades"})",
    };
    int number = 0;
    for (auto const& each : said) {
      peer.wire->say(each);
      co_await settled();
      publish(ticker, ++number);
      publish(trades, log_payload(std::to_string(number)));
      co_await pass(60ms);
    }
    co_await pass(1s);
    // Silence, a ping, the end.
    co_await pass(config.timeouts.ping);
    co_await pass(1s);
    if (auto const session = peer.session.lock()) session->close({close_code::normal, "bye"});
    co_await settled();
    co_await pass(config.timeouts.close);
    BOOST_REQUIRE(peer.ended.has_value());
    check_nothing_is_left(peer);
    bool const whole =
        peer.wire->closed_with().has_value() && peer.ended->code == close_code::normal;
    connections.clear();
    co_return whole;
  }

  void check_nothing_is_left(connection const& peer) {
    BOOST_TEST(peer.session.expired());
    BOOST_TEST(peer.wire->abandoned());
    BOOST_TEST(ticker.subscribers() == 0u);
    BOOST_TEST(trades.subscribers() == 0u);
    BOOST_TEST(home->counters().subscriptions.get() == 0u);
    BOOST_TEST(home->counters().connections_opened.get() ==
               home->counters().connections_closed.get());
    BOOST_TEST(user->opens == user->closes);
  }

  /// Until nothing fails any more; how often that took.
  awaitable<std::size_t> fail_every(std::function<void(connection&, std::size_t)> fail) {
    for (std::size_t n = 1; n < 500; ++n) {
      bool whole = false;
      BOOST_TEST_CONTEXT("operation " << n) {
        auto const prepare = [&](connection& peer) { fail(peer, n); };
        std::function<void(connection&)> const given = prepare;
        whole = co_await scenario(given);
      }
      if (whole) co_return n;
    }
    BOOST_ERROR("it never came to its end");
    co_return 0;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(failures)

COROUTINE_TEST(every_write, failures_test) {
  std::function<void(connection&, std::size_t)> const fail = [](connection& peer, std::size_t n) {
    peer.wire->fail_write(n);
  };
  auto const count = co_await fail_every(fail);
  BOOST_TEST(count > 15u);
}

COROUTINE_TEST(every_write_of_a_few_bytes, failures_test) {
  std::function<void(connection&, std::size_t)> const fail = [](connection& peer, std::size_t n) {
    peer.wire->chop(100);
    peer.wire->fail_write(n);
  };
  auto const count = co_await fail_every(fail);
  BOOST_TEST(count > 30u);
}

COROUTINE_TEST(every_read, failures_test) {
  std::function<void(connection&, std::size_t)> const fail = [](connection& peer, std::size_t n) {
    peer.wire->fail_read(n);
  };
  auto const count = co_await fail_every(fail);
  BOOST_TEST(count == 7u);
}

COROUTINE_TEST(every_write_under_a_small_outbox, failures_test) {
  config.limits.max_outbox_bytes = 300;
  std::function<void(connection&, std::size_t)> const fail = [](connection& peer, std::size_t n) {
    peer.wire->chop(50);
    peer.wire->fail_write(n);
  };
  auto const count = co_await fail_every(fail);
  BOOST_TEST(count > 30u);
}

// Cancelled from outside at any step.
COROUTINE_TEST(cancelled_after_every_write, failures_test) {
  std::function<void(connection&, std::size_t)> const fail = [this](connection& peer,
                                                                    std::size_t n) {
    auto const left = std::make_shared<std::size_t>(n);
    peer.wire->on_sent = [this, &peer, left](test::sent_frame const&) {
      if (--*left == 0)
        asio::post(context, [&peer] { peer.cancel.emit(asio::cancellation_type::all); });
    };
  };
  auto const count = co_await fail_every(fail);
  BOOST_TEST(count > 15u);
}

BOOST_AUTO_TEST_SUITE_END()
