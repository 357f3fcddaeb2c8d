// Both ends of a connection in memory, on one thread and on two.
#include "transport/local_transport.hpp"

#include "support/manual_time.hpp"
#include "support/raw_frames.hpp"
#include "transport/local_door.hpp"

#include <runes/error.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace runes;
using namespace runes::detail;
using namespace std::chrono_literals;

namespace {

/// One end with a strand of its own, and what it has read.
struct end : test::manual_strand {
  loop_counters counters;
  std::unique_ptr<local_transport> wire;
  std::vector<std::string> messages;
  std::optional<close_reason> why;  ///< once it reads no more
  int signs_of_life = 0;

  end(std::shared_ptr<local_connection> over, runes::role as, std::size_t max_outbox = 1 << 20) {
    wire = std::make_unique<local_transport>(loop, &counters, max_outbox, std::move(over), as,
                                             message_limits{1 << 20, 100}, "/t", "");
    wire->on_heard([this] { ++signs_of_life; });
  }
  /// To the end, or `most` messages.
  awaitable<> read_all(std::size_t most = 1'000'000) {
    while (messages.size() < most) {
      std::optional<message> said = wire->try_read();
      if (!said) said = co_await wire->read();
      if (!said) {
        why = wire->ended();
        wire->abort();
        break;
      }
      messages.emplace_back((said->text ? "text:" : "binary:") + std::string(said->data));
    }
  }
  shared_frame encode(opcode op, std::string_view text) const {
    return wire->role() == role::client ? frame::make_masked(op, text, 7) : frame::make(op, text);
  }
  bool say(std::string_view text, opcode op = opcode::text) {
    bool pushed = false;
    on_strand([&] { pushed = wire->writer().push(encode(op, text)); });
    return pushed;
  }
  void close(close_code code) {
    on_strand([&] { wire->start_close({code, "bye"}); });
  }
  void drop() {
    on_strand([&] { wire->abort(); });
    wire.reset();
  }
};

struct pair {
  std::shared_ptr<local_connection> const over = std::make_shared<local_connection>(nullptr);
  end client, server;

  explicit pair(std::size_t max_outbox = 1 << 20)
      : client(over, role::client, max_outbox), server(over, role::server, max_outbox) {}

  end& of(runes::role as) { return as == role::client ? client : server; }
  end& other(runes::role as) { return as == role::client ? server : client; }
  void settle() {
    for (int i = 0; i < 20; ++i) client.settle(), server.settle();
  }
  /// Both have ended and nothing is left to run.
  void check_over() {
    settle();
    BOOST_TEST(client.why.has_value());
    BOOST_TEST(server.why.has_value());
    BOOST_TEST(client.idle());
    BOOST_TEST(server.idle());
  }
};

runes::role const both_roles[] = {role::client, role::server};

/// The transport of a dial, or why there is none.
struct dialled {
  std::unique_ptr<transport> made;
  std::optional<errc> failed;
  std::optional<unsigned> status;
  bool cancelled = false, over = false;

  awaitable<> run(std::shared_ptr<loop> on, loop_counters* counters,
                  std::shared_ptr<local_door> to) {
    connect_options options;
    options.subprotocols = {"a", "b"};
    try {
      made = co_await connect(on, counters, to, "/x?y", options);
    } catch (upgrade_refused const& e) {
      failed = e.code();
      status = e.http_status();
    } catch (error const& e) {
      failed = e.code();
    } catch (boost::system::system_error const&) {
      cancelled = true;
    }
    over = true;
  }
};

/// A door, who opens it, and who comes in.
struct house : test::manual_strand {
  loop_counters counters;
  std::shared_ptr<local_door> const door = std::make_shared<local_door>();
  std::vector<std::shared_ptr<local_call>> calls;
  dialled dial;
  asio::cancellation_signal cancel;

