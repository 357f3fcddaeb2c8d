#include "broker/topic.hpp"

#include "broker/fetch_ahead.hpp"
#include "broker/raw_model.hpp"
#include "broker/shard.hpp"
#include "broker/update_run.hpp"
#include "protocol/event_text.hpp"
#include "protocol/interval.hpp"

#include <runes/log.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace runes::detail {

namespace {

/// Calls each; those whose turn is soon are fetched meanwhile.
template <class Action>
void for_each(std::vector<member*> const& members, Action const& action) {
  constexpr std::size_t ahead = 4;
  constexpr std::size_t bytes = 128;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i + ahead < members.size()) fetch_ahead(members[i + ahead], bytes);
    action(*members[i]);
  }
}

}  // namespace

/// Subscribers by loop. `active` is under the root's lock; a list belongs to its loop's strand.
struct topic::fan {
  explicit fan(std::size_t shards) : lists(shards), has_members(shards, false) {}
  std::vector<member_list> lists;
  std::vector<bool> has_members;
  std::vector<std::uint32_t> active;  ///< the loops that have some
  std::vector<update> outgoing;       ///< committed, and not yet in the loops' inboxes
  std::atomic<std::size_t> count{0};
};

/// How a derived topic follows its root: at most one change an `interval`, the best `depth` levels
/// only.
struct topic::derivation {
  std::chrono::milliseconds interval{0};
  unsigned depth = 0;
  std::vector<payload_ptr>
      pending;  ///< merged as far as the model merges; unused with a depth, which compares instead
  timestamp pending_ts{};
  time_point last_emitted{};
  bool armed = false;
  std::size_t home = 0;  ///< the loop whose timer it uses
};

topic::topic(std::shared_ptr<channel const> of, identity who, shard_list const& shards,
             std::shared_ptr<history_budget> histories, std::uint64_t epoch)
    : channel_(std::move(of)),
      who_(std::move(who)),
      shards_(&shards),
      histories_(std::move(histories)),
      epoch_text_(epoch_text(epoch)) {}

topic::topic(std::string name, raw_options options, shard_list const& shards)
    : who_{std::move(name), {}, {}}, raw_(options), shards_(&shards) {
  if (raw_.stall().count() > 0) paced_ = std::make_unique<waiting_line>();
}

topic::topic(std::shared_ptr<topic> root, std::chrono::milliseconds interval, unsigned depth,
             std::uint64_t epoch)
    : channel_(root->channel_),
      who_(root->who_),
      shards_(root->shards_),
      histories_(root->histories_),
      root_(std::move(root)),
      epoch_text_(epoch_text(epoch)),
      derivation_(std::make_unique<derivation>()) {
  derivation_->interval = interval;
  derivation_->depth = depth;
}

topic::~topic() = default;

std::chrono::milliseconds topic::interval() const noexcept {
  return derivation_ ? derivation_->interval : std::chrono::milliseconds::zero();
}

unsigned topic::depth() const noexcept { return derivation_ ? derivation_->depth : 0; }

std::string topic::interval_text() const {
  return who_.window.empty() ? format_interval(interval()) : who_.window;
}

std::string topic::name() const {
  if (is_raw()) return who_.symbol;
  std::string text = channel_->name() + '.' + who_.symbol;
  if (!who_.window.empty()) text.append(1, '.').append(who_.window);
  if (interval().count() > 0 || depth() > 0)
    text.append(1, '.').append(format_interval(interval()));
  if (depth() > 0) text.append(1, '.').append(std::to_string(depth()));
  return text;
}

std::uint64_t topic::seq() const {
  std::lock_guard const lock(mutex());
  return seq_;
}

std::size_t topic::subscribers() const noexcept {
  std::lock_guard const lock(mutex());
  std::size_t sum = fan_ ? fan_->count.load() : 0;
  if (derived_) {
    for (auto const& d : *derived_) sum += d->fan_ ? d->fan_->count.load() : 0;
  }
  return sum;
}

// ---- publishing

bool topic::has_room() const noexcept {
  if (blocked_.load(std::memory_order_relaxed) > 0) return false;
  return std::all_of(shards_->begin(), shards_->end(), [](auto const& s) { return s->has_room(); });
}

