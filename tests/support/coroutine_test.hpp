// Test bodies that are coroutines, and one fixture that runs them.
#pragma once

#include "broker/wakeup.hpp"
#include "support/manual_time.hpp"

#include <runes/error.hpp>

#include <optional>
#include <utility>

namespace runes::test {

/// Runs a test's body on its strand, under a clock moved by hand. When the test is over nothing may
/// be left to run: no coroutine that hangs, no operation that waits.
///
///     COROUTINE_TEST(a_publisher_waits, coroutine_test) {
///       co_await pass(100ms);
///       …
///     }
class coroutine_test : public manual_strand {
 public:
  /// Boost.Test calls it behind the body. A fixture of its own ends what it has open, then calls
  /// this one.
  void teardown() {
    bool const quiet = idle();
    BOOST_TEST(quiet, "something is left to run");
  }

  /// Lets everything else run until nothing is ready any more.
  awaitable<> settled() {
    bool const woken = co_await quiet_.wait();
    BOOST_REQUIRE(woken);
  }

  /// Moves the clock, and lets run what has become due and what follows from it.
  awaitable<> pass(std::chrono::nanoseconds by) {
    co_await settled();
    time->advance(by);
    loop->run_timers();
    co_await settled();
  }

  /// Runs a body to its end.
  void run_body(awaitable<> body) {
    std::exception_ptr thrown;
    bool ended = false;
    asio::co_spawn(context, std::move(body), [&](std::exception_ptr failed) {
      ended = true;
      thrown = failed;
    });
    settle();
    while (!ended && quiet_.waiting()) {
      quiet_.notify();
      settle();
    }
    BOOST_REQUIRE_MESSAGE(ended, "the test waits for something that does not come");
    if (thrown) std::rethrow_exception(thrown);
  }

 private:
  detail::wakeup quiet_;
};

/// What an awaitable throws as runes::error; nothing when it ends well.
template <class T>
awaitable<std::optional<errc>> code_of(awaitable<T> what) {
  std::optional<errc> code;
  try {
    co_await std::move(what);
  } catch (error const& e) {
    code = e.code();
  }
  co_return code;
}

}  // namespace runes::test

#define COROUTINE_TEST(name, fixture)                              \
  struct name##_body : fixture {                                   \
    ::runes::awaitable<> body();                                   \
  };                                                               \
  BOOST_FIXTURE_TEST_CASE(name, name##_body) { run_body(body()); } \
  ::runes::awaitable<> name##_body::body()
