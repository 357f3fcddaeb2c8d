#include "session/raw_memberships.hpp"

#include "session/session_impl.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <deque>
#include <span>
#include <stdexcept>
#include <utility>

namespace runes::detail {

class raw_memberships::membership final : public member {
 public:
  membership(session_impl& who, std::shared_ptr<topic> to, std::shared_ptr<shard> on)
      : session_(who), topic_(std::move(to)), shard_(std::move(on)) {
    seq_ = topic_->join(*this, *shard_).seq;
  }

  ~membership() {
    let_go();
    topic_->leave(*this, *shard_);
  }

  topic const* of() const noexcept { return topic_.get(); }

  void deliver(update const& what) override {
    if (what.seq <= seq_) return;
    seq_ = what.seq;
    if (!session_.is_open()) return;
    if (held_.empty() && session_.writer().push(what)) return;
    if (topic_->raw().stall().count() == 0) return give_up();
    // Its compressed form is shared now or never, and as bounded as the inbox that it was in.
    what.frame_for(session_.writer().deflates(), session_.counters());
    held_.push_back(what);
    if (!std::exchange(blocking_, true)) {
      topic_->block();
      stall_ =
          shard_->loop().at(shard_->loop().now() + topic_->raw().stall(), [this] { give_up(); });
    }
  }

  void deliver_run(update_run& run) override {
    auto const updates = run.updates();
    if (updates.front().seq > seq_ && held_.empty() && session_.is_open() &&
        session_.writer().push_run(run)) {
      seq_ = updates.back().seq;
      return;
    }
    for (update const& each : updates) deliver(each);
  }

  void on_room() {
    while (!held_.empty() && session_.writer().push(held_.front())) held_.pop_front();
    if (held_.empty()) let_go();
  }

  void let_go() noexcept {
    held_.clear();
    if (!std::exchange(blocking_, false)) return;
    shard_->loop().cancel(stall_);
    topic_->unblock();
  }

 private:
  void give_up() {
    session_.counters().slow_consumers.add();
    session_.close({close_code::slow_consumer, "the outbox is full"});
  }

  session_impl& session_;
  std::shared_ptr<topic> topic_;
  std::shared_ptr<shard> shard_;
  std::uint64_t seq_ = 0;
  std::deque<update> held_;  ///< of a paced topic: what was in the loop's inbox when the outbox was
                             ///< full; bounded by it
  bool blocking_ = false;
  timer_queue::id stall_{};
};

raw_memberships::raw_memberships(std::shared_ptr<shard> on) : shard_(std::move(on)) {}
raw_memberships::~raw_memberships() = default;

void raw_memberships::join(session_impl& who, topic_ref const& raw) {
  if (!raw || !raw.get().is_raw()) throw std::invalid_argument("session::join takes a raw topic");
  if (std::any_of(held_.begin(), held_.end(),
                  [&](auto const& m) { return m->of() == &raw.get(); })) {
    throw error(errc::already_subscribed, "joined to '" + raw.name() + "' already");
  }
  held_.push_back(std::make_unique<membership>(who, raw.share(), shard_));
}

void raw_memberships::leave(topic_ref const& raw) {
  auto const count =
      std::erase_if(held_, [&](auto const& m) { return raw && m->of() == &raw.get(); });
  if (count == 0) throw error(errc::not_subscribed, "not joined to this topic");
}

void raw_memberships::on_room() {
  for (auto const& m : held_) m->on_room();
}

void raw_memberships::let_go() noexcept {
  for (auto const& m : held_) m->let_go();
}

void raw_memberships::leave_all() noexcept { held_.clear(); }

}  // namespace runes::detail