// Each line is asked for its own condition only: whoever stood in a loop's line for a subscriber's
// room would not be told when that comes.
awaitable<bool> topic::wait_for_room() {
  if (paced_ && blocked_.load() > 0) {
    return paced_->wait([self = shared_from_this()] { return self->blocked_.load() == 0; });
  }
  for (auto const& s : *shards_) {
    // Not a shared one: the line holds the condition, and the shard the line.
    if (!s->has_room()) return s->publishers().wait([on = s.get()] { return on->has_room(); });
  }
  return shards_->front()->publishers().wait([] { return true; });  // there is room again
}

void topic::close() {
  if (paced_) paced_->close();
}

push_result topic::try_publish(std::span<payload_ptr const> changes, timestamp at) {
  if (!has_room()) return push_result::backpressure;
  std::lock_guard const lock(mutex());
  if (at == timestamp{}) at = shards_->front()->loop().time().wall();
  std::exception_ptr failed;
  try {
    for (payload_ptr const& change : changes) apply(change, at);
  } catch (...) {
    failed = std::current_exception();  // those before it are published all the same
  }
  hand_over();
  if (derived_) {
    for (auto const& d : *derived_) d->hand_over();
  }
  if (failed) std::rethrow_exception(failed);
  return push_result::accepted;
}

void topic::apply(payload_ptr const& change, timestamp at) {
  payload_ptr const published = state().apply(change);
  if (!published) return;
  commit(published, at);
  if (derived_) {
    for (auto const& d : *derived_) d->source_changed(published, at);
  }
}

topic_state& topic::state() {
  if (!state_) state_ = is_raw() ? raw_model().make_state() : channel_->model().make_state();
  return *state_;
}

void topic::commit(payload_ptr change, timestamp at) {
  update what;
  what.prev = seq_;
  seq_ += change->count();
  last_ts_ = at;
  bool const heard = fan_ && !fan_->active.empty();
  if (!heard && !history_) return;
  what.published = shards_->front()->loop().now();
  what.seq = seq_;
  what.ts = at;
  what.data = std::move(change);
  if (heard) what.frame = encode(what);
  if (history_) history_->add(what);
  if (heard) fan_->outgoing.push_back(std::move(what));
}

/// Puts what was committed into the loops' inboxes: into each in one step, so that a loop finds
/// all of it or nothing. Before the lock is let go, or another publisher's updates overtook it.
void topic::hand_over() {
  if (!fan_ || fan_->outgoing.empty()) return;
  auto const self = shared_from_this();
  for (std::uint32_t const index : fan_->active) (*shards_)[index]->push(self, fan_->outgoing);
  fan_->outgoing.clear();
}

// ---- its history: what is too old is let go of, also while nothing is published; all of it when
// nobody who has left could find anything in it any more

void topic::abandon_history(loop& on) {
  if (on.retired()) return;
  history_->abandoned(on.now());
  if (!history_->watched) watch_history(on);
}

void topic::watch_history(loop& on) {
  history_->watched = true;
  on.at(history_->next_look(on.now()), [weak = weak_from_this(), &on] {
    if (auto self = weak.lock()) self->look_after_history(on);
  });
}

void topic::look_after_history(loop& on) {
  std::lock_guard const lock(mutex());
  history_->watched = false;
  auto const end = history_->of_no_use_from();
  if (end && on.now() >= *end) return history_.reset();
  history_->expire(on.now());
  watch_history(on);
}

void topic::begin_history(loop& on) {
  if (history_) return history_->abandoned({});
  if (is_raw()) return;
  auto const& rules = histories_->rules();
  auto const& bounds = channel_->who() == audience::account ? rules.accounts : rules.everyone;
  if (bounds.none()) return;
  history_ = std::make_unique<history>(bounds, histories_, channel_->who());
  watch_history(on);
}

std::optional<std::vector<update>> topic::missed_since(sequence_point const& place,
                                                       time_point now) {
  if (is_raw() || place.epoch != epoch_text_) return {};
  if (history_) history_->expire(now);
  if (history_)
    return history_->after(place.seq, seq_, [this](auto const& u) { return encode(u); });
  return place.seq == seq_ ? std::optional(std::vector<update>()) : std::nullopt;
}

