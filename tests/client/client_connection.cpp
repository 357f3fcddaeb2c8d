#include "dialer.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {
using list = std::vector<std::string>;
}

BOOST_FIXTURE_TEST_SUITE(client_connection, client_fixture)

BOOST_AUTO_TEST_CASE(connects_and_closes) {
  servers.greeting_server();
  connect();
  BOOST_TEST((client->state() == connection_state::live));
  strand.run(client->close());
  BOOST_TEST((client->state() == connection_state::closed));
  BOOST_TEST(states == (list{"connecting", "live", "closed"}), boost::test_tools::per_element());
  BOOST_TEST((code_of([&] { connect(); }) == errc::closed));
}

BOOST_AUTO_TEST_CASE(says_at_once_that_nobody_is_there_and_can_be_asked_again) {
  BOOST_TEST((code_of([&] { connect(); }) == errc::not_connected));
  BOOST_TEST((client->state() == connection_state::idle));
  servers.greeting_server();
  connect();
  BOOST_TEST((client->state() == connection_state::live));
}

BOOST_AUTO_TEST_CASE(tries_as_often_as_it_is_told) {
  auto config = settings();
  config.reconnect.first_attempts = 3;
  make(config);
  servers.fail(error(errc::not_connected, "not yet"));
  servers.refuse(503, 700ms);
  servers.greeting_server();
  strand.start(client->connect());
  strand.advance(250ms);
  BOOST_TEST(servers.attempts() == 2u);
  strand.advance(699ms);
  BOOST_TEST(servers.attempts() == 2u);
  strand.advance(501ms);
  BOOST_TEST(servers.attempts() == 3u);
  BOOST_TEST((client->state() == connection_state::live));
}

BOOST_AUTO_TEST_CASE(a_refusal_is_the_error_of_connect) {
  servers.refuse(401);
  try {
    connect();
    BOOST_ERROR("must throw");
  } catch (error const& e) {
    BOOST_TEST((e.code() == errc::refused));
    BOOST_TEST(e.sentence() == "the server answered 401");
  }
}

