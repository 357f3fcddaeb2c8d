#include "client/symbol_feed.hpp"

#include "client/subscription_core.hpp"

#include <algorithm>
#include <utility>

namespace runes::detail {
namespace {

any_event gap_event(std::string const& symbol, std::uint64_t from, std::uint64_t to,
                    std::optional<error> why) {
  any_event gap;
  gap.kind = event_kind::gap;
  gap.symbol = symbol;
  if (from > 0) {
    gap.prev = from - 1;
    gap.seq = to;
  }
  gap.why = std::move(why);
  return gap;
}

error unknown_state() {
  return {errc::bad_event, "the state is not held: an entry without its key, or no key is known"};
}

error too_slow() { return {errc::backpressure, "the reader was too slow, and its queue is full"}; }

}  // namespace

symbol_feed::symbol_feed(std::string symbol, wish const& like)
    : symbol_(std::move(symbol)),
      model_(like.model),
      check_(like.model, like.model_known),
      state_(like.model, like.type, like.key) {}

// ---- its readers

void symbol_feed::seat(subscription_core& reader) {
  if (is_read_by(reader)) return;
  seats_.push_back({&reader});
  begin(seats_.back());
}

void symbol_feed::unseat(subscription_core const& reader) noexcept {
  std::erase_if(seats_, [&](auto const& each) { return each.reader == &reader; });
}

bool symbol_feed::is_read_by(subscription_core const& reader) const noexcept {
  return std::any_of(seats_.begin(), seats_.end(),
                     [&](auto const& each) { return each.reader == &reader; });
}

void symbol_feed::missed_by(subscription_core const& reader) noexcept {
  for (auto& each : seats_) {
    if (each.reader != &reader || !std::exchange(each.begun, false)) continue;
    each.missed = true;
  }
}

bool symbol_feed::needs_snapshot() const noexcept {
  return is_whole() && !state_.known() && model_ != event_model::log &&
         std::any_of(seats_.begin(), seats_.end(), [](auto const& each) { return !each.begun; });
}

bool symbol_feed::lose_unknown() {
  if (!needs_snapshot()) return false;
  lose(unknown_state());
  return true;
}

/// With the state that is held, if it is whole; else it begins when it is.
void symbol_feed::begin(seat_of& who) {
  if (who.begun || !is_whole()) return;
  if (model_ != event_model::log && !state_.known()) return;
  if (model_ == event_model::log && std::exchange(who.missed, false))
    tell_gap(who, too_slow(), 0, 0);
  who.begun = true;
  auto const image = state_.image();
  if (!image) return;  // of a topic without a state yet nothing is to be shown
  any_event first;
  first.kind = event_kind::snapshot;
  first.symbol = symbol_;
  first.epoch = check_.epoch();
  first.seq = check_.seq();
  first.ts = ts_;
  first.data = image;
  who.reader->push(std::move(first), &state_);
}

void symbol_feed::begin_all() {
  for (auto& each : seats_) begin(each);
}

// ---- what happens

reaction symbol_feed::on_snapshot(envelope const& e, shared_data data) {
  // Who was promised all that was missed gets that and nothing else (protocol.md, "Resume").
  bool const promised = std::exchange(recovers_to_, 0) > 0;
  auto missed = check_.snapshot(e.epoch, e.seq);
  if (promised && !missed) missed.emplace();
  ts_ = e.ts;
  at_server = standing::held;
  if (auto const wrong = state_.replace(data))
    return lose(error(errc::bad_event, "the book is not the server's: " + *wrong));
  if (missed) {
    error const why =
        promised ? error(errc::bad_event, "a snapshot came in place of what was missed")
                 : error(errc::connection_lost, "the server holds no more of what was missed");
    for (auto& each : seats_) {
      if (each.begun) tell_gap(each, why, missed->from, missed->to);
    }
  }
  for (auto& each : seats_) {
    if (std::exchange(each.missed, false) && model_ == event_model::log) {
      tell_gap(each, too_slow(), 0, 0);
    }
    each.begun = true;
  }
  // Of a topic without a state yet nothing is to be shown; its updates follow all the same.
  return data ? tell_all(e, data) : reaction::none;
}

reaction symbol_feed::on_update(envelope const& e, shared_data data) {
  auto const found = check_.update(e.epoch, e.prev, e.seq);
  switch (found.what) {
    case stream_check::verdict::ignore:
    case stream_check::verdict::gap:
      return reaction::none;
    case stream_check::verdict::resync:
      return lose(error(errc::bad_event, "the event does not follow the one before"), found.from,
                  found.to);
    case stream_check::verdict::gap_and_deliver:
      for (auto& each : seats_)
        tell_gap(each, error(errc::bad_event, "events are missing"), found.from, found.to);
      break;
    case stream_check::verdict::deliver:
      break;
  }
  ts_ = e.ts;
  if (auto const wrong = state_.apply(data))
    return lose(error(errc::bad_event, "the book is not the server's: " + *wrong));
  if (recovers_to_ > 0 && e.seq >= recovers_to_) {
    recovers_to_ = 0;
    state_.trust();
  }
  auto const done = tell_all(e, data);
  begin_all();  // with the state that this event has led to
  return needs_snapshot() ? lose(unknown_state()) : done;
}

reaction symbol_feed::on_gap(envelope const& e) {
  auto const found = check_.dropped(e.epoch, e.from, e.to);
  if (found.what == stream_check::verdict::ignore) return reaction::none;
  if (found.what == stream_check::verdict::resync) return lose({}, found.from, found.to);
  for (auto& each : seats_) tell_gap(each, {}, found.from, found.to);
  return reaction::gap;
}

reaction symbol_feed::lose(std::optional<error> why, std::uint64_t from, std::uint64_t to) {
  forget();
  for (auto& each : seats_) tell_gap(each, why, from, to);
  return reaction::resync;
}

void symbol_feed::refuse(error const& why) {
  at_server = standing::none;
  forget();
  for (auto& each : seats_) {
    if (each.begun) tell_gap(each, why, 0, 0);
  }
}

void symbol_feed::on_disconnected() {
  at_server = standing::none;
  pause();
  state_.distrust();
}

/// Neither the place nor the state is of any use.
void symbol_feed::forget() noexcept {
  check_.lost();
  state_.distrust();
  recovers_to_ = 0;
}

bool symbol_feed::resume(std::string_view epoch, std::uint64_t seq) {
  if (!check_.has_place()) return false;
  if (epoch != check_.epoch() || seq < check_.seq()) {
    lose(error(errc::bad_event, "the server goes on from a place that is not ours"));
    return false;
  }
  check_.resume();
  recovers_to_ = check_.seq() < seq ? seq : 0;
  if (recovers_to_ == 0) state_.trust();
  begin_all();
  return true;
}

reaction symbol_feed::on_head(topic_head const& head) {
  if (topic != head.topic || !check_.live()) return reaction::none;
  bool const same_life = check_.epoch() == head.epoch;
  if (same_life && check_.seq() >= head.seq) return reaction::none;
  error const why(errc::bad_event, "the last events did not come");
  if (!same_life) return lose(why);
  std::uint64_t const from = check_.seq() + 1;
  if (model_ != event_model::log) return lose(why, from, head.seq);
  // The next entry follows the head. A new snapshot would miss those that come meanwhile, untold.
  check_.dropped(head.epoch, from, head.seq);
  if (head.seq >= recovers_to_) recovers_to_ = 0;
  for (auto& each : seats_) tell_gap(each, why, from, head.seq);
  return reaction::gap;
}

std::chrono::milliseconds symbol_feed::resync_pause(time_point now) {
  bool const calm = !last_resync_ || now - *last_resync_ >= 2 * longest_resync_pause;
  std::chrono::milliseconds pause{0};
  if (calm) {
    resync_.reset();
  } else {
    pause = resync_.next();
  }
  last_resync_ = now + pause;
  return pause;
}

// ---- telling

void symbol_feed::tell_gap(seat_of& who, std::optional<error> const& why, std::uint64_t from,
                           std::uint64_t to) {
  who.reader->push(gap_event(symbol_, from, to, why), nullptr);
}

/// False: the reader's queue is full, and holds a gap in place of it.
bool symbol_feed::tell(seat_of& who, envelope const& e, shared_data const& data) {
  any_event out;
  out.kind = e.kind;
  out.symbol = symbol_;
  out.epoch = e.epoch;
  out.prev = e.prev;
  out.seq = e.seq;
  out.ts = e.ts;
  out.data = data;
  return who.reader->push(std::move(out), &state_) != event_queue::verdict::lost;
}

reaction symbol_feed::tell_all(envelope const& e, shared_data const& data) {
  bool lost = false;
  for (auto& each : seats_) {
    if (!each.begun || tell(each, e, data)) continue;
    each.begun = false;
    lost = true;
  }
  if (!lost) return reaction::told;
  // Nobody can be given a state that is not held: it comes anew for all.
  for (auto& each : seats_) {
    if (each.begun) tell_gap(each, error(errc::backpressure, "the state is asked for anew"), 0, 0);
  }
  forget();
  return reaction::resync;
}

}  // namespace runes::detail
