// Coming back: the client says where it was, and goes on from there or says that it cannot.
#include "dialer.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

using list = std::vector<std::string>;

/// An entry of a reply that goes on from where `since` said, up to `seq`.
std::string recovered(std::string_view symbol, std::uint64_t seq = 1,
                      std::string_view epoch = "e1") {
  return R"({"symbol":")" + std::string(symbol) +
         R"(","topic":"t","interval":"raw","depth":0,"epoch":")" + std::string(epoch) +
         R"(","seq":)" + std::to_string(seq) + R"(,"recovered":true})";
}

json::value place(char const* symbol, std::uint64_t seq, char const* epoch = "e1") {
  json::object at;
  at["epoch"] = epoch;
  at["seq"] = static_cast<std::int64_t>(seq);
  json::object all;
  all[symbol] = at;
  return all;
}

struct resume_fixture : client_fixture {
  scripted_peer& server = servers.greeting_server();
  resume_fixture() { connect(); }

  scripted_peer& break_off(scripted_peer& which) {
    auto& next = servers.greeting_server();
    which.now(test::reset());
    strand.settle();
    return next;
  }
  void come_back() {
    for (int i = 0; i < 8 && client->state() == connection_state::stale; ++i) strand.advance(250ms);
  }
};

std::string trade_event(numbers n) {
  return event_text(
      "trades", "BTC", n,
      n.prev ? R"([{"tradeId":1,"price":"1.0","quantity":"1","side":"buy","ts":1}])" : "[]");
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_resume, resume_fixture)

BOOST_AUTO_TEST_CASE(a_log_goes_on_where_it_was) {
  server.expect("subscribe")
      .reply(subscribed(entry("BTC")))
      .then(push(trade_event({0, 4})))
      .then(push(trade_event({4, 5})));
  auto stream = subscribe(runes::trades("BTC"));
  auto& second = break_off(server);
  second.expect("subscribe")
      .with("since", place("BTC", 5))
      .reply(subscribed(recovered("BTC", 7)))
      .then(push(trade_event({5, 6})))
      .then(push(trade_event({6, 7})));
  come_back();
  BOOST_TEST(read(*stream, 6) == (list{"snapshot BTC", "update BTC", "stale", "resumed",
                                       "update BTC", "update BTC"}),
             boost::test_tools::per_element());
  stream->detach();
}

BOOST_AUTO_TEST_CASE(a_log_that_cannot_go_on_says_what_is_missing) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(trade_event({0, 4})));
  auto stream = subscribe(runes::trades("BTC"));
  auto& second = break_off(server);
  second.expect("subscribe")
      .with("since", place("BTC", 4))
      .reply(subscribed(entry("BTC")))
      .then(push(trade_event({0, 9})));
  come_back();
  BOOST_TEST(read(*stream, 5) ==
                 (list{"snapshot BTC", "stale", "resumed", "gap BTC 5..9", "snapshot BTC"}),
             boost::test_tools::per_element());
  auto& third = break_off(second);
  third.expect("subscribe")
      .with("since", place("BTC", 9))
      .reply(subscribed(entry("BTC")))
      .then(push(trade_event({0, 2, "e2"})));
  come_back();
  BOOST_TEST(read(*stream, 4) == (list{"stale", "resumed", "gap BTC", "snapshot BTC"}),
             boost::test_tools::per_element());
  auto& fourth = break_off(third);
  fourth.expect("subscribe")
      .with("since", place("BTC", 2, "e2"))
      .reply(subscribed(entry("BTC")))
      .then(push(trade_event({0, 2, "e2"})));
  come_back();  // nothing was missed after all
  BOOST_TEST(read(*stream, 3) == (list{"stale", "resumed", "snapshot BTC"}),
             boost::test_tools::per_element());
  stream->detach();
}

BOOST_AUTO_TEST_CASE(a_book_is_trusted_again_when_it_has_caught_up) {
  served_book book;
  book.set(side::buy, "1.00", "1.0");
  server.expect("subscribe")
      .reply(subscribed(entry("BTC")))
      .then(push(event_text("orderbook", "BTC", {0, 5}, book.all())));
  auto stream = subscribe(runes::orderbook("BTC"));
  strand.settle();
  BOOST_TEST(stream->book("BTC"));
  auto& second = break_off(server);
  BOOST_TEST(!stream->book("BTC"));
  second.expect("subscribe").with("since", place("BTC", 5)).reply(subscribed(recovered("BTC", 7)));
  come_back();
  BOOST_TEST(!stream->book("BTC"));
  second.now(push(event_text("orderbook", "BTC", {5, 6}, book.set(side::buy, "2.00", "1.0"))));
  strand.settle();
  BOOST_TEST(!stream->book("BTC"));
  second.now(push(event_text("orderbook", "BTC", {6, 7}, book.set(side::sell, "3.00", "1.0"))));
  strand.settle();
  BOOST_REQUIRE(stream->book("BTC"));
  BOOST_TEST(stream->book("BTC")->size(side::buy) == 2u);
  auto& third = break_off(second);
  third.expect("subscribe").with("since", place("BTC", 7)).reply(subscribed(recovered("BTC", 7)));
  come_back();
  BOOST_TEST(stream->book("BTC"));
  stream->detach();
}

