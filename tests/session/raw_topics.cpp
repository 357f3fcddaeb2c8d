// Servers with a protocol of their own: raw handlers that join their session to topics.
#include "session/session_test.hpp"

#include <stdexcept>

using namespace runes;
using namespace std::chrono_literals;
using runes::test::code_of;
using runes::test::connection;
using runes::test::memory_wire;
using runes::test::session_test;

namespace {

/// "join", "leave" and "twice" mean the topic; everything else is echoed.
struct room final : handler {
  explicit room(topic_ref to) : topic(std::move(to)) {}

  awaitable<> on_message(session& peer, message const& said) override {
    if (said.data == "join") {
      peer.join(topic);
    } else if (said.data == "leave") {
      peer.leave(topic);
    } else if (said.text) {
      co_await peer.send(std::string(said.data));
    } else {
      co_await peer.send_binary(std::string(said.data));
    }
  }

  topic_ref topic;
};

struct raw_test : session_test {
  raw_test() {
    config.limits.max_outbox_bytes = 2'000;
    config.timeouts.ping = 0ms;
  }

  connection& enter(std::shared_ptr<room> const& where) {
    auto& peer = connect_raw(where);
    peer.wire->say("join");
    return peer;
  }
  static std::string joined(connection& peer) {
    std::string text;
    for (auto const& each : peer.wire->take()) text += each.payload + ' ';
    return text;
  }
  /// Publishes in the background; counts what was taken.
  void publish_on(topic_ref to, int count, int& published) {
    auto const work = [](runes::broker& by, topic_ref where, int n, int& done) -> awaitable<> {
      for (int i = 0; i < n; ++i) {
        co_await by.publish(where, raw_payload(std::string(100, 'x') + std::to_string(i)));
        ++done;
      }
    };
    asio::co_spawn(context, work(broker, to, count, published),
                   [](std::exception_ptr failed) { BOOST_TEST(!failed); });
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(raw_topics)

COROUTINE_TEST(messages_come_as_they_were_sent, raw_test) {
  auto& peer = connect_raw(std::make_shared<room>(broker.raw_topic("chat")));
  peer.wire->say("not JSON");
  peer.wire->say("");
  peer.wire->say_binary(std::string("\0\xff", 2));
  co_await settled();
  auto const sent = peer.wire->take();
  BOOST_REQUIRE(sent.size() == 3u);
  BOOST_TEST(sent[0].payload == "not JSON");
  BOOST_TEST((sent[0].op == detail::opcode::text));
  BOOST_TEST(sent[1].payload.empty());
  BOOST_TEST((sent[2].op == detail::opcode::binary));
  BOOST_TEST((sent[2].payload == std::string("\0\xff", 2)));
}

COROUTINE_TEST(who_has_joined_hears_what_is_published, raw_test) {
  auto const chat = broker.raw_topic("chat");
  auto const where = std::make_shared<room>(chat);
  auto &one = enter(where), &two = enter(where), &outside = connect_raw(where);
  co_await settled();
  BOOST_TEST(chat.subscribers() == 2u);
  publish(chat, raw_payload("a"));
  co_await settled();
  one.wire->say("leave");
  co_await settled();
  publish(chat, raw_payload("b"));
  co_await settled();
  BOOST_TEST(joined(one) == "a ");
  BOOST_TEST(joined(two) == "a b ");
  BOOST_TEST(joined(outside) == "");
  two.wire->reset();
  co_await settled();
  BOOST_TEST(chat.subscribers() == 0u);
}

COROUTINE_TEST(joining_twice_and_leaving_what_is_not_joined, raw_test) {
  auto const chat = broker.raw_topic("chat");
  auto& peer = enter(std::make_shared<room>(chat));
  co_await settled();
  auto const session = peer.session.lock();
  auto const code = [&](auto what) -> std::optional<errc> {
    try {
      what();
      return {};
    } catch (error const& e) {
      return e.code();
    }
  };
  BOOST_TEST((code([&] { session->join(chat); }) == errc::already_subscribed));
  BOOST_TEST((code([&] { session->leave(broker.raw_topic("other")); }) == errc::not_subscribed));
  BOOST_TEST((code([&] { session->leave(topic_ref()); }) == errc::not_subscribed));
  BOOST_CHECK_THROW(session->join(topic_ref()), std::invalid_argument);
  BOOST_CHECK_THROW(session->join(broker.topic("ticker", "A")), std::invalid_argument);
  BOOST_TEST(chat.subscribers() == 1u);
}

COROUTINE_TEST(one_that_does_not_read_is_closed, raw_test) {
  config.limits.max_outbox_bytes = 20'000;  // more than a loop's inbox
  auto const chat = broker.raw_topic("chat");
  auto const where = std::make_shared<room>(chat);
  auto &slow = enter(where), &quick = enter(where);
  co_await settled();
  slow.wire->allow(0);
  int published = 0;
  publish_on(chat, 1'000, published);
  co_await settled();
  BOOST_TEST(published == 1'000);
  BOOST_TEST(quick.wire->take().size() == 1'000u);
  BOOST_TEST(!slow.session.lock()->is_open());
  slow.wire->allow(memory_wire::no_limit);
  co_await settled();
  BOOST_REQUIRE(slow.ended.has_value());
  BOOST_TEST((slow.ended->code == close_code::slow_consumer));
  BOOST_TEST(chat.subscribers() == 1u);
}

COROUTINE_TEST(the_publisher_of_a_paced_topic_waits_for_the_slowest, raw_test) {
  auto const feed = broker.raw_topic("feed", raw_options().paced());
  auto const where = std::make_shared<room>(feed);
  auto &slow = enter(where), &quick = enter(where);
  co_await settled();
  slow.wire->allow(0);
  int published = 0;
  publish_on(feed, 1'000, published);
  co_await settled();
  auto const before = published;
  BOOST_TEST(before < 200);
  for (int i = 0; i < 4'000 && published < 1'000; ++i) {
    slow.wire->allow(100);
    co_await settled();
  }
  BOOST_TEST(published == 1'000);
  slow.wire->allow(memory_wire::no_limit);
  co_await settled();
  auto const heard = slow.wire->take();
  BOOST_REQUIRE(heard.size() == 1'000u);
  BOOST_TEST(heard.back().payload.ends_with("x999"));
  BOOST_TEST(quick.wire->take().size() == 1'000u);
  co_await pass(1h);
  BOOST_TEST(!slow.ended.has_value());  // it had caught up in time
}

COROUTINE_TEST(one_that_stalls_too_long_is_closed_and_the_publisher_goes_on, raw_test) {
  auto const feed = broker.raw_topic("feed", raw_options().paced(3s));
  auto const where = std::make_shared<room>(feed);
  auto &slow = enter(where), &quick = enter(where);
  co_await settled();
  slow.wire->allow(0);
  int published = 0;
  publish_on(feed, 200, published);
  co_await pass(2'999ms);
  BOOST_TEST(published < 200);
  BOOST_TEST(slow.session.lock()->is_open());
  co_await pass(1ms);
  BOOST_TEST(!slow.session.lock()->is_open());
  BOOST_TEST(published == 200);  // not only when the closing is over
  BOOST_TEST(quick.wire->take().size() == 200u);
  co_await pass(config.timeouts.close);
  BOOST_REQUIRE(slow.ended.has_value());
  BOOST_TEST((slow.ended->code == close_code::slow_consumer));
}

COROUTINE_TEST(the_publisher_of_a_paced_topic_goes_on_when_the_slowest_leaves, raw_test) {
  auto const feed = broker.raw_topic("feed", raw_options().paced());
  auto const where = std::make_shared<room>(feed);
  for (int how = 0; how < 4; ++how) {
    auto& slow = enter(where);
    co_await settled();
    slow.wire->allow(0);
    int published = 0;
    publish_on(feed, 200, published);
    co_await settled();
    BOOST_TEST(published < 200);
    auto const session = slow.session.lock();
    if (how == 0) slow.wire->say("leave");
    if (how == 1) slow.wire->reset();
    if (how == 2) session->close(close_code::normal);
    if (how == 3) session->abort();
    co_await settled();
    BOOST_TEST(published == 200, "how " << how);
    slow.wire->reset();
    co_await settled();
    BOOST_TEST(feed.subscribers() == 0u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
