// Peers that do not read: what each policy owes them, and what passes all the same.
#include "session/session_test.hpp"

#include <runes/order_book.hpp>

#include <random>

#include "protocol/market_codec.hpp"

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::connection;
using runes::test::memory_wire;
using runes::test::session_test;
using runes::test::subscribe;
namespace json = boost::json;

namespace {

instrument some_instrument() { return {"A", "A", "USD", decimal(1, 2), decimal(1, 3)}; }

/// A subscriber's book, which believes the wire only.
struct book_reader {
  order_book book{2, 3};
  std::uint64_t seq = 0;
  std::size_t merged = 0;  ///< updates that span several numbers

  void read(json::value const& said) {
    book_changes changes;
    detail::decode(said.at("data"), changes);
    if (said.at("type") == "snapshot") {
      book.clear();
    } else {
      BOOST_TEST(at(said, "/prev") == std::to_string(seq));
    }
    book.apply(changes);
    auto const now = said.at("seq").to_number<std::uint64_t>();
    merged += said.at("type") == "update" && now > seq + 1 ? 1 : 0;
    seq = now;
    BOOST_TEST(book.checksum() == changes.checksum);
  }
};

struct slow_test : session_test {
  slow_test() {
    config.limits.max_outbox_bytes = 4'000;
    config.timeouts.ping = 0ms;
    config.rate_limit.max_requests_per_minute = 0;
  }
  static bool same(order_book const& one, order_book const& other) {
    return std::ranges::equal(one.levels(side::buy), other.levels(side::buy)) &&
           std::ranges::equal(one.levels(side::sell), other.levels(side::sell));
  }
  awaitable<> publish_all(topic_ref to, payload_ptr change, int times) {
    while (times-- > 0) {
      publish(to, change);
      co_await settled();
    }
  }
};

payload_ptr order(int number) {
  std::vector<keyed_entry> entries(1);
  entries[0].key = "1";
  entries[0].json = R"({"orderId":1,"state":)" + std::to_string(number) + R"(,"note":")" +
                    std::string(200, 'x') + "\"}";
  return keyed_payload(std::move(entries));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slow_consumers)

