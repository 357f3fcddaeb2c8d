// Updates that are published faster than they are delivered: pushed together, heard one by one.
#include "session/outbox.hpp"
#include "session/session_test.hpp"

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::connection;
using runes::test::memory_wire;
using runes::test::session_test;
using runes::test::subscribe;

namespace {

constexpr std::size_t longest_header = 4;  // of a frame of such a size

struct burst_test : session_test {
  burst_test() {
    config.timeouts.ping = 0ms;
    config.rate_limit.max_requests_per_minute = 0;
  }

  void publish_numbers(topic_ref const& to, int from, int count) {
    for (int i = from; i < from + count; ++i) publish(to, i);
  }

  /// That a peer hears these numbers of a ticker, each an update that follows the one before.
  void expect_numbers(connection& peer, int from, int count) {
    for (int i = from; i < from + count; ++i) {
      auto const said = peer.next();
      BOOST_TEST(at(said, "/data") == std::to_string(i));
      BOOST_TEST(at(said, "/prev") == std::to_string(i - 1));
      BOOST_TEST(at(said, "/seq") == std::to_string(i));
    }
    BOOST_TEST(peer.next().is_null());
  }
};

struct narrow_burst_test : burst_test {
  narrow_burst_test() { config.limits.max_outbox_bytes = 4'000; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bursts)

COROUTINE_TEST(a_burst_is_queued_as_one_and_heard_one_by_one, burst_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto &one = connect(), &other = connect();
  for (auto* peer : {&one, &other}) {
    co_await ask(*peer, subscribe("ticker"));
    peer->rest();
    peer->wire->allow(0);
  }
  auto const sent = home->counters().events_sent.get();
  publish_numbers(ticker, 1, 60);
  co_await settled();
  BOOST_TEST(home->counters().events_sent.get() == sent + 120);
  auto const queued = home->counters().largest_outbox.get();
  for (auto* peer : {&one, &other}) peer->wire->allow(memory_wire::no_limit);
  co_await settled();
  expect_numbers(one, 1, 60);
  std::size_t bytes = 0;
  for (auto const& each : other.wire->take()) bytes += each.payload.size() + longest_header;
  BOOST_TEST(queued < bytes + 2 * detail::outbox::entry_bytes);
}

COROUTINE_TEST(what_follows_a_burst_that_the_socket_did_not_take_is_merged, narrow_burst_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker"));
  peer.rest();
  peer.wire->allow(0);
  publish_numbers(ticker, 1, 3);
  co_await settled();
  for (int i = 0; i < 5; ++i) {
    publish_numbers(ticker, 4 + 50 * i, 50);
    co_await settled();
  }
  peer.wire->allow(memory_wire::no_limit);
  co_await settled();
  auto const heard = peer.rest();
  std::string seq = "0";
  for (auto const& each : heard) {
    BOOST_TEST(at(each, "/prev") == seq);
    seq = at(each, "/seq");
  }
  BOOST_TEST(seq == "253");
  BOOST_TEST(at(heard.back(), "/data") == "253");
  BOOST_TEST(heard.size() < 40u);
  BOOST_TEST(home->counters().largest_outbox.get() <= 4'000u);
}

COROUTINE_TEST(a_burst_larger_than_the_outbox_is_taken_as_far_as_it_fits, narrow_burst_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker"));
  peer.rest();
  publish_numbers(ticker, 1, 60);
  co_await settled();
  auto const heard = peer.rest();
  BOOST_TEST(at(heard.front(), "/data") == "1");
  BOOST_TEST(at(heard.back(), "/data") == "60");
  BOOST_TEST(at(heard.back(), "/seq") == "60");
  BOOST_TEST(home->counters().largest_outbox.get() <= 4'000u);
}

COROUTINE_TEST(bursts_of_several_topics_keep_their_order, burst_test) {
  auto const a = broker.topic("ticker", "A"), b = broker.topic("ticker", "B");
  auto& peer = connect();
  co_await ask(peer, R"({"id":1,"op":"subscribe","channel":"ticker","symbols":["A","B"]})");
  peer.rest();
  publish_numbers(a, 1, 3);
  publish_numbers(b, 1, 2);
  publish_numbers(a, 4, 1);
  publish_numbers(b, 3, 4);
  co_await settled();
  std::string heard;
  for (auto const& each : peer.rest()) {
    heard += at(each, "/symbol").at(1) + at(each, "/data") + ' ';
  }
  BOOST_TEST(heard == "A1 A2 A3 B1 B2 A4 B3 B4 B5 B6 ");
}

COROUTINE_TEST(whoever_closes_hears_no_more_of_a_burst, burst_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto &one = connect(), &other = connect();
  for (auto* peer : {&one, &other}) {
    co_await ask(*peer, subscribe("ticker"));
    peer->rest();
  }
  publish_numbers(ticker, 1, 10);
  one.wire->reset();
  co_await settled();
  publish_numbers(ticker, 11, 10);
  co_await settled();
  expect_numbers(other, 1, 20);
}

BOOST_AUTO_TEST_SUITE_END()
