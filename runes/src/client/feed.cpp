// Readers and events.
#include "client/feed.hpp"

#include "client/topic_names.hpp"

#include <algorithm>
#include <utility>

namespace runes::detail {

feed::feed(asio::any_io_executor const& executor, wish const& like)
    : channel_(like.channel),
      model_(like.model),
      model_known_(like.model_known),
      type_(like.type),
      key_(like.key),
      wanted_interval_(canonical(like.interval)),
      wanted_depth_(like.depth),
      overflow_(like.overflow),
      answered_(executor) {}

// ---- whether it is what somebody wants

bool feed::is_named_alike(std::optional<std::string> const& interval) const {
  auto const other = canonical(interval);
  return other == wanted_interval_ || (interval_ && other.value_or(every_change) == *interval_);
}

bool feed::has_topics_of(wish const& other) const {
  return other.channel == channel_ && other.depth.value_or(0) == wanted_depth_.value_or(0) &&
         is_named_alike(other.interval);
}

bool feed::is_undecided(wish const& other) const {
  if (other.channel != channel_ || other.depth.value_or(0) != wanted_depth_.value_or(0))
    return false;
  if (!is_named_alike(other.interval)) {
    // One of both has left it to the server.
    bool const open = !other.interval || !wanted_interval_;
    return open && !interval_ && unanswered_ > 0;
  }
  if (all_ == standing::asked) return true;
  if (!other.symbols) return !active_ && unanswered_ > 0;
  return std::any_of(other.symbols->begin(), other.symbols->end(), [&](auto const& symbol) {
    auto const* known = find(symbol);
    return known && known->at_server == standing::asked;
  });
}

void feed::require_shareable(wish const& other) const {
  auto const refuse = [&](std::string const& why) {
    throw error(errc::already_subscribed, "'" + channel_ + "' is subscribed already, and " + why);
  };
  if (other.type != type_ || other.model != model_)
    refuse("read by another builder or as another model: its data can't be shared");
  if (other.overflow != overflow_) refuse("with another overflow policy");
  if (model_ != event_model::keyed) return;
  if (other.key != key_) refuse("read with another key: channel_events::key()");
  if (key_.empty())
    refuse("the member that is the key of its entries isn't known: channel_events::key()");
}

// ---- its readers

void feed::add(reader const& who) {
  readers_.push_back(who);
  if (who->wants_all()) {
    for (auto& [name, symbol] : symbols_) symbol.seat(*who);
  } else {
    for (auto const& name : *who->wanted().symbols) symbol_of(name).seat(*who);
  }
}

std::vector<std::string> feed::lose_unknown() {
  std::vector<std::string> lost;
  for (auto& [name, symbol] : symbols_) {
    if (symbol.lose_unknown()) lost.push_back(name);
  }
  return lost;
}

feed::remains feed::remove(subscription_core const& who) {
  std::erase_if(readers_, [&](auto const& each) { return each.get() == &who; });
  for (auto& [name, symbol] : symbols_) symbol.unseat(who);
  remains left;
  left.leave.all = all_ != standing::none && !follows_all();
  if (left.leave.all) all_ = standing::none;
  for (auto& [name, symbol] : symbols_) {
    if (left.leave.all && symbol.is_read()) {
      // Held by name or, where that is not answered yet, with all the others.
      symbol.at_server = standing::held;
      symbol.pause();
      left.again.push_back(name);
    } else if (!left.leave.all && !symbol.is_read() && symbol.at_server != standing::none) {
      left.leave.symbols.push_back(name);
    }
  }
  erase_unread();
  return left;
}

void feed::erase_unread() {
  std::erase_if(symbols_, [](auto const& entry) { return !entry.second.is_read(); });
}

void feed::end(std::optional<error> const& why) {
  ended_ = true;
  active_ = false;
  symbols_.clear();  // first: their seats point at the readers
  for (auto const& who : std::exchange(readers_, {})) who->end(why);
  answered_.ring();
}

bool feed::follows_all() const {
  return std::any_of(readers_.begin(), readers_.end(),
                     [](auto const& who) { return who->wants_all(); });
}

// ---- symbols

symbol_feed const* feed::find(std::string_view symbol) const {
  auto const found = symbols_.find(symbol);
  return found == symbols_.end() ? nullptr : &found->second;
}

symbol_feed* feed::find(std::string_view symbol) {
  auto const found = symbols_.find(symbol);
  return found == symbols_.end() ? nullptr : &found->second;
}

/// A new one is read by all who want all symbols.
symbol_feed& feed::symbol_of(std::string_view symbol) {
  if (auto* known = find(symbol)) return *known;
  wish like;
  like.model = model_;
  like.model_known = model_known_;
  like.type = type_;
  like.key = key_;
  auto& made = symbols_.emplace(symbol, symbol_feed(std::string(symbol), like)).first->second;
  for (auto const& who : readers_) {
    if (who->wants_all()) made.seat(*who);
  }
  return made;
}

bool feed::holds(std::string_view channel, std::string_view symbol) const {
  return channel == channel_ && (find(symbol) || all_ != standing::none);
}

int feed::fit(envelope const& e) const {
  if (!holds(e.channel, e.symbol)) return 0;
  int score = find(e.symbol) ? 2 : 1;
  // What an event leaves out its channel has not, and it cannot differ.
  if (interval() && e.interval) {
    if (*interval() != *e.interval) return 0;
    score += 4;
  }
  if (depth() && e.depth) {
    if (*depth() != *e.depth) return 0;
    score += 4;
  }
  return score;
}

// ---- what comes

reaction feed::on_event(envelope const& e) {
  if (e.kind == event_kind::gap) return symbol_of(e.symbol).on_gap(e);
  event_data read = read_data(type_, *e.data);
  bool const none = std::holds_alternative<std::monostate>(read);
  if (none && e.kind == event_kind::update)
    throw error(errc::bad_event, "'data' of an update must not be null");
  auto data = none ? nullptr : std::make_shared<event_data const>(std::move(read));
  if (event_name_ != e.name) event_name_ = e.name;
  symbol_feed& symbol = symbol_of(e.symbol);
  return e.kind == event_kind::snapshot ? symbol.on_snapshot(e, std::move(data))
                                        : symbol.on_update(e, std::move(data));
}

reaction feed::on_bad_event(std::string_view symbol, error const& why) {
  // While a snapshot is awaited, what can't be read changes nothing; unless it was that very
  // snapshot, so ask anew.
  return symbol_of(symbol).lose(why);
}

std::optional<feed::lagging> feed::on_head(topic_head const& head) {
  for (auto& [name, symbol] : symbols_) {
    auto const meant = symbol.on_head(head);
    if (meant != reaction::none) return lagging{name, meant};
  }
  return {};
}

void feed::on_disconnected() {
  active_ = false;
  resumed_ = false;
  unanswered_ = 0;
  all_ = standing::none;
  for (auto& [name, symbol] : symbols_) symbol.on_disconnected();
  for (auto const& who : readers_) {
    if (who->push_stale()) continue;
    for (auto& [name, symbol] : symbols_) symbol.missed_by(*who);
  }
  answered_.ring();
}

std::chrono::milliseconds feed::resync_pause(std::string_view symbol, time_point now) {
  return symbol_of(symbol).resync_pause(now);
}

bool feed::awaits_snapshot(std::string_view symbol) const {
  auto const* known = find(symbol);
  return known && !known->check().live();
}

order_book const* feed::book(std::string_view symbol, subscription_core const& who) const {
  auto const* known = find(symbol);
  return known && known->is_read_by(who) ? known->book() : nullptr;
}

}  // namespace runes::detail
