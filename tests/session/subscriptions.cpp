#include "session/session_test.hpp"

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::connection;
using runes::test::session_test;
using runes::test::subscribe;
namespace json = boost::json;

namespace {

/// Refuses channels, slowly or not.
struct doorman final : handler {
  std::string refuse;
  std::function<awaitable<>()> meanwhile;
  std::vector<std::string> ended;

  awaitable<> on_subscribe(session&, subscription_request const& wanted) override {
    if (meanwhile) co_await meanwhile();
    if (wanted.channel == refuse) throw error(errc::forbidden, "not for you");
  }
  awaitable<> on_unsubscribe(session&, subscription_request const& over) override {
    ended.push_back(over.channel);
    if (over.channel == refuse) throw error(errc::forbidden, "stay");
    co_return;
  }
};

struct subscriptions_test : session_test {
  topic_ref const a = broker.topic("ticker", "A"), b = broker.topic("ticker", "B");
  topic_ref const book = broker.topic("orderbook", "A");
};

std::string unsubscribe(std::string_view channel, std::string_view more = "") {
  return R"({"id":2,"op":"unsubscribe","channel":")" + std::string(channel) + '"' +
         std::string(more) + "}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(subscriptions)

COROUTINE_TEST(the_reply_comes_first_then_the_snapshot_then_updates, subscriptions_test) {
  publish(a, 1);
  auto& peer = connect();
  co_await settled();
  peer.wire->say(subscribe("ticker"));
  publish(a, 2);  // before it is carried out
  co_await settled();
  publish(a, 3);
  publish(a, 4);
  co_await settled();
  auto const heard = peer.rest();
  BOOST_REQUIRE(heard.size() == 4u);
  auto const epoch = at(heard[0], "/ok/subscriptions/0/epoch");
  BOOST_TEST(
      json::serialize(heard[0]) ==
      R"({"id":1,"ok":{"subscriptions":[{"symbol":"A","topic":"ticker.A","interval":"raw","depth":0,"epoch":)" +
          epoch + R"(,"seq":2,"recovered":false}]}})");
  BOOST_TEST(
      json::serialize(heard[1]) ==
      R"({"event":"market","channel":"ticker","symbol":"A","interval":"raw","type":"snapshot","epoch":)" +
          epoch + R"(,"seq":2,"ts":1700000000000000,"data":2})");
  BOOST_TEST(at(heard[2], "/prev") == "2");
  BOOST_TEST(at(heard[2], "/seq") == "3");
  BOOST_TEST(at(heard[3], "/data") == "4");
  BOOST_TEST(a.subscribers() == 1u);
}

COROUTINE_TEST(one_bad_symbol_does_not_fail_the_others, subscriptions_test) {
  auto& peer = connect();
  auto const answer = co_await ask(peer, subscribe("ticker", R"(,"symbols":["A","X","B","A"])"));
  BOOST_TEST(at(answer, "/ok/subscriptions/0/symbol") == R"("A")");
  BOOST_TEST(at(answer, "/ok/subscriptions/0/recovered") == "false");
  BOOST_TEST(at(answer, "/ok/subscriptions/1/symbol") == R"("X")");
  BOOST_TEST(at(answer, "/ok/subscriptions/1/error/code") == "4003");
  BOOST_TEST(at(answer, "/ok/subscriptions/2/symbol") == R"("B")");
  BOOST_TEST(at(answer, "/ok/subscriptions/3/error/code") == "4005");
  BOOST_TEST(peer.rest().size() == 2u);  // snapshots
  BOOST_TEST(a.subscribers() == 1u);
}

COROUTINE_TEST(options_make_a_topic_of_their_own, subscriptions_test) {
  auto& peer = connect();
  for (auto const& [more, topic] : std::vector<std::pair<std::string, std::string>>{
           {R"(,"symbols":["A"])", "orderbook.A"},
           {R"(,"symbols":["A"],"depth":5)", "orderbook.A.raw.5"},
           {R"(,"symbols":["A"],"interval":"1000ms")", "orderbook.A.1s"},
           {R"(,"symbols":["A"],"interval":"1s","depth":5)", "orderbook.A.1s.5"}}) {
    auto const answer = co_await ask(peer, subscribe("orderbook", more));
    BOOST_TEST(at(answer, "/ok/subscriptions/0/topic") == '"' + topic + '"');
    auto const again = co_await ask(peer, subscribe("orderbook", more));
    BOOST_TEST(at(again, "/ok/subscriptions/0/error/code") == "4005");
  }
  BOOST_TEST(book.subscribers() == 4u);
  auto const held = co_await ask(peer, R"({"id":3,"op":"subscriptions"})");
  BOOST_TEST(at(held, "/ok/subscriptions/3/topic") == R"("orderbook.A.raw.5")");
  BOOST_TEST(at(held, "/ok/subscriptions/3/channel") == R"("orderbook")");
  BOOST_TEST(at(held, "/ok/subscriptions/3/seq") == "0");
  // Without options they all end; with some, those that have them.
  auto const one = co_await ask(peer, unsubscribe("orderbook", R"(,"interval":"1s","depth":5)"));
  BOOST_TEST(at(one, "/ok/unsubscribed") == "1");
  auto const raw = co_await ask(peer, unsubscribe("orderbook", R"(,"interval":"raw")"));
  BOOST_TEST(at(raw, "/ok/unsubscribed") == "2");
  auto const rest = co_await ask(peer, unsubscribe("orderbook"));
  BOOST_TEST(at(rest, "/ok/unsubscribed") == "1");
  BOOST_TEST(book.subscribers() == 0u);
}

COROUTINE_TEST(the_same_twice_is_told_so_and_held_once, subscriptions_test) {
  auto& peer = connect();
  auto const twice = co_await ask(peer, subscribe("ticker", R"(,"symbols":["A","A"])"));
  BOOST_TEST(at(twice, "/ok/subscriptions/0/topic") == R"("ticker.A")");
  BOOST_TEST(at(twice, "/ok/subscriptions/1/error/code") == "4005");
  auto const again =
      co_await ask(peer, subscribe("ticker", R"(,"symbols":["A"],"interval":"raw")"));
  BOOST_TEST(at(again, "/ok/subscriptions/0/error/name") == R"("already_subscribed")");
  // All of them goes on with what is held; all of them twice is the same twice.
  auto const all = co_await ask(peer, subscribe("ticker", ""));
  BOOST_TEST(at(all, "/ok/subscriptions/0/error/code") == "4005");
  BOOST_TEST(at(all, "/ok/subscriptions/1/symbol") == R"("B")");
  auto const all_again = co_await ask(peer, subscribe("ticker", ""));
  BOOST_TEST(at(all_again, "/error/code") == "4005");
  BOOST_TEST(home->counters().subscriptions.get() == 2u);
  auto const ended = co_await ask(peer, unsubscribe("ticker"));
  BOOST_TEST(at(ended, "/ok/unsubscribed") == "2");
  auto const none = co_await ask(peer, unsubscribe("ticker"));
  BOOST_TEST(at(none, "/error/code") == "4004");
}

COROUTINE_TEST(windows_are_topics_of_the_publishers, subscriptions_test) {
  broker.topic("statistics", "A", "1m");
  auto const hour = broker.topic("statistics", "A", "1h");
  auto& peer = connect();
  auto const first = co_await ask(peer, subscribe("statistics"));
  BOOST_TEST(at(first, "/ok/subscriptions/0/topic") == R"("statistics.A.1m")");
  BOOST_TEST(at(first, "/ok/subscriptions/0/interval") == R"("1m")");
  auto const other =
      co_await ask(peer, subscribe("statistics", R"(,"symbols":["A"],"interval":"1h")"));
  BOOST_TEST(at(other, "/ok/subscriptions/0/topic") == R"("statistics.A.1h")");
  peer.rest();
  publish(hour, 7);
  co_await settled();
  auto const heard = peer.rest();
  BOOST_REQUIRE(heard.size() == 1u);
  BOOST_TEST(at(heard[0], "/interval") == R"("1h")");
  auto const gone = co_await ask(peer, unsubscribe("statistics", R"(,"interval":"1h")"));
  BOOST_TEST(at(gone, "/ok/unsubscribed") == "1");
}

COROUTINE_TEST(all_symbols_those_that_come_later_too, subscriptions_test) {
  auto& peer = connect();
  auto const answer = co_await ask(peer, subscribe("ticker", ""));
  BOOST_TEST(at(answer, "/ok/subscriptions/0/symbol") == R"("A")");
  BOOST_TEST(at(answer, "/ok/subscriptions/1/symbol") == R"("B")");
  BOOST_TEST(peer.rest().size() == 2u);
  auto const again = co_await ask(peer, subscribe("ticker", ""));
  BOOST_TEST(at(again, "/error/code") == "4005");
  auto const c = broker.topic("ticker", "C");
  publish(c, 1);
  co_await settled();
  publish(c, 2);
  co_await settled();
  auto const heard = peer.rest();
  BOOST_REQUIRE(heard.size() == 2u);
  BOOST_TEST(at(heard[0], "/type") == R"("snapshot")");
  BOOST_TEST(at(heard[0], "/data") == "1");
  BOOST_TEST(at(heard[1], "/prev") == "1");
  auto const gone = co_await ask(peer, unsubscribe("ticker"));
  BOOST_TEST(at(gone, "/ok/unsubscribed") == "3");
  broker.topic("ticker", "D");
  co_await settled();
  BOOST_TEST(peer.rest().empty());
}

COROUTINE_TEST(all_symbols_of_a_channel_without_any, subscriptions_test) {
  auto& peer = connect();
  auto const answer = co_await ask(peer, subscribe("trades", ""));
  BOOST_TEST(at(answer, "/ok/subscriptions") == "[]");
  auto const gone = co_await ask(peer, unsubscribe("trades"));
  BOOST_TEST(at(gone, "/ok/unsubscribed") == "0");
  auto const again = co_await ask(peer, unsubscribe("trades"));
  BOOST_TEST(at(again, "/error/code") == "4004");
}

COROUTINE_TEST(a_connection_holds_so_many_and_no_more, subscriptions_test) {
  config.limits.max_subscriptions = 2;
  broker.topic("ticker", "C");
  auto& peer = connect();
  auto const all = co_await ask(peer, subscribe("ticker", ""));
  BOOST_TEST(at(all, "/error/code") == "3002");
  BOOST_TEST(home->counters().subscriptions.get() == 0u);
  auto const four = co_await ask(peer, subscribe("ticker", R"(,"symbols":["A","X","B","A","C"])"));
  BOOST_TEST(at(four, "/ok/subscriptions/0/symbol") == R"("A")");
  BOOST_TEST(at(four, "/ok/subscriptions/1/error/code") == "4003");
  BOOST_TEST(at(four, "/ok/subscriptions/2/symbol") == R"("B")");
  BOOST_TEST(at(four, "/ok/subscriptions/3/error/code") == "4005");
  BOOST_TEST(at(four, "/ok/subscriptions/4/error/code") == "3002");
  BOOST_TEST(home->counters().subscriptions.get() == 2u);
  auto const third = co_await ask(peer, subscribe("ticker", R"(,"symbols":["C"])"));
  BOOST_TEST(at(third, "/error/code") == "3002");
  co_await ask(peer, unsubscribe("ticker", R"(,"symbols":["A"])"));
  auto const now = co_await ask(peer, subscribe("ticker", R"(,"symbols":["C"])"));
  BOOST_TEST(at(now, "/ok/subscriptions/0/symbol") == R"("C")");
}

COROUTINE_TEST(all_symbols_need_room_for_those_not_held_yet, subscriptions_test) {
  config.limits.max_subscriptions = 2;
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker", R"(,"symbols":["A"])"));
  auto const all = co_await ask(peer, subscribe("ticker", ""));
  BOOST_TEST(at(all, "/ok/subscriptions/0/error/code") == "4005");
  BOOST_TEST(at(all, "/ok/subscriptions/1/symbol") == R"("B")");
}

COROUTINE_TEST(one_too_many_that_comes_later_is_an_error_event, session_test) {
  config.limits.max_subscriptions = 1;
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker", ""));
  broker.topic("ticker", "A");
  co_await settled();
  BOOST_TEST(peer.rest().size() == 1u);
  broker.topic("ticker", "B");
  co_await settled();
  auto const said = peer.next();
  BOOST_TEST(at(said, "/event") == R"("error")");
  BOOST_TEST(at(said, "/error/code") == "3002");
}

COROUTINE_TEST(watching_channels_without_topics_is_bounded_too, session_test) {
  config.limits.max_subscriptions = 3;
  auto& peer = connect();
  for (int depth = 1; depth <= 3; ++depth) {
    auto const answer =
        co_await ask(peer, subscribe("orderbook", ",\"depth\":" + std::to_string(depth)));
    BOOST_TEST(at(answer, "/ok/subscriptions") == "[]");
  }
  auto const answer = co_await ask(peer, subscribe("orderbook", R"(,"depth":4)"));
  BOOST_TEST(at(answer, "/error/code") == "3002");
}

// ---- what the handler has a say in

COROUTINE_TEST(the_handler_may_refuse, subscriptions_test) {
  auto const door = std::make_shared<doorman>();
  door->refuse = "orderbook";
  auto& peer = connect(door);
  auto const refused = co_await ask(peer, subscribe("orderbook"));
  BOOST_TEST(at(refused, "/error/code") == "2005");
  BOOST_TEST(at(refused, "/error/message") == R"("not for you")");
  BOOST_TEST(book.subscribers() == 0u);
  auto const accepted = co_await ask(peer, subscribe("ticker"));
  BOOST_TEST(at(accepted, "/ok/subscriptions/0/symbol") == R"("A")");
}

COROUTINE_TEST(an_unsubscription_is_carried_out_whatever_the_handler_does, subscriptions_test) {
  auto const door = std::make_shared<doorman>();
  auto& peer = connect(door);
  co_await ask(peer, subscribe("orderbook"));
  door->refuse = "orderbook";
  auto const answer = co_await ask(peer, unsubscribe("orderbook"));
  BOOST_TEST(at(answer, "/error/code") == "2005");
  BOOST_TEST(book.subscribers() == 0u);
  BOOST_TEST(door->ended.size() == 1u);
}

COROUTINE_TEST(what_changes_while_the_handler_thinks_is_in_the_snapshot, subscriptions_test) {
  auto const door = std::make_shared<doorman>();
  door->meanwhile = [this]() -> awaitable<> {
    publish(a, 1);
    co_await loop->wait_until(loop->now() + 50ms);
    publish(a, 2);
  };
  auto& peer = connect(door);
  co_await settled();
  peer.wire->say(subscribe("ticker"));
  co_await settled();
  BOOST_TEST(peer.next().is_null());
  co_await pass(50ms);
  auto const reply = peer.next(), snapshot = peer.next();
  BOOST_TEST(at(reply, "/ok/subscriptions/0/seq") == "2");
  BOOST_TEST(at(snapshot, "/data") == "2");
}

COROUTINE_TEST(the_connection_may_end_while_the_handler_thinks, subscriptions_test) {
  auto const door = std::make_shared<doorman>();
  door->meanwhile = [this]() -> awaitable<> { co_await loop->wait_until(loop->now() + 50ms); };
  auto& peer = connect(door);
  co_await settled();
  peer.wire->say(subscribe("ticker"));
  co_await settled();
  peer.wire->reset();
  co_await pass(50ms);
  BOOST_TEST(peer.ended.has_value());
  BOOST_TEST(a.subscribers() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
