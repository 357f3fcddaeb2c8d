#include "client/event_queue.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <utility>

namespace runes::detail {
namespace {

bool is_of(any_event const& e, std::string_view symbol) {
  return e.symbol == symbol && (e.kind == event_kind::snapshot || e.kind == event_kind::update ||
                                e.kind == event_kind::gap);
}

bool is_closed(boost::json::value const& window) {
  auto const* object = window.if_object();
  auto const* closed = object ? object->if_contains("closed") : nullptr;
  return closed && closed->is_bool() && closed->get_bool();
}

}  // namespace

any_event event_queue::pop() {
  any_event first = std::move(events_.front());
  events_.pop_front();
  return first;
}

event_queue::verdict event_queue::push(any_event what, state_keeper const* state) {
  if (events_.size() >= limit_) return reduce(std::move(what), state);
  events_.push_back(std::move(what));
  return verdict::queued;
}

/// The last event of a statistics window is never merged away (protocol.md, "Slow consumers"),
/// however it is read.
bool event_queue::must_be_kept(any_event const& e) const {
  if (!e.data) return false;
  if (auto const* window = std::get_if<statistics>(e.data.get())) return window->closed;
  auto const* read_as_json = std::get_if<boost::json::value>(e.data.get());
  return read_as_json && of_ == contents::windows && is_closed(*read_as_json);
}

event_queue::verdict event_queue::reduce(any_event what, state_keeper const* state) {
  if (what.kind == event_kind::snapshot && model_ != event_model::log) {
    remove(what.symbol, [](any_event const&) {});
    events_.push_back(std::move(what));
    return verdict::reduced;
  }
  if (what.kind == event_kind::update) {
    if (model_ == event_model::latest) return merge_latest(std::move(what));
    bool const has_state = model_ == event_model::book || model_ == event_model::keyed;
    if (auto image = has_state && state ? state->image() : nullptr)
      return replace_by_state(std::move(what), std::move(image));
  }
  return replace_by_gap(std::move(what));
}

/// Of a book nothing is lost so. Of a keyed channel the last word on an entry that is gone may be:
/// that is said.
event_queue::verdict event_queue::replace_by_state(any_event what, shared_data image) {
  if (model_ == event_model::keyed) {
    replace_by_gap(what);
  } else {
    remove(what.symbol, [](any_event const&) {});
  }
  what.kind = event_kind::snapshot;
  what.prev = 0;
  what.data = std::move(image);
  events_.push_back(std::move(what));
  return verdict::reduced;
}

/// The newest is the state. It takes over the first `prev`, so that merging is never mistaken for
/// loss.
event_queue::verdict event_queue::merge_latest(any_event what) {
  std::size_t const before = events_.size();
  bool snapshot = false;
  bool first = true;
  std::vector<any_event> kept;
  remove(what.symbol, [&](any_event const& old) {
    if (old.kind == event_kind::gap || must_be_kept(old)) {
      kept.push_back(old);
      first = true;
      snapshot = false;
      what.prev = old.seq;
      return;
    }
    if (std::exchange(first, false)) what.prev = old.prev;
    snapshot = snapshot || old.kind == event_kind::snapshot;
  });
  if (snapshot) what.kind = event_kind::snapshot;
  bool const helped = kept.size() < before - events_.size();
  for (auto& each : kept) events_.push_back(std::move(each));
  if (!helped && !kept.empty())
    return replace_by_gap(std::move(what));  // all of them closed windows
  events_.push_back(std::move(what));
  return verdict::reduced;
}

/// All that was queued of the symbol goes, and this event with it unless it stands by itself.
event_queue::verdict event_queue::replace_by_gap(any_event what) {
  any_event gap;
  gap.kind = event_kind::gap;
  gap.symbol = what.symbol;
  gap.epoch = what.epoch;
  gap.why.emplace(errc::backpressure, "the reader was too slow, and its queue is full");
  bool found = false;
  bool known = true;
  remove(what.symbol, [&](any_event const& old) {
    if (!std::exchange(found, true))
      gap.prev = old.kind == event_kind::snapshot ? old.seq : old.prev;
    known = known && old.epoch == what.epoch && old.seq != 0;
    gap.seq = old.seq;
  });
  bool const stands_alone = model_ == event_model::log || model_ == event_model::latest;
  if (what.kind == event_kind::gap || !stands_alone) {
    if (!found) gap.prev = what.prev;
    gap.seq = what.seq;
  }
  if (!known || gap.seq <= gap.prev) gap.prev = gap.seq = 0;
  if (found || !stands_alone || what.kind == event_kind::gap) events_.push_back(std::move(gap));
  if (what.kind == event_kind::gap) return verdict::reduced;
  if (!stands_alone) return verdict::lost;
  events_.push_back(std::move(what));
  return verdict::reduced;
}

bool event_queue::push_stale(any_event what) {
  if (events_.size() >= limit_) {
    // Several outages that nobody has read about become one long one.
    auto const first = std::find_if(events_.begin(), events_.end(),
                                    [](any_event const& e) { return e.kind == event_kind::stale; });
    if (first != events_.end()) {
      bool const dropped = std::any_of(first + 1, events_.end(), [](any_event const& e) {
        return e.kind != event_kind::stale && e.kind != event_kind::resumed;
      });
      events_.erase(first + 1, events_.end());
      return !dropped;
    }
  }
  events_.push_back(std::move(what));
  return true;
}

void event_queue::remove(std::string_view symbol,
                         std::function<void(any_event const&)> const& each) {
  // Only what came since the last word on the connection: before that is another time.
  auto const boundary = std::find_if(events_.rbegin(), events_.rend(), [](any_event const& e) {
                          return e.kind == event_kind::stale || e.kind == event_kind::resumed;
                        }).base();
  auto keep = boundary;
  for (auto it = boundary; it != events_.end(); ++it) {
    if (is_of(*it, symbol)) {
      each(*it);
      continue;
    }
    if (keep != it) *keep = std::move(*it);
    ++keep;
  }
  events_.erase(keep, events_.end());
}

}  // namespace runes::detail
