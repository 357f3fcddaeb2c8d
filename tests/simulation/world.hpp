// One process's whole world: its strand, its clock, its trace, and what went wrong in it.
#pragma once

#include "broker/loop.hpp"
#include "simulation/random.hpp"
#include "simulation/trace.hpp"
#include "support/manual_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runes::simulation {

using nanoseconds = std::chrono::nanoseconds;

/// Everything runs on one io_context, a step at a time: all that is ready, then the clock goes on
/// to the next deadline of any loop. Nothing waits for real time, so a run depends on its seed
/// only.
class world {
 public:
  world(std::uint64_t seed, trace_level level) : chance_(seed), trace_(level) {}

  asio::io_context& context() noexcept { return context_; }
  /// The loop of all that is neither a client nor a server.
  std::shared_ptr<detail::loop> const& loop() const noexcept { return loop_; }
  /// One more, as each client and each server has its own.
  std::shared_ptr<detail::loop> make_loop();
  test::manual_time& clock() noexcept { return *clock_; }
  nanoseconds now() const noexcept { return clock_->passed(); }

  /// The numbers of one part of the run.
  random part(std::uint64_t which) const noexcept { return chance_.part(which); }

  /// Runs for so long.
  void pass(nanoseconds by);
  /// Runs all that is ready.
  void settle();
  void on_strand(std::function<void()> action);
  /// Whether nothing is waiting any more: no coroutine, no operation.
  bool idle();
  /// Destroys what is left waiting, while all that it refers to is there.
  void drop() { context_.drop(); }

  /// Waits so long, in a coroutine of the world's own; false when cancelled.
  awaitable<bool> wait(nanoseconds by);
  /// Starts a coroutine. One that ends by an exception has found a mistake of the simulation or of
  /// the library.
  void start(std::string name, awaitable<> coroutine);
  /// Coroutines of start() that have not ended.
  std::size_t running() const noexcept { return running_; }

  bool traces(trace_level level) const noexcept { return trace_.wants(level); }
  void say(std::string_view who, std::string_view what) {
    if (trace_.wants(trace_level::events)) trace_.line(now(), who, what);
  }
  trace const& lines() const noexcept { return trace_; }
  void add_line(std::string_view who, std::string_view what) { trace_.line(now(), who, what); }

  /// Notes a broken promise; the first few of them.
  void broken(std::string_view which, std::string sentence);
  std::vector<violation> const& violations() const noexcept { return violations_; }

 private:
  struct owned_context : asio::io_context {
    owned_context() : asio::io_context(1) {}
    void drop() { shutdown(); }
  };
  /// All loops that are left; the others are forgotten.
  void lock_alive(std::vector<std::shared_ptr<detail::loop>>& into);

  owned_context context_;
  std::shared_ptr<test::manual_time> const clock_ = std::make_shared<test::manual_time>();
  std::vector<std::weak_ptr<detail::loop>> loops_;
  std::shared_ptr<detail::loop> const loop_ = make_loop();
  random chance_;
  trace trace_;
  std::vector<violation> violations_;
  std::size_t running_ = 0;
};

}  // namespace runes::simulation
