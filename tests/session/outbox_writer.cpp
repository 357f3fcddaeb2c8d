#include "session/outbox_writer.hpp"

#include "support/coroutine_test.hpp"
#include "support/memory_sender.hpp"

#include <string>

using namespace runes::detail;
using namespace std::chrono_literals;
using runes::test::coroutine_test;

namespace {

/// A socket that takes what it is allowed.
struct throttled_sink final : byte_sink {
  std::string taken;
  std::size_t allowed = 1'000'000;
  bool fails = false;
  std::function<void()> waiting;
  int writes = 0;

  std::size_t write_some(std::span<iovec const> bytes, boost::system::error_code& ec) override {
    ++writes;
    if (fails) {
      ec = boost::system::errc::make_error_code(boost::system::errc::broken_pipe);
      return 0;
    }
    std::size_t size = 0;
    for (auto const& piece : bytes) {
      auto const part = std::min(piece.iov_len, allowed);
      taken.append(static_cast<char const*>(piece.iov_base), part);
      allowed -= part;
      size += part;
    }
    return size;
  }
  void wait_writable(std::function<void()> ready) override { waiting = std::move(ready); }
  int descriptor() noexcept override { return number.number(); }
  runes::test::memory_descriptor number{*this};

  void allow(std::size_t bytes) {
    allowed = bytes;
    if (waiting) std::exchange(waiting, nullptr)();
  }
};

shared_frame bytes(std::string_view text) {
  char* place = nullptr;
  auto made = frame::make_bytes(text.size(), place);
  std::copy(text.begin(), text.end(), place);
  return made;
}

struct writer_test : coroutine_test {
  loop_counters counters;
  throttled_sink sink;
  outbox_writer writer{loop, &counters, sink, 1'000};
  int rooms = 0;
  writer_test() {
    loop->flush_by(runes::test::sender_of_this_run());
    writer.on_room([this] { ++rooms; });
  }
};

/// Several that are always flushed together.
struct together_test : coroutine_test {
  struct peer {
    throttled_sink sink;
    outbox_writer writer;
    int rooms = 0;
    peer(std::shared_ptr<runes::detail::loop> on, loop_counters& counters)
        : writer(std::move(on), &counters, sink, 1'000) {}
  };

  loop_counters counters;
  peer a{loop, counters}, b{loop, counters}, c{loop, counters};
  together_test() {
    loop->flush_by(std::make_unique<runes::test::memory_sender>());
    for (peer* each : {&a, &b, &c}) each->writer.on_room([each] { ++each->rooms; });
  }

