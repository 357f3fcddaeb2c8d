#include "broker/local_member.hpp"

#include "broker/shard.hpp"

#include <utility>

namespace runes::detail {

local_member::local_member(std::shared_ptr<topic> to, std::shared_ptr<shard> on, std::size_t queue)
    : topic_(std::move(to)), shard_(std::move(on)), capacity_(queue) {}

asio::any_io_executor local_member::executor() const { return shard_->loop().executor(); }

void local_member::join() {
  joined start = topic_->join(*this, *shard_);
  joined_ = true;
  seq_ = start.seq;
  epoch_ = std::move(start.epoch);
  std::lock_guard const lock(mutex_);
  if (start.data) queue_.push_back({broker_event::kind::snapshot, start.data, seq_, seq_, epoch_});
}

void local_member::leave() {
  if (std::exchange(joined_, false)) topic_->leave(*this, *shard_);
}

void local_member::deliver(update const& what) {
  if (what.seq <= seq_) return;
  seq_ = what.seq;
  {
    std::lock_guard const lock(mutex_);
    if (ended_) return;
    if (!behind_ && queue_.size() >= capacity_) {
      auto const policy = topic_->of() ? topic_->of()->when_slow() : overflow::disconnect;
      behind_.emplace(topic_->of() ? &topic_->of()->model() : nullptr, policy);
    }
    if (!behind_) {
      queue_.push_back(event_of(what));
    } else if (!behind_->absorb(what) || behind_->bytes() > backlog::most_merged_bytes) {
      ended_ = true;
    }
  }
  consumer_.release();
}

broker_event local_member::event_of(update const& what) const {
  return {broker_event::kind::update, what.data, what.prev, what.seq, epoch_};
}

std::optional<broker_event> local_member::take() {
  if (!queue_.empty()) {
    broker_event next = std::move(queue_.front());
    queue_.pop_front();
    return next;
  }
  if (!behind_) return {};
  auto item = behind_->take();
  if (!item || behind_->empty()) {
    // Caught up: from here on single updates again.
    auto const last = std::exchange(behind_, std::nullopt);
    if (!item) return {};
  }
  if (item->gap)
    return broker_event{broker_event::kind::gap, nullptr, item->gap->from - 1, item->gap->to,
                        epoch_};
  return event_of(item->merged);
}

awaitable<std::optional<broker_event>> local_member::next() {
  auto const self = shared_from_this();
  for (;;) {
    {
      std::lock_guard const lock(mutex_);
      if (auto event = take()) co_return event;
      if (ended_) co_return std::nullopt;
    }
    auto const ready = [this] {
      std::lock_guard const lock(mutex_);
      return !queue_.empty() || behind_ || ended_;
    };
    if (!co_await consumer_.wait(ready)) co_return std::nullopt;
  }
}

void local_member::end() {
  {
    std::lock_guard const lock(mutex_);
    ended_ = true;
  }
  consumer_.release();
}

void local_member::close() {
  end();
  consumer_.close();
  shard_->run([self = shared_from_this()] { self->leave(); });
}

}  // namespace runes::detail
