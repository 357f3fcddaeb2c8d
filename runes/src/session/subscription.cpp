#include "session/subscription.hpp"

#include "session/session_impl.hpp"

#include <utility>

namespace runes::detail {

subscription::subscription(session_impl& who, std::shared_ptr<topic> to, std::shared_ptr<shard> on,
                           overflow policy, listener& tells)
    : session_(who),
      topic_(std::move(to)),
      shard_(std::move(on)),
      listener_(tells),
      policy_(policy),
      start_(topic_->join(*this, *shard_)) {
  seen_ = sent_ = reported_ = start_.seq;
  session_.counters().subscriptions.add();
}

subscription::~subscription() {
  topic_->leave(*this, *shard_);
  session_.counters().subscriptions.subtract();
}

void subscription::start() {
  if (!send_snapshot()) {
    owes_snapshot_ = true;
    lag();
  }
}

bool subscription::push(shared_frame const& what, std::uint64_t seq, time_point published) {
  if (!session_.writer().push(what, published)) return false;
  sent_ = seq;
  return true;
}

bool subscription::send_snapshot() {
  if (!push(start_.snapshot, start_.seq, shard_->loop().now())) return false;
  start_.snapshot.reset();
  start_.data.reset();
  return true;
}

void subscription::deliver(update const& what) {
  if (what.seq <= seen_ || !session_.is_open()) return;
  seen_ = what.seq;
  if (owes_snapshot_) return;  // the snapshot will be a later one
  if (!behind_) {
    if (push(what.frame, what.seq, what.published)) return;
    backlog_ = std::make_unique<backlog>(&topic_->of()->model(), policy_);
    lag();
  }
  if (!backlog_->absorb(what)) return listener_.too_slow(*this);
  session_.counters().events_merged.add();
}

void subscription::lag() {
  if (!std::exchange(behind_, true)) listener_.fell_behind(*this);
}

bool subscription::catch_up() {
  if (owes_snapshot_) {
    topic_->leave(*this, *shard_);
    start_ = topic_->join(*this, *shard_);
    seen_ = start_.seq;
    if (!send_snapshot()) return false;
    owes_snapshot_ = false;
  }
  while (backlog_ || next_) {
    if (!next_) take_next();
    if (next_) {
      if (!push(next_, next_seq_, shard_->loop().now())) return false;
      next_.reset();
    }
  }
  behind_ = false;
  return true;
}

void subscription::take_next() {
  auto item = backlog_->take();
  if (!item) {
    backlog_.reset();
  } else if (item->gap) {
    next_ = frame::make(opcode::text, topic_->gap_for_one(item->gap->from, item->gap->to));
    next_seq_ = item->gap->to;
    session_.counters().gaps_sent.add();
  } else {
    next_seq_ = item->merged.seq;
    next_ = item->merged.frame ? std::move(item->merged.frame)
                               : frame::make(opcode::text, topic_->event_for_one(item->merged));
  }
}

}  // namespace runes::detail
