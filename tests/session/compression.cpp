// Events that are compressed once for all who are sent them so.
#include "session/session_test.hpp"

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::connection;
using runes::test::memory_wire;
using runes::test::session_test;
using runes::test::subscribe;

namespace {

/// Data of a ticker that is worth compressing, and says which it is. Replies and small events are
/// below 200 bytes.
std::string large(int number) {
  return R"({"n":)" + std::to_string(number) + R"(,"pad":")" + std::string(300, 'x') + "\"}";
}

struct compression_test : session_test {
  detail::deflate_sizes const all{1, 1 << 20}, usual{200, 1 << 20};
  topic_ref const ticker = broker.topic("ticker", "A");

  compression_test() {
    config.timeouts.ping = 0ms;
    config.rate_limit.max_requests_per_minute = 0;
  }

  connection& connect_with(detail::deflate_sizes sizes) {
    deflates = sizes;
    return connect();
  }
  void publish_large(int from, int count = 1) {
    for (int i = from; i < from + count; ++i) publish(ticker, latest_payload(large(i)));
  }
  std::uint64_t compressions() const { return home->counters().compressions.get(); }

  /// That it hears these and nothing else, each compressed or each not.
  void expect(connection& peer, int from, int count, bool compressed) {
    auto const heard = peer.wire->take();
    BOOST_REQUIRE(heard.size() == static_cast<std::size_t>(count));
    for (auto const& each : heard) {
      BOOST_TEST(each.compressed == compressed);
      auto const said = json::parse(each.payload);
      BOOST_TEST(at(said, "/data/n") == std::to_string(from));
      BOOST_TEST(at(said, "/prev") == std::to_string(from - 1));
      BOOST_TEST(at(said, "/seq") == std::to_string(from++));
    }
  }
};

struct narrow_compression_test : compression_test {
  narrow_compression_test() { config.limits.max_outbox_bytes = 4'000; }
};

class joiner final : public handler {
 public:
  explicit joiner(topic_ref to) : to_(std::move(to)) {}
  awaitable<> on_open(session& peer) override {
    peer.join(to_);
    co_return;
  }

