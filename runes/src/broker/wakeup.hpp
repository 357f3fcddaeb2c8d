// A coroutine that waits for a word from elsewhere on its strand.
#pragma once

#include <runes/asio.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <memory>

namespace runes::detail {

/// Lets one coroutine sleep until another wakes it. A notify() that comes first is remembered,
/// once. All on one strand. Destroying it while somebody waits ends the wait with false.
class wakeup {
 public:
  wakeup();
  ~wakeup();
  wakeup(wakeup&&) noexcept;
  wakeup& operator=(wakeup&&) noexcept;

  /// True when notified, false when cancelled (by the coroutine's cancellation, or by cancel()).
  /// Precondition: nobody waits.
  awaitable<bool> wait();
  /// Wakes the waiter from its executor's queue, never from inside this call.
  void notify();
  void cancel();
  bool waiting() const noexcept;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace runes::detail
