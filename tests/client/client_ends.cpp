// next() never hangs: whatever becomes of the client, a reader that waits is told.
#include "dialer.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <utility>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {

/// What the last event of a stream was.
struct ending {
  bool told = false;
  std::optional<error> why;
};

struct ends_fixture : client_fixture {
  std::shared_ptr<subscription<ticker>> stream;
  scripted_peer* server = nullptr;

  std::shared_ptr<ending> read_on() {
    auto const end = std::make_shared<ending>();
    strand.start([](std::shared_ptr<subscription<ticker>> from,
                    std::shared_ptr<ending> last) -> awaitable<> {
      auto e = co_await from->next();
      while (e) e = co_await from->next();
      last->told = true;
      if (e.why()) last->why = *e.why();
    }(stream, end));
    return end;
  }

  void begin(client_config config = settings()) {
    make(std::move(config));
    server = &servers.greeting_server();
    connect();
    server->expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 1})));
    stream = std::make_shared<subscription<ticker>>(
        strand.run(client->subscribe(runes::tickers("BTC"))));
    strand.settle();
  }
  void lose() {
    server->now(test::reset());
    strand.settle();
  }

  /// The states in which a client can be while somebody reads, each reached anew.
  std::vector<std::pair<char const*, std::function<void()>>> situations() {
    return {
        {"live", [this] { begin(); }},
        {"stale",
         [this] {
           begin();
           lose();
         }},
        {"connecting",
         [this] {
           begin();
           servers.server().expect("hello");
           lose();
           come_back();
           BOOST_TEST((client->state() == connection_state::connecting));
         }},
        {"resuming",
         [this] {
           begin();
           servers.greeting_server().expect("subscribe");
           lose();
           come_back();
           BOOST_TEST((client->state() == connection_state::resuming));
         }},
    };
  }
  void come_back() {
    for (int i = 0; i < 8 && client->state() == connection_state::stale; ++i) strand.advance(250ms);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_ends, ends_fixture)

BOOST_AUTO_TEST_CASE(in_every_state_an_end_of_the_client_ends_its_streams) {
  for (auto const& [name, reach] : situations()) {
    BOOST_TEST_CONTEXT("closed while " << name) {
      reach();
      auto const end = read_on();
      BOOST_TEST(!end->told);
      strand.start(client->close());
      strand.advance(5s);  // for a server that does not answer
      BOOST_TEST(end->told);
      BOOST_TEST(!end->why);
      BOOST_TEST((client->state() == connection_state::closed));
    }
    BOOST_TEST_CONTEXT("destroyed while " << name) {
      reach();
      auto const end = read_on();
      client.reset();
      strand.settle();
      BOOST_TEST(end->told);
      BOOST_TEST(strand.idle());
    }
    BOOST_TEST_CONTEXT("moved away while " << name) {
      reach();
      auto const end = read_on();
      runes::client other(std::move(*client));
      strand.settle();
      BOOST_TEST(!end->told);
      client.emplace(std::move(other));
    }
  }
}

BOOST_AUTO_TEST_CASE(in_every_state_an_end_of_the_stream_ends_its_reader) {
  for (auto const& [name, reach] : situations()) {
    for (auto const* how : {"destroyed", "closed", "detached"}) {
      BOOST_TEST_CONTEXT(how << " while " << name) {
        reach();
        auto const held = stream;
        auto const end = read_on();
        bool const asks = client->state() == connection_state::live;
        bool const quiet = client->state() == connection_state::resuming;
        if (how == std::string_view("detached")) {
          held->detach();
        } else {
          if (asks) server->expect("unsubscribe").reply(ok());
          if (quiet) continue;  // in the script of the next case
          if (how == std::string_view("closed")) {
            strand.run(held->close());
          } else {
            subscription<ticker> const gone(std::move(*held));
          }
        }
        strand.settle();
        BOOST_TEST(end->told);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(while_it_resumes_a_stream_can_be_closed) {
  begin();
  auto& second = servers.greeting_server();
  second.expect("subscribe");
  second.expect("unsubscribe").reply(ok());
  lose();
  come_back();
  BOOST_TEST((client->state() == connection_state::resuming));
  auto const end = read_on();
  strand.run(stream->close());
  BOOST_TEST(end->told);
  second.now(push(R"({"id":4,"ok":{"subscriptions":[]}})"));  // to `subscribe`, so late
  strand.settle();
  BOOST_TEST((client->state() == connection_state::live));
  // And it isn't taken for held.
  second.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 3})));
  auto again = subscribe(runes::tickers("BTC"));
  BOOST_TEST(next_words(*again) == "snapshot BTC");
  again->detach();
}

