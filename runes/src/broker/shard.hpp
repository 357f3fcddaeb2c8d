// The broker's part of a loop: a bounded inbox that any thread fills and the loop empties.
#pragma once

#include "broker/loop.hpp"
#include "broker/update.hpp"
#include "broker/waiting_line.hpp"
#include "monitoring/counters.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace runes::detail {

class topic;

class shard : public std::enable_shared_from_this<shard> {
 public:
  shard(std::shared_ptr<runes::detail::loop> on, std::size_t index, std::size_t max_updates)
      : loop_(std::move(on)), index_(index), max_updates_(max_updates) {}

  runes::detail::loop& loop() const noexcept { return *loop_; }
  std::size_t index() const noexcept { return index_; }
  loop_counters& counters() noexcept { return counters_; }
  loop_counters const& counters() const noexcept { return counters_; }

  /// Whether a publisher may push. Any thread; another may take the room meanwhile, so the bound is
  /// soft by the number of threads.
  bool has_room() const noexcept { return size_.load(std::memory_order_relaxed) < max_updates_; }
  waiting_line& publishers() noexcept { return publishers_; }

  /// Any thread. Entries are delivered in the order they were pushed, and those of one call in one
  /// turn of the loop.
  void push(std::shared_ptr<topic> const& to, std::span<update const> what);
  /// Any thread: calls `action` on the strand, behind what was pushed before it; at once when
  /// nothing runs there any more.
  void run(std::function<void()> action);
  /// Nothing runs on the loop any more. What is in the inbox is dropped, and what comes later, too.
  void retire();

 private:
  struct entry {
    std::shared_ptr<topic> to;  ///< null for an action
    update what;
    std::function<void()> action;
  };

  void announce();
  void drain();
  void deliver_all();
  std::size_t take_run(std::size_t at);

  std::shared_ptr<runes::detail::loop> loop_;
  std::size_t index_;
  std::size_t max_updates_;
  std::atomic<std::size_t> size_{0};
  std::mutex mutex_;
  std::vector<entry> inbox_;     ///< guarded by mutex_
  bool drain_posted_ = false;    ///< guarded by mutex_
  bool retired_ = false;         ///< guarded by mutex_
  std::vector<entry> draining_;  ///< the strand's; kept for its memory
  std::vector<update> run_;      ///< likewise: those that are delivered together
  waiting_line publishers_;
  loop_counters counters_;
};

}  // namespace runes::detail