BOOST_AUTO_TEST_CASE(each_symbol_goes_on_by_itself) {
  server.expect("subscribe")
      .reply(subscribed(entry("BTC"), entry("ETH")))
      .then(push(tick("BTC", {0, 3})))
      .then(push(tick("ETH", {0, 8})));
  auto stream = subscribe(runes::tickers("BTC", "ETH"));
  auto& second = break_off(server);
  second.expect("subscribe")
      .reply(subscribed(recovered("BTC", 4), entry("ETH")))
      .then(push(tick("BTC", {3, 4})))
      .then(push(tick("ETH", {0, 9})));
  come_back();
  BOOST_TEST(read(*stream, 6) == (list{"snapshot BTC", "snapshot ETH", "stale", "resumed",
                                       "update BTC", "snapshot ETH"}),
             boost::test_tools::per_element());
  stream->detach();
}

BOOST_AUTO_TEST_CASE(a_second_break_before_anything_came_changes_nothing) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(trade_event({0, 4})));
  auto stream = subscribe(runes::trades("BTC"));
  auto& second = break_off(server);
  second.expect("subscribe").with("since", place("BTC", 4)).then(test::reset());
  auto& third = servers.greeting_server();
  third.expect("subscribe")
      .with("since", place("BTC", 4))
      .reply(subscribed(recovered("BTC", 5)))
      .then(push(trade_event({4, 5})));
  come_back();
  strand.advance(500ms);
  auto const all = read(*stream, 5);
  BOOST_TEST(all.back() == "update BTC");
  stream->detach();
}

BOOST_AUTO_TEST_CASE(a_server_that_goes_on_from_nowhere_is_asked_for_a_snapshot) {
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  auto stream = subscribe(runes::tickers("BTC"));
  auto& second = break_off(server);
  second.expect("subscribe").reply(subscribed(recovered("BTC")));
  second.expect("unsubscribe").reply(ok());
  second.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 2})));
  come_back();
  BOOST_TEST(read(*stream, 3) == (list{"stale", "resumed", "snapshot BTC"}),
             boost::test_tools::per_element());
  stream->detach();
}

BOOST_AUTO_TEST_CASE(a_server_that_goes_on_from_another_place_is_not_believed) {
  std::pair<std::uint64_t, char const*> const wrong[] = {{9, "e2"}, {1, "e2"}, {4, "e1"}};
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 5})));
  auto stream = subscribe(runes::tickers("BTC"));
  BOOST_TEST(read(*stream, 1) == (list{"snapshot BTC"}), boost::test_tools::per_element());
  auto* now = &server;
  std::uint64_t seq = 5;
  for (auto const& [claimed, epoch] : wrong) {
    now = &break_off(*now);
    now->expect("subscribe").reply(subscribed(recovered("BTC", claimed, epoch)));
    now->expect("unsubscribe").reply(ok());
    now->expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, ++seq})));
    come_back();
    strand.advance(60s);  // those who fail again and again are asked less often
    BOOST_TEST(read(*stream, 4) == (list{"stale", "resumed", "gap BTC", "snapshot BTC"}),
               boost::test_tools::per_element());
  }
  stream->detach();
}

// Whoever is promised all that was missed must not be left without it unawares, even if the
// snapshot that comes instead makes the state right.
BOOST_AUTO_TEST_CASE(a_snapshot_in_place_of_what_was_promised_is_a_gap) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 5})));
  auto stream = subscribe(runes::tickers("BTC"));
  auto& second = break_off(server);
  second.expect("subscribe")
      .reply(subscribed(recovered("BTC", 7)))
      .then(push(tick("BTC", {0, 7})))
      .then(push(tick("BTC", {7, 8})));
  come_back();
  BOOST_TEST(read(*stream, 6) == (list{"snapshot BTC", "stale", "resumed", "gap BTC",
                                       "snapshot BTC", "update BTC"}),
             boost::test_tools::per_element());
  stream->detach();
}

// What the reader never got cannot be gone on from.
BOOST_AUTO_TEST_CASE(a_reader_that_missed_events_is_told_of_a_gap) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(trade_event({0, 4})));
  auto stream = subscribe(runes::trades("BTC").queue(3));
  auto& second = break_off(server);
  second.expect("subscribe")
      .with("since", place("BTC", 4))
      .reply(subscribed(recovered("BTC", 5)))
      .then(push(trade_event({4, 5})));
  come_back();
  auto& third =
      break_off(second);  // the queue is full, and what lies between the breaks is dropped
  third.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(trade_event({0, 6})));
  come_back();
  BOOST_TEST(
      read(*stream, 5) == (list{"snapshot BTC", "stale", "resumed", "gap BTC", "snapshot BTC"}),
      boost::test_tools::per_element());
  stream->detach();
}

