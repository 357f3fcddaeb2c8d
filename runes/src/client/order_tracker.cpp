// Orders, positions and balances as the streams tell of them. Fills: order_tracker_fills.cpp.
#include <runes/order_tracker.hpp>

#include <runes/error.hpp>

#include <stdexcept>
#include <utility>

namespace runes {
namespace {

std::string const& name_in_channel(position const& entry) { return entry.symbol; }
std::string const& name_in_channel(balance const& entry) { return entry.asset; }

constexpr int first_wire_number = 1000;

/// A gap that no snapshot will close: the server has refused the topic.
template <class Data>
bool is_refused(event<Data> const& gap) {
  return gap.why() && static_cast<int>(gap.why()->code()) >= first_wire_number;
}

void require(bool holds, std::string_view member) {
  if (!holds) throw error(errc::bad_config, std::string(member) + " must be at least 1");
}

}  // namespace

order_tracker::order_tracker(tracker_limits limits) : limits_(limits) {
  require(limits_.open_orders >= 1, "open_orders");
  require(limits_.closed_orders >= 1, "closed_orders");
  require(limits_.known_fills >= 1, "known_fills");
  require(limits_.pending >= 1, "pending");
}

template <class Data>
void order_tracker::note(stream_state& of, event<Data> const& what) {
  of.begun = true;
  switch (what.kind()) {
    case event_kind::snapshot:
      of.holes.erase(what.symbol());
      break;
    case event_kind::gap:
      of.holes.insert(what.symbol());
      break;
    case event_kind::stale:
    case event_kind::end:
      of.stale = true;
      break;
    case event_kind::resumed:
      of.stale = false;
      break;
    case event_kind::update:
      break;
  }
}

// ---- orders

order_tracker::changes order_tracker::on(event<order_list> const& what) {
  changes all;
  note(orders_state_, what);
  if (what.kind() == event_kind::gap && is_refused(what)) {
    orders_state_.holes.erase(what.symbol());
    lose(what);
  }
  if (!what.has_data()) return all;
  if (what.is_snapshot()) lose(what);
  for (auto const& each : what.data()) take(each, what.symbol(), all);
  return all;
}

/// All that are open in its topic, until something says that they are; and those that were placed
/// and never shown, since one that was closed meanwhile is in no snapshot.
void order_tracker::lose(event<order_list> const& snapshot) {
  auto const& topic = snapshot.symbol();
  for (auto const& [id, each] : open_) {
    bool const told_by_it =
        each.topic == topic || (each.topic.empty() && each.value.symbol == topic);
    if (told_by_it) lost_.insert(id);
  }
  for (auto& [id, each] : unshown_) {
    each.unanswered = true;
    pending_.insert_or_assign(id, each);
  }
  unshown_.clear();
}

void order_tracker::take(order const& state, std::string const& topic, changes& into) {
  lost_.erase(state.order_id);
  if (!state.client_order_id.empty()) {
    pending_.erase(state.client_order_id);
    unshown_.erase(state.client_order_id);
  }
  bool const is_closed = !state.is_open() || state.removed;
  if (auto const held_open = open_.find(state.order_id); held_open != open_.end()) {
    order const before = held_open->second.value;
    if (is_closed) {
      open_.erase(held_open);
      close(state);
    } else {
      held_open->second = {state, topic};
    }
    if (before != state) into.emplace_back(order_changed{before, state});
    return;
  }
  if (auto const known = closed_.find(state.order_id); known != closed_.end()) {
    // What comes now was said before it was closed, or is the same word again.
    if (!is_closed || known->second == state) return;
    into.emplace_back(order_changed{std::exchange(known->second, state), state});
    return;
  }
  if (!is_closed) return open(state, topic, into);
  close(state);
  into.emplace_back(order_appeared{state});
}

void order_tracker::open(order const& state, std::string const& topic, changes& into) {
  if (open_.size() >= limits_.open_orders) {
    overflowed_ = true;
    return;
  }
  open_.emplace(state.order_id, held<order>{state, topic});
  if (!state.client_order_id.empty()) by_client_id_[state.client_order_id] = state.order_id;
  into.emplace_back(order_appeared{state});
}

void order_tracker::close(order const& state) {
  closed_.insert_or_assign(state.order_id, state);
  closed_first_.push_back(state.order_id);
  if (!state.client_order_id.empty()) by_client_id_[state.client_order_id] = state.order_id;
  if (closed_first_.size() <= limits_.closed_orders) return;
  auto const oldest = closed_.extract(closed_first_.front());
  closed_first_.pop_front();
  forget_client_id(oldest.mapped());
}

void order_tracker::forget_client_id(order const& state) {
  auto const found = by_client_id_.find(state.client_order_id);
  if (found != by_client_id_.end() && found->second == state.order_id) by_client_id_.erase(found);
}

// ---- positions and balances

template <class Change, class T>
order_tracker::changes order_tracker::on_named(by_name<T>& all, stream_state& of,
                                               event<std::vector<T>> const& what) {
  changes into;
  note(of, what);
  if (!what.has_data()) return into;
  auto const& topic = what.symbol();
  std::set<std::string, std::less<>> named;
  for (T const& entry : what.data()) {
    auto const& name = name_in_channel(entry);
    named.insert(name);
    auto const found = all.find(name);
    if (entry.removed) {
      if (found == all.end()) continue;
      all.erase(found);
    } else {
      if (found != all.end() && found->second.value == entry) continue;
      all.insert_or_assign(name, held<T>{entry, topic});
    }
    into.emplace_back(Change{entry});
  }
  if (!what.is_snapshot()) return into;
  for (auto it = all.begin(); it != all.end();) {
    bool const gone = it->second.topic == topic && !named.contains(it->first);
    auto const here = it++;
    if (!gone) continue;
    here->second.value.removed = true;
    into.emplace_back(Change{here->second.value});
    all.erase(here);
  }
  return into;
}

order_tracker::changes order_tracker::on(event<position_list> const& what) {
  return on_named<position_changed>(positions_, positions_state_, what);
}
order_tracker::changes order_tracker::on(event<balance_list> const& what) {
  return on_named<balance_changed>(balances_, balances_state_, what);
}

// ---- placements

void order_tracker::sent(std::string const& client_order_id, timestamp expires_at) {
  if (client_order_id.empty()) throw std::invalid_argument("a placement needs a client order id");
  auto const found = pending_.find(client_order_id);
  if (found == pending_.end() && pending_.size() >= limits_.pending) {
    error full(errc::backpressure, std::to_string(limits_.pending) +
                                       " placements are without an answer: more can't be followed");
    full.delivery(request_delivery::not_sent);
    throw full;
  }
  unshown_.erase(client_order_id);
  pending_.insert_or_assign(client_order_id, placement{expires_at});
}

void order_tracker::placed(std::string_view client_order_id) {
  auto const found = pending_.find(client_order_id);
  if (found == pending_.end()) return;
  auto placed = pending_.extract(found);
  if (!orders_state_.begun || by_client_id_.contains(client_order_id)) return;
  if (unshown_.size() >= limits_.pending) {
    overflowed_ = true;
    return;
  }
  placed.mapped().acknowledged = true;
  unshown_.insert(std::move(placed));
}

void order_tracker::not_placed(std::string_view client_order_id) {
  auto const found = pending_.find(client_order_id);
  if (found != pending_.end()) pending_.erase(found);
}

void order_tracker::unanswered(std::string_view client_order_id) {
  auto const found = pending_.find(client_order_id);
  if (found != pending_.end()) found->second.unanswered = true;
}

// ---- what is held

bool order_tracker::current() const noexcept {
  bool const begun =
      orders_state_.begun || fills_state_.begun || positions_state_.begun || balances_state_.begun;
  return begun && orders_state_.current() && fills_state_.current() && positions_state_.current() &&
         balances_state_.current() && !next_question();
}

order const* order_tracker::find(order_ref const& which) const {
  auto id = which.order_id();
  if (id == 0) {
    auto const found = by_client_id_.find(which.client_order_id());
    if (found == by_client_id_.end()) return nullptr;
    id = found->second;
  }
  if (auto const found = open_.find(id); found != open_.end()) return &found->second.value;
  auto const found = closed_.find(id);
  return found != closed_.end() ? &found->second : nullptr;
}

std::vector<order> order_tracker::open_orders() const {
  std::vector<order> all;
  all.reserve(open_.size());
  for (auto const& [id, each] : open_) all.push_back(each.value);
  return all;
}

std::vector<order> order_tracker::closed_orders() const {
  std::vector<order> all;
  all.reserve(closed_first_.size());
  for (auto id = closed_first_.rbegin(); id != closed_first_.rend(); ++id)
    all.push_back(closed_.at(*id));
  return all;
}

namespace {

template <class All, class T>
T const* find_in(All const& all, std::string_view name) {
  auto const found = all.find(name);
  return found != all.end() ? &found->second.value : nullptr;
}

template <class T, class All>
std::vector<T> values_of(All const& all) {
  std::vector<T> values;
  values.reserve(all.size());
  for (auto const& [name, each] : all) values.push_back(each.value);
  return values;
}

}  // namespace

position const* order_tracker::position(std::string_view symbol) const {
  return find_in<by_name<runes::position>, runes::position>(positions_, symbol);
}
balance const* order_tracker::balance(std::string_view asset) const {
  return find_in<by_name<runes::balance>, runes::balance>(balances_, asset);
}
std::vector<position> order_tracker::positions() const {
  return values_of<runes::position>(positions_);
}
std::vector<balance> order_tracker::balances() const {
  return values_of<runes::balance>(balances_);
}

// ---- orders that only the venue can say of what has become of them

order_tracker::changes order_tracker::answer(question const& to, order const& state) {
  changes all;
  bool const asked_for = to.what_ == question::about::order
                             ? lost_.contains(to.which_.order_id())
                             : pending_.contains(to.which_.client_order_id());
  if (!asked_for) return all;  // a stream has told it meanwhile
  auto const held_open = open_.find(state.order_id);
  take(state, held_open != open_.end() ? held_open->second.topic : std::string(), all);
  lost_.erase(to.which_.order_id());
  pending_.erase(to.which_.client_order_id());
  return all;
}

order_tracker::changes order_tracker::answer_unknown(question const& to) {
  changes all;
  if (to.what_ == question::about::placement) {
    auto const found = pending_.find(to.which_.client_order_id());
    if (found == pending_.end()) return all;
    bool const acknowledged = found->second.acknowledged;
    pending_.erase(found);
    unshown_.erase(to.which_.client_order_id());
    all.emplace_back(placement_failed{to.which_.client_order_id(), acknowledged});
  }
  if (to.what_ != question::about::order || lost_.erase(to.which_.order_id()) == 0) return all;
  auto const gone = open_.extract(to.which_.order_id());
  forget_client_id(gone.mapped().value);
  all.emplace_back(order_vanished{gone.mapped().value});
  return all;
}

}  // namespace runes
