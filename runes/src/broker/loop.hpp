// One loop: an executor, its deadlines, its clock, and the connections that have something to send.
#pragma once

#include "broker/flush_list.hpp"
#include "broker/timer_queue.hpp"

#include <runes/asio.hpp>
#include <runes/market_data.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace runes::detail {

/// Where a loop reads the time. The system's by default; tests move one by hand.
class time_source {
 public:
  virtual ~time_source() = default;
  virtual time_point now() const { return steady_clock::now(); }
  virtual timestamp wall() const {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
  }
  /// Whether time passes by itself; if not, the owner calls loop::run_timers() when it has moved
  /// it.
  virtual bool runs_by_itself() const { return true; }
};
std::shared_ptr<time_source> system_time();

/// A strand with its surroundings. Everything of a connection happens on the loop it was given to,
/// so nothing there needs a lock. All members but executor(), time() and post-like use of the
/// executor belong to the strand.
class loop : public std::enable_shared_from_this<loop> {
 public:
  /// `executor` must run one thing at a time: an io_context with one thread, or an asio::strand.
  /// `context` is what it belongs to, if that shall live as long as the loop does.
  static std::shared_ptr<loop> make(asio::any_io_executor executor,
                                    std::shared_ptr<time_source> time = system_time(),
                                    std::shared_ptr<void> context = {});
  ~loop();

  asio::any_io_executor const& executor() const noexcept { return executor_; }
  time_source const& time() const noexcept { return *time_; }
  time_point now() const { return time_->now(); }

  /// Debug builds: that the caller is on the strand.
  void assert_held() const noexcept;
  bool held() const noexcept;
  /// Nothing runs here any more: whoever is left may touch it from anywhere.
  void retire() noexcept { retired_ = true; }
  bool retired() const noexcept { return retired_; }

  /// Calls `action` on the strand at `due`, a few milliseconds late at most.
  timer_queue::id at(time_point due, std::function<void()> action);
  void cancel(timer_queue::id which) noexcept { timers_.cancel(which); }
  void run_timers();
  /// The earliest of them: for whoever moves a clock that does not run by itself.
  std::optional<time_point> next_deadline() const noexcept { return timers_.next(); }
  /// Forgets all deadlines and lets go of the system's timer, so that an io_context with nothing
  /// else to do can end.
  void rest();

  /// Waits for `due`; false when cancelled before.
  awaitable<bool> wait_until(time_point due);

  /// Queues a flush for the end of this turn; once a turn, however often it is called.
  void mark_dirty(flushable& connection);
  /// It will not be flushed any more.
  void forget(flushable& connection) noexcept { dirty_.forget(connection); }
  /// Flushes all dirty connections now.
  void flush();
  /// From now on those that are flushed at one time are written to by one call of `together`. On
  /// the strand, or while nothing runs there.
  void flush_by(std::unique_ptr<batch_sender> together) { dirty_.use(std::move(together)); }
  /// What it says of itself, on any thread: whether it flushes so, and how often it has.
  flush_list const& flushes() const noexcept { return dirty_; }

  /// While one of these lives, dirty connections wait for its end instead of a posted flush.
  class turn {
   public:
    explicit turn(loop& of) noexcept : loop_(of) { ++loop_.turns_; }
    ~turn() {
      if (--loop_.turns_ == 0) loop_.flush();
    }
    turn(turn const&) = delete;
    turn& operator=(turn const&) = delete;

   private:
    loop& loop_;
  };

 private:
  loop(asio::any_io_executor executor, std::shared_ptr<time_source> time,
       std::shared_ptr<void> context);
  void arm();
  void on_timer();
  void post_flush();

  std::shared_ptr<void> context_;  ///< first: the timer goes before it
  asio::any_io_executor executor_;
  std::shared_ptr<time_source> time_;
  timer_queue timers_;
  asio::steady_timer timer_;         ///< the one timer of the system, set to the earliest deadline
  std::optional<time_point> armed_;  ///< what it is set to
  flush_list dirty_;
  unsigned turns_ = 0;
  bool flush_posted_ = false;
  std::atomic<bool> retired_{false};
};

}  // namespace runes::detail
