// Waiting for a word from elsewhere on the strand.
#pragma once

#include "broker/loop.hpp"

#include <runes/asio.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdint>
#include <memory>

namespace runes::detail {

/// Coroutines wait until it rings; whoever isn't waiting doesn't hear it, so what is waited for is
/// looked at first. All on one strand.
///
/// A timer that never expires holds the waiting coroutines, not the bell: so a context that is
/// destroyed takes them along, whatever in their frames keeps the bell alive.
class bell {
 public:
  explicit bell(asio::any_io_executor const& executor)
      : state_(std::make_shared<state>(executor)) {}
  ~bell() { state_->timer.cancel(); }
  bell(bell const&) = delete;
  bell& operator=(bell const&) = delete;

  /// Wakes all that wait, from the executor's queue.
  void ring() {
    ++state_->rings;
    state_->timer.cancel();
  }

  /// True when it rang; false when cancelled, or the bell has gone.
  awaitable<bool> wait() { return wait_on(state_); }
  bool waiting() const noexcept { return state_->waiting > 0; }

 private:
  struct state {
    explicit state(asio::any_io_executor const& executor)
        : timer(executor, asio::steady_timer::time_point::max()) {}
    asio::steady_timer timer;
    std::uint64_t rings = 0;
    unsigned waiting = 0;
  };

  static awaitable<bool> wait_on(std::shared_ptr<state> held) {
    std::uint64_t const before = held->rings;
    boost::system::error_code ec;
    ++held->waiting;
    co_await held->timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    --held->waiting;
    co_return held->rings != before;
  }

  std::shared_ptr<state> state_;
};

/// Waits until `due` by the loop's clock; false when cancelled before.
inline awaitable<bool> sleep_until(std::shared_ptr<loop> on, time_point due) {
  auto const done = std::make_shared<bell>(on->executor());
  auto const id = on->at(due, [weak = std::weak_ptr(done)] {
    if (auto const alive = weak.lock()) alive->ring();
  });
  bool const waited = co_await done->wait();
  if (!waited) on->cancel(id);
  co_return waited;
}

}  // namespace runes::detail
