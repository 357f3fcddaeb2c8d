#include "broker/broker_test.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

using namespace runes;
using namespace std::chrono_literals;
using boost::test_tools::per_element;
using runes::test::broker_test;
using runes::test::json_of;
using runes::test::listener;
using runes::test::words;

namespace {

instrument some_instrument() { return {"BTC-USD", "BTC", "USD", decimal(1, 2), decimal(1, 3)}; }

payload_ptr bid(std::int64_t price, std::int64_t quantity) {
  book_changes changes;
  changes.bids.push_back({decimal(price, 2), decimal(quantity, 3)});
  return book_payload(some_instrument(), changes);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(topics)

COROUTINE_TEST(changes_are_numbered_from_one, broker_test) {
  auto const ticker = broker.topic("ticker", "BTC-USD");
  BOOST_TEST(ticker.name() == "ticker.BTC-USD");
  BOOST_TEST(ticker.seq() == 0u);
  publish(ticker, 1);
  listener const ear(ticker.share(), first);
  BOOST_TEST(ear.start.seq == 1u);
  BOOST_TEST(json_of(ear.start.data) == "1");
  publish(ticker, 2);
  publish(ticker, 2);  // nothing changed
  publish(ticker, 3);
  co_await settled();
  words const expected{"1-2:2", "2-3:3"};
  BOOST_TEST(ear.heard == expected, per_element());
  BOOST_TEST(ticker.seq() == 3u);
}

COROUTINE_TEST(a_log_counts_its_entries, broker_test) {
  auto const trades = broker.topic("trades", "BTC-USD");
  listener const ear(trades.share(), first);
  std::vector<std::string> const three{"1", "2", "3"};
  publish(trades, log_payload(three));
  publish(trades, log_payload("4"));
  co_await settled();
  words const expected{"0-3:[1,2,3]", "3-4:[4]"};
  BOOST_TEST(ear.heard == expected, per_element());
}

COROUTINE_TEST(an_event_has_the_same_bytes_for_all_loops, broker_test) {
  auto const ticker = broker.topic("ticker", "BTC-USD");
  listener const one(ticker.share(), first), two(ticker.share(), second);
  BOOST_TEST(ticker.subscribers() == 2u);
  BOOST_TEST(one.start.snapshot == two.start.snapshot);
  publish(ticker, 1);
  co_await settled();
  BOOST_REQUIRE((one.frames.size() == 1 && two.frames.size() == 1));
  BOOST_TEST(one.frames[0] == two.frames[0]);
  BOOST_TEST(
      one.frames[0]->payload() ==
      R"({"event":"market","channel":"ticker","symbol":"BTC-USD","interval":"raw","type":"update","epoch":")" +
          one.start.epoch + R"(","seq":1,"prev":0,"ts":1700000000000000,"data":1})");
}

