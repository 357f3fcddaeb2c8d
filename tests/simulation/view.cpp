#include "simulation/view.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <variant>
#include <vector>

namespace runes::simulation {
namespace json = boost::json;
namespace {

/// The ids of a log's entries.
std::vector<std::uint64_t> ids_of(detail::event_data const& data) {
  std::vector<std::uint64_t> ids;
  if (auto const* trades = std::get_if<trade_list>(&data)) {
    for (trade const& each : *trades) ids.push_back(each.trade_id);
  } else if (auto const* list = std::get_if<json::value>(&data)) {
    for (json::value const& each : list->as_array())
      ids.push_back(each.at("id").to_number<std::uint64_t>());
  }
  return ids;
}

std::string range(std::uint64_t from, std::uint64_t to) {
  return std::to_string(from) + ".." + std::to_string(to);
}

}  // namespace

void view::broken(std::string_view which, std::string const& what) {
  world_.broken(which, name_ + " at " + place() + ": " + what);
}

digest view::state() const noexcept {
  switch (rules_.model) {
    case event_model::latest:
      return latest_;
    case event_model::keyed:
      return keys_.digest();
    case event_model::book:
      return levels_.digest();
    case event_model::log:
      break;
  }
  return 0;
}

void view::take(detail::any_event const& event) {
  if (event.why && event.why->code() == errc::bad_event)
    broken(invariant::sound_server, event.why->sentence());
  if (event.kind == event_kind::gap) return gap(event);
  if (stale_) broken(invariant::truth, "data came while the connection was said to be lost");
  event.kind == event_kind::snapshot ? snapshot(event) : update(event);
}

void view::gap(detail::any_event const& event) {
  bool const numbered = event.seq > 0;
  std::uint64_t const from = numbered ? event.prev + 1 : 0;
  if (!numbered) {
    unknown_gap_ = true;
  } else if (!known_ && !rules_.patient) {
    // Its queue was full before the first look at it.
    known_ = true;
    epoch_ = event.epoch;
    seq_ = event.seq;
  } else {
    if (rules_.is_private)
      broken(invariant::private_events, range(from, event.seq) + " are missing");
    if (is_log() && !unknown_gap_ && (from != seq_ + 1 || event.seq < from))
      broken(invariant::exact_log, "a gap says that " + range(from, event.seq) + " are missing");
    if (is_log()) seq_ = event.seq;
  }
  if (!is_log()) whole_ = false;
}

// ---- snapshots

void view::snapshot(detail::any_event const& event) {
  if (is_log()) {
    log_snapshot(event);
  } else {
    if (rules_.is_private && known_ && event.epoch == epoch_ && event.seq != seq_)
      broken(invariant::private_events,
             "a snapshot came in place of " + range(seq_ + 1, event.seq));
    keys_.clear();
    levels_.clear();
  }
  epoch_ = event.epoch;
  seq_ = event.seq;
  known_ = whole_ = true;
  unknown_gap_ = false;
  if (is_log()) return;
  apply(event);
  check_state();
}

/// A log's says from where on it goes: whatever is between must have been said to be missing.
void view::log_snapshot(detail::any_event const& event) {
  if (!known_) return;
  if (event.epoch != epoch_) {
    if (!unknown_gap_) broken(invariant::exact_log, "the topic began anew, and no gap was told of");
  } else if (unknown_gap_) {
    if (rules_.patient) broken(invariant::exact_log, "a gap did not say what is missing");
  } else if (event.seq != seq_) {
    broken(invariant::exact_log,
           range(seq_ + 1, event.seq) + " are missing, and no gap was told of");
  }
}

// ---- updates

void view::update(detail::any_event const& event) {
  bool const loose = !whole_ || unknown_gap_;
  bool const may_jump = rules_.model == event_model::latest || (is_log() && !rules_.patient);
  bool const belongs = known_ && event.epoch == epoch_;
  bool const begins_anew = unknown_gap_ && is_log() && !rules_.patient;
  if (!(belongs || begins_anew) || event.seq <= event.prev) {
    broken(invariant::continuity, "an update of " + event.epoch + ":" +
                                      range(event.prev, event.seq) + " does not belong here");
  } else if (loose ? !may_jump : event.prev != seq_) {
    broken(invariant::continuity, "an update goes on from " + std::to_string(event.prev));
  }
  epoch_ = event.epoch;
  known_ = whole_ = true;
  unknown_gap_ = false;
  seq_ = event.prev;
  if (is_log()) {
    log_entries(event);
    seq_ = event.seq;
  } else {
    apply(event);
    seq_ = event.seq;
    check_state();
  }
}

void view::log_entries(detail::any_event const& event) {
  auto const ids = ids_of(*event.data);
  entries_ += ids.size();
  if (ids.size() != event.seq - event.prev) {
    return broken(invariant::exact_log, std::to_string(ids.size()) + " entries for the numbers " +
                                            range(event.prev + 1, event.seq));
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (truth_.at(event.epoch, event.prev + 1 + i) == ids[i]) continue;
    return broken(invariant::exact_log, "entry " + std::to_string(ids[i]) + " came as number " +
                                            std::to_string(event.prev + 1 + i));
  }
}

void view::apply(detail::any_event const& event) {
  if (auto const* value = std::get_if<ticker>(event.data.get())) {
    latest_ = digest_of(*value);
  } else if (auto const* book = std::get_if<book_changes>(event.data.get())) {
    for (level const& each : book->bids)
      levels_.set(side::buy, each.price.units(), each.quantity.units());
    for (level const& each : book->asks)
      levels_.set(side::sell, each.price.units(), each.quantity.units());
  } else if (auto const* list = std::get_if<json::value>(event.data.get())) {
    for (json::value const& each : list->as_array()) {
      std::string const key(each.at("key").as_string());
      if (each.as_object().contains("removed")) {
        keys_.remove(key);
      } else {
        keys_.set(key, json::serialize(each));
      }
    }
  }
}

void view::check_state() {
  if (!rules_.numbered) return;
  auto const wanted = truth_.at(epoch_, seq_);
  if (!wanted) {
    broken(invariant::truth, "nothing was ever published under this number");
  } else if (*wanted != state()) {
    broken(invariant::truth, "it holds another state than the one published under this number");
  }
}

}  // namespace runes::simulation
