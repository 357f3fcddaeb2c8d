// A server that goes away is left in time, and with nothing unanswered as far as there is time.
#include "dialer.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {

struct drain_fixture : client_fixture {
  scripted_peer& first = servers.greeting_server();
  drain_fixture() { connect(); }

  void drain(scripted_peer& which, unsigned ms) {
    which.now(push(R"({"event":"drain","byMs":)" + std::to_string(ms) + "}"));
    strand.settle();
    strand.advance(1ms);
  }
  /// Asks for the time, and says what came of it.
  std::shared_ptr<std::string> ask() {
    auto const told = std::make_shared<std::string>();
    strand.start([](runes::client& c, std::shared_ptr<std::string> into) -> awaitable<> {
      try {
        co_await c.request("time");
        *into = "answered";
      } catch (error const& e) {
        *into = e.sentence();
      }
    }(*client, told));
    return told;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_drain, drain_fixture)

BOOST_AUTO_TEST_CASE(leaves_politely_when_the_server_drains) {
  servers.greeting_server();
  first.now(push(R"({"event":"drain","byMs":4000})"));
  strand.settle();
  BOOST_TEST((client->state() == connection_state::live));
  strand.advance(2s);
  BOOST_REQUIRE(first.wire().closed_with());
  BOOST_TEST((first.wire().closed_with()->code == close_code::going_away));
  BOOST_TEST((client->state() == connection_state::live));
  BOOST_TEST(servers.attempts() == 2u);
}

BOOST_AUTO_TEST_CASE(a_reply_that_is_under_way_is_waited_for) {
  first.expect("time").pause().reply(ok());
  auto const told = ask();
  drain(first, 4'000);
  strand.advance(2'500ms, 100ms);
  BOOST_TEST(!first.wire().closed_with());
  servers.greeting_server();
  first.go_on();
  strand.settle();
  BOOST_TEST(*told == "answered");
  strand.advance(20ms);
  BOOST_REQUIRE(first.wire().closed_with());
  BOOST_TEST((first.wire().closed_with()->code == close_code::going_away));
  BOOST_TEST((client->state() == connection_state::live));
  BOOST_TEST(servers.attempts() == 2u);
}

BOOST_AUTO_TEST_CASE(a_reply_that_does_not_come_is_not_waited_for_beyond_the_time_given) {
  first.expect("time");
  auto const told = ask();
  drain(first, 4'000);
  strand.advance(3'998ms, 100ms);
  BOOST_TEST(!first.wire().closed_with());
  servers.greeting_server();
  strand.advance(1ms);
  BOOST_REQUIRE(first.wire().closed_with());
  BOOST_TEST(told->find("it may have been carried out") != std::string::npos);
  BOOST_TEST((client->state() == connection_state::live));
}

BOOST_AUTO_TEST_CASE(a_server_that_drains_at_every_connection_is_not_stormed) {
  auto& second = servers.greeting_server();
  drain(first, 0);
  BOOST_TEST((client->state() == connection_state::live));
  BOOST_TEST(servers.attempts() == 2u);
  drain(second, 0);
  BOOST_TEST((client->state() == connection_state::stale));
  BOOST_TEST(servers.attempts() == 2u);
  servers.greeting_server();
  strand.advance(250ms);
  BOOST_TEST((client->state() == connection_state::live));
  BOOST_TEST(servers.attempts() == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