COROUTINE_TEST(a_snapshot_has_the_time_of_the_last_change, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto const time_of = [](listener const& ear) {
    std::string const text(ear.start.snapshot->payload());
    auto const at = text.find("\"ts\":") + 5;
    return text.substr(at, text.find(',', at) - at);
  };
  {
    listener const early(ticker.share(), first);
    BOOST_TEST(time_of(early) == "1700000000000000");  // nothing has changed yet: now
  }
  timestamp const then(std::chrono::microseconds(1'600'000'000'000'000));
  co_await broker.publish(ticker, latest_payload("1"), then);
  listener const late(ticker.share(), first);
  listener const derived(ticker.share()->derived(1s, 0, 7), first);
  BOOST_TEST(time_of(late) == "1600000000000000");
  BOOST_TEST(time_of(derived) == "1600000000000000");
}

COROUTINE_TEST(each_topic_has_an_epoch_of_its_own, broker_test) {
  auto const one = broker.topic("ticker", "A"), two = broker.topic("ticker", "B");
  BOOST_TEST(one.get().epoch() != two.get().epoch());
  BOOST_TEST(broker.topic("ticker", "A").share() == one.share());
  co_return;
}

COROUTINE_TEST(a_change_that_does_not_belong_leaves_all_as_it_was, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  publish(ticker, 1);
  listener const ear(ticker.share(), first);
  BOOST_CHECK_THROW(publish(ticker, log_payload("1")), error);
  auto const code = co_await test::code_of(broker.publish(ticker, log_payload("1")));
  BOOST_TEST((code == errc::internal));
  publish(ticker, 2);
  co_await settled();
  BOOST_TEST(ear.heard == words{"1-2:2"}, per_element());
}

COROUTINE_TEST(wrong_names_are_refused, broker_test) {
  auto const code = [this](auto... names) -> std::optional<errc> {
    try {
      broker.topic(names...);
      return {};
    } catch (error const& e) {
      return e.code();
    }
  };
  BOOST_TEST((code("bok", "A") == errc::unknown_channel));
  BOOST_TEST((code("ticker", "A", "1m") == errc::bad_options));
  BOOST_TEST((code("statistics", "A") == errc::bad_options));
  BOOST_TEST((code("statistics", "A", "2m") == errc::bad_options));
  BOOST_TEST((code("statistics", "A", "1m") == std::nullopt));
  BOOST_CHECK_THROW(broker.add_channel(channels::ticker()), std::invalid_argument);
  BOOST_CHECK_THROW(broker.add_channel(channel("", models::log())), std::invalid_argument);
  BOOST_TEST(broker.topic("statistics", "A", "1m").name() == "statistics.A.1m");
  co_return;
}

COROUTINE_TEST(accounts_and_windows_are_topics_of_their_own, broker_test) {
  auto const mine = broker.topic("orders", "A", {}, "me"),
             yours = broker.topic("orders", "A", {}, "you");
  BOOST_TEST((mine.share() != yours.share()));
  auto const minute = broker.topic("statistics", "A", "1m"),
             hour = broker.topic("statistics", "A", "1h");
  BOOST_TEST((minute.share() != hour.share()));
  co_return;
}

COROUTINE_TEST(one_who_leaves_hears_no_more, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  listener one(ticker.share(), first), two(ticker.share(), first), three(ticker.share(), first);
  publish(ticker, 1);
  co_await settled();
  one.leave();
  publish(ticker, 2);
  co_await settled();
  BOOST_TEST(one.heard.size() == 1u);
  BOOST_TEST(two.heard.size() == 2u);
  BOOST_TEST(three.heard.size() == 2u);
  BOOST_TEST(ticker.subscribers() == 2u);
}

// What is in the inbox when somebody joins is in the snapshot already.
COROUTINE_TEST(one_who_joins_behind_a_publisher_passes_over_what_it_has, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  listener const early(ticker.share(), first);
  publish(ticker, 1);
  listener const late(ticker.share(), first);
  publish(ticker, 2);
  co_await settled();
  BOOST_TEST(json_of(late.start.data) == "1");
  BOOST_TEST(late.heard == words{"1-2:2"}, per_element());
  BOOST_TEST(late.whole);
  BOOST_TEST(early.heard.size() == 2u);
}

// ---- derived topics

COROUTINE_TEST(an_interval_lets_the_first_change_pass_and_collects_the_next, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto const slow = ticker.get().derived(100ms, 0, memory.new_epoch());
  BOOST_TEST(slow->name() == "ticker.A.100ms");
  BOOST_TEST((ticker.get().derived(100ms, 0, memory.new_epoch()) == slow));
  BOOST_TEST((ticker.get().derived(0ms, 0, memory.new_epoch()) == ticker.share()));
  listener const ear(slow, first);
  BOOST_TEST(ticker.subscribers() == 1u);
  publish(ticker, 1);
  co_await settled();
  BOOST_TEST(ear.heard == words{"0-1:1"}, per_element());
  publish(ticker, 2);
  publish(ticker, 3);
  co_await pass(99ms);
  BOOST_TEST(ear.heard.size() == 1u);
  publish(ticker, 4);
  co_await pass(1ms);
  words const expected{"0-1:1", "1-2:4"};
  BOOST_TEST(ear.heard == expected, per_element());
  co_await pass(1s);
  BOOST_TEST(ear.heard.size() == 2u);  // nothing new, nothing sent
  BOOST_TEST(slow->seq() == 2u);
  BOOST_TEST(ticker.seq() == 4u);
  publish(ticker, 5);
  co_await settled();
  BOOST_TEST(ear.heard.back() == "2-3:5");  // quiet for long enough: at once
}

COROUTINE_TEST(what_came_back_to_where_it_was_is_not_sent, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto const slow = ticker.get().derived(100ms, 0, memory.new_epoch());
  listener const ear(slow, first);
  publish(ticker, 1);
  co_await settled();
  publish(ticker, 2);
  publish(ticker, 1);
  co_await pass(100ms);
  BOOST_TEST(ear.heard.size() == 1u);
}

COROUTINE_TEST(a_depth_shows_the_best_levels_only, broker_test) {
  auto const book = broker.topic("orderbook", "BTC-USD");
  publish(book, bid(100, 1));
  publish(book, bid(99, 1));
  publish(book, bid(98, 1));
  auto const top = book.get().derived(0ms, 2, memory.new_epoch());
  BOOST_TEST(top->name() == "orderbook.BTC-USD.raw.2");
  listener const ear(top, first);
  BOOST_TEST(json_of(ear.start.data)
                 .starts_with(R"({"bids":[["1.00","0.001"],["0.99","0.001"]],"asks":[])"));
  publish(book, bid(97, 1));  // below
  publish(book, bid(98, 2));  // below
  co_await settled();
  BOOST_TEST(ear.heard.empty());
  publish(book, bid(99, 0));
  co_await settled();
  BOOST_REQUIRE(ear.heard.size() == 1u);
  BOOST_TEST(ear.heard[0].find(R"(["0.99","0.000"])") != std::string::npos);
  BOOST_TEST(ear.heard[0].find(R"(["0.98","0.002"])") != std::string::npos);
  publish(book, bid(101, 5));
  co_await settled();
  BOOST_REQUIRE(ear.heard.size() == 2u);
  BOOST_TEST(ear.heard[1].find(R"(["0.98","0.000"])") != std::string::npos);  // pushed out
  BOOST_TEST(ear.whole);
}

COROUTINE_TEST(interval_and_depth_together, broker_test) {
  auto const book = broker.topic("orderbook", "BTC-USD");
  publish(book, bid(100, 1));
  auto const both = book.get().derived(100ms, 1, memory.new_epoch());
  BOOST_TEST(both->name() == "orderbook.BTC-USD.100ms.1");
  listener const ear(both, second);
  publish(book, bid(101, 1));
  co_await settled();
  BOOST_TEST(ear.heard.size() == 1u);
  publish(book, bid(102, 1));
  publish(book, bid(103, 7));
  co_await pass(100ms);
  BOOST_REQUIRE(ear.heard.size() == 2u);
  BOOST_TEST(ear.heard[1].starts_with(R"(1-2:{"bids":[["1.03","0.007"],["1.01","0.000"]])"),
             ear.heard[1]);
}

COROUTINE_TEST(a_derived_book_may_come_before_the_first_change, broker_test) {
  for (unsigned const depth : {0u, 2u}) {
    auto const book = broker.topic("orderbook", depth == 0 ? "A" : "B");
    listener const ear(book.get().derived(100ms, depth, memory.new_epoch()), first);
    publish(book, bid(100, 1));  // with decimals that an empty book doesn't have
    co_await pass(100ms);
    BOOST_REQUIRE(ear.heard.size() == 1u);
    BOOST_TEST(ear.heard[0].starts_with(R"(0-1:{"bids":[["1.00","0.001"]])"), ear.heard[0]);
  }
}

COROUTINE_TEST(a_derived_topic_goes_with_its_last_subscriber, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  std::weak_ptr<detail::topic> gone;
  {
    auto slow = ticker.get().derived(100ms, 0, memory.new_epoch());
    gone = slow;
    listener one(slow, first), two(slow, second);
    slow.reset();
    publish(ticker, 1);
    co_await settled();
    publish(ticker, 2);
    co_await settled();
    one.leave();
    BOOST_TEST(!gone.expired());
    two.leave();
  }
  co_await pass(100ms);
  BOOST_TEST(gone.expired());
  BOOST_TEST(ticker.subscribers() == 0u);
}

COROUTINE_TEST(a_derived_topic_that_comes_back_is_right_again, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  publish(ticker, 1);
  std::string epoch;
  {
    listener const ear(ticker.get().derived(100ms, 0, memory.new_epoch()), first);
    epoch = ear.start.epoch;
    publish(ticker, 2);
    co_await settled();
    publish(ticker, 3);
    co_await settled();
  }
  publish(ticker, 4);
  listener const ear(ticker.get().derived(100ms, 0, memory.new_epoch()), first);
  BOOST_TEST(json_of(ear.start.data) == "4");
  BOOST_TEST(ear.start.epoch != epoch);
  publish(ticker, 5);
  co_await pass(100ms);
  BOOST_TEST(ear.heard == words{"0-1:5"}, per_element());
}

// Somebody was given it, and its last subscriber left before that one joined.
COROUTINE_TEST(a_derived_topic_without_subscribers_catches_up_when_one_joins, broker_test) {
  for (unsigned const depth : {0u, 1u}) {
    auto const book = broker.topic("orderbook", depth == 0 ? "A" : "B");
    publish(book, bid(100, 1));
    auto const held = book.get().derived(100ms, depth, memory.new_epoch());
    std::uint64_t before = 0;
    {
      listener const ear(held, first);
      publish(book, bid(101, 1));
      co_await settled();
      publish(book, bid(102, 1));  // pending when it leaves
      co_await settled();
      before = ear.seq;
    }
    publish(book, bid(103, 1));
    listener const ear(held, second);
    auto const snapshot = json_of(ear.start.data);
    BOOST_TEST(snapshot.starts_with(depth == 0 ? R"({"bids":[["1.03","0.001"],["1.02","0.001"],)"
                                               : R"({"bids":[["1.03","0.001"]],)"),
               snapshot);
    BOOST_TEST(ear.start.seq > before);  // never the number of another state
    publish(book, bid(103, 9));
    co_await pass(100ms);
    BOOST_REQUIRE(ear.heard.size() == 1u);
    BOOST_TEST(ear.heard[0].find(R"("bids":[["1.03","0.009"]])") != std::string::npos,
               ear.heard[0]);
    BOOST_TEST(ear.whole);
  }
}

BOOST_AUTO_TEST_SUITE_END()
