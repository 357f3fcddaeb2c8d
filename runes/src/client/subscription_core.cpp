#include "client/subscription_core.hpp"

#include "protocol/interval.hpp"

#include <boost/asio/error.hpp>
#include <boost/json/array.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

/// Refusals are remembered for subscription::refused(), this many.
constexpr std::size_t most_refused = 1'000;

/// A request names so many places at most, so that it stays well below a server's limit of a
/// message; the other symbols begin with a snapshot.
constexpr std::size_t most_places = 300;

/// As the server writes it, so that both can be compared.
std::optional<std::string> canonical(std::optional<std::string> const& interval) {
  if (!interval) return {};
  auto const parsed = parse_interval(*interval);
  return parsed ? format_interval(*parsed) : *interval;
}

any_event control(event_kind kind) {
  any_event e;
  e.kind = kind;
  return e;
}

}  // namespace

subscription_core::subscription_core(asio::any_io_executor const& executor,
                                     std::weak_ptr<client_impl> owner, wish wanted,
                                     std::size_t queue_limit)
    : owner_(std::move(owner)),
      wanted_(std::move(wanted)),
      queue_(wanted_.model, wanted_.queue > 0 ? wanted_.queue : queue_limit),
      ready_(executor) {}

// ---- what is wanted

json::object subscription_core::fields(std::optional<std::string_view> symbol) const {
  json::object o;
  o["channel"] = wanted_.channel;
  auto const& interval = active_ && interval_ ? interval_ : wanted_.interval;
  auto const& depth = active_ && depth_ ? depth_ : wanted_.depth;
  if (interval) o["interval"] = *interval;
  if (depth) o["depth"] = *depth;
  if (symbol) {
    json::array one;
    one.emplace_back(*symbol);
    o["symbols"] = std::move(one);
  } else if (wanted_.symbols) {
    json::array all;
    for (auto const& each : *wanted_.symbols) all.emplace_back(each);
    o["symbols"] = std::move(all);
  }
  return o;
}

json::object subscription_core::resubscription() const {
  json::object asked = fields();
  json::object since;
  for (auto const& [symbol, state] : symbols_) {
    if (!state.check.has_place() || since.size() >= most_places) continue;
    json::object place;
    place["epoch"] = state.check.epoch();
    place["seq"] = state.check.seq();
    since[symbol] = std::move(place);
  }
  if (!since.empty()) asked["since"] = std::move(since);
  return asked;
}

bool subscription_core::overlaps(wish const& other) const {
  if (other.channel != wanted_.channel || other.depth.value_or(0) != wanted_.depth.value_or(0))
    return false;
  if (canonical(other.interval) != canonical(wanted_.interval) &&
      canonical(other.interval) != interval_)
    return false;
  if (!wanted_.symbols || !other.symbols) return true;
  return std::any_of(other.symbols->begin(), other.symbols->end(), [&](auto const& each) {
    return std::find(wanted_.symbols->begin(), wanted_.symbols->end(), each) !=
           wanted_.symbols->end();
  });
}

bool subscription_core::holds(std::string_view channel, std::string_view symbol) const {
  if (channel != wanted_.channel) return false;
  if (symbols_.find(symbol) != symbols_.end()) return true;
  return !wanted_.symbols || std::find(wanted_.symbols->begin(), wanted_.symbols->end(), symbol) !=
                                 wanted_.symbols->end();
}

int subscription_core::fit(envelope const& e) const {
  if (!holds(e.channel, e.symbol)) return 0;
  int score = wanted_.symbols ? 2 : 1;
  // What an event leaves out its channel has not, and it cannot differ.
  auto const interval = active_ && interval_ ? interval_ : canonical(wanted_.interval);
  if (interval && e.interval) {
    if (*interval != *e.interval) return 0;
    score += 4;
  }
  auto const depth = active_ && depth_ ? depth_ : wanted_.depth;
  if (e.depth) {
    if (depth && *depth != *e.depth) return 0;
    if (depth) score += 4;
  }
  return score;
}

// ---- what happens

std::optional<error> subscription_core::subscribed(std::vector<subscribed_symbol> const& entries) {
  active_ = true;
  std::size_t accepted = 0;
  std::optional<error> first;
  for (auto const& entry : entries) {
    if (entry.wrong) {
      if (!first) first = entry.wrong;
      continue;
    }
    ++accepted;
    if (!entry.topic.empty()) state_of(entry.symbol).topic = entry.topic;
    if (entry.interval) interval_ = entry.interval;
    if (entry.depth) depth_ = entry.depth;
  }
  // All symbols may be none yet.
  if (first && accepted == 0) return first;
  for (auto const& entry : entries) {
    if (entry.wrong) refuse(entry.symbol, *entry.wrong);
  }
  return {};
}

