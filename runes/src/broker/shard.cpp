#include "broker/shard.hpp"

#include "broker/topic.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace runes::detail {
namespace {

/// A long inbox is written out in parts of so many deliveries, so that outboxes don't fill up for
/// want of a flush.
constexpr std::size_t most_before_flush = 8'192;

}  // namespace

void shard::push(std::shared_ptr<topic> to, update what) {
  put({std::move(to), std::move(what), {}});
}

void shard::run(std::function<void()> action) { put({nullptr, {}, std::move(action)}); }

void shard::put(entry&& e) {
  bool post = false;
  {
    std::lock_guard const lock(mutex_);
    inbox_.push_back(std::move(e));
    size_.store(inbox_.size(), std::memory_order_relaxed);
    post = !std::exchange(drain_posted_, true);
  }
  if (post) asio::post(loop_->executor(), [self = shared_from_this()] { self->drain(); });
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
    std::size_t delivered = 0;
    for (entry& e : draining_) {
      if (e.to) {
        delivered += e.to->deliver(e.what, *this);
        if (delivered >= most_before_flush) {
          delivered = 0;
          loop_->flush();
        }
      } else {
        e.action();
      }
    }
    draining_.clear();
  }
  publishers_.release();
}

}  // namespace runes::detail
