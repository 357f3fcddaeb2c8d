// broker::subscribe(): in-process subscribers.
#include "broker/broker_test.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace runes;
using namespace std::chrono_literals;
using boost::test_tools::per_element;
using runes::test::broker_test;
using runes::test::code_of;
using runes::test::json_of;
using runes::test::words;

namespace {

std::string text_of(broker_event const& e) {
  auto const numbers = std::to_string(e.prev) + "-" + std::to_string(e.seq);
  switch (e.what) {
    case broker_event::kind::gap:
      return "gap " + numbers;
    case broker_event::kind::snapshot:
      return "snapshot " + std::to_string(e.seq) + ":" + json_of(e.data);
    case broker_event::kind::update:
      break;
  }
  return numbers + ":" + json_of(e.data);
}

struct subscriber_test : broker_test {
  words heard;
  bool ended = false;
  asio::cancellation_signal cancel;

  awaitable<> read(broker_subscription& from, std::size_t count) {
    while (count-- > 0) {
      auto const event = co_await from.next();
      if (!event) {
        ended = true;
        break;
      }
      heard.push_back(text_of(*event));
    }
  }
  /// Reads in the background until the end.
  void read_on(broker_subscription& from) {
    asio::co_spawn(context, read(from, 1'000'000),
                   asio::bind_cancellation_slot(
                       cancel.slot(), [](std::exception_ptr failed) { BOOST_TEST(!failed); }));
  }
  /// Publishes numbers, letting the loop take in each.
  awaitable<> publish_all(topic_ref to, int from, int end) {
    for (int i = from; i < end; ++i) {
      publish(to, i);
      co_await settled();
    }
  }
};

topic_query query(std::string channel, std::size_t queue) {
  topic_query q(std::move(channel), "A");
  q.queue(queue);
  return q;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(broker_subscriptions)

COROUTINE_TEST(a_snapshot_and_then_updates, subscriber_test) {
  auto const ticker = broker.topic("ticker", "A");
  publish(ticker, 1);
  auto sub = co_await broker.subscribe(query("ticker", 10));
  BOOST_TEST(ticker.subscribers() == 1u);
  publish(ticker, 2);
  publish(ticker, 3);
  co_await read(sub, 3);
  words const expected{"snapshot 1:1", "1-2:2", "2-3:3"};
  BOOST_TEST(heard == expected, per_element());
}

COROUTINE_TEST(an_update_wakes_the_one_that_waits, subscriber_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto sub = co_await broker.subscribe(query("ticker", 10));
  read_on(sub);
  co_await settled();
  BOOST_TEST(heard.size() == 1u);
  publish(ticker, 1);
  co_await settled();
  BOOST_TEST(heard.back() == "0-1:1");
  cancel.emit(asio::cancellation_type::all);
  co_await settled();
  BOOST_TEST(ended);
}

COROUTINE_TEST(destroying_it_leaves_the_topic, subscriber_test) {
  auto const ticker = broker.topic("ticker", "A");
  {
    auto sub = co_await broker.subscribe(query("ticker", 10));
    auto moved = std::move(sub);
    BOOST_TEST(ticker.subscribers() == 1u);
  }
  co_await settled();
  BOOST_TEST(ticker.subscribers() == 0u);
  auto one = co_await broker.subscribe(query("ticker", 10));
  auto other = co_await broker.subscribe(query("ticker", 10));
  BOOST_TEST(ticker.subscribers() == 2u);
  one = std::move(other);
  co_await settled();
  BOOST_TEST(ticker.subscribers() == 1u);
}

COROUTINE_TEST(wrong_queries_are_refused, subscriber_test) {
  broker.topic("ticker", "A");
  broker.topic("trades", "A");
  broker.topic("statistics", "A", "1m");
  auto const code = [this](topic_query q) { return code_of(broker.subscribe(std::move(q))); };
  topic_query bad_symbol("ticker", "B"),
      bad_interval = query("ticker", 1), no_interval = query("trades", 1),
      no_depth = query("ticker", 1), no_window = query("statistics", 1),
      right = query("statistics", 1);
  bad_interval.interval("often");
  no_interval.interval("1s");
  no_depth.depth(5);
  no_window.interval("1h");
  right.interval("1m");
  auto const a = co_await code(query("bok", 1));
  auto const b = co_await code(bad_symbol);
  auto const c = co_await code(bad_interval);
  auto const d = co_await code(no_interval);
  auto const e = co_await code(no_depth);
  auto const f = co_await code(no_window);
  auto const g = co_await code(right);
  BOOST_TEST((a == errc::unknown_channel));
  BOOST_TEST((b == errc::unknown_symbol));
  BOOST_TEST((c == errc::bad_options));
  BOOST_TEST((d == errc::bad_options));
  BOOST_TEST((e == errc::bad_options));
  BOOST_TEST((f == errc::unknown_symbol));
  BOOST_TEST(!g.has_value());
}

COROUTINE_TEST(a_derived_topic_lives_as_long_as_its_subscription, subscriber_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto q = query("ticker", 10);
  q.interval("100ms");
  {
    auto sub = co_await broker.subscribe(q);
    co_await publish_all(ticker, 1, 4);
    co_await pass(100ms);
    co_await read(sub, 3);
    words const expected{"snapshot 0:null", "0-1:1", "1-2:3"};
    BOOST_TEST(heard == expected, per_element());
  }
  co_await settled();
  BOOST_TEST(ticker.subscribers() == 0u);
}

// ---- slow ones

COROUTINE_TEST(a_slow_one_gets_merged_state, subscriber_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto sub = co_await broker.subscribe(query("ticker", 2));  // the snapshot and one more
  co_await publish_all(ticker, 1, 8);
  co_await read(sub, 3);
  words const expected{"snapshot 0:null", "0-1:1", "1-7:7"};
  BOOST_TEST(heard == expected, per_element());
  co_await publish_all(ticker, 8, 10);
  co_await read(sub, 2);
  BOOST_TEST(heard[3] == "7-8:8");  // single ones again
  BOOST_TEST(heard[4] == "8-9:9");
}

COROUTINE_TEST(a_slow_one_of_a_log_is_told_what_it_missed, subscriber_test) {
  auto const trades = broker.topic("trades", "A");
  auto sub = co_await broker.subscribe(query("trades", 1));
  auto const entry = log_payload('"' + std::string(1'000, 'x') + '"');
  for (int i = 0; i < 200; ++i) {
    publish(trades, entry);
    co_await settled();
  }
  co_await read(sub, 1);
  BOOST_TEST(heard[0] == "snapshot 0:[]");
  auto const gap = co_await sub.next();
  BOOST_REQUIRE(gap.has_value());
  BOOST_TEST((gap->what == broker_event::kind::gap));
  BOOST_TEST(!gap->data);
  BOOST_TEST(gap->prev == 0u);
  BOOST_TEST(gap->seq > 100u);
  auto seq = gap->seq;
  while (seq < 200) {
    auto const next = co_await sub.next();
    BOOST_REQUIRE(next.has_value());
    BOOST_TEST(next->prev == seq);
    seq = next->seq;
  }
  publish(trades, entry);
  auto const last = co_await sub.next();
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST(last->prev == 200u);
}

COROUTINE_TEST(a_slow_one_of_orders_is_cut_off_behind_what_it_was_sent, subscriber_test) {
  auto const orders = broker.topic("orders", "A", {}, "me");
  auto q = query("orders", 2);
  q.account("me");
  auto sub = co_await broker.subscribe(q);
  for (int i = 0; i < 4; ++i) {
    std::vector<keyed_entry> entries(1);
    entries[0].key = entries[0].json = std::to_string(i);
    publish(orders, keyed_payload(std::move(entries)));
    co_await settled();
  }
  co_await read(sub, 10);
  words const expected{"snapshot 0:[]", "0-1:[0]"};
  BOOST_TEST(heard == expected, per_element());
  BOOST_TEST(ended);
}

BOOST_AUTO_TEST_SUITE_END()