void subscription_core::refuse(std::string_view symbol, error const& why) {
  std::erase_if(refused_, [&](auto const& old) { return old.symbol == symbol; });
  if (refused_.size() < most_refused) {
    refused_symbol entry{std::string(symbol), why};
    refused_.push_back(std::move(entry));
  }
  auto const known = symbols_.find(symbol);
  if (known != symbols_.end()) lose(known->second, symbol, why);
}

subscription_core::symbol_state& subscription_core::state_of(std::string_view symbol) {
  auto const found = symbols_.find(symbol);
  if (found != symbols_.end()) return found->second;
  return symbols_.emplace(std::string(symbol), symbol_state(wanted_.model)).first->second;
}

subscription_core::reaction subscription_core::on_event(envelope const& e) {
  if (ended_) return reaction::none;
  symbol_state& state = state_of(e.symbol);
  if (e.kind == event_kind::gap) {
    auto const found = state.check.dropped(e.epoch, e.from, e.to);
    if (found.what == stream_check::verdict::ignore) return reaction::none;
    if (found.what == stream_check::verdict::resync)
      return lose(state, e.symbol, {}, found.from, found.to);
    return push_gap(state, e.symbol, found.from, found.to, {});
  }
  event_data data = read_data(wanted_.type, *e.data);
  if (e.kind == event_kind::update && std::holds_alternative<std::monostate>(data)) {
    throw error(errc::bad_event, "'data' of an update must not be null");
  }
  if (event_name_ != e.name) event_name_ = e.name;
  return take(state, e, std::move(data));
}

subscription_core::reaction subscription_core::take(symbol_state& state, envelope const& e,
                                                    event_data data) {
  if (e.kind == event_kind::snapshot) {
    auto const missed = state.check.snapshot(e.epoch, e.seq);
    state.recovers_to = 0;
    if (missed) {
      push_gap(state, e.symbol, missed->from, missed->to,
               error(errc::connection_lost, "the server holds no more of what was missed"));
    }
    // Of a topic without a state yet nothing is to be shown; its updates follow all the same.
    if (std::holds_alternative<std::monostate>(data)) return reaction::none;
    return push_data(state, e, std::move(data));
  }
  auto const found = state.check.update(e.epoch, e.prev, e.seq);
  switch (found.what) {
    case stream_check::verdict::ignore:
    case stream_check::verdict::gap:
      return reaction::none;
    case stream_check::verdict::resync:
      return lose(state, e.symbol,
                  error(errc::bad_event, "the event does not follow the one before"), found.from,
                  found.to);
    case stream_check::verdict::gap_and_deliver:
      push_gap(state, e.symbol, found.from, found.to, error(errc::bad_event, "events are missing"));
      break;
    case stream_check::verdict::deliver:
      break;
  }
  return push_data(state, e, std::move(data));
}

subscription_core::reaction subscription_core::push_data(symbol_state& state, envelope const& e,
                                                         event_data data) {
  if (is_book()) {
    auto const& levels = std::get<book_changes>(data);
    auto const wrong =
        e.kind == event_kind::snapshot ? state.keeper.replace(levels) : state.keeper.apply(levels);
    if (wrong)
      return lose(state, e.symbol,
                  error(errc::bad_event, "the book is not the server's: " + *wrong));
    if (state.recovers_to > 0 && e.seq >= state.recovers_to) {
      state.recovers_to = 0;
      state.keeper.trust();
    }
  }
  if (detached_) return reaction::told;
  any_event out;
  out.kind = e.kind;
  out.symbol = e.symbol;
  out.epoch = e.epoch;
  out.prev = e.prev;
  out.seq = e.seq;
  out.ts = e.ts;
  out.data = std::move(data);
  auto const verdict = queue_.push(std::move(out), is_book() ? &state.keeper : nullptr);
  told();
  if (verdict != event_queue::verdict::lost) return reaction::told;
  state.check.lost();
  return reaction::resync;
}