BOOST_AUTO_TEST_CASE(the_state_says_that_it_resumes) {
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  auto stream = subscribe(runes::tickers("BTC"));
  auto& second = break_off(server);
  second.expect("subscribe");
  come_back();
  BOOST_TEST((client->state() == connection_state::resuming));
  strand.advance(10s);  // no answer: nobody is there
  BOOST_TEST((client->state() == connection_state::stale));
  auto& third = servers.greeting_server();
  third.expect("subscribe").reply(subscribed(entry("BTC")));
  strand.advance(500ms);
  BOOST_TEST((client->state() == connection_state::live));
  stream->detach();
}

// ---- fallback

struct several : client_fixture {
  several() {
    auto config = settings();
    config.fallback_urls = {"ws://two/ws", "ws://three/ws"};
    make(config);
  }
};

BOOST_FIXTURE_TEST_CASE(the_next_url_is_tried_at_once, several) {
  servers.fail(error(errc::not_connected, "one is down"));
  servers.fail(error(errc::not_connected, "two is down"));
  auto& third = servers.greeting_server();
  connect();
  BOOST_TEST(servers.tried() == (std::vector<std::size_t>{0, 1, 2}),
             boost::test_tools::per_element());
  // Lost, it is first made again where it was, then elsewhere.
  servers.fail(error(errc::not_connected, "three is down"));
  servers.greeting_server();
  third.now(test::reset());
  strand.settle();
  for (int i = 0; i < 8 && client->state() != connection_state::live; ++i) strand.advance(250ms);
  BOOST_TEST((client->state() == connection_state::live));
  BOOST_TEST(servers.tried() == (std::vector<std::size_t>{0, 1, 2, 2, 0}),
             boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(connecting_fails_when_all_have, several) {
  servers.fail(error(errc::not_connected, "one is down"));
  servers.refuse(503);
  servers.refuse(403);
  BOOST_TEST((code_of([&] { connect(); }) == errc::refused));
  BOOST_TEST(servers.attempts() == 3u);
}

BOOST_FIXTURE_TEST_CASE(one_that_closes_before_it_has_greeted_us_is_as_good_as_none, several) {
  servers.server().expect("hello").then(test::close(close_code::overloaded));
  servers.greeting_server();
  connect();
  BOOST_TEST(servers.tried() == (std::vector<std::size_t>{0, 1}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_server_that_goes_away_in_haste_is_left_as_well, several) {
  auto& first = servers.greeting_server();
  connect();
  servers.greeting_server();
  first.now(test::close(close_code::draining));
  strand.settle();
  strand.advance(250ms);
  BOOST_TEST((client->state() == connection_state::live));
  BOOST_TEST(servers.tried() == (std::vector<std::size_t>{0, 1}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_server_that_drains_is_left_for_the_next, several) {
  auto& first = servers.greeting_server();
  connect();
  servers.greeting_server();
  first.now(push(R"({"event":"drain","byMs":0})"));
  strand.settle();
  strand.advance(1ms);
  BOOST_TEST((client->state() == connection_state::live));
  BOOST_TEST(servers.tried() == (std::vector<std::size_t>{0, 1}), boost::test_tools::per_element());
}

// It may be a log, of which something was missed.
BOOST_AUTO_TEST_CASE(of_a_channel_whose_model_is_not_known_a_gap_is_told) {
  auto const rooms = [](numbers n) { return event_text("rooms", "lobby", n, "[]"); };
  server.expect("subscribe").reply(subscribed(entry("lobby"))).then(push(rooms({0, 3})));
  auto stream = subscribe(runes::channel_events("rooms"));
  auto& second = break_off(server);
  second.expect("subscribe").reply(subscribed(entry("lobby"))).then(push(rooms({0, 5})));
  come_back();
  BOOST_TEST(read(*stream, 5) ==
                 (list{"snapshot lobby", "stale", "resumed", "gap lobby 4..5", "snapshot lobby"}),
             boost::test_tools::per_element());
  stream->detach();
}

BOOST_AUTO_TEST_CASE(of_one_that_is_said_to_be_a_state_a_snapshot_is_enough) {
  auto const rooms = [](numbers n) { return event_text("rooms", "lobby", n, "[]"); };
  server.expect("subscribe").reply(subscribed(entry("lobby"))).then(push(rooms({0, 3})));
  auto stream = subscribe(runes::channel_events("rooms").model(runes::event_model::latest));
  auto& second = break_off(server);
  second.expect("subscribe").reply(subscribed(entry("lobby"))).then(push(rooms({0, 5})));
  come_back();
  BOOST_TEST(read(*stream, 4) == (list{"snapshot lobby", "stale", "resumed", "snapshot lobby"}),
             boost::test_tools::per_element());
  stream->detach();
}

BOOST_AUTO_TEST_SUITE_END()