shared_frame topic::encode(update const& what) const {
  thread_local std::string scratch;
  scratch.clear();
  if (is_raw()) {
    what.data->encode(scratch);
    return frame::make(raw_.is_binary() ? opcode::binary : opcode::text, scratch);
  }
  append_event(scratch, head(), {epoch_text_, what.seq, what.prev, what.ts}, *what.data);
  return frame::make(opcode::text, scratch);
}

/// What of `interval` and `depth` its events show: what its channel has.
std::optional<std::string> topic::shown_interval() const {
  bool const has = channel_->is_throttled() || !channel_->windows().empty();
  return has ? std::optional(interval_text()) : std::nullopt;
}

std::optional<unsigned> topic::shown_depth() const {
  return channel_->has_depths() ? std::optional(depth()) : std::nullopt;
}

std::string const& topic::head() const {
  if (head_.empty())
    head_ = event_head(channel_->event(), channel_->name(), who_.symbol, shown_interval(),
                       shown_depth());
  return head_;
}

std::string topic::event_for_one(update const& what) const {
  std::lock_guard const lock(mutex());
  std::string text;
  append_event(text, head(), {epoch_text_, what.seq, what.prev, what.ts}, *what.data);
  return text;
}

std::string topic::gap_for_one(std::uint64_t from, std::uint64_t to) const {
  return gap_event(channel_->name(), who_.symbol, shown_interval(), shown_depth(), epoch_text_,
                   from, to);
}

// ---- derived topics

std::shared_ptr<topic> topic::derived(std::chrono::milliseconds interval, unsigned depth,
                                      std::uint64_t epoch) {
  if (interval.count() == 0 && depth == 0) return shared_from_this();
  std::lock_guard const lock(mutex_);
  if (!derived_) derived_ = std::make_unique<std::vector<std::shared_ptr<topic>>>();
  for (auto const& d : *derived_) {
    if (d->interval() == interval && d->depth() == depth) return d;
  }
  std::shared_ptr<topic> made(new topic(shared_from_this(), interval, depth, epoch));
  made->catch_up_with_root();
  derived_->push_back(made);
  return made;
}

void topic::catch_up_with_root() {
  last_ts_ = root_->last_ts_;
  derivation_->pending.clear();
  if (derivation_->depth > 0) {
    channel_->model().project(root_->state(), state(), derivation_->depth);
  } else {
    state_ = channel_->model().make_state();
    // A root that was never changed says nothing yet, not even its decimals.
    if (root_->seq_ > 0) state_->apply(root_->state().snapshot());
  }
}

void topic::drop_derived(topic const& which) noexcept {
  std::erase_if(*derived_, [&](auto const& d) { return d.get() == &which; });
}

void topic::source_changed(payload_ptr const& change, timestamp at) {
  derivation& d = *derivation_;
  d.pending_ts = at;
  if (d.depth == 0) {
    payload_ptr both =
        d.pending.empty() ? nullptr : channel_->model().merge(d.pending.back(), change);
    if (both) {
      d.pending.back() = std::move(both);
    } else {
      d.pending.push_back(change);
    }
  }
  if (d.interval.count() == 0) return emit();
  if (std::exchange(d.armed, true)) return;
  (*shards_)[d.home]->run(
      [self = shared_from_this(), home = (*shards_)[d.home]] { self->arm(*home); });
}

void topic::emit() {
  derivation& d = *derivation_;
  if (d.depth > 0) {
    if (payload_ptr change = channel_->model().project(root_->state(), state(), d.depth)) {
      commit(std::move(change), d.pending_ts);
    }
    return;
  }
  for (payload_ptr const& change : d.pending) {
    if (payload_ptr published = state().apply(change)) commit(std::move(published), d.pending_ts);
  }
  d.pending.clear();
}

// The home is handed through: by now the topic may have lost its subscribers and found another.
void topic::arm(shard& home) {
  loop& timers = home.loop();
  time_point due;
  {
    std::lock_guard const lock(mutex());
    due = derivation_->last_emitted + derivation_->interval;
  }
  if (due <= timers.now()) return on_due(home);
  timers.at(due, [weak = weak_from_this(), &home] {
    if (auto self = weak.lock()) self->on_due(home);
  });
}