BOOST_AUTO_TEST_CASE(comes_back_after_a_break) {
  auto& first = servers.greeting_server();
  servers.greeting_server();
  connect();
  first.now(test::reset());
  strand.settle();
  BOOST_TEST((client->state() == connection_state::stale));
  strand.advance(250ms);
  BOOST_TEST((client->state() == connection_state::live));
  BOOST_TEST(states == (list{"connecting", "live", "stale", "connecting", "live"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(does_not_come_back_when_told_not_to) {
  auto& server = servers.greeting_server();
  connect();
  std::string why;
  client->on("state",
             [&](notice const& what) { why = what.error() ? what.error()->sentence() : ""; });
  server.now(test::close(close_code::forbidden, "go away"));
  strand.advance(1h);
  BOOST_TEST((client->state() == connection_state::closed));
  BOOST_TEST(servers.attempts() == 1u);
  BOOST_TEST(why == "the server closed the connection with 4003 forbidden: go away");
}

BOOST_AUTO_TEST_CASE(an_http_refusal_on_the_way_back_ends_it) {
  auto& server = servers.greeting_server();
  connect();
  servers.refuse(403);
  server.now(test::reset());
  strand.settle();
  strand.advance(1min);
  BOOST_TEST((client->state() == connection_state::closed));
  BOOST_TEST(servers.attempts() == 2u);
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_greet_counts_as_gone) {
  auto& silent = servers.server();
  silent.expect("hello");
  strand.start([](runes::client& c) -> awaitable<> {
    try {
      co_await c.connect();
      BOOST_ERROR("must throw");
    } catch (error const& e) {
      BOOST_TEST((e.code() == errc::timed_out));
    }
  }(*client));
  strand.advance(10s);
  BOOST_TEST((client->state() == connection_state::idle));
}

BOOST_AUTO_TEST_CASE(closing_while_it_waits_to_come_back) {
  auto& first = servers.greeting_server();
  connect();
  first.now(test::reset());
  strand.settle();
  strand.run(client->close());
  BOOST_TEST((client->state() == connection_state::closed));
  strand.advance(1h);
  BOOST_TEST(servers.attempts() == 1u);
}

BOOST_AUTO_TEST_CASE(destroying_it_in_any_state_leaves_nothing_behind) {
  auto& silent = servers.server();
  silent.expect("hello");
  std::optional<errc> told;
  strand.start([](runes::client& c, std::optional<errc>& code) -> awaitable<> {
    try {
      co_await c.connect();
    } catch (error const& e) {
      code = e.code();
    }
  }(*client, told));
  client.reset();
  BOOST_TEST(strand.idle());
  BOOST_TEST((told == errc::closed));
  BOOST_TEST(silent.wire().abandoned());

  make({});
  auto& server = servers.greeting_server();
  connect();
  client.reset();
  BOOST_TEST(strand.idle());
  BOOST_TEST(server.wire().abandoned());

  make({});
  auto& lost = servers.greeting_server();
  connect();
  lost.now(test::reset());
  strand.settle();
  BOOST_TEST((client->state() == connection_state::stale));
  client.reset();
  BOOST_TEST(strand.idle());
}

BOOST_AUTO_TEST_CASE(a_context_may_end_before_its_client) {
  // Under AddressSanitizer: nothing leaks, nothing is used again.
  auto ending = std::make_unique<manual_strand>();
  auto other = std::make_unique<dialer>(*ending);
  auto& server = other->greeting_server();
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  auto bot = [](runes::client moved) -> awaitable<> {
    runes::client mine(std::move(moved));
    co_await mine.connect();
    auto stream = co_await mine.subscribe(runes::tickers("BTC"));
    while (auto e = co_await stream.next()) BOOST_TEST(e.symbol() == "BTC");
  };
  auto impl = std::make_shared<runes::detail::client_impl>(
      ending->loop, settings(), [&](std::size_t which) { return other->dial(which); });
  ending->start(bot(runes::client(std::move(impl))));
  BOOST_TEST(server.done());
  ending.reset();
}

BOOST_AUTO_TEST_CASE(requests_are_answered_or_say_what_became_of_them) {
  auto& server = servers.greeting_server();
  BOOST_TEST((code_of([&] { strand.run(client->request("time")); }) == errc::not_connected));
  connect();
  server.expect("place").with("symbol", "BTC").with("limit", 5).reply(ok(R"({"orderId":7})"));
  auto const done =
      strand.run(client->request("place", runes::params().set("symbol", "BTC").set("limit", 5)));
  BOOST_TEST(done.at("orderId").to_number<int>() == 7);

  server.expect("place").reply(refuse(3001, "rate_limited", "later", 800));
  try {
    strand.run(client->request("place"));
    BOOST_ERROR("must throw");
  } catch (error const& e) {
    BOOST_TEST((e.code() == errc::rate_limited));
    BOOST_TEST(e.sentence() == "no: rate_limited");
    BOOST_TEST(e.retry_after()->count() == 800);
  }

  server.expect("slow");
  std::optional<errc> late;
  strand.start([](runes::client& c, std::optional<errc>& code) -> awaitable<> {
    try {
      co_await c.request("slow", {}, 50ms);
    } catch (error const& e) {
      code = e.code();
    }
  }(*client, late));
  BOOST_TEST(!late);
  strand.advance(50ms);
  BOOST_TEST((late == errc::timed_out));

  server.expect("lost").then(test::reset());
  BOOST_TEST((code_of([&] { strand.run(client->request("lost")); }) == errc::connection_lost));
  strand.run(client->close());
}

BOOST_AUTO_TEST_CASE(metrics_health_and_instruments_are_typed) {
  auto& server = servers.greeting_server();
  connect();
  server.expect("metrics").reply(
      ok(R"({"messageCount":12,"errorCount":1,"activeConnections":3,"latency":0.25,"more":1})"));
  auto const metrics = strand.run(client->get_metrics());
  BOOST_TEST(metrics.message_count == 12u);
  BOOST_TEST(metrics.active_connections == 3u);
  BOOST_TEST(metrics.latency_ms == 0.25);
  BOOST_TEST(metrics.raw.contains("more"));
  server.expect("health").reply(
      ok(R"({"status":"degraded","components":{"feed":{"status":"unhealthy","details":"late"}}})"));
  auto const health = strand.run(client->get_health());
  BOOST_TEST(health.status == "degraded");
  BOOST_REQUIRE(health.components.size() == 1u);
  BOOST_TEST(health.components[0].name == "feed");
  server.expect("instruments")
      .reply(ok(R"([{"symbol":"BTC","base":"BTC","quote":"USD","kind":"spot","tickSize":"0.01",
      "lotSize":"0.1","priceDecimals":2,"quantityDecimals":1,"status":"active"}])"));
  auto const instruments = strand.run(client->get_instruments());
  BOOST_REQUIRE(instruments.size() == 1u);
  BOOST_TEST(instruments[0].tick_size.str() == "0.01");
}

BOOST_AUTO_TEST_CASE(a_token_is_sent_again_on_a_new_connection) {
  auto& first = servers.greeting_server();
  auto& second = servers.greeting_server();
  connect();
  first.expect("auth")
      .with("token", "t0k")
      .reply(ok(R"({"account":"a","permissions":[],"expiresAt":null})"));
  credentials mine;
  mine.token = "t0k";
  strand.run(client->authenticate(std::move(mine)));
  second.expect("auth").with("token", "t0k").reply(ok());
  first.now(test::reset());
  strand.settle();
  strand.advance(250ms);
  BOOST_TEST((client->state() == connection_state::live));
}

BOOST_AUTO_TEST_CASE(who_is_not_let_in_now_comes_again_when_the_server_says) {
  auto& first = servers.greeting_server();
  auto& second = servers.greeting_server();
  auto& third = servers.greeting_server();
  connect();
  auto const mine = [] {
    credentials fresh;
    fresh.token = "t0k";
    return fresh;
  };
  first.expect("auth").with("token", "t0k").reply(ok());
  strand.run(client->authenticate(mine));
  std::vector<errc> told;
  client->on("error", [&](notice const& what) { told.push_back(what.error()->code()); });
  second.expect("auth").reply(test::refuse(3001, "rate_limited", "later", 5'000));
  first.now(test::reset());
  strand.settle();
  strand.advance(4'700ms, 50ms);
  BOOST_TEST((told == std::vector{errc::rate_limited}));
  BOOST_TEST((client->state() == connection_state::stale));
  third.expect("auth").with("token", "t0k").reply(ok());
  strand.advance(2'000ms, 50ms);
  BOOST_TEST((client->state() == connection_state::live));
}

BOOST_AUTO_TEST_CASE(who_is_never_let_in_goes_live_without_a_name_and_says_so) {
  auto& first = servers.greeting_server();
  auto& second = servers.greeting_server();
  connect();
  first.expect("auth").reply(ok());
  credentials mine;
  mine.token = "t0k";
  strand.run(client->authenticate(std::move(mine)));
  std::vector<errc> told;
  client->on("error", [&](notice const& what) { told.push_back(what.error()->code()); });
  second.expect("auth").reply(test::refuse(2002, "bad_credentials"));
  first.now(test::reset());
  strand.settle();
  strand.advance(250ms);
  BOOST_TEST((told == std::vector{errc::bad_credentials}));
  BOOST_TEST((client->state() == connection_state::live));
}

BOOST_AUTO_TEST_CASE(listeners_may_fail_without_harm) {
  auto& server = servers.greeting_server();
  connect();
  int told = 0;
  client->on("error", [&](notice const&) {
    ++told;
    throw std::runtime_error("on purpose");
  });
  client->on("error", [&](notice const& what) -> awaitable<> {
    BOOST_TEST((what.error()->code() == errc::overloaded));
    ++told;
    throw std::runtime_error("on purpose");
    co_return;
  });
  server.now(push(
      R"({"event":"error","error":{"code":9002,"name":"overloaded","message":"too much","retry":"later"}})"));
  strand.settle();
  BOOST_TEST(told == 2);
  BOOST_TEST((client->state() == connection_state::live));
  BOOST_CHECK_THROW(client->on("markets", [](notice const&) {}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(nonsense_from_the_server_is_reported_and_survived) {
  auto& server = servers.greeting_server();
  connect();
  int reported = 0;
  client->on("error", [&](notice const&) { ++reported; });
  for (auto const* text :
       {"", "{", "[]", "7", R"({"event":7})", R"({"event":"market"})", R"({"event":"error"})"}) {
    server.now(push(text));
  }
  server.now([](memory_wire& wire) { wire.say_binary("x"); });
  for (auto const* text :
       {"{}", R"({"id":99,"ok":{}})", R"({"id":"x","ok":1})", R"({"event":"heartbeat","n":1})"}) {
    server.now(push(text));
  }
  strand.settle();
  BOOST_TEST(reported == 9);
  BOOST_TEST((client->state() == connection_state::live));
}

BOOST_AUTO_TEST_CASE(the_nth_write_may_fail) {
  for (std::size_t n = 1; n <= 4; ++n) {
    auto& first = servers.server();
    first.wire().fail_write(n);
    first.wire().on_sent = [wire = &first.wire()](sent_frame const& frame) {
      if (!frame.is_message()) return;
      auto const said = boost::json::parse(frame.payload);
      wire->say("{\"id\":" + boost::json::serialize(said.at("id")) +
                R"(,"ok":{"subscriptions":[]}})");
    };
    make({});
    strand.start([](runes::client& c) -> awaitable<> {
      try {
        co_await c.connect();
        auto stream = co_await c.subscribe(runes::tickers(all_symbols));
        co_await c.request("time");
        co_await stream.close();
      } catch (error const&) {
      }
      co_await c.close();
    }(*client));
    BOOST_TEST(strand.idle(), "after write " << n);
  }
}

BOOST_AUTO_TEST_SUITE_END()
