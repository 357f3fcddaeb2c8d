// A session from its first to its last: keep-alive, handlers that fail or never end, sending and
// closing.
#include "session/session_test.hpp"

#include <stdexcept>

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::code_of;
using runes::test::connection;
using runes::test::memory_wire;
using runes::test::sent_frame;
using runes::test::session_test;
using runes::test::subscribe;
namespace json = boost::json;

namespace {

/// Runs what the test gives it at each of the places.
struct scripted final : handler {
  std::function<awaitable<>(session&)> opened, subscribed, unsubscribed, asked, said, closed,
      entered;
  int opens = 0, closes = 0;
  close_reason why;

  awaitable<> on_open(session& peer) override {
    ++opens;
    if (opened) co_await opened(peer);
  }
  awaitable<identity> authenticate(session& peer, credentials const&) override {
    if (entered) co_await entered(peer);
    identity who;
    who.account = "me";
    co_return who;
  }
  awaitable<> on_subscribe(session& peer, subscription_request const&) override {
    if (subscribed) co_await subscribed(peer);
  }
  awaitable<> on_unsubscribe(session& peer, subscription_request const&) override {
    if (unsubscribed) co_await unsubscribed(peer);
  }
  awaitable<json::value> on_request(session& peer, request const& wanted) override {
    if (asked) co_await asked(peer);
    json::value answer = json::string(wanted.op());
    co_return answer;
  }
  awaitable<> on_message(session& peer, message const&) override {
    if (said) co_await said(peer);
  }
  awaitable<> on_close(session& peer, close_reason const& reason) override {
    ++closes;
    why = reason;
    if (closed) co_await closed(peer);
  }
};

awaitable<> throw_error(session&) {
  throw error(errc::risk_limit, "too much");
  co_return;
}
awaitable<> throw_other(session&) {
  throw std::runtime_error("a secret");
  co_return;
}
awaitable<> throw_thing(session&) {
  throw 7;
  co_return;
}
using deed = std::function<awaitable<>(session&)>;

struct life_test : session_test {
  std::shared_ptr<scripted> const user = std::make_shared<scripted>();