 private:
  topic_ref to_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(compression)

COROUTINE_TEST(an_event_is_compressed_once_for_all_subscribers, compression_test) {
  std::vector<connection*> compressed, plain;
  for (int i = 0; i < 20; ++i) compressed.push_back(&connect_with(usual));
  for (int i = 0; i < 5; ++i) plain.push_back(&connect_with({}));
  for (auto const& each : connections) co_await ask(*each, subscribe("ticker"));
  for (auto const& each : connections) each->rest();
  auto const before = compressions();
  auto const bytes = home->counters().compression_output_bytes.get();
  for (int i = 1; i <= 3; ++i) {
    publish_large(i);
    co_await settled();
    for (auto* each : compressed) expect(*each, i, 1, true);
    for (auto* each : plain) expect(*each, i, 1, false);
  }
  BOOST_TEST(compressions() == before + 3);
  BOOST_TEST(home->counters().compression_output_bytes.get() - bytes < 3 * 250);
  BOOST_TEST(home->counters().compression_input_bytes.get() > 3 * 300u);
}

COROUTINE_TEST(a_batch_is_compressed_event_by_event_and_pushed_as_one, compression_test) {
  auto &one = connect_with(usual), &other = connect_with(usual), &plain = connect_with({});
  for (auto const& each : connections) co_await ask(*each, subscribe("ticker"));
  for (auto const& each : connections) each->rest();
  auto const before = compressions();
  auto const writes = one.wire->writes();
  publish_large(1, 10);
  publish(ticker, 11);  // too small
  co_await settled();
  BOOST_TEST(compressions() == before + 10);
  BOOST_TEST(one.wire->writes() == writes + 1);
  for (auto* each : {&one, &other}) {
    auto last = each->wire->take();
    BOOST_REQUIRE(last.size() == 11u);
    BOOST_TEST(!last.back().compressed);
    for (std::size_t i = 0; i < 10; ++i) {
      BOOST_TEST(last[i].compressed);
      BOOST_TEST(at(json::parse(last[i].payload), "/data/n") == std::to_string(i + 1));
    }
  }
  for (auto const& each : plain.wire->take()) BOOST_TEST(!each.compressed);
}

COROUTINE_TEST(connections_of_other_sizes_get_the_same_events, compression_test) {
  auto &one = connect_with(usual), &other = connect_with({1'000, 1 << 20}),
       &small = connect_with({1, 256});
  for (auto const& each : connections) co_await ask(*each, subscribe("ticker"));
  for (auto const& each : connections) each->rest();
  publish_large(1, 5);
  co_await settled();
  expect(one, 1, 5, true);
  expect(other, 1, 5, false);
  expect(small, 1, 5, false);  // larger than its window
}

COROUTINE_TEST(a_snapshot_is_compressed_once_for_all_who_are_given_it, compression_test) {
  publish_large(1);
  auto const before = compressions();
  for (int i = 0; i < 5; ++i) co_await ask(connect_with(usual), subscribe("ticker"));
  BOOST_TEST(compressions() == before + 1);
  for (auto const& each : connections) {
    auto const heard = each->wire->take();
    BOOST_REQUIRE(heard.size() == 1u);
    BOOST_TEST(heard[0].compressed);
    BOOST_TEST(at(json::parse(heard[0].payload), "/data/n") == "1");
  }
  publish_large(2);
  co_await settled();
  co_await ask(connect_with(usual), subscribe("ticker"));
  BOOST_TEST(compressions() == before + 3);  // the update and the next snapshot
  BOOST_TEST(at(connections.back()->next(), "/data/n") == "2");
}

COROUTINE_TEST(who_is_blocked_is_sent_merged_state_as_ever, narrow_compression_test) {
  auto &slow = connect_with(usual), &quick = connect_with(usual);
  for (auto const& each : connections) co_await ask(*each, subscribe("ticker"));
  for (auto const& each : connections) each->rest();
  slow.wire->allow(0);
  auto const before = compressions();
  for (int i = 1; i <= 200; ++i) {
    publish_large(i);
    co_await settled();
  }
  BOOST_TEST(compressions() == before + 200);
  expect(quick, 1, 200, true);
  slow.wire->allow(memory_wire::no_limit);
  co_await settled();
  auto const heard = slow.wire->take();
  std::string seq = "0";
  for (auto const& each : heard) {
    BOOST_TEST(each.compressed);
    auto const said = json::parse(each.payload);
    BOOST_TEST(at(said, "/prev") == seq);
    seq = at(said, "/seq");
  }
  BOOST_TEST(seq == "200");
  BOOST_TEST(at(json::parse(heard.back().payload), "/data/n") == "200");
  BOOST_TEST(heard.size() < 40u);
  BOOST_TEST(compressions() == before + 201);  // the merged one, for itself
  BOOST_TEST(home->counters().largest_outbox.get() <= 4'000u);
}

COROUTINE_TEST(who_returns_is_sent_what_was_missed_as_it_is_held, compression_test) {
  auto& first = connect_with(usual);
  auto const ok = co_await ask(first, subscribe("ticker"));
  auto const epoch = at(ok, "/ok/subscriptions/0/epoch");
  first.rest();
  publish_large(1, 3);
  co_await settled();
  auto const before = compressions();
  auto& back = connect_with(usual);
  auto const since = R"(,"symbols":["A"],"since":{"A":{"epoch":)" + epoch + R"(,"seq":0}})";
  BOOST_TEST(at(co_await ask(back, subscribe("ticker", since)), "/ok/subscriptions/0/recovered") ==
             "true");
  expect(back, 1, 3, false);
  publish_large(4);
  co_await settled();
  expect(back, 4, 1, true);
  BOOST_TEST(compressions() == before + 1);
}

COROUTINE_TEST(replies_are_compressed_by_their_size, compression_test) {
  auto& peer = connect_with(usual);
  co_await settled();
  peer.wire->say(R"({"id":1,"op":"ping","payload":")" + std::string(500, 'p') + "\"}");
  peer.wire->say(R"({"id":2,"op":"ping","payload":"p"})");
  co_await settled();
  auto const heard = peer.wire->take();
  BOOST_REQUIRE(heard.size() == 2u);
  BOOST_TEST(heard[0].compressed);
  BOOST_TEST(at(json::parse(heard[0].payload), "/ok/payload").size() == 502u);
  BOOST_TEST(!heard[1].compressed);
}

COROUTINE_TEST(control_frames_never_are, compression_test) {
  auto& peer = connect_with(all);
  co_await settled();
  peer.session.lock()->close({close_code::going_away, std::string(100, 'y')});
  co_await settled();
  for (auto const& each : peer.wire->take()) BOOST_TEST(!each.compressed);
  BOOST_TEST((peer.wire->closed_with()->code == close_code::going_away));
  BOOST_TEST(compressions() == 0u);
}

COROUTINE_TEST(subscribers_of_a_paced_topic_share_what_was_held_for_them, narrow_compression_test) {
  auto const topic = broker.raw_topic("numbers", raw_options().paced());
  deflates = usual;
  auto const user = std::make_shared<joiner>(topic);
  auto &one = connect_raw(user), &other = connect_raw(user);
  co_await settled();
  for (auto* each : {&one, &other}) each->wire->allow(0);
  // Hard to compress, so that outboxes fill up.
  auto const text = [](int i) {
    std::string digits;
    for (unsigned k = 0; k < 100; ++k)
      digits += std::to_string((k + 1) * 2654435761u % 9973u * (static_cast<unsigned>(i) + 3));
    return digits + ' ' + std::to_string(i);
  };
  int published = 0;
  for (; published < 60; ++published) {
    if (broker.try_publish(topic, raw_payload(text(published))) != push_result::accepted) break;
  }
  co_await settled();
  BOOST_TEST(compressions() == static_cast<std::uint64_t>(published));
  for (auto* each : {&one, &other}) each->wire->allow(memory_wire::no_limit);
  co_await settled();
  for (auto* each : {&one, &other}) {
    auto const heard = each->wire->take();
    BOOST_REQUIRE(heard.size() == static_cast<std::size_t>(published));
    for (int i = 0; i < published; ++i) {
      BOOST_TEST(heard[static_cast<std::size_t>(i)].compressed);
      BOOST_TEST(heard[static_cast<std::size_t>(i)].payload == text(i));
    }
  }
  BOOST_TEST(compressions() == static_cast<std::uint64_t>(published));
}

BOOST_AUTO_TEST_SUITE_END()
