// Several that lag on one connection: each has its turn, and none holds without bound.
#include "session/session_test.hpp"

#include <array>
#include <map>

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::memory_wire;
using runes::test::session_test;
using runes::test::subscribe;

namespace {

struct lagging_test : session_test {
  lagging_test() {
    config.limits.max_outbox_bytes = 4'000;
    config.timeouts.ping = 0ms;
    config.rate_limit.max_requests_per_minute = 0;
  }
};

struct owner final : handler {
  awaitable<identity> authenticate(session&, credentials const&) override {
    identity who("me");
    co_return who;
  }
};

payload_ptr position(int number) {
  std::vector<keyed_entry> entries(1);
  entries[0].key = std::to_string(number);
  entries[0].json =
      R"({"symbol":")" + entries[0].key + R"(","note":")" + std::string(200, 'x') + "\"}";
  return keyed_payload(std::move(entries));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lagging)

COROUTINE_TEST(each_has_its_turn, lagging_test) {
  std::array<topic_ref, 3> const tickers{broker.topic("ticker", "A"), broker.topic("ticker", "B"),
                                         broker.topic("ticker", "C")};
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker", R"(,"symbols":["A","B","C"])"));
  peer.rest();
  peer.wire->allow(0);
  constexpr int rounds = 30;
  for (int i = 1; i <= rounds; ++i) {
    for (auto const& each : tickers)
      publish(each, latest_payload('"' + std::string(900, static_cast<char>('a' + i % 26)) + '"'));
    co_await settled();
    peer.wire->allow(2'200);
    co_await settled();
  }
  std::map<std::string, std::uint64_t> last;
  for (auto const& each : peer.rest())
    last[at(each, "/symbol")] = each.at("seq").to_number<std::uint64_t>();
  BOOST_TEST(last.size() == 3u);
  for (auto const& [symbol, seq] : last) BOOST_TEST(seq > rounds - 8, symbol << " is at " << seq);
}

COROUTINE_TEST(of_keys_that_are_ever_new_a_snapshot_is_sent, lagging_test) {
  auto const positions = broker.topic("positions", "A", {}, "me");
  auto& peer = connect(std::make_shared<owner>());
  co_await ask(peer, R"({"id":1,"op":"auth","token":"t"})");
  co_await ask(peer, subscribe("positions", ""));
  peer.rest();
  peer.wire->allow(0);
  constexpr int keys = 1'000;
  for (int i = 0; i < keys; ++i) {
    publish(positions, position(i));
    co_await settled();
  }
  BOOST_TEST(home->counters().largest_backlog.get() <= detail::backlog::default_bytes + 1'000);
  BOOST_TEST(peer.session.lock()->is_open());
  peer.wire->allow(memory_wire::no_limit);
  co_await settled();
  auto const heard = peer.rest();
  BOOST_REQUIRE(!heard.empty());
  BOOST_TEST(at(heard.back(), "/type") == R"("snapshot")");
  BOOST_TEST(at(heard.back(), "/seq") == std::to_string(keys));
  BOOST_TEST(heard.back().at("data").as_array().size() == static_cast<std::size_t>(keys));
  publish(positions, position(keys));
  co_await settled();
  BOOST_TEST(at(peer.next(), "/prev") == std::to_string(keys));
}

COROUTINE_TEST(what_must_not_be_merged_is_not_given_up_for_a_snapshot, lagging_test) {
  auto const windows = broker.topic("statistics", "A", "1m");
  auto& peer = connect();
  co_await ask(peer, subscribe("statistics", R"(,"symbols":["A"],"interval":"1m")"));
  peer.wire->allow(0);
  for (int i = 0; i < 100; ++i) {
    publish(windows, latest_payload('"' + std::string(1'000, 'x') + '"', true));
    co_await settled();
  }
  peer.wire->allow(memory_wire::no_limit);
  co_await settled();
  BOOST_REQUIRE(peer.wire->closed_with());
  BOOST_TEST((peer.wire->closed_with()->code == close_code::slow_consumer));
}

BOOST_AUTO_TEST_SUITE_END()