void topic::on_due(shard& home) {
  time_point const now = home.loop().now();
  std::lock_guard const lock(mutex());
  derivation_->armed = false;
  derivation_->last_emitted = now;
  try {
    emit();
  } catch (std::exception const& e) {
    // A model that fails costs this change, not the loop that it happens on.
    derivation_->pending.clear();
    log::write(severity::error, {"broker", 0}, name() + " could not be derived: " + e.what());
  }
  hand_over();
}

// ---- subscribers

void topic::follow_root(shard& home) {
  derivation_->home = home.index();
  auto& siblings = *root_->derived_;
  if (std::any_of(siblings.begin(), siblings.end(), [&](auto const& d) { return d.get() == this; }))
    return;
  // Its last subscriber left between derived() and join(), and it has missed changes since.
  siblings.push_back(shared_from_this());
  catch_up_with_root();
  ++seq_;
}

joined topic::join(member& who, shard& on, sequence_point const* since) {
  on.loop().assert_held();
  std::lock_guard const lock(mutex());
  if (!fan_) fan_ = std::make_unique<fan>(shards_->size());
  if (derivation_ && fan_->active.empty()) follow_root(on);
  joined start;
  start.seq = seq_;
  start.epoch = epoch_text_;
  if (since) start.missed = missed_since(*since, on.loop().now());
  begin_history(on.loop());
  if (!is_raw() && !start.missed) {
    start.data = state().snapshot();
    if (!snapshot_ || snapshot_seq_ != seq_) {
      std::string text;
      // The time of the state, not of the asking; that of one that was never changed is now.
      timestamp const ts = last_ts_ != timestamp{} ? last_ts_ : on.loop().time().wall();
      append_event(text, head(), {epoch_text_, seq_, {}, ts}, *start.data);
      snapshot_ = frame::make(opcode::text, text);
      compressed_snapshot_.reset();
      snapshot_seq_ = seq_;
    }
    start.snapshot = snapshot_;
  }
  fan_->lists[on.index()].add(who);
  ++fan_->count;
  if (!fan_->has_members[on.index()]) {
    fan_->has_members[on.index()] = true;
    fan_->active.push_back(static_cast<std::uint32_t>(on.index()));
  }
  return start;
}

/// Compressing takes long, so it is done without the lock; two loops that ask at once may both do
/// it.
shared_frame topic::compressed(shared_frame const& snapshot, loop_counters& counters) {
  {
    std::lock_guard const lock(mutex());
    if (snapshot == snapshot_ && compressed_snapshot_) return compressed_snapshot_;
  }
  shared_frame made = compress(snapshot, counters);
  std::lock_guard const lock(mutex());
  if (snapshot == snapshot_) compressed_snapshot_ = made;
  return made;
}

void topic::leave(member& who, shard& on) {
  on.loop().assert_held();
  std::lock_guard const lock(mutex());
  member_list& list = fan_->lists[on.index()];
  list.remove(who);
  --fan_->count;
  if (!list.empty()) return;
  fan_->has_members[on.index()] = false;
  std::erase(fan_->active, static_cast<std::uint32_t>(on.index()));
  if (!fan_->active.empty()) return;
  snapshot_.reset();
  compressed_snapshot_.reset();
  if (history_) abandon_history(on.loop());
  if (root_) root_->drop_derived(*this);
}

std::size_t topic::deliver(std::span<update const> run, shard& on) {
  auto const& members = fan_->lists[on.index()].all();
  if (run.size() == 1 || members.empty()) {
    for_each(members, [&](member& who) { who.deliver(run.front()); });
    return members.size();
  }
  update_run together(run, on.counters());
  for_each(members, [&](member& who) { who.deliver_run(together); });
  return members.size();
}

void member::deliver_run(update_run& run) {
  for (update const& each : run.updates()) deliver(each);
}

void topic::unblock() {
  if (blocked_.fetch_sub(1) == 1 && paced_) paced_->release();
}

}  // namespace runes::detail