  /// Until it says that there is no room.
  void fill(peer& who) {
    who.sink.allow(0);
    while (who.writer.push(bytes(std::string(60, 'x')))) {
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(outbox_writers)

COROUTINE_TEST(what_collects_in_a_turn_is_one_write, writer_test) {
  for (char const* text : {"a", "b", "c"}) writer.push(bytes(text));
  BOOST_TEST(sink.writes == 0);
  co_await settled();
  BOOST_TEST(sink.writes == 1);
  BOOST_TEST(sink.taken == "abc");
  BOOST_TEST(counters.bytes_sent.get() == 3u);
  BOOST_TEST(counters.writes.get() == 1u);
}

COROUTINE_TEST(more_than_one_writes_worth, writer_test) {
  std::string all;
  outbox_writer large(loop, &counters, sink, 1'000'000);
  for (int i = 0; i < 1'000; ++i) {
    all += std::to_string(i);
    large.push(bytes(std::to_string(i)));
  }
  co_await settled();
  BOOST_TEST(sink.taken == all);
}

COROUTINE_TEST(a_slow_socket_is_waited_for_wherever_it_stopped, writer_test) {
  std::string const all = "onetwothree";
  for (std::size_t cut = 0; cut < all.size(); ++cut) {
    sink.taken.clear();
    sink.allow(cut);
    for (char const* text : {"one", "two", "three"}) writer.push(bytes(text));
    co_await settled();
    BOOST_TEST(sink.taken == all.substr(0, cut));
    BOOST_TEST(writer.blocked());
    auto const writes = sink.writes;
    writer.push(bytes("!"));
    co_await settled();
    BOOST_TEST(sink.writes == writes);  // not tried again before the socket says so
    sink.allow(1'000);
    co_await settled();
    BOOST_TEST(sink.taken == all + '!');
    BOOST_TEST(!writer.blocked());
  }
}

COROUTINE_TEST(room_is_told_once_below_low_water, writer_test) {
  sink.allow(0);
  int pushed = 0;
  while (writer.push(bytes(std::string(60, 'x')))) ++pushed;
  co_await settled();
  BOOST_TEST(rooms == 0);
  BOOST_TEST(writer.refused());
  for (int i = 0; i < pushed / 2 - 1; ++i) {
    sink.allow(60);
    co_await settled();
  }
  BOOST_TEST(rooms == 0);
  while (rooms == 0) {
    sink.allow(60);
    co_await settled();
  }
  BOOST_TEST(!writer.refused());
  sink.allow(10'000);
  co_await settled();
  BOOST_TEST(rooms == 1);
}

COROUTINE_TEST(a_write_that_fails_ends_all, writer_test) {
  bool emptied = false;
  writer.push(bytes("x"));
  writer.when_empty([&] { emptied = true; });
  sink.fails = true;
  co_await settled();
  BOOST_TEST(writer.broken());
  BOOST_TEST(emptied);
  BOOST_TEST(rooms == 1);
  BOOST_TEST(writer.queue().empty());
  BOOST_TEST(!writer.push(bytes("y")));
  BOOST_TEST(!writer.push(bytes("y"), loop->now()));
  BOOST_TEST(!writer.push_reserved(bytes("y")));
  co_await settled();
  BOOST_TEST(sink.writes == 1);
}

COROUTINE_TEST(a_reserve_that_is_used_up_breaks_the_connection, writer_test) {
  sink.allow(0);
  while (writer.push_reserved(bytes(std::string(10'000, 'x')))) {
  }
  BOOST_TEST(writer.broken());
  BOOST_TEST(writer.queue().empty());
  co_await settled();
}

COROUTINE_TEST(a_reply_as_large_as_the_reserve_goes_out_before_the_next_one, writer_test) {
  writer.push_reserved(bytes(std::string(2 * outbox::reserve_bytes, 'x')));
  BOOST_TEST(writer.push_reserved(bytes("y")));
  co_await settled();
  BOOST_TEST(sink.taken.size() == 2 * outbox::reserve_bytes + 1);
}

COROUTINE_TEST(nothing_follows_what_it_was_sealed_behind, writer_test) {
  writer.push(bytes("a"));
  writer.push_reserved(bytes("close"));
  writer.seal();
  BOOST_TEST(!writer.push(bytes("b")));
  BOOST_TEST(!writer.push(bytes("b"), loop->now()));
  BOOST_TEST(!writer.push_reserved(bytes("b")));
  BOOST_TEST(!writer.broken());
  co_await settled();
  BOOST_TEST(sink.taken == "aclose");
}

COROUTINE_TEST(empty_is_told_when_all_is_out, writer_test) {
  int emptied = 0;
  writer.when_empty([&] { ++emptied; });
  BOOST_TEST(emptied == 1);  // it is
  sink.allow(1);
  writer.push(bytes("abc"));
  writer.when_empty([&] { ++emptied; });
  co_await settled();
  BOOST_TEST(emptied == 1);
  sink.allow(10);
  co_await settled();
  BOOST_TEST(emptied == 2);
}

COROUTINE_TEST(one_that_is_destroyed_is_neither_flushed_nor_called, writer_test) {
  throttled_sink other;
  other.allow(0);
  {
    outbox_writer gone(loop, &counters, other, 1'000);
    gone.push(bytes("x"));
  }
  co_await settled();
  BOOST_TEST(other.writes == 0);
  {
    outbox_writer gone(loop, &counters, other, 1'000);
    gone.push(bytes("x"));
    co_await settled();
    BOOST_TEST(gone.blocked());
  }
  other.allow(10);  // the socket's word comes late
  co_await settled();
  BOOST_TEST(other.taken.empty());
}

COROUTINE_TEST(latency_is_from_publishing_to_the_kernel, writer_test) {
  sink.allow(0);
  writer.push(bytes("x"), loop->now());
  co_await pass(3ms);
  sink.allow(10);
  co_await settled();
  std::array<std::uint64_t, latency_window::buckets> counts{};
  counters.latency.collect(counts, loop->now());
  auto const us = latency_window::quantile(counts, 50);
  BOOST_TEST(us >= 3'000u);
  BOOST_TEST(us < 4'000u);
}

COROUTINE_TEST(each_of_several_writes_what_its_socket_takes, together_test) {
  a.sink.allow(2);
  b.sink.fails = true;
  for (peer* each : {&a, &b, &c}) {
    each->writer.push(bytes("one"));
    each->writer.push(bytes("two"));
  }
  bool emptied = false;
  c.writer.when_empty([&] { emptied = true; });
  co_await settled();
  BOOST_TEST(loop->flushes().batches() == 1u);
  BOOST_TEST(a.sink.taken == "on");
  BOOST_TEST(a.writer.blocked());
  BOOST_TEST(b.writer.broken());
  BOOST_TEST(b.rooms == 1);
  BOOST_TEST(c.sink.taken == "onetwo");
  BOOST_TEST(emptied);
  BOOST_TEST(counters.writes.get() == 3u);
  BOOST_TEST(counters.writes_blocked.get() == 1u);
  BOOST_TEST(counters.bytes_sent.get() == 8u);
  a.sink.allow(100);
  co_await settled();
  BOOST_TEST(a.sink.taken == "onetwo");
}

COROUTINE_TEST(whoever_is_called_meanwhile_finds_the_others_as_they_are, together_test) {
  fill(a);
  co_await settled();
  a.sink.allow(1'000);  // so that it tells of its room when they are flushed
  a.writer.on_room([this] {
    // What b had is written already: a close frame comes behind it, and nothing is lost or cut.
    b.writer.drop_unsent();
    b.writer.push_reserved(bytes("close"));
    b.writer.seal();
    c.writer.push(bytes("more"));
  });
  b.writer.push(bytes("one"));
  b.writer.push(bytes("two"));
  c.writer.push(bytes("some "));
  co_await settled();
  BOOST_TEST(b.sink.taken == "onetwoclose");
  BOOST_TEST(c.sink.taken == "some more");
}

COROUTINE_TEST(one_that_is_broken_off_meanwhile_is_not_called_again, together_test) {
  fill(a);
  b.sink.allow(2);
  co_await settled();
  a.sink.allow(1'000);
  a.writer.on_room([this] { b.writer.break_off(); });
  b.writer.push(bytes("one"));
  co_await settled();
  BOOST_TEST(b.sink.taken == "on");
  BOOST_TEST(b.writer.broken());
  BOOST_TEST(b.rooms == 1);
}

COROUTINE_TEST(more_pieces_than_a_batch_takes_follow_at_once, together_test) {
  std::string all;
  for (int i = 0; i < 200; ++i) {
    if (!a.writer.push_reserved(bytes(std::to_string(i)))) break;
    all += std::to_string(i);
  }
  b.writer.push(bytes("b"));
  co_await settled();
  BOOST_TEST(a.sink.taken == all);
  BOOST_TEST(a.sink.writes > 1);
  BOOST_TEST(b.sink.taken == "b");
}

BOOST_AUTO_TEST_SUITE_END()
