#include "simulation/world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace runes::simulation {
namespace {

/// Violations beyond these say nothing new.
constexpr std::size_t most_violations = 20;

}  // namespace

std::shared_ptr<detail::loop> world::make_loop() {
  auto made = detail::loop::make(context_.get_executor(), clock_);
  loops_.push_back(made);
  return made;
}

void world::lock_alive(std::vector<std::shared_ptr<detail::loop>>& into) {
  into.clear();
  std::erase_if(loops_, [&](auto const& each) {
    auto alive = each.lock();
    bool const gone = !alive;
    if (alive) into.push_back(std::move(alive));
    return gone;
  });
}

void world::settle() {
  context_.restart();
  context_.poll();
}

void world::on_strand(std::function<void()> action) {
  asio::post(context_, std::move(action));
  settle();
}

bool world::idle() {
  settle();
  return context_.stopped();
}

void world::pass(nanoseconds by) {
  detail::time_point const end = clock_->now() + by;
  settle();
  std::vector<std::shared_ptr<detail::loop>> loops;
  for (;;) {
    lock_alive(loops);
    std::optional<detail::time_point> next;
    for (auto const& each : loops) {
      auto const due = each->next_deadline();
      if (due && (!next || *due < *next)) next = due;
    }
    if (!next || *next > end) break;
    clock_->advance(std::max(*next, clock_->now()) - clock_->now());
    on_strand([&] {
      for (auto const& each : loops) {
        auto const due = each->next_deadline();
        if (due && *due <= clock_->now()) each->run_timers();
      }
      loops.clear();  // or they would outlive their owners by a step
    });
  }
  clock_->advance(end - clock_->now());
}

awaitable<bool> world::wait(nanoseconds by) { return loop_->wait_until(loop_->now() + by); }

void world::start(std::string name, awaitable<> coroutine) {
  ++running_;
  asio::co_spawn(context_, std::move(coroutine),
                 [this, name = std::move(name)](std::exception_ptr failure) {
                   --running_;
                   if (!failure) return;
                   try {
                     std::rethrow_exception(failure);
                   } catch (std::exception const& e) {
                     broken(invariant::clean_end, name + " ended by an exception: " + e.what());
                   }
                 });
}

void world::broken(std::string_view which, std::string sentence) {
  if (violations_.size() >= most_violations) return;
  say("BROKEN", std::string(which) + ": " + sentence);
  violations_.push_back({std::string(which), now(), std::move(sentence)});
}

}  // namespace runes::simulation
