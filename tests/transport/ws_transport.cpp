// A transport on a real socket, and a peer that says bytes and listens until it hears no more.
#include "transport/ws_transport.hpp"

#include "support/manual_time.hpp"
#include "support/memory_wire.hpp"
#include "support/raw_frames.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <vector>

using namespace runes;
using namespace runes::detail;
using runes::test::say;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

/// The time moves by hand; the sockets are real, and whoever waits for one waits for the kernel.
struct connection {
  asio::io_context context{1};
  std::shared_ptr<test::manual_time> const time = std::make_shared<test::manual_time>();
  std::shared_ptr<loop> const on = loop::make(context.get_executor(), time);
  loop_counters counters;
  tcp::socket theirs{context};
  std::unique_ptr<ws_transport> ours;
  std::vector<std::string> messages;  ///< read by ours
  std::string heard;                  ///< by theirs
  std::optional<close_reason> end;    ///< when ours read no more
  int signs_of_life = 0;

  explicit connection(runes::role role = role::server, upgraded agreed = {},
                      std::size_t max_outbox = 1 << 20, message_limits limits = {}) {
    tcp::acceptor door(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    theirs.connect(door.local_endpoint());
    tcp::socket socket = door.accept();
    auto const peer = socket.remote_endpoint();
    auto over = std::make_shared<wire>(tcp_socket(std::move(socket)), on, &counters, max_outbox);
    ours = std::make_unique<ws_transport>(std::move(over), role, std::move(agreed), limits, peer,
                                          "/t");
    ours->on_heard([this] { ++signs_of_life; });
  }

  awaitable<> read_all() {
    for (;;) {
      std::optional<message> said = ours->try_read();
      if (!said) said = co_await ours->read();
      if (!said) break;
      messages.emplace_back((said->text ? "text:" : "binary:") + std::string(said->data));
    }
    end = ours->ended();
    ours->abort();
  }
  /// Says it, then nothing more (`and_ends`), and listens to the end.
  awaitable<> speak(std::string bytes, bool and_ends) {
    boost::system::error_code ec;
    co_await asio::async_write(theirs, asio::buffer(bytes),
                               asio::redirect_error(asio::use_awaitable, ec));
    if (and_ends) theirs.shutdown(tcp::socket::shutdown_send, ec);
    std::string some(65'536, '\0');
    while (!ec) {
      auto const n = co_await theirs.async_read_some(asio::buffer(some),
                                                     asio::redirect_error(asio::use_awaitable, ec));
      heard.append(some, 0, n);
    }
    theirs.close(ec);
  }
  void start(awaitable<> what) {
    asio::co_spawn(context, std::move(what), [](std::exception_ptr failed) {
      if (failed) std::rethrow_exception(failed);
    });
  }
  /// Both sides to their ends. What hangs would hang here.
  void talk(std::string bytes, bool and_ends = true) {
    start(read_all());
    start(speak(std::move(bytes), and_ends));
    context.run();
    BOOST_TEST(end.has_value());
  }
  /// The frames that were heard, as in "pong:x close:1000".
  std::string frames() {
    std::string words, rest = heard;
    while (auto const f = test::parse_frame(rest)) {
      words += words.empty() ? "" : " ";
      if (f->masked != (ours->role() == role::client)) words += "wrongly masked ";
      switch (f->op) {
        case opcode::text:
          words += "text:" + f->payload;
          break;
        case opcode::binary:
          words += "binary:" + f->payload;
          break;
        case opcode::pong:
          words += "pong:" + f->payload;
          break;
        case opcode::ping:
          words += "ping:" + f->payload;
          break;
        case opcode::close:
          words += "close:" + std::to_string(static_cast<unsigned>(f->reason().code));
          break;
      }
    }
    return rest.empty() ? words : words + " and half a frame";
  }
};

std::string close_of(unsigned code, bool masked = true) {
  return say(0x88, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)},
             masked);
}

std::string conversation(bool masked = true) {
  return say(0x81, "one", masked) + say(0x89, "p", masked) +
         say(0x02, std::string(500, 'a'), masked) + say(0x8a, "q", masked) +
         say(0x80, std::string(500, 'b'), masked) + close_of(1001, masked);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transport_over_a_socket)

BOOST_AUTO_TEST_CASE(a_conversation_in_both_roles) {
  for (auto const role : {role::server, role::client}) {
    connection c(role);
    c.talk(conversation(role == role::server));
    BOOST_TEST(c.messages.size() == 2u);
    BOOST_TEST(c.messages.at(0) == "text:one");
    BOOST_TEST(c.messages.at(1) == "binary:" + std::string(500, 'a') + std::string(500, 'b'));
    BOOST_TEST(c.frames() == "pong:p close:1001");
    BOOST_TEST((c.end->code == close_code::going_away));
    BOOST_TEST(c.signs_of_life >= 2);  // parts of what was split count, too
  }
}

