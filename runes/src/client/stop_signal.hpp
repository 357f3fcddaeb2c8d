// Cancelling a coroutine that was spawned.
#pragma once

#include <runes/asio.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>

#include <memory>

namespace runes::detail {

/// A cancellation signal that may be destroyed right after it was emitted. co_spawn passes the
/// signal on from the executor's queue, by a pointer into the signal; so the signal has to live
/// until then.
class stop_signal {
 public:
  asio::cancellation_slot slot() noexcept { return signal_->slot(); }

  void emit(asio::any_io_executor const& executor) {
    signal_->emit(asio::cancellation_type::terminal);
    asio::post(executor, [kept = signal_] {});  // behind what emit() has queued
  }

 private:
  std::shared_ptr<asio::cancellation_signal> signal_ =
      std::make_shared<asio::cancellation_signal>();
};

}  // namespace runes::detail
