// The broker's end: nobody waits for it for ever, and what outlives it stands on nothing.
#include "broker/broker_test.hpp"

#include <runes/error.hpp>

#include <boost/asio/detached.hpp>

using namespace runes;
using runes::test::broker_test;
using runes::test::code_of;
using runes::test::json_of;

namespace {

struct closing_test : broker_test {
  std::optional<errc> ended;
  bool over = false;

  awaitable<> note(awaitable<> publishing) {
    ended = co_await code_of(std::move(publishing));
    over = true;
  }
  void begin(awaitable<> publishing) {
    asio::co_spawn(context, note(std::move(publishing)), asio::detached);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(closing)

COROUTINE_TEST(a_publisher_that_waits_is_told, closing_test) {
  auto const ticker = broker.topic("ticker", "A");
  test::listener const ear(ticker.share(), first);
  for (int i = 0; i < 8; ++i) publish(ticker, i);
  begin(broker.publish(ticker, latest_payload("9")));
  memory.close();
  co_await settled();
  BOOST_TEST(over);
  BOOST_TEST((ended == errc::closed));
  BOOST_TEST(ticker.seq() == 8u);
}

COROUTINE_TEST(one_that_comes_later_is_told, closing_test) {
  auto const ticker = broker.topic("ticker", "A");
  memory.close();
  memory.close();
  begin(broker.publish(ticker, latest_payload("1")));
  co_await settled();
  BOOST_TEST((ended == errc::closed));
  BOOST_TEST((publish(ticker, 1) == push_result::dropped));
  BOOST_TEST(ticker.seq() == 0u);
}

COROUTINE_TEST(the_publisher_of_a_paced_topic_is_told, closing_test) {
  auto const paced = broker.raw_topic("paced", raw_options().paced());
  paced.get().block();
  begin(broker.publish(paced, raw_payload("x")));
  co_await settled();
  BOOST_TEST(!over);
  memory.close();
  co_await settled();
  BOOST_TEST((ended == errc::closed));
  paced.get().unblock();
}

COROUTINE_TEST(a_subscription_ends_behind_what_it_has, closing_test) {
  auto const ticker = broker.topic("ticker", "A");
  publish(ticker, 1);
  auto stream = co_await broker.subscribe(topic_query("ticker", "A"));
  publish(ticker, 2);
  co_await settled();
  memory.close();
  auto const snapshot = co_await stream.next();
  auto const last = co_await stream.next();
  BOOST_REQUIRE((snapshot && last));
  BOOST_TEST(json_of(last->data) == "2");
  BOOST_TEST(!(co_await stream.next()).has_value());
  auto const code = co_await code_of(broker.subscribe(topic_query("ticker", "A")));
  BOOST_TEST((code == errc::closed));
}

COROUTINE_TEST(a_subscription_that_waits_ends, closing_test) {
  broker.topic("ticker", "A");
  auto stream = co_await broker.subscribe(topic_query("ticker", "A"));
  co_await stream.next();
  bool empty = false;
  auto const wait = [&]() -> awaitable<> { empty = !(co_await stream.next()).has_value(); };
  asio::co_spawn(context, wait, asio::detached);
  co_await settled();
  memory.close();
  co_await settled();
  BOOST_TEST(empty);
}

BOOST_AUTO_TEST_CASE(a_retired_shard_drops_updates_and_acts_at_once) {
  asio::io_context context{1};
  auto const on = std::make_shared<detail::shard>(detail::loop::make(context.get_executor()), 0, 8);
  int acted = 0;
  on->run([&] { ++acted; });
  on->retire();
  BOOST_TEST(acted == 0);
  on->run([&] { ++acted; });
  BOOST_TEST(acted == 1);
  context.poll();
  BOOST_TEST(acted == 1);
}

BOOST_AUTO_TEST_SUITE_END()