  /// Waits for longer than any test.
  deed sleep_long() {
    return [this](session&) -> awaitable<> { co_await loop->wait_until(loop->now() + 24h); };
  }
  static std::size_t pings(connection& peer) {
    std::size_t count = 0;
    for (sent_frame const& each : peer.wire->take())
      count += each.op == detail::opcode::ping ? 1 : 0;
    return count;
  }
  /// Opened exactly once, closed exactly once, for this reason.
  void check_end(connection const& peer, close_code code) {
    BOOST_REQUIRE(peer.ended.has_value());
    BOOST_TEST((peer.ended->code == code), "ended with " << name_of(peer.ended->code));
    BOOST_TEST(user->opens == 1);
    BOOST_TEST(user->closes == 1);
    BOOST_TEST((user->why.code == code));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(life)

// ---- keep-alive

COROUTINE_TEST(a_silent_peer_is_pinged_and_stays_if_it_answers, life_test) {
  auto& peer = connect(user);
  co_await settled();
  for (int i = 0; i < 5; ++i) {
    co_await pass(20s);
    BOOST_TEST(pings(peer) == 1u);
    co_await pass(1s);
  }
  co_await pass(10s);
  BOOST_TEST(!peer.ended.has_value());
}

COROUTINE_TEST(a_peer_that_is_gone_is_closed, life_test) {
  auto& peer = connect(user);
  peer.wire->answers_ping = peer.wire->answers_close = false;
  co_await settled();
  co_await pass(20s);
  BOOST_TEST(pings(peer) == 1u);
  co_await pass(10s);
  BOOST_TEST((peer.wire->closed_with()->code == close_code::no_pong));
  BOOST_TEST(!peer.ended.has_value());
  co_await pass(5s);  // nobody answers the close either
  check_end(peer, close_code::no_pong);
  BOOST_TEST(peer.wire->aborted());
}

COROUTINE_TEST(a_peer_that_talks_is_not_pinged, life_test) {
  auto& peer = connect(user);
  co_await settled();
  for (int i = 0; i < 10; ++i) {
    co_await pass(19s);
    peer.wire->say(R"({"id":1,"op":"time"})");
    co_await settled();
  }
  BOOST_TEST(pings(peer) == 0u);
}

COROUTINE_TEST(without_pings_nobody_is_watched, life_test) {
  config.timeouts.ping = 0ms;
  auto& peer = connect(user);
  peer.wire->answers_ping = false;
  co_await settled();
  co_await pass(24h);
  BOOST_TEST(pings(peer) == 0u);
  BOOST_TEST(!peer.ended.has_value());
}

// Nobody reads meanwhile, so a pong would lie unread: the silence is ours.
COROUTINE_TEST(no_peer_is_given_up_while_a_handler_runs, life_test) {
  auto const works = [this](session&) -> awaitable<> {
    co_await loop->wait_until(loop->now() + 10min);
  };
  for (bool const opening : {true, false}) {
    auto& place = opening ? user->opened : user->asked;
    place = works;
    auto& peer = connect(user);
    peer.wire->answers_ping = false;
    co_await settled();
    if (!opening) peer.wire->say(R"({"id":1,"op":"work"})");
    for (int i = 0; i < 59; ++i) co_await pass(10s);
    BOOST_TEST(!peer.wire->closed_with().has_value());
    BOOST_TEST(!peer.ended.has_value());
    co_await pass(10s);
    if (!opening) {
      auto const answer = peer.next();
      BOOST_TEST(at(answer, "/ok") == R"("work")");
    }
    place = nullptr;
    peer.wire->reset();
    co_await settled();
  }
}

// ---- handlers that fail

COROUTINE_TEST(what_a_handler_throws_is_answered, life_test) {
  broker.topic("ticker", "A");
  auto& peer = connect(user);
  auto const ask_all = [&](deed what, std::string code) -> awaitable<> {
    struct place {
      std::function<awaitable<>(session&)>& where;
      std::string text;
    };
    std::vector<place> places{{user->asked, R"({"id":1,"op":"own"})"},
                              {user->subscribed, subscribe("ticker")},
                              {user->entered, R"({"id":1,"op":"auth","token":"t"})"}};
    for (auto const& each : places) {
      each.where = what;
      auto const answer = co_await ask(peer, each.text);
      BOOST_TEST(at(answer, "/error/code") == code, each.text);
      BOOST_TEST(json::serialize(answer).find("secret") == std::string::npos);
      each.where = nullptr;
    }
    user->unsubscribed = what;
    co_await ask(peer, subscribe("ticker"));
    auto const answer = co_await ask(peer, R"({"id":1,"op":"unsubscribe","channel":"ticker"})");
    BOOST_TEST(at(answer, "/error/code") == code);
    user->unsubscribed = nullptr;
  };
  deed const error_of_ours = throw_error, other = throw_other, thing = throw_thing;
  co_await ask_all(error_of_ours, "5009");
  BOOST_TEST(!peer.ended.has_value());
  auto& next = connect(user);
  co_await settled();
  BOOST_TEST(!next.ended.has_value());
  co_await ask_all(other, "9001");
  co_await ask_all(thing, "9001");
  BOOST_TEST(!peer.ended.has_value());
}

COROUTINE_TEST(a_failing_on_open_closes_this_connection_only, life_test) {
  auto& other = connect();
  for (deed const& what : std::vector<deed>{throw_error, throw_other, throw_thing}) {
    user->opened = what;
    user->opens = user->closes = 0;
    auto& peer = connect(user);
    co_await settled();
    check_end(peer, close_code::internal_error);
    BOOST_TEST(peer.wire->closed_with()->text.find("secret") == std::string::npos);
  }
  BOOST_TEST(!other.ended.has_value());
}

COROUTINE_TEST(a_failing_on_message_closes_this_connection_only, life_test) {
  auto& other = connect_raw(std::make_shared<handler>());
  for (deed const& what : std::vector<deed>{throw_error, throw_other, throw_thing}) {
    user->said = what;
    user->opens = user->closes = 0;
    auto& peer = connect_raw(user);
    co_await settled();
    peer.wire->say("hello");
    co_await settled();
    check_end(peer, close_code::internal_error);
  }
  BOOST_TEST(!other.ended.has_value());
}

COROUTINE_TEST(a_failing_on_close_harms_nobody, life_test) {
  for (deed const& what : std::vector<deed>{throw_error, throw_other, throw_thing}) {
    user->closed = what;
    user->opens = user->closes = 0;
    auto& peer = connect(user);
    co_await settled();
    peer.wire->close({close_code::normal, "bye"});
    co_await settled();
    check_end(peer, close_code::normal);
    BOOST_TEST(user->why.text == "bye");
  }
}

// ---- handlers that never end

COROUTINE_TEST(a_handler_that_never_ends_is_cancelled_at_abort, life_test) {
  broker.topic("ticker", "A");
  struct place {
    deed& where;
    std::string text;
    bool raw = false;
  };
  std::vector<place> places{{user->opened, ""},
                            {user->asked, R"({"id":1,"op":"own"})"},
                            {user->subscribed, subscribe("ticker")},
                            {user->entered, R"({"id":1,"op":"auth","token":"t"})"},
                            {user->said, "hello", true}};
  for (auto const& each : places) {
    user->opens = user->closes = 0;
    each.where = sleep_long();
    auto& peer = connect(user, each.raw);
    co_await settled();
    if (!each.text.empty()) peer.wire->say(each.text);
    co_await settled();
    BOOST_TEST(!peer.ended.has_value());
    peer.session.lock()->abort();
    co_await settled();
    BOOST_TEST_CONTEXT(each.text) { check_end(peer, close_code::none); }
    each.where = nullptr;
  }
}

COROUTINE_TEST(a_handler_that_never_ends_is_cancelled_when_a_write_fails, life_test) {
  user->asked = sleep_long();
  auto& peer = connect(user);
  co_await ask(peer, R"({"id":1,"op":"own"})");
  peer.wire->reset();  // nobody reads, so nobody notices
  co_await settled();
  BOOST_TEST(!peer.ended.has_value());
  peer.session.lock()->try_send("hello");
  co_await settled();
  check_end(peer, close_code::none);
}

COROUTINE_TEST(a_handler_that_never_ends_does_not_outlast_the_closing, life_test) {
  user->asked = sleep_long();
  auto& peer = connect(user);
  co_await ask(peer, R"({"id":1,"op":"own"})");
  peer.session.lock()->close({close_code::draining, "bye"});
  co_await settled();
  BOOST_TEST(!peer.ended.has_value());
  co_await pass(config.timeouts.close);
  check_end(peer, close_code::draining);
}

COROUTINE_TEST(cancelling_the_session_from_outside_ends_it_in_order, life_test) {
  for (bool const handling : {false, true}) {
    user->opens = user->closes = 0;
    user->asked = sleep_long();
    user->closed = [this](session&) -> awaitable<> {
      bool const waited = co_await loop->wait_until(loop->now() + 10ms);
      BOOST_TEST(waited);  // not cancelled: it is owed to the handler
    };
    auto& peer = connect(user);
    co_await settled();
    if (handling) peer.wire->say(R"({"id":1,"op":"own"})");
    co_await settled();
    peer.cancel.emit(asio::cancellation_type::all);
    co_await settled();
    if (handling) peer.wire->reset();
    co_await pass(10ms);
    check_end(peer, close_code::none);
  }
}

// ---- closing

COROUTINE_TEST(closing_is_a_handshake_behind_what_is_queued, life_test) {
  auto& peer = connect_raw(user);
  peer.wire->answers_close = false;
  co_await settled();
  auto const session = peer.session.lock();
  BOOST_TEST((session->try_send("last words") == push_result::accepted));
  session->close({close_code::normal, "bye"});
  session->close({close_code::going_away, "again"});  // the first counts
  BOOST_TEST((session->try_send("too late") == push_result::dropped));
  auto const code = co_await code_of(session->send("too late"));
  BOOST_TEST((code == errc::connection_lost));
  peer.wire->say("read and passed over");
  co_await settled();
  auto const sent = peer.wire->take();
  BOOST_REQUIRE(sent.size() == 2u);
  BOOST_TEST(sent[0].payload == "last words");
  BOOST_TEST((sent[1].op == detail::opcode::close));
  BOOST_TEST((sent[1].reason().code == close_code::normal));
  BOOST_TEST(sent[1].reason().text == "bye");
  BOOST_TEST(!peer.ended.has_value());
  peer.wire->close({close_code::normal, "bye"});
  co_await settled();
  check_end(peer, close_code::normal);
}

COROUTINE_TEST(the_peers_close_is_answered, life_test) {
  auto& peer = connect(user);
  co_await settled();
  peer.wire->close({close_code::going_away, "bye"});
  co_await settled();
  check_end(peer, close_code::going_away);
}

COROUTINE_TEST(a_broken_connection_is_told, life_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto& peer = connect(user);
  co_await ask(peer, subscribe("ticker"));
  peer.wire->reset();
  co_await settled();
  check_end(peer, close_code::none);
  BOOST_TEST(ticker.subscribers() == 0u);
}

COROUTINE_TEST(after_its_end_a_session_is_valid_and_silent, life_test) {
  auto& peer = connect(user);
  co_await settled();
  auto session = peer.session.lock();
  session->set<int>(7);
  peer.wire->reset();
  co_await settled();
  BOOST_TEST(!session->is_open());
  BOOST_TEST((session->try_send("x") == push_result::dropped));
  auto const code = co_await code_of(session->send("x"));
  BOOST_TEST((code == errc::connection_lost));
  session->close(close_code::normal);
  session->abort();
  BOOST_TEST(*session->get<int>() == 7);
  BOOST_TEST(session->get<long>() == nullptr);
  session.reset();
  co_await settled();
}

// ---- sending

COROUTINE_TEST(a_sender_waits_for_a_peer_that_does_not_read, life_test) {
  config.limits.max_outbox_bytes = 1'000;
  auto& peer = connect_raw(user);
  co_await settled();
  auto const session = peer.session.lock();
  peer.wire->allow(0);
  while (session->try_send(std::string(100, 'x')) == push_result::accepted) {
  }
  BOOST_TEST((session->try_send("x") == push_result::accepted || session->queued_bytes() > 800));
  bool sent = false;
  asio::co_spawn(context, session->send(std::string(200, 'y')), [&](std::exception_ptr failed) {
    BOOST_TEST(!failed);
    sent = true;
  });
  co_await settled();
  BOOST_TEST(!sent);
  peer.wire->allow(memory_wire::no_limit);
  co_await settled();
  BOOST_TEST(sent);
}

// There is some room, but not for this one: it waits, and does not try again and again.
COROUTINE_TEST(a_large_message_waits_though_the_outbox_is_half_empty, life_test) {
  config.limits.max_outbox_bytes = 1'000;
  auto& peer = connect_raw(user);
  co_await settled();
  auto const session = peer.session.lock();
  peer.wire->allow(0);
  session->try_send(std::string(200, 'x'));
  co_await settled();
  bool sent = false;
  asio::co_spawn(context, session->send(std::string(900, 'y')), [&](std::exception_ptr failed) {
    BOOST_TEST(!failed);
    sent = true;
  });
  // Steps by hand: to try again and again would never come to rest.
  int steps = 0;
  while (steps < 100 && context.poll_one() > 0) ++steps;
  BOOST_REQUIRE(steps < 100);
  BOOST_TEST(!sent);
  peer.wire->allow(memory_wire::no_limit);
  co_await settled();
  BOOST_TEST(sent);
  BOOST_TEST(peer.wire->take().size() == 2u);
}

COROUTINE_TEST(a_sender_that_waits_is_told_of_the_end, life_test) {
  config.limits.max_outbox_bytes = 1'000;
  for (int how = 0; how < 3; ++how) {
    auto& peer = connect_raw(user);
    co_await settled();
    auto const session = peer.session.lock();
    peer.wire->allow(0);
    session->try_send(std::string(2'000, 'x'));
    std::optional<errc> code;
    auto const send = [&]() -> awaitable<> {
      auto const result = co_await code_of(session->send("y"));
      code = result;
    };
    asio::co_spawn(context, send, [](std::exception_ptr failed) { BOOST_TEST(!failed); });
    co_await settled();
    BOOST_TEST(!code.has_value());
    if (how == 0) session->close(close_code::normal);
    if (how == 1) peer.wire->reset();
    if (how == 2) session->abort();
    co_await settled();
    BOOST_TEST((code == errc::connection_lost));
    peer.wire->reset();
    co_await settled();
  }
}

COROUTINE_TEST(a_client_masks_what_it_sends, life_test) {
  auto& peer = connect(user, true, role::client);
  co_await settled();
  auto const session = peer.session.lock();
  session->try_send("hello");
  session->try_send_binary("bytes");
  co_await settled();
  for (auto const& each : peer.wire->take()) BOOST_TEST(each.masked);
  BOOST_CHECK_THROW(session->join(broker.raw_topic("x")), std::logic_error);
  BOOST_CHECK_THROW(session->leave(broker.raw_topic("x")), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
