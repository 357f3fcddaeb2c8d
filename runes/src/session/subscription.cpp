#include "session/subscription.hpp"

#include "session/session_impl.hpp"

#include <algorithm>
#include <utility>

namespace runes::detail {

/// What a returning subscriber has missed: shared with the topic's history, and so as bounded.
class subscription::replay {
 public:
  explicit replay(std::vector<update> missed) noexcept
      : missed_(std::move(missed)), missed_bytes_(bytes_of(missed_)), bytes_(missed_bytes_) {}

  update const* next() const noexcept { return at_ < missed_.size() ? &missed_[at_] : nullptr; }
  void pass() noexcept {
    bytes_ -= missed_[at_].frame->size();
    missed_[at_++] = update();
  }
  /// What is published meanwhile; false when that is more than `allowed` bytes ahead of it.
  bool add(update const& what, std::size_t allowed) {
    if (bytes_ + what.frame->size() > missed_bytes_ + allowed) return false;
    bytes_ += what.frame->size();
    missed_.push_back(what);
    missed_.back().compressed.reset();  // not counted
    return true;
  }

 private:
  static std::size_t bytes_of(std::vector<update> const& all) noexcept {
    std::size_t bytes = 0;
    for (update const& each : all) bytes += each.frame->size();
    return bytes;
  }

  std::vector<update> missed_;
  std::size_t missed_bytes_;
  std::size_t bytes_;  ///< not yet passed
  std::size_t at_ = 0;
};

subscription::subscription(session_impl& who, std::shared_ptr<topic> to, std::shared_ptr<shard> on,
                           overflow policy, listener& tells, sequence_point const* since)
    : session_(who),
      topic_(std::move(to)),
      shard_(std::move(on)),
      listener_(tells),
      policy_(policy),
      start_(topic_->join(*this, *shard_, since)),
      seen_(start_.seq),
      sent_(recovered() ? since->seq : start_.seq),
      reported_(sent_) {
  session_.counters().subscriptions.add();
}

subscription::~subscription() {
  topic_->leave(*this, *shard_);
  session_.counters().subscriptions.subtract();
}

void subscription::start() {
  if (recovered()) return send_missed();
  if (!send_snapshot()) {
    owes_snapshot_ = true;
    lag();
  }
}

/// What the outbox has no room for waits, merged where the policy merges.
void subscription::send_missed() {
  std::vector<update> missed = std::move(*start_.missed);
  start_.missed.reset();
  session_.counters().subscriptions_resumed.add();
  bool const merges = policy_ == overflow::conflate;
  for (std::size_t i = 0; i < missed.size(); ++i) {
    if (!behind_ && push(missed[i].frame, missed[i].seq, shard_->loop().now())) continue;
    lag();
    if (!merges) {
      missed.erase(missed.begin(), missed.begin() + static_cast<std::ptrdiff_t>(i));
      replay_ = std::make_unique<replay>(std::move(missed));
      return;
    }
    if (!hold(missed[i])) return listener_.too_slow(*this);
  }
}

bool subscription::go_on_with_replay() {
  while (update const* next = replay_->next()) {
    if (!push(next->frame, next->seq, shard_->loop().now())) return false;
    replay_->pass();
  }
  replay_.reset();
  return true;
}

bool subscription::push(shared_frame const& what, std::uint64_t seq, time_point published) {
  if (!session_.writer().push(what, published)) return false;
  sent_ = seq;
  return true;
}

/// What was missed is sent as it is held: nobody shares the compressing of it.
void subscription::compress_snapshot() {
  shared_frame& snapshot = start_.snapshot;
  if (snapshot && session_.writer().deflates().hold(snapshot->payload().size()))
    snapshot = topic_->compressed(snapshot, session_.counters());
}

bool subscription::send_snapshot() {
  compress_snapshot();
  if (!push(start_.snapshot, start_.seq, shard_->loop().now())) return false;
  start_.snapshot.reset();
  start_.data.reset();
  return true;
}

void subscription::deliver(update const& what) {
  if (what.seq <= seen_ || !session_.is_open()) return;
  seen_ = what.seq;
  if (owes_snapshot_) return;  // the snapshot will be a later one
  if (!behind_ && session_.writer().push(what)) {
    sent_ = what.seq;
    return;
  }
  lag();
  if (!hold(what)) listener_.too_slow(*this);
}

void subscription::deliver_run(update_run& run) {
  auto const updates = run.updates();
  bool const up_to_date = updates.front().seq > seen_ && !behind_ && !owes_snapshot_;
  if (up_to_date && session_.is_open() && session_.writer().push_run(run)) {
    seen_ = sent_ = updates.back().seq;
    return;
  }
  for (update const& each : updates) deliver(each);
}

/// False: the policy says to disconnect. One that returns is given the time to hear what it missed.
bool subscription::hold(update const& what) {
  if (replay_ && policy_ == overflow::disconnect)
    return replay_->add(what, session_.writer().queue().max_bytes());
  if (!backlog_) backlog_ = std::make_unique<backlog>(&topic_->of()->model(), policy_);
  if (!backlog_->absorb(what)) return false;
  session_.counters().events_merged.add();
  session_.counters().largest_backlog.raise(backlog_->bytes());
  return policy_ != overflow::conflate || bound_merged();
}

/// Where keys are ever new, what is merged is bounded by no number of keys. Above the bound a
/// snapshot, when there is room for it, is the cheaper way to be up to date, but not instead of
/// what must not be merged away: false. Who was promised all that he had missed may be owed more,
/// but gets that or nothing.
bool subscription::bound_merged() {
  std::size_t const outbox = session_.writer().queue().max_bytes();
  if (sent_ < start_.seq) return backlog_->bytes() <= 4 * std::max(outbox, backlog::default_bytes);
  if (backlog_->bytes() <= std::max(outbox / 4, backlog::default_bytes)) return true;
  if (!backlog_->is_merged()) return false;
  backlog_.reset();
  next_.reset();
  owes_snapshot_ = true;
  return true;
}

void subscription::lag() {
  if (!std::exchange(behind_, true)) listener_.fell_behind(*this);
}

bool subscription::catch_up() {
  if (owes_snapshot_) {
    topic_->leave(*this, *shard_);
    start_ = topic_->join(*this, *shard_, nullptr);
    seen_ = start_.seq;
    if (!send_snapshot()) return false;
    owes_snapshot_ = false;
  }
  if (replay_ && !go_on_with_replay()) return false;
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
                               : session_.encode(opcode::text, topic_->event_for_one(item->merged));
  }
}

}  // namespace runes::detail