// The socket takes now and then a few bytes; in the end the book is what everybody else's is.
COROUTINE_TEST(a_conflated_book_is_whole_whenever_it_is_heard, slow_test) {
  auto const book = broker.topic("orderbook", "A");
  for (unsigned seed = 1; seed <= 5; ++seed) {
    auto &slow = connect(), &quick = connect();
    co_await ask(slow, subscribe("orderbook"));
    co_await ask(quick, subscribe("orderbook"));
    slow.wire->allow(0);
    std::mt19937 random(seed);
    book_reader late, right;
    for (int i = 0; i < 400; ++i) {
      book_changes changes;
      for (int n = 0; n < 3; ++n) {
        auto& side = random() % 2 ? changes.bids : changes.asks;
        auto const price =
            static_cast<std::int64_t>((&side == &changes.bids ? 900 : 1'000) + random() % 60);
        side.push_back({decimal(price, 2), decimal(static_cast<std::int64_t>(random() % 4), 3)});
      }
      publish(book, book_payload(some_instrument(), changes));
      if (random() % 4 == 0 || i % 5 == 0) co_await settled();
      if (random() % 20 == 0) slow.wire->allow(random() % 3'000);
    }
    co_await settled();
    slow.wire->allow(memory_wire::no_limit);
    co_await settled();
    for (auto const& said : slow.rest()) late.read(said);
    for (auto const& said : quick.rest()) right.read(said);
    BOOST_TEST(right.merged == 0u);
    BOOST_TEST(late.merged > 0u);
    BOOST_TEST(late.seq == right.seq);
    BOOST_TEST(same(late.book, right.book));
    BOOST_TEST(late.seq == book.seq());
    slow.wire->reset();
    quick.wire->reset();
    co_await settled();
  }
  BOOST_TEST(home->counters().events_merged.get() > 0u);
}

COROUTINE_TEST(a_conflated_ticker_is_the_latest, slow_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker"));
  peer.rest();
  peer.wire->allow(0);
  for (int i = 1; i <= 500; ++i) {
    publish(ticker, i);
    if (i % 10 == 0) co_await settled();
  }
  peer.wire->allow(memory_wire::no_limit);
  co_await settled();
  auto const heard = peer.rest();
  std::string seq = "0";
  for (auto const& each : heard) {
    BOOST_TEST(at(each, "/prev") == seq);
    seq = at(each, "/seq");
  }
  BOOST_TEST(seq == "500");
  BOOST_TEST(at(heard.back(), "/data") == "500");
  BOOST_TEST(heard.size() < 100u);
}

COROUTINE_TEST(under_gap_what_was_dropped_is_named, slow_test) {
  auto const trades = broker.topic("trades", "A");
  auto& peer = connect();
  co_await ask(peer, subscribe("trades"));
  peer.rest();
  peer.wire->allow(0);
  auto const entry = log_payload('"' + std::string(1'000, 'x') + '"');
  co_await publish_all(trades, entry, 200);
  peer.wire->allow(memory_wire::no_limit);
  co_await settled();
  std::uint64_t seq = 0, gaps = 0;
  for (auto const& each : peer.rest()) {
    if (at(each, "/event") == R"("gap")") {
      ++gaps;
      BOOST_TEST(at(each, "/from") == std::to_string(seq + 1));
      BOOST_TEST(at(each, "/channel") == R"("trades")");
      seq = each.at("to").to_number<std::uint64_t>();
    } else {
      BOOST_TEST(at(each, "/prev") == std::to_string(seq));
      seq = each.at("seq").to_number<std::uint64_t>();
    }
  }
  BOOST_TEST(gaps == 1u);
  BOOST_TEST(seq == 200u);
  publish(trades, entry);
  co_await settled();
  auto const next = peer.next();
  BOOST_TEST(at(next, "/prev") == "200");
}

COROUTINE_TEST(under_disconnect_the_connection_goes, slow_test) {
  auto const orders = broker.topic("ticker", "A");
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker", R"(,"symbols":["A"],"overflow":"disconnect")"));
  auto& other = connect();
  co_await ask(other, subscribe("ticker"));
  peer.wire->allow(0);
  for (int i = 1; i <= 100; ++i) {
    publish(orders, i);
    co_await settled();
  }
  BOOST_TEST(!peer.session.lock()->is_open());
  BOOST_TEST(home->counters().slow_consumers.get() == 1u);
  peer.wire->allow(memory_wire::no_limit);
  co_await settled();
  BOOST_REQUIRE(peer.ended.has_value());
  BOOST_TEST((peer.ended->code == close_code::slow_consumer));
  BOOST_TEST((peer.wire->closed_with()->code == close_code::slow_consumer));
  BOOST_TEST(orders.subscribers() == 1u);  // the other one
  BOOST_TEST(!other.ended.has_value());
}

COROUTINE_TEST(a_peer_that_never_reads_its_close_is_cut_off, slow_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker", R"(,"symbols":["A"],"overflow":"disconnect")"));
  peer.wire->allow(0);
  for (int i = 1; i <= 100; ++i) {
    publish(ticker, i);
    co_await settled();
  }
  co_await pass(config.timeouts.close - 1ms);
  BOOST_TEST(!peer.ended.has_value());
  co_await pass(1ms);
  BOOST_REQUIRE(peer.ended.has_value());
  BOOST_TEST((peer.ended->code == close_code::slow_consumer));
  BOOST_TEST(peer.wire->aborted());
  BOOST_TEST(ticker.subscribers() == 0u);
}

COROUTINE_TEST(replies_and_heartbeats_pass_a_full_outbox, slow_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto& peer = connect();
  co_await ask(peer, R"({"id":1,"op":"hello","heartbeatMs":1000})");
  co_await ask(peer, subscribe("ticker"));
  peer.rest();
  peer.wire->allow(0);
  for (int i = 1; i <= 100; ++i) {
    publish(ticker, i);
    co_await settled();
  }
  auto const full = peer.session.lock()->queued_bytes();
  peer.wire->say(R"({"id":7,"op":"ping"})");
  co_await pass(1s);
  BOOST_TEST(peer.session.lock()->queued_bytes() > full);
  peer.wire->allow(memory_wire::no_limit);
  co_await settled();
  bool replied = false, beat = false;
  std::uint64_t heads = 0, before = 0;
  for (auto const& each : peer.rest()) {
    replied = replied || at(each, "/id") == "7";
    if (at(each, "/event") == R"("heartbeat")") {
      beat = true;
      heads = each.at("heads").at("ticker.A").at("seq").to_number<std::uint64_t>();
      BOOST_TEST(heads == before);  // what it has heard, not what it is still owed: that is no loss
    } else if (auto const* seq = each.as_object().if_contains("seq")) {
      before = seq->to_number<std::uint64_t>();
    }
  }
  BOOST_TEST(replied);
  BOOST_TEST(beat);
  BOOST_TEST(before == 100u);
}

COROUTINE_TEST(a_peer_that_asks_and_never_reads_is_cut_off, slow_test) {
  auto& peer = connect();
  co_await settled();
  peer.wire->allow(0);
  std::string const payload(1'000, 'x');
  for (int i = 0; i < 1'000 && !peer.ended; ++i) {
    peer.wire->say(R"({"id":1,"op":"ping","payload":")" + payload + "\"}");
    co_await settled();
  }
  BOOST_REQUIRE(peer.ended.has_value());
  BOOST_TEST(peer.wire->aborted());
}

COROUTINE_TEST(a_snapshot_without_room_comes_later_and_is_newer, slow_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto const big = broker.topic("ticker", "B");
  publish(big, latest_payload('"' + std::string(3'500, 'x') + '"'));
  publish(ticker, latest_payload('"' + std::string(3'000, 'y') + '"'));
  auto& peer = connect();
  co_await settled();
  peer.wire->allow(0);
  peer.wire->say(subscribe("ticker", R"(,"symbols":["B","A"])"));
  co_await settled();
  publish(ticker, 2);
  co_await settled();
  publish(ticker, 3);
  co_await settled();
  peer.wire->allow(memory_wire::no_limit);
  co_await settled();
  publish(ticker, 4);
  co_await settled();
  auto const heard = peer.rest();
  BOOST_REQUIRE(heard.size() == 4u);
  BOOST_TEST(at(heard[1], "/symbol") == R"("B")");
  BOOST_TEST(at(heard[2], "/type") == R"("snapshot")");
  BOOST_TEST(at(heard[2], "/data") == "3");
  BOOST_TEST(at(heard[2], "/seq") == "3");
  BOOST_TEST(at(heard[3], "/prev") == "3");
  BOOST_TEST(ticker.subscribers() == 1u);
}

COROUTINE_TEST(one_that_fell_behind_may_unsubscribe, slow_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker"));
  peer.wire->allow(0);
  for (int i = 1; i <= 100; ++i) {
    publish(ticker, i);
    co_await settled();
  }
  peer.wire->say(R"({"id":2,"op":"unsubscribe","channel":"ticker"})");
  co_await settled();
  peer.wire->allow(memory_wire::no_limit);
  co_await settled();
  auto const heard = peer.rest();
  BOOST_TEST(at(heard.back(), "/ok/unsubscribed") == "1");
  BOOST_TEST(ticker.subscribers() == 0u);
}

COROUTINE_TEST(account_channels_take_no_laxer_policy, slow_test) {
  // What an account owns is never dropped: 'orders' disconnects.
  broker.topic("orders", "A", {}, "me");
  struct friendly final : handler {
    awaitable<identity> authenticate(session&, credentials const&) override {
      identity who;
      who.account = "me";
      co_return who;
    }
  };
  auto& peer = connect(std::make_shared<friendly>());
  co_await ask(peer, R"({"id":1,"op":"auth","token":"t"})");
  auto const laxer = co_await ask(peer, subscribe("orders", R"(,"overflow":"gap")"));
  BOOST_TEST(at(laxer, "/error/code") == "4001");
  co_await ask(peer, subscribe("orders", ""));
  peer.wire->allow(0);
  auto const orders = broker.topic("orders", "A", {}, "me");
  for (int i = 0; i < 30; ++i) {
    publish(orders, order(i));
    co_await settled();
  }
  BOOST_TEST(!peer.session.lock()->is_open());
}

BOOST_AUTO_TEST_SUITE_END()
