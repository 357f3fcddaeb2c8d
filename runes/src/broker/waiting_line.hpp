// Coroutines of any thread that wait for a condition.
#pragma once

#include <runes/asio.hpp>

#include <functional>
#include <memory>

namespace runes::detail {

/// Publishers waiting for room, or a consumer waiting for events. Thread-safe.
class waiting_line {
 public:
  waiting_line();
  ~waiting_line();
  waiting_line(waiting_line const&) = delete;
  waiting_line& operator=(waiting_line const&) = delete;

  /// Ends with true once `ready` may have become true: at once if it is, else at the next
  /// release(). False when closed or cancelled. `ready` is called from this call only, with an
  /// internal lock held.
  awaitable<bool> wait(std::function<bool()> ready);

  /// Wakes all that wait; each looks again. Cheap when nobody does.
  void release();
  /// Ends all waits, also those to come.
  void close();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace runes::detail