BOOST_AUTO_TEST_CASE(giving_up_is_told_with_its_reason) {
  auto config = settings();
  config.reconnect.max_attempts = 2;
  begin(config);
  auto const end = read_on();
  lose();
  servers.fail(error(errc::not_connected, "nobody answers"));
  strand.advance(250ms);
  BOOST_TEST(end->told);
  BOOST_REQUIRE(end->why);
  BOOST_TEST(end->why->sentence() == "nobody answers");
}

BOOST_AUTO_TEST_CASE(a_verdict_of_the_server_is_told_with_its_reason) {
  struct verdict {
    close_code code;
    errc expected;
  };
  for (auto const& [code, expected] :
       {verdict{close_code::bad_auth, errc::bad_credentials},
        verdict{close_code::forbidden, errc::forbidden},
        verdict{close_code::replaced, errc::connection_lost},
        verdict{close_code::protocol_abuse, errc::connection_lost}}) {
    begin();
    auto const end = read_on();
    server->now(test::close(code, "told why"));
    strand.settle();
    BOOST_TEST(end->told);
    BOOST_REQUIRE(end->why);
    BOOST_TEST((end->why->code() == expected));
    auto const number = std::to_string(static_cast<unsigned>(code));
    BOOST_TEST(end->why->sentence().find(number) != std::string::npos);
    BOOST_TEST(end->why->sentence().find("told why") != std::string::npos);
    strand.advance(1h);
    BOOST_TEST((client->state() == connection_state::closed));
  }
}

BOOST_AUTO_TEST_CASE(an_http_refusal_is_told_with_its_reason) {
  begin();
  auto const end = read_on();
  lose();
  servers.refuse(401);
  strand.advance(250ms);
  BOOST_TEST(end->told);
  BOOST_REQUIRE(end->why);
  BOOST_TEST((end->why->code() == errc::refused));
}

BOOST_AUTO_TEST_CASE(an_answer_that_cannot_be_read_ends_what_it_was_about) {
  begin();
  auto& second = servers.greeting_server();
  second.expect("subscribe").reply(ok("7"));
  auto const end = read_on();
  lose();
  come_back();
  BOOST_TEST(end->told);
  BOOST_REQUIRE(end->why);
  BOOST_TEST((end->why->code() == errc::bad_event));
}

BOOST_AUTO_TEST_CASE(a_reader_whose_last_symbol_is_refused_ends) {
  begin();
  auto const end = read_on();
  server->expect("unsubscribe").reply(ok());
  server->expect("subscribe").reply(subscribed(refused_entry("BTC")));
  server->now(push(tick("BTC", {7, 8})));  // it does not follow
  strand.settle();
  BOOST_TEST(end->told);
  BOOST_REQUIRE(end->why);
  BOOST_TEST((end->why->code() == errc::unknown_symbol));
}

BOOST_AUTO_TEST_CASE(a_subscription_under_way_ends_with_the_client) {
  make({});
  auto& silent = servers.greeting_server();
  connect();
  silent.expect("subscribe");
  std::optional<errc> asked, waited;
  auto const ask = [](runes::client& c, std::optional<errc>& told) -> awaitable<> {
    try {
      auto never = co_await c.subscribe(runes::tickers("BTC"));
      never.detach();
    } catch (error const& e) {
      told = e.code();
    }
  };
  strand.start(ask(*client, asked));
  strand.start(ask(*client, waited));
  client.reset();
  strand.settle();
  BOOST_TEST((asked == errc::closed));
  BOOST_TEST((waited == errc::closed));
}

BOOST_AUTO_TEST_CASE(a_server_that_answers_but_sends_nothing_unasked_counts_as_lost) {
  make({});
  auto& beating = servers.server();
  beating.expect("hello").reply(ok(R"({"session":"1","heartbeatMs":1000})"));
  connect();
  for (int i = 0; i < 2; ++i) {
    beating.expect("time").reply(ok());
    strand.run(client->request("time"));
    strand.advance(1'499ms);
    BOOST_TEST((client->state() == connection_state::live));
  }
  strand.advance(2ms);
  BOOST_TEST((client->state() == connection_state::stale));
}

BOOST_AUTO_TEST_SUITE_END()
