// Time that moves when a test says so, and a strand that runs when a test says so.
#pragma once

#include "broker/loop.hpp"
#include "support/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace runes::test {

/// A strand under a manual clock. The test drives it from outside: settle() runs all that is ready,
/// advance() moves the clock and runs what has become due. Nothing ever waits for real time.
class manual_strand {
 public:
  asio::io_context context{1};
  std::shared_ptr<manual_time> const time = std::make_shared<manual_time>();
  std::shared_ptr<detail::loop> const loop = detail::loop::make(context.get_executor(), time);

  /// Runs until nothing is ready any more.
  void settle() {
    context.restart();
    context.poll();
  }

  /// Moves the clock at once to the end of `by`, then runs what is due.
  void advance(std::chrono::nanoseconds by) {
    time->advance(by);
    on_strand([this] { loop->run_timers(); });
  }

  /// Moves the clock in steps, so that deadlines which set others are all met in their turn.
  void advance(std::chrono::nanoseconds by, std::chrono::nanoseconds step) {
    for (; by > step; by -= step) advance(step);
    advance(by);
  }

  /// Calls `action` on the strand and runs what follows from it.
  void on_strand(std::function<void()> action) {
    asio::post(context, std::move(action));
    settle();
  }

  /// Whether nothing is waiting any more: no coroutine, no operation.
  bool idle() {
    settle();
    return context.stopped();
  }

  /// Starts a coroutine and runs as far as it comes by itself. An exception that leaves it fails
  /// the test.
  void start(awaitable<> coroutine) {
    asio::co_spawn(context, std::move(coroutine), [](std::exception_ptr failed) {
      if (failed) std::rethrow_exception(failed);
    });
    settle();
  }

  /// Runs a coroutine to its end and returns its result. It must end without the clock being moved.
  template <class T>
  T run(awaitable<T> coroutine) {
    auto const end = std::make_shared<ending<T>>();
    asio::co_spawn(context, std::move(coroutine), [end](std::exception_ptr failed, T value) {
      end->ended = true;
      end->thrown = failed;
      if (!failed) end->result.emplace(std::move(value));
    });
    finish(end->ended, end->thrown);
    return std::move(*end->result);
  }
  void run(awaitable<> coroutine) {
    auto const end = std::make_shared<ending<int>>();
    asio::co_spawn(context, std::move(coroutine), [end](std::exception_ptr failed) {
      end->ended = true;
      end->thrown = failed;
    });
    finish(end->ended, end->thrown);
  }

 private:
  /// What a coroutine came to. Shared, for one that hangs may outlive the test that gave it up.
  template <class T>
  struct ending {
    std::optional<T> result;
    std::exception_ptr thrown;
    bool ended = false;
  };

  void finish(bool const& ended, std::exception_ptr const& thrown) {
    settle();
    BOOST_REQUIRE_MESSAGE(ended, "the coroutine waits for something that does not come");
    if (thrown) std::rethrow_exception(thrown);
  }
};

}  // namespace runes::test
