// Replies that come too late, or never.
#include "dialer.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {

awaitable<std::optional<errc>> code_of_subscribing(runes::client& c) {
  try {
    auto const stream = co_await c.subscribe(runes::trades("BTC"));
  } catch (error const& e) {
    co_return e.code();
  }
  co_return std::nullopt;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_late_replies, client_fixture)

// Else the server would hold it for nobody, and refuse it ever after.
BOOST_AUTO_TEST_CASE(a_subscription_that_is_not_answered_is_taken_back) {
  auto& server = servers.greeting_server();
  connect();
  server.expect("subscribe").with("channel", "ticker");
  std::optional<errc> late;
  strand.start([](runes::client& c, std::optional<errc>& code) -> awaitable<> {
    try {
      auto const stream = co_await c.subscribe(runes::tickers("BTC"));
      BOOST_ERROR("must throw");
    } catch (error const& e) {
      code = e.code();
    }
  }(*client, late));
  strand.advance(9'999ms);
  BOOST_TEST(!late);
  server.expect("unsubscribe").with("channel", "ticker").reply(ok());
  strand.advance(1ms);
  BOOST_TEST((late == errc::timed_out));
  BOOST_TEST(server.done());
}

// What the server sends between the two requests belongs to neither: a log would go on from there,
// and miss what comes before its own beginning.
BOOST_AUTO_TEST_CASE(a_new_stream_begins_with_its_own_reply) {
  auto& server = servers.greeting_server();
  connect();
  server.expect("subscribe");
  strand.start([](runes::client& c) -> awaitable<> {
    auto const code = co_await code_of_subscribing(c);
    BOOST_TEST((code == errc::timed_out));
  }(*client));
  server.expect("unsubscribe").reply(ok());
  strand.advance(10s);
  server.expect("subscribe")
      .then(push(trade_text("BTC", {0, 4})))
      .then(push(trade_text("BTC", {4, 5})))
      .reply(subscribed(entry("BTC")))
      .then(push(trade_text("BTC", {0, 6})))
      .then(push(trade_text("BTC", {6, 7})));
  auto stream = subscribe(runes::trades("BTC"));
  auto const first = next(*stream);
  BOOST_TEST(first.is_snapshot());
  BOOST_TEST(first.seq() == 6u);
  BOOST_TEST(next(*stream).seq() == 7u);
  stream->detach();
}

BOOST_AUTO_TEST_SUITE_END()
