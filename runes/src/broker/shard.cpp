#include "broker/shard.hpp"

#include "broker/topic.hpp"

#include <runes/log.hpp>

#include <boost/asio/post.hpp>

#include <exception>
#include <string>

#include <utility>

namespace runes::detail {
namespace {

/// A long inbox is written out in parts of so many deliveries, so that outboxes don't fill up for
/// want of a flush.
constexpr std::size_t most_before_flush = 8'192;

/// But of no fewer updates than one gathering write takes: to write to a thousand sockets for a
/// handful costs more than all the rest.
constexpr std::size_t least_before_flush = 64;

/// And of so many bytes, since each subscriber may get all of them: no outbox grows by more between
/// two flushes.
constexpr std::size_t most_bytes_before_flush = 128 * 1024;

/// Updates of one topic that are laid end to end. A subscriber whose outbox has less room than they
/// take gets them one by one.
constexpr std::size_t most_in_run = 64;
constexpr std::size_t most_bytes_in_run = 32 * 1024;

/// What fails here must not end the loop, which serves others, too.
void act(std::function<void()> const& action) {
  try {
    action();
  } catch (std::exception const& e) {
    log::write(severity::error, {"broker", 0}, std::string("failed on a loop: ") + e.what());
  }
}

}  // namespace

void shard::push(std::shared_ptr<topic> const& to, std::span<update const> what) {
  std::lock_guard const lock(mutex_);
  if (retired_) return;
  for (update const& each : what) inbox_.push_back({to, each, {}});
  announce();
}

void shard::run(std::function<void()> action) {
  {
    std::lock_guard const lock(mutex_);
    if (!retired_) {
      inbox_.push_back({nullptr, {}, std::move(action)});
      return announce();
    }
  }
  act(action);
}

/// Something is in the inbox. Posted under the lock: behind retire() nobody touches the executor.
void shard::announce() {
  size_.store(inbox_.size(), std::memory_order_relaxed);
  if (!std::exchange(drain_posted_, true))
    asio::post(loop_->executor(), [self = shared_from_this()] { self->drain(); });
}

void shard::retire() {
  std::vector<entry> dropped;
  {
    std::lock_guard const lock(mutex_);
    retired_ = true;
    dropped.swap(inbox_);
  }
  loop_->retire();
}

void shard::drain() {
  {
    std::lock_guard const lock(mutex_);
    draining_.swap(inbox_);
    drain_posted_ = false;
    size_.store(0, std::memory_order_relaxed);
  }
  {
    runes::detail::loop::turn const together(*loop_);
    deliver_all();
    draining_.clear();
  }
  publishers_.release();
}

void shard::deliver_all() {
  std::size_t updates = 0;
  std::size_t delivered = 0;
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < draining_.size();) {
    if (!draining_[at].to) {
      act(draining_[at++].action);
      continue;
    }
    bytes += take_run(at);
    auto const to = std::move(draining_[at].to);
    at += run_.size();
    updates += run_.size();
    delivered += run_.size() * to->deliver(run_, *this);
    bool const long_enough = delivered >= most_before_flush && updates >= least_before_flush;
    if (long_enough || bytes >= most_bytes_before_flush) {
      updates = delivered = bytes = 0;
      loop_->flush();
    }
  }
  run_.clear();
}

/// Moves the update at this place, and those behind it of the same topic, to run_. Returns their
/// bytes.
std::size_t shard::take_run(std::size_t at) {
  run_.clear();
  std::size_t bytes = 0;
  for (auto i = at; i < draining_.size() && run_.size() < most_in_run; ++i) {
    entry& e = draining_[i];
    if (i > at && (e.to != draining_[at].to || bytes + e.what.frame->size() > most_bytes_in_run))
      break;
    bytes += e.what.frame->size();
    run_.push_back(std::move(e.what));
  }
  return bytes;
}

}  // namespace runes::detail
