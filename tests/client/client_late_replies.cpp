// Replies that come too late, or never.
#include "dialer.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

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

BOOST_AUTO_TEST_SUITE_END()
