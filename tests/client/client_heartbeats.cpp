// What a heartbeat shows: that somebody is there, and what should have come.
#include "dialer.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {

using list = std::vector<std::string>;

struct beating : client_fixture {
  scripted_peer& server = servers.server();
  beating() {
    server.expect("hello")
        .with("heartbeatMs", 5'000)
        .reply(ok(R"({"session":"1","heartbeatMs":1000})"));
    connect();
  }
  /// The server's next heartbeat.
  void beat(std::string_view heads = "") {
    say(R"({"event":"heartbeat","n":1,"ts":1,"heads":{)" + std::string(heads) + "}}");
  }
  void say(std::string text) {
    server.now(push(std::move(text)));
    strand.settle();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_heartbeats, beating)

BOOST_AUTO_TEST_CASE(silence_is_an_end_though_pongs_may_come) {
  strand.advance(2'000ms);
  beat();
  strand.advance(2'999ms);
  BOOST_TEST((client->state() == connection_state::live));
  strand.advance(2ms);
  BOOST_TEST((client->state() == connection_state::stale));
}

BOOST_AUTO_TEST_CASE(a_head_that_is_ahead_is_a_loss) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 3})));
  auto stream = subscribe(runes::tickers("BTC"));
  beat(R"("t":{"epoch":"e1","seq":3},"other":{"epoch":"x","seq":9})");
  server.expect("unsubscribe").reply(ok());
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 5})));
  beat(R"("t":{"epoch":"e1","seq":5})");
  BOOST_TEST(read(*stream, 3) == (list{"snapshot BTC", "gap BTC 4..5", "snapshot BTC"}),
             boost::test_tools::per_element());
  stream->detach();
}

// Entries that come between the loss and its discovery, or behind it, are neither passed over nor
// counted as missing.
BOOST_AUTO_TEST_CASE(a_log_that_is_behind_its_head_tells_just_what_is_missing) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(trade_text("BTC", {0, 5})));
  auto stream = subscribe(runes::trades("BTC"));
  auto second = subscribe(runes::trades("BTC"));
  list heard;
  client->on("market", [&heard](notice const& what) { heard.emplace_back(name_of(what.kind())); });
  beat(R"("t":{"epoch":"e1","seq":7})");
  say(trade_text("BTC", {7, 8}));
  say(trade_text("BTC", {8, 9}));
  beat(R"("t":{"epoch":"e1","seq":9})");
  list const all{"snapshot BTC", "gap BTC 6..7", "update BTC", "update BTC"};
  BOOST_TEST(read(*stream, 4) == all, boost::test_tools::per_element());
  BOOST_TEST(read(*second, 4) == all, boost::test_tools::per_element());
  BOOST_TEST(heard == (list{"gap", "update", "update"}), boost::test_tools::per_element());
  stream->detach();
  second->detach();
}

BOOST_AUTO_TEST_CASE(a_head_of_another_life_of_a_log_asks_for_a_new_start) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(trade_text("BTC", {0, 5})));
  auto stream = subscribe(runes::trades("BTC"));
  server.expect("unsubscribe").reply(ok());
  server.expect("subscribe")
      .without("since")
      .reply(subscribed(entry("BTC")))
      .then(push(trade_text("BTC", {0, 2, "e2"})));
  beat(R"("t":{"epoch":"e2","seq":1})");
  BOOST_TEST(read(*stream, 3) == (list{"snapshot BTC", "gap BTC", "snapshot BTC"}),
             boost::test_tools::per_element());
  stream->detach();
}

BOOST_AUTO_TEST_SUITE_END()