  void open() {
    BOOST_TEST(door->open(this, [this](local_call who) {
      calls.push_back(std::make_shared<local_call>(std::move(who)));
    }));
  }
  void knock() {
    asio::co_spawn(context, dial.run(loop, &counters, door),
                   asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
    settle();
  }
  std::unique_ptr<transport> accept() {
    upgrade_terms terms;
    terms.subprotocol = "b";
    return calls.at(0)->accept(loop, &counters, terms, 1'000);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(a_connection_in_memory)

BOOST_AUTO_TEST_CASE(a_conversation_both_ways) {
  for (auto const first : both_roles) {
    pair p;
    auto &we = p.of(first), &they = p.other(first);
    we.start(we.read_all());
    they.start(they.read_all());
    we.say("one");
    we.say("p", opcode::ping);
    we.say(std::string(500'000, 'b'), opcode::binary);
    p.settle();
    they.say("two");
    p.settle();
    BOOST_TEST(they.messages.size() == 2u);
    BOOST_TEST(they.messages.at(0) == "text:one");
    BOOST_TEST(they.messages.at(1) == "binary:" + std::string(500'000, 'b'));
    BOOST_TEST(we.messages.at(0) == "text:two");
    BOOST_TEST(they.signs_of_life >= 1);  // a ping, and parts of the long one
    BOOST_TEST(we.signs_of_life == 1);    // its pong
    we.close(close_code::going_away);
    p.check_over();
    BOOST_TEST((they.why->code == close_code::going_away));
    BOOST_TEST(they.why->text == "bye");
    BOOST_TEST((we.why->code == close_code::going_away));
  }
}

BOOST_AUTO_TEST_CASE(both_close_at_once) {
  pair p;
  p.client.start(p.client.read_all());
  p.server.start(p.server.read_all());
  asio::post(p.client.context, [&p] { p.client.wire->start_close({close_code::normal, "c"}); });
  asio::post(p.server.context, [&p] { p.server.wire->start_close({close_code::going_away, "s"}); });
  p.check_over();
  BOOST_TEST((p.client.why->code == close_code::going_away));
  BOOST_TEST((p.server.why->code == close_code::normal));
}

BOOST_AUTO_TEST_CASE(they_are_named_by_their_connection) {
  pair p, next;
  BOOST_TEST(p.client.wire->peer() == "local:" + std::to_string(p.over->number()));
  BOOST_TEST(p.server.wire->peer() == p.client.wire->peer());
  BOOST_TEST(next.over->number() == p.over->number() + 1);
  BOOST_TEST(p.server.wire->target() == "/t");
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_fills_the_window_then_the_outbox) {
  for (auto const writer : both_roles) {
    constexpr std::size_t max_outbox = 100'000;
    pair p(max_outbox);
    auto &we = p.of(writer), &they = p.other(writer);
    int told = 0;
    we.wire->writer().on_room([&told] { ++told; });
    std::string const text(1'000, 't');
    std::size_t said = 0;
    while (we.say(text)) BOOST_REQUIRE(++said < 1'000);
    BOOST_TEST(said * text.size() < local_pipe::window + max_outbox + 2 * text.size());
    BOOST_TEST(said * text.size() > local_pipe::window);
    BOOST_TEST(we.wire->writer().blocked());
    BOOST_TEST(told == 0);
    they.start(they.read_all());
    p.settle();
    BOOST_TEST(they.messages.size() == said);
    BOOST_TEST(we.wire->writer().queue().empty());
    BOOST_TEST(told == 1);
    we.drop();
    p.settle();
    BOOST_TEST(they.idle());
  }
}

/// Byte after byte of a conversation, then the peer is gone.
BOOST_AUTO_TEST_CASE(it_may_break_off_after_every_byte) {
  std::string const whole = test::say(0x81, "one") + test::say(0x89, "p") +
                            test::say(0x02, std::string(150, 'a')) +
                            test::say(0x80, std::string(150, 'b'));
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    BOOST_TEST_CONTEXT("after " << size) {
      auto const over = std::make_shared<local_connection>(nullptr);
      end server(over, role::server);
      server.start(server.read_all());
      for (std::size_t i = 0; i < size; ++i) {
        iovec const piece{const_cast<char*>(whole.data()) + i, 1};
        boost::system::error_code ec;
        BOOST_TEST(over->to_server().write({&piece, 1}, ec) == 1u);
        server.settle();
      }
      BOOST_TEST(!server.why.has_value());
      over->to_server().finish();
      over->to_client().abandon();
      BOOST_TEST(server.idle());
      BOOST_TEST(server.why.has_value());
      BOOST_TEST((server.why->code == close_code::none));
      std::size_t const heard = (size >= 9) + (size == whole.size());
      BOOST_TEST(server.messages.size() == heard);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_mistake_of_the_peer_closes) {
  auto const over = std::make_shared<local_connection>(nullptr);
  end server(over, role::server);
  server.start(server.read_all());
  std::string bytes = test::say(0x81, "not masked", false);
  iovec const piece{bytes.data(), bytes.size()};
  boost::system::error_code ec;
  over->to_server().write({&piece, 1}, ec);
  server.settle();
  BOOST_TEST(!server.why.has_value());  // it waits for the other half of the end
  std::vector<char> heard;
  BOOST_TEST((over->to_client().take(heard) == local_pipe::found::bytes));
  BOOST_TEST(heard.at(0) == '\x88');
  over->to_server().finish();
  BOOST_TEST(server.idle());
  BOOST_TEST((server.why->code == close_code::protocol_error));
}

/// Of a message that is larger than the window, half is on its way.
BOOST_AUTO_TEST_CASE(either_end_may_go_first_in_the_middle_of_a_message) {
  for (auto const goes : both_roles) {
    for (auto const writes : both_roles) {
      for (bool const reads : {true, false}) {
        pair p;
        auto &we = p.of(writes), &they = p.other(writes);
        if (reads) p.other(goes).start(p.other(goes).read_all());
        we.say(std::string(300'000, 'm'));
        BOOST_TEST(we.wire->writer().blocked());
        if (goes == writes) they.settle();
        p.of(goes).drop();
        p.settle();
        auto& stays = p.other(goes);
        BOOST_TEST(stays.messages.empty());
        BOOST_TEST(stays.why.has_value() == reads);
        if (!reads && goes != writes) BOOST_TEST(stays.wire->writer().broken());
        BOOST_TEST(stays.idle());
        stays.wire.reset();
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_reader_is_cancelled_or_breaks_off) {
  for (bool const by_cancellation : {true, false}) {
    pair p;
    asio::cancellation_signal cancel;
    asio::co_spawn(p.client.context, p.client.read_all(),
                   asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
    p.client.settle();
    if (by_cancellation) {
      cancel.emit(asio::cancellation_type::terminal);
    } else {
      p.client.on_strand([&] { p.client.wire->abort(); });
    }
    BOOST_TEST(p.client.idle());
    BOOST_TEST((p.client.why->code == close_code::none));
    p.server.start(p.server.read_all());
    BOOST_TEST(p.server.idle());
    BOOST_TEST(p.server.why.has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_context_may_go_with_its_end_in_the_middle) {
  auto const over = std::make_shared<local_connection>(nullptr);
  end server(over, role::server);
  server.start(server.read_all());
  {
    end client(over, role::client);
    client.start(client.read_all());
    client.say("hello");
    server.say("what was posted by this is never run");
  }
  BOOST_TEST(server.idle());
  BOOST_TEST(server.messages.size() == 1u);
  BOOST_TEST(server.why.has_value());
}

/// Every message is answered, over two threads; what is under way is larger than the window.
BOOST_AUTO_TEST_CASE(two_threads_talk) {
  constexpr std::size_t count = 3'000;
  pair p;
  auto const text_of = [](std::size_t i) {
    return std::to_string(i) + std::string(i * i % 900, 'x') +
           std::string(i % 500 == 0 ? 200'000 : 0, 'y');
  };
  auto const echo = [](end& e) -> awaitable<> {
    for (;;) {
      std::optional<message> said = e.wire->try_read();
      if (!said) said = co_await e.wire->read();
      if (!said) break;
      e.wire->writer().push_reserved(e.encode(opcode::text, said->data));
    }
    e.why = e.wire->ended();
    e.wire->abort();
  };
  std::size_t right = 0;
  auto const ask = [&](end& e) -> awaitable<> {
    std::size_t sent = 0;
    while (right < count) {
      for (; sent < count && sent < right + 50; ++sent) {
        BOOST_REQUIRE(e.wire->writer().push_reserved(e.encode(opcode::text, text_of(sent))));
      }
      std::optional<message> said = e.wire->try_read();
      if (!said) said = co_await e.wire->read();
      BOOST_REQUIRE(said);
      BOOST_REQUIRE(said->data == text_of(right));
      ++right;
    }
    e.wire->start_close({close_code::normal, ""});
    while (co_await e.wire->read()) {
    }
    e.why = e.wire->ended();
    e.wire->abort();
  };
  asio::co_spawn(p.server.context, echo(p.server), [](std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
  });
  asio::co_spawn(p.client.context, ask(p.client), [](std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
  });
  std::thread serving([&p] { p.server.context.run(); });
  p.client.context.run();
  serving.join();
  BOOST_TEST(right == count);
  BOOST_TEST((p.server.why->code == close_code::normal));
  BOOST_TEST((p.client.why->code == close_code::normal));
}

/// One end is dropped while the other, on its own thread, is in the middle of anything.
BOOST_AUTO_TEST_CASE(two_threads_and_one_end_goes) {
  for (int round = 0; round < 300; ++round) {
    auto const over = std::make_shared<local_connection>(nullptr);
    end server(over, role::server);
    server.start(server.read_all());
    for (int i = 0; i < 20; ++i) server.say("event");
    server.context.restart();
    std::thread serving([&server] { server.context.run(); });
    {
      end client(over, role::client);
      client.start(client.read_all(static_cast<std::size_t>(round % 7)));
      client.say("bye");
      client.settle();
    }
    serving.join();
    BOOST_TEST(server.messages.size() == 1u);
    BOOST_TEST((server.why->code == close_code::none));
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_local_door)

BOOST_AUTO_TEST_CASE(who_knocks_is_let_in) {
  house h;
  h.open();
  h.knock();
  BOOST_TEST(!h.dial.over);
  auto const& wish = h.calls.at(0)->wanted();
  BOOST_TEST(wish.target == "/x?y");
  BOOST_TEST((wish.subprotocols == std::vector<std::string>{"a", "b"}));
  BOOST_TEST((wish.from == &h.context));
  auto const served = h.accept();
  BOOST_TEST(served->subprotocol() == "b");
  BOOST_TEST(served->target() == "/x?y");
  BOOST_TEST((served->role() == role::server));
  h.settle();
  BOOST_REQUIRE(h.dial.made);
  BOOST_TEST(h.dial.made->subprotocol() == "b");
  BOOST_TEST(h.dial.made->peer() == served->peer());
  BOOST_TEST((h.dial.made->role() == role::client));
  h.calls.clear();
  BOOST_TEST(h.idle());
}

BOOST_AUTO_TEST_CASE(nobody_is_there) {
  house h;
  h.knock();
  BOOST_TEST((h.dial.failed == errc::not_connected));
  BOOST_TEST(h.idle());
}

BOOST_AUTO_TEST_CASE(a_server_refuses_or_goes_without_an_answer) {
  house refused;
  refused.open();
  refused.knock();
  http_reply reply;
  reply.status = 503;
  reply.body = "full\n";
  refused.calls.at(0)->refuse(reply);
  BOOST_TEST(refused.idle());
  BOOST_TEST((refused.dial.failed == errc::refused));
  BOOST_TEST(refused.dial.status.value() == 503u);

  house gone;
  gone.open();
  gone.knock();
  gone.calls.clear();
  BOOST_TEST(gone.idle());
  BOOST_TEST((gone.dial.failed == errc::not_connected));
}

BOOST_AUTO_TEST_CASE(a_client_waits_so_long_and_not_longer) {
  house h;
  h.open();
  h.knock();
  h.advance(connect_options().timeout - 1ms);
  BOOST_TEST(!h.dial.over);
  h.advance(1ms);
  BOOST_TEST((h.dial.failed == errc::timed_out));
  BOOST_TEST(!h.accept());  // nobody is there any more
  BOOST_TEST(h.idle());
}

BOOST_AUTO_TEST_CASE(a_client_gives_up_before_or_behind_the_answer) {
  for (bool const accepted : {false, true}) {
    house h;
    h.open();
    h.knock();
    std::unique_ptr<transport> served;
    if (accepted) served = h.accept();
    h.cancel.emit(asio::cancellation_type::terminal);
    BOOST_TEST(h.idle());
    BOOST_TEST((h.dial.cancelled || h.dial.made));
    h.dial.made.reset();
    if (!accepted) {
      BOOST_TEST(!h.accept());
      continue;
    }
    std::optional<message> said(message{});
    h.start([](transport& from, std::optional<message>& into) -> awaitable<> {
      into = co_await from.read();
    }(*served, said));
    BOOST_TEST(!said);
    BOOST_TEST(h.idle());
  }
}

BOOST_AUTO_TEST_CASE(it_has_one_owner_at_a_time) {
  local_door door;
  int first = 0, second = 0;
  BOOST_TEST(door.open(&first, [](local_call) {}));
  BOOST_TEST(!door.open(&second, [](local_call) {}));
  door.close(&second);
  BOOST_TEST(!door.open(&second, [](local_call) {}));
  door.close(&first);
  BOOST_TEST(door.open(&second, [](local_call) {}));
  door.close(&first);
  BOOST_TEST(!door.open(&first, [](local_call) {}));
}

BOOST_AUTO_TEST_SUITE_END()