subscription_core::reaction subscription_core::push_gap(symbol_state&, std::string_view symbol,
                                                        std::uint64_t from, std::uint64_t to,
                                                        std::optional<error> why) {
  if (detached_) return reaction::gap;
  any_event gap = control(event_kind::gap);
  gap.symbol = symbol;
  if (from > 0) {
    gap.prev = from - 1;
    gap.seq = to;
  }
  gap.why = std::move(why);
  queue_.push(std::move(gap));
  told();
  return reaction::gap;
}

subscription_core::reaction subscription_core::lose(symbol_state& state, std::string_view symbol,
                                                    std::optional<error> why, std::uint64_t from,
                                                    std::uint64_t to) {
  state.check.lost();
  state.keeper.distrust();
  state.recovers_to = 0;
  push_gap(state, symbol, from, to, std::move(why));
  return reaction::resync;
}

subscription_core::reaction subscription_core::on_bad_event(std::string_view symbol,
                                                            error const& why) {
  if (ended_) return reaction::none;
  symbol_state& state = state_of(symbol);
  // While a snapshot is awaited, what can't be read changes nothing; unless it was that very
  // snapshot, so ask anew.
  return lose(state, symbol, why);
}

void subscription_core::on_disconnected() {
  active_ = false;
  for (auto& [symbol, state] : symbols_) {
    state.check.pause();
    state.keeper.distrust();
    state.recovers_to = 0;
  }
  if (ended_ || detached_) return;
  if (!queue_.push_stale(control(event_kind::stale))) {
    for (auto& [symbol, state] : symbols_) state.check.give_up_place();
  }
  told();
}

std::vector<std::string> subscription_core::resume(std::vector<subscribed_symbol> const& entries) {
  std::vector<std::string> without_place;
  for (auto const& entry : entries) {
    if (entry.wrong || !entry.recovered) continue;
    symbol_state& state = state_of(entry.symbol);
    if (!state.check.resume()) {
      without_place.push_back(entry.symbol);
    } else if (state.check.seq() >= entry.seq) {
      state.keeper.trust();
    } else {
      state.recovers_to = entry.seq;
    }
  }
  return without_place;
}

std::optional<std::string> subscription_core::on_head(topic_head const& head) {
  for (auto& [symbol, state] : symbols_) {
    if (state.topic != head.topic || !state.check.live()) continue;
    bool const same_life = state.check.epoch() == head.epoch;
    if (same_life && state.check.seq() >= head.seq) continue;
    lose(state, symbol, error(errc::bad_event, "the last events did not come"),
         same_life ? state.check.seq() + 1 : 0, same_life ? head.seq : 0);
    return symbol;
  }
  return {};
}

void subscription_core::on_resumed() {
  if (ended_ || detached_) return;
  queue_.push_always(control(event_kind::resumed));
  told();
}

void subscription_core::end(std::optional<error> why) {
  if (std::exchange(ended_, true)) return;
  active_ = false;
  for (auto& [symbol, state] : symbols_) state.keeper.distrust();
  last_ = control(event_kind::end);
  last_.why = std::move(why);
  told();
}

std::chrono::milliseconds subscription_core::resync_pause(std::string_view symbol, time_point now) {
  symbol_state& state = state_of(symbol);
  bool const calm = !state.last_resync || now - *state.last_resync >= 2 * longest_resync_pause;
  std::chrono::milliseconds pause{0};
  if (calm) {
    state.resync.reset();
  } else {
    pause = state.resync.next();
  }
  state.last_resync = now + pause;
  return pause;
}

bool subscription_core::awaits_snapshot(std::string_view symbol) const {
  auto const found = symbols_.find(symbol);
  return found != symbols_.end() && !found->second.check.live();
}

// ---- the reader's side

awaitable<any_event> subscription_core::next(std::shared_ptr<subscription_core> self) {
  if (self->ready_.waiting())
    throw std::logic_error("another coroutine waits for this subscription's next event");
  while (self->queue_.empty()) {
    if (self->ended_ || self->detached_) {
      any_event copy = self->last_;
      co_return copy;
    }
    bool const rang = co_await self->ready_.wait();
    if (!rang && self->queue_.empty() && !self->ended_) {
      throw boost::system::system_error(asio::error::operation_aborted, "waiting for an event");
    }
  }
  any_event first = self->queue_.pop();
  co_return first;
}

void subscription_core::detach() noexcept {
  detached_ = true;
  queue_.clear();
  told();
}

order_book const* subscription_core::book(std::string_view symbol) const {
  auto const found = symbols_.find(symbol);
  return found == symbols_.end() || !is_book() ? nullptr : found->second.keeper.book();
}

}  // namespace runes::detail
