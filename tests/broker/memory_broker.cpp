#include "broker/broker_test.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>

using namespace runes;
using namespace std::chrono_literals;
using boost::test_tools::per_element;
using runes::test::broker_test;
using runes::test::code_of;
using runes::test::json_of;
using runes::test::listener;
using runes::test::words;

namespace {

/// Hears of new topics.
struct watcher final : detail::channel_watcher {
  void topic_added(std::shared_ptr<detail::topic> made) override { names.push_back(made->name()); }
  words names;
};

words names_of(std::vector<std::shared_ptr<detail::topic>> const& topics) {
  words names;
  for (auto const& t : topics) names.push_back(t->name());
  return names;
}

/// A publisher that has been started, and what became of it.
struct publishing {
  bool ended = false;
  std::optional<boost::system::error_code> failed;
  asio::cancellation_signal cancel;
};

struct pressure_test : broker_test {
  topic_ref const ticker = broker.topic("ticker", "A");

  /// Fills the inboxes of all loops that have subscribers.
  void fill() {
    for (int i = 0; i < static_cast<int>(inbox); ++i) {
      BOOST_REQUIRE((publish(ticker, i) == push_result::accepted));
    }
  }

  void begin(publishing& into, int number) {
    auto const at_end = [&into](std::exception_ptr failed) {
      into.ended = true;
      try {
        if (failed) std::rethrow_exception(failed);
      } catch (boost::system::system_error const& e) {
        into.failed = e.code();
      }
    };
    asio::co_spawn(context, broker.publish(ticker, latest_payload(std::to_string(number))),
                   asio::bind_cancellation_slot(into.cancel.slot(), at_end));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(memory_brokers)

// ---- bounded inboxes

COROUTINE_TEST(a_full_inbox_answers_backpressure, pressure_test) {
  listener const ear(ticker.share(), second);
  fill();
  BOOST_TEST((publish(ticker, 100) == push_result::backpressure));
  BOOST_TEST(ticker.seq() == inbox);  // nothing was published
  co_await settled();
  BOOST_TEST((publish(ticker, 100) == push_result::accepted));
  co_await settled();
  BOOST_TEST(ear.heard.size() == inbox + 1);
  BOOST_TEST(ear.whole);
}

COROUTINE_TEST(a_name_is_never_the_key_of_another_topic, broker_test) {
  broker.topic("orders", "A", {}, "me");
  BOOST_CHECK_THROW(broker.topic("orders", "A\rme"), std::invalid_argument);
  BOOST_TEST(!memory.find("orders", {"A\rme", "", ""}));
  BOOST_TEST(memory.find("orders", {"A", "", "me"}));
  co_return;
}

COROUTINE_TEST(a_topic_without_subscribers_fills_nothing, pressure_test) {
  for (int i = 0; i < 1'000; ++i) BOOST_REQUIRE((publish(ticker, i) == push_result::accepted));
  BOOST_TEST(ticker.seq() == 1'000u);
  co_return;
}

COROUTINE_TEST(a_publisher_waits_for_room_and_goes_on, pressure_test) {
  listener const ear(ticker.share(), first);
  fill();
  // It comes first on the strand, before the inbox is worked off.
  auto const code = co_await code_of(broker.publish(ticker, latest_payload("100")));
  BOOST_TEST(!code.has_value());
  co_await settled();
  BOOST_TEST(ear.heard.size() == inbox + 1);
  BOOST_TEST(ear.heard.back() == "8-9:100");
  BOOST_TEST(ear.whole);
}

COROUTINE_TEST(a_publisher_that_waits_can_be_cancelled, pressure_test) {
  listener const ear(ticker.share(), first);
  // The loop stands still as long as this coroutine does not wait: whoever publishes is started by
  // hand.
  publishing cancelled, goes_on;
  asio::post(context, [&] {
    fill();
    begin(cancelled, 100);
    begin(goes_on, 200);
    // co_spawn dispatches: both wait by now, and the inbox is still full.
    BOOST_TEST(!cancelled.ended);
    cancelled.cancel.emit(asio::cancellation_type::all);
  });
  co_await settled();
  BOOST_TEST(cancelled.ended);
  BOOST_TEST(cancelled.failed.has_value());
  BOOST_TEST(goes_on.ended);
  BOOST_TEST(!goes_on.failed.has_value());
  BOOST_TEST(ear.heard.size() == inbox + 1);
  BOOST_TEST(ear.heard.back() == "8-9:200");
}

COROUTINE_TEST(a_hundred_publishers_wait_and_all_get_through, pressure_test) {
  listener const ear(ticker.share(), first);
  std::vector<publishing> many(100);
  asio::post(context, [&] {
    fill();
    for (int i = 0; i < 100; ++i) begin(many[static_cast<std::size_t>(i)], 100 + i);
  });
  co_await settled();
  for (auto const& each : many) BOOST_TEST((each.ended && !each.failed));
  BOOST_TEST(ear.heard.size() == inbox + 100);
  BOOST_TEST(ear.whole);
}

// ---- all symbols

COROUTINE_TEST(all_symbols_those_that_come_later_too, broker_test) {
  broker.topic("ticker", "B");
  broker.topic("ticker", "A");
  broker.topic("trades", "A");
  auto const ears = std::make_shared<watcher>();
  auto const now = memory.find_all("ticker", {}, {}, ears, second.get());
  words const expected{"ticker.A", "ticker.B"};
  BOOST_TEST(names_of(now) == expected, per_element());
  broker.topic("ticker", "C");
  broker.topic("ticker", "A");      // there already
  broker.topic("trades", "C");      // another channel
  BOOST_TEST(ears->names.empty());  // on the strand, not in here
  co_await settled();
  BOOST_TEST(ears->names == words{"ticker.C"}, per_element());
  memory.unwatch("ticker", ears);
  broker.topic("ticker", "D");
  co_await settled();
  BOOST_TEST(ears->names.size() == 1u);
  BOOST_TEST(memory.find_all("bok", {}, {}, ears, second.get()).empty());
  memory.unwatch("bok", ears);
}

COROUTINE_TEST(all_symbols_of_one_window_or_account, broker_test) {
  broker.topic("statistics", "A", "1m");
  broker.topic("statistics", "A", "1h");
  broker.topic("orders", "A", {}, "me");
  broker.topic("orders", "A", {}, "you");
  auto const hours = std::make_shared<watcher>(), mine = std::make_shared<watcher>();
  BOOST_TEST(names_of(memory.find_all("statistics", "1h", {}, hours, first.get())) ==
                 words{"statistics.A.1h"},
             per_element());
  auto const orders = memory.find_all("orders", {}, "me", mine, first.get());
  BOOST_REQUIRE(orders.size() == 1u);
  BOOST_TEST(orders[0]->account() == "me");
  broker.topic("statistics", "B", "1m");
  broker.topic("statistics", "B", "1h");
  broker.topic("orders", "B", {}, "you");
  broker.topic("orders", "C", {}, "me");
  co_await settled();
  BOOST_TEST(hours->names == words{"statistics.B.1h"}, per_element());
  BOOST_TEST(mine->names == words{"orders.C"}, per_element());
}

COROUTINE_TEST(a_watcher_that_is_gone_is_not_called, broker_test) {
  auto ears = std::make_shared<watcher>();
  memory.find_all("ticker", {}, {}, ears, first.get());
  broker.topic("ticker", "A");
  ears.reset();  // between the word and its arrival
  co_await settled();
  broker.topic("ticker", "B");
  co_await settled();
}

// ---- many topics

COROUTINE_TEST(a_hundred_thousand_topics, broker_test) {
  constexpr int count = 100'000;
  std::vector<topic_ref> all;
  for (int i = 0; i < count; ++i) all.push_back(broker.topic("ticker", "S" + std::to_string(i)));
  auto const change = latest_payload("1");
  for (auto const& each : all) broker.try_publish(each, change);
  for (auto const& each : {all.front(), all[count / 2], all.back()}) {
    listener const ear(each.share(), first);
    publish(each, 2);
    co_await settled();
    BOOST_TEST(ear.heard == words{"1-2:2"}, per_element());
  }
  BOOST_TEST((broker.topic("ticker", "S77").share() == all[77].share()));
  BOOST_TEST(memory.find_all("ticker", {}, {}).size() == std::size_t{count});
}

// ---- raw topics

COROUTINE_TEST(raw_topics_have_no_envelope_and_no_snapshot, broker_test) {
  auto const raw = broker.raw_topic("chat");
  BOOST_TEST((broker.raw_topic("chat").share() == raw.share()));
  BOOST_TEST(raw.name() == "chat");
  publish(raw, raw_payload("before"));
  listener const ear(raw.share(), first);
  BOOST_TEST(!ear.start.snapshot);
  publish(raw, raw_payload("hello"));
  publish(raw, raw_payload("hello"));
  auto const bytes = broker.raw_topic("bytes", raw_options().binary());
  listener const other(bytes.share(), first);
  publish(bytes, raw_payload("x"));
  co_await settled();
  BOOST_REQUIRE(ear.frames.size() == 2u);
  BOOST_TEST(ear.frames[0]->bytes() == "\x81\x05hello");
  BOOST_REQUIRE(other.frames.size() == 1u);
  BOOST_TEST(other.frames[0]->bytes() == "\x82\x01x");
}

COROUTINE_TEST(a_paced_topic_holds_its_publishers_and_nobody_elses, broker_test) {
  auto const paced = broker.raw_topic("paced", raw_options().paced());
  auto const other = broker.raw_topic("other");
  listener const ear(paced.share(), first);
  paced.get().block();
  BOOST_TEST((publish(paced, raw_payload("1")) == push_result::backpressure));
  BOOST_TEST((publish(other, raw_payload("1")) == push_result::accepted));
  bool published = false;
  asio::co_spawn(context, broker.publish(paced, raw_payload("2")), [&](std::exception_ptr failed) {
    BOOST_TEST(!failed);
    published = true;
  });
  paced.get().block();  // a second subscriber
  co_await settled();
  BOOST_TEST(!published);
  paced.get().unblock();
  co_await settled();
  BOOST_TEST(!published);
  paced.get().unblock();
  co_await settled();
  BOOST_TEST(published);
  BOOST_TEST(ear.heard.size() == 1u);
}

// A subscriber blocks the topic when the loop's inbox is worked off: whoever waited for the inbox
// waits for it next.
COROUTINE_TEST(a_publisher_waits_first_for_the_loop_and_then_for_the_subscriber, broker_test) {
  auto const paced = broker.raw_topic("paced", raw_options().paced());
  struct slow final : detail::member {
    explicit slow(detail::topic& t) : of(t) {}
    void deliver(detail::update const&) override {
      if (++count == 1) of.block();
    }
    detail::topic& of;
    int count = 0;
  } who(paced.get());
  paced.get().join(who, *first);
  bool published = false;
  asio::post(context, [&] {
    for (std::size_t i = 0; i < inbox; ++i) publish(paced, raw_payload("1"));
    asio::co_spawn(context, broker.publish(paced, raw_payload("2")),
                   [&](std::exception_ptr failed) {
                     BOOST_TEST(!failed);
                     published = true;
                   });
  });
  co_await settled();
  BOOST_TEST(who.count == static_cast<int>(inbox));
  BOOST_TEST(!published);
  paced.get().unblock();
  co_await settled();
  BOOST_TEST(published);
  paced.get().leave(who, *first);
}

BOOST_AUTO_TEST_SUITE_END()