BOOST_AUTO_TEST_CASE(parts_of_a_large_message_are_signs_of_life) {
  message_limits limits;
  limits.bytes = 2'000'000;
  connection c(role::server, {}, 1 << 20, limits);
  c.talk(say(0x82, std::string(1'000'000, 'x')) + close_of(1000));
  BOOST_TEST(c.messages.size() == 1u);
  BOOST_TEST(c.signs_of_life > 0);
}

BOOST_AUTO_TEST_CASE(it_may_break_off_after_every_byte) {
  std::string const whole = conversation();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    BOOST_TEST_CONTEXT("after " << size) {
      connection c;
      c.talk(whole.substr(0, size));
      BOOST_TEST((c.end->code == close_code::none));
      BOOST_TEST(c.messages.size() <= 2u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_mistake_is_answered_with_its_code_and_the_end) {
  connection c;
  c.talk(say(0x81, "good") + say(0x83, "bad") + say(0x81, "late"));
  BOOST_TEST(c.messages.size() == 1u);
  BOOST_TEST(c.frames() == "close:1002");
  BOOST_TEST((c.end->code == close_code::protocol_error));
  BOOST_TEST(c.end->text == "a reserved opcode");
}

BOOST_AUTO_TEST_CASE(limits_are_those_it_was_given) {
  connection small(role::server, {}, 1 << 20, {10, 2});
  small.talk(say(0x81, "0123456789") + say(0x81, "0123456789a"));
  BOOST_TEST(small.messages.size() == 1u);
  BOOST_TEST(small.frames() == "close:1009");
  connection few(role::server, {}, 1 << 20, {10, 2});
  few.talk(say(0x01, "0") + say(0x80, "1") + say(0x01, "0") + say(0x00, "1") + say(0x80, "2"));
  BOOST_TEST(few.messages.size() == 1u);
  BOOST_TEST(few.frames() == "close:1009");
}

BOOST_AUTO_TEST_CASE(what_came_with_the_handshake_is_read_first) {
  upgraded agreed;
  agreed.already_read = say(0x81, "early") + say(0x81, "half").substr(0, 7);
  connection c(role::server, agreed);
  c.talk(say(0x81, "half").substr(7) + close_of(1000));
  BOOST_TEST((c.messages == std::vector<std::string>{"text:early", "text:half"}));
}

BOOST_AUTO_TEST_CASE(our_close_goes_behind_what_is_queued_and_is_answered) {
  connection c;
  asio::post(c.context, [&c] {
    c.ours->writer().push(frame::make(opcode::text, "last"));
    c.ours->start_close({close_code::normal, "bye"});
    c.ours->start_close({close_code::going_away, "only once"});
  });
  c.talk(say(0x81, "on its way") + say(0x89, "too late for a pong") + close_of(1000), false);
  BOOST_TEST(c.frames() == "text:last close:1000");
  BOOST_TEST(c.messages.size() == 1u);
  BOOST_TEST((c.end->code == close_code::normal));
}

BOOST_AUTO_TEST_CASE(more_pings_than_the_outbox_could_hold_answers_for) {
  connection c(role::server, {}, 1000);
  std::string pings, pongs;
  for (int i = 0; i < 20'000; ++i) pings += say(0x89, "");
  c.talk(pings + close_of(1000));
  BOOST_TEST(c.signs_of_life >= 20'000);
  BOOST_TEST(c.heard.size() == 20'000u * 2 + 4);
}

BOOST_AUTO_TEST_CASE(a_wait_can_be_cancelled_and_broken_off) {
  connection c;
  asio::cancellation_signal cancel;
  bool ended = false;
  asio::co_spawn(c.context, c.ours->read(),
                 asio::bind_cancellation_slot(
                     cancel.slot(), [&](std::exception_ptr, std::optional<message> const& said) {
                       ended = !said;
                     }));
  c.context.poll();
  BOOST_TEST(!ended);
  cancel.emit(asio::cancellation_type::all);
  c.context.run();
  BOOST_TEST(ended);

  connection other;
  other.start(other.read_all());
  other.context.poll();
  other.ours->abort();
  other.context.restart();
  other.context.run();
  BOOST_TEST((other.end && !other.end->said()));
}

BOOST_AUTO_TEST_CASE(a_large_buffer_is_given_back_and_reading_goes_on) {
  connection c;
  c.start(c.read_all());
  auto const send = [&](std::string const& text, std::size_t expected) {
    asio::write(c.theirs, asio::buffer(say(0x81, text)));
    while (c.messages.size() < expected) c.context.run_one();
  };
  std::size_t count = 0;
  for (int i = 0; i < 5; ++i) send(std::string(3000, 'x'), ++count);
  auto const pass = [&] {
    asio::post(c.context, [&] {
      c.time->advance(std::chrono::seconds(3));
      c.on->run_timers();
    });
    c.context.poll();
  };
  for (int i = 0; i < 4; ++i) pass();
  for (int i = 0; i < 3; ++i) send("small", ++count);
  pass();
  send(std::string(60'000, 'y'), ++count);
  c.start(c.speak(close_of(1000), true));
  c.context.run();
  BOOST_TEST(c.messages.size() == count);
  BOOST_TEST((c.end->code == close_code::normal));
}

BOOST_AUTO_TEST_SUITE_END()
