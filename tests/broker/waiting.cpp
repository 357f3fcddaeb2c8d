// Coroutines that wait: wakeup, waiting_line, and a loop's deadlines and flushes.
#include "broker/loop.hpp"
#include "broker/waiting_line.hpp"
#include "broker/wakeup.hpp"
#include "support/coroutine_test.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <string>
#include <vector>

using namespace runes;
using namespace runes::detail;
using namespace std::chrono_literals;
using runes::test::coroutine_test;

namespace {

struct waiting_test : coroutine_test {
  std::vector<bool> ends;
  asio::cancellation_signal cancel;

  /// Starts a wait whose end is written down, and which `cancel` cancels.
  void begin(awaitable<bool> wait) {
    auto const note = [this](std::exception_ptr failed, bool result) {
      BOOST_TEST(!failed);
      ends.push_back(result);
    };
    asio::co_spawn(context, std::move(wait), asio::bind_cancellation_slot(cancel.slot(), note));
  }
};

struct counting : flushable {
  explicit counting(std::string& to, char n) : lines(to), name(n) {}
  void flush() override {
    lines += name;
    if (then) then();
  }
  socket_write next_write(std::span<iovec>) noexcept override { return {}; }
  void on_written(socket_write const&) override {}
  void after_flush() override {}
  std::string& lines;
  char name;
  std::function<void()> then;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(wakeups)

COROUTINE_TEST(a_notify_wakes_the_one_that_waits, waiting_test) {
  wakeup bell;
  begin(bell.wait());
  co_await settled();
  BOOST_TEST(bell.waiting());
  BOOST_TEST(ends.empty());
  bell.notify();
  BOOST_TEST(ends.empty());  // never from inside
  co_await settled();
  BOOST_TEST(ends == std::vector<bool>{true});
}

COROUTINE_TEST(a_notify_before_is_remembered_once, waiting_test) {
  wakeup bell;
  bell.notify();
  bell.notify();
  begin(bell.wait());
  co_await settled();
  BOOST_TEST(ends.size() == 1u);
  begin(bell.wait());
  co_await settled();
  BOOST_TEST(ends.size() == 1u);
  bell.cancel();
  co_await settled();
  BOOST_REQUIRE(ends.size() == 2u);
  BOOST_TEST(!ends[1]);
}

COROUTINE_TEST(a_cancelled_wait_ends_with_false, waiting_test) {
  wakeup bell;
  begin(bell.wait());
  co_await settled();
  cancel.emit(asio::cancellation_type::all);
  co_await settled();
  BOOST_REQUIRE(ends.size() == 1u);
  BOOST_TEST(!ends[0]);
  bell.notify();  // for the next one
  begin(bell.wait());
  co_await settled();
  BOOST_REQUIRE(ends.size() == 2u);
  BOOST_TEST(ends[1]);
}

COROUTINE_TEST(destroying_it_ends_the_wait, waiting_test) {
  {
    wakeup bell;
    begin(bell.wait());
    co_await settled();
  }
  co_await settled();
  BOOST_REQUIRE(ends.size() == 1u);
  BOOST_TEST(!ends[0]);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(waiting_lines)

COROUTINE_TEST(what_is_ready_needs_no_release, waiting_test) {
  waiting_line line;
  begin(line.wait([] { return true; }));
  co_await settled();
  BOOST_TEST(ends == std::vector<bool>{true});
}

COROUTINE_TEST(a_release_wakes_all, waiting_test) {
  waiting_line line;
  for (int i = 0; i < 3; ++i)
    asio::co_spawn(context, line.wait([] { return false; }),
                   [this](auto, bool r) { ends.push_back(r); });
  co_await settled();
  BOOST_TEST(ends.empty());
  line.release();
  co_await settled();
  BOOST_TEST(ends == (std::vector<bool>{true, true, true}));
}

COROUTINE_TEST(closing_ends_all_waits_and_those_to_come, waiting_test) {
  waiting_line line;
  begin(line.wait([] { return false; }));
  co_await settled();
  line.close();
  co_await settled();
  begin(line.wait([] { return true; }));
  co_await settled();
  BOOST_TEST(ends == (std::vector<bool>{false, false}));
}

COROUTINE_TEST(a_cancelled_one_leaves_the_others, waiting_test) {
  waiting_line line;
  begin(line.wait([] { return false; }));
  std::vector<bool> others;
  asio::co_spawn(context, line.wait([] { return false; }),
                 [&](auto, bool r) { others.push_back(r); });
  co_await settled();
  cancel.emit(asio::cancellation_type::all);
  co_await settled();
  BOOST_TEST(ends == std::vector<bool>{false});
  BOOST_TEST(others.empty());
  line.release();
  co_await settled();
  BOOST_TEST(others == std::vector<bool>{true});
}

BOOST_AUTO_TEST_CASE(no_release_of_another_thread_is_missed) {
  constexpr int rounds = 20'000;
  waiting_line line;
  std::atomic<int> given{0};
  int taken = 0;
  asio::thread_pool threads(2);
  auto const take = [&]() -> awaitable<> {
    for (int i = 0; i < rounds; ++i) {
      while (given.load() <= i) co_await line.wait([&, i] { return given.load() > i; });
      ++taken;
    }
  };
  asio::co_spawn(threads, take, [](std::exception_ptr) {});
  asio::post(threads, [&] {
    for (int i = 0; i < rounds; ++i) {
      ++given;
      line.release();
    }
  });
  threads.join();
  BOOST_TEST(taken == rounds);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(loops)

COROUTINE_TEST(a_wait_ends_at_its_time, waiting_test) {
  begin(loop->wait_until(loop->now() + 10ms));
  co_await pass(9ms);
  BOOST_TEST(ends.empty());
  co_await pass(1ms);
  BOOST_TEST(ends == std::vector<bool>{true});
}

COROUTINE_TEST(a_cancelled_wait_leaves_no_deadline_behind, waiting_test) {
  begin(loop->wait_until(loop->now() + 10ms));
  co_await settled();
  cancel.emit(asio::cancellation_type::all);
  co_await pass(10ms);
  BOOST_TEST(ends == std::vector<bool>{false});
}

COROUTINE_TEST(all_dirty_are_flushed_once_together, waiting_test) {
  std::string lines;
  counting a(lines, 'a'), b(lines, 'b'), c(lines, 'c');
  loop->mark_dirty(a);
  loop->mark_dirty(b);
  loop->mark_dirty(a);
  loop->mark_dirty(c);
  loop->forget(b);
  BOOST_TEST(lines.empty());
  co_await settled();
  BOOST_TEST(lines == "ac");
  loop->mark_dirty(b);
  co_await settled();
  BOOST_TEST(lines == "acb");
}

COROUTINE_TEST(a_turn_flushes_at_its_end, waiting_test) {
  std::string lines;
  counting a(lines, 'a'), b(lines, 'b');
  {
    loop::turn const outer(*loop);
    loop->mark_dirty(a);
    {
      loop::turn const inner(*loop);
      loop->mark_dirty(b);
    }
    BOOST_TEST(lines.empty());
  }
  BOOST_TEST(lines == "ab");
  co_await settled();
  BOOST_TEST(lines == "ab");
}

COROUTINE_TEST(one_marked_while_flushing_comes_in_the_next_turn, waiting_test) {
  std::string lines;
  counting a(lines, 'a'), b(lines, 'b');
  a.then = [&] {
    a.then = nullptr;
    loop->mark_dirty(a);
  };
  loop->mark_dirty(a);
  loop->mark_dirty(b);
  loop->flush();
  BOOST_TEST(lines == "ab");
  co_await settled();
  BOOST_TEST(lines == "aba");
}

COROUTINE_TEST(one_may_leave_while_others_are_flushed, waiting_test) {
  std::string lines;
  counting a(lines, 'a'), b(lines, 'b'), c(lines, 'c'), d(lines, 'd');
  a.then = [&] {
    loop->forget(b);      // still to come
    loop->mark_dirty(a);  // at place 0 of the next turn
    loop->mark_dirty(d);  // at place 1, where b was
    loop->forget(d);
  };
  for (auto* each : {&a, &b, &c}) loop->mark_dirty(*each);
  loop->flush();
  BOOST_TEST(lines == "ac");
  a.then = nullptr;
  co_await settled();
  BOOST_TEST(lines == "aca");
}

BOOST_AUTO_TEST_CASE(a_loop_of_a_strand_knows_whether_it_is_held) {
  asio::io_context context;
  auto const on = loop::make(asio::make_strand(context.get_executor()));
  BOOST_TEST(!on->held());
  bool held = false;
  asio::post(on->executor(), [&] { held = on->held(); });
  context.run();
  BOOST_TEST(held);
  on->retire();
  BOOST_TEST(on->held());
}

BOOST_AUTO_TEST_CASE(the_systems_time_passes_by_itself) {
  asio::io_context context{1};
  auto const on = loop::make(context.get_executor());
  std::string lines;
  asio::post(context, [&] {
    on->at(on->now() + 4ms, [&] { lines += 'b'; });
    on->at(on->now(), [&] { lines += 'a'; });
  });
  context.run();
  BOOST_TEST(lines == "ab");
}

BOOST_AUTO_TEST_SUITE_END()

// ---- a context that ends before those who wait

namespace {

/// What a coroutine keeps while it waits for a part of it.
struct kept {
  wakeup bell;
  waiting_line line;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(contexts_that_end)

BOOST_AUTO_TEST_CASE(they_take_along_who_waits_though_its_frame_keeps_what_it_waits_for) {
  auto mine = std::make_shared<kept>();
  std::weak_ptr<kept> const left = mine;
  {
    runes::test::manual_strand ending;
    ending.start(
        [](std::shared_ptr<kept> held) -> awaitable<> { co_await held->bell.wait(); }(mine));
    ending.start([](std::shared_ptr<kept> held) -> awaitable<> {
      co_await held->line.wait([] { return false; });
    }(mine));
    BOOST_TEST(mine.use_count() == 3);
    mine.reset();
    BOOST_TEST(!left.expired());
  }
  BOOST_TEST(left.expired());
}

BOOST_AUTO_TEST_CASE(a_line_outlives_those_who_waited_in_it) {
  waiting_line line;
  {
    runes::test::manual_strand ending;
    ending.start(
        [](waiting_line& from) -> awaitable<> { co_await from.wait([] { return false; }); }(line));
  }
  line.release();
  line.close();
}

BOOST_AUTO_TEST_SUITE_END()
