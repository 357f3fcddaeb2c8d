// What a feed asks of the server, and what it makes of the answers.
#include "client/feed.hpp"
#include "client/topic_names.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

void add_symbols(json::object& to, feed::selection const& which) {
  if (which.all) return;
  json::array names;
  for (auto const& each : which.symbols) names.emplace_back(each);
  to["symbols"] = std::move(names);
}

bool is_in(std::vector<std::string> const& list, std::string_view symbol) {
  return std::find(list.begin(), list.end(), symbol) != list.end();
}

bool wants(subscription_core const& who, std::string_view symbol) {
  return who.wants_all() || is_in(*who.wanted().symbols, symbol);
}

}  // namespace

// ---- what is asked

feed::selection feed::lacking(wish const& wanted) const {
  selection what;
  if (!wanted.symbols) {
    what.all = all_ == standing::none;
    return what;
  }
  for (auto const& name : *wanted.symbols) {
    auto const* known = find(name);
    if ((!known || known->at_server == standing::none) && !is_in(what.symbols, name))
      what.symbols.push_back(name);
  }
  return what;
}

void feed::settle(selection const& what, standing now) {
  if (what.all) all_ = now;
  for (auto const& name : what.symbols) {
    if (auto* known = find(name)) known->at_server = now;
  }
}

void feed::asked(selection const& what) {
  ++unanswered_;
  settle(what, standing::asked);
}

json::object feed::fields(selection const& which) const {
  json::object o;
  o["channel"] = channel_;
  if (interval()) o["interval"] = *interval();
  if (depth()) o["depth"] = *depth();
  if (overflow_) o["overflow"] = name_of(*overflow_);
  add_symbols(o, which);
  return o;
}

json::object feed::fields_to_leave(selection const& which, bool alone) const {
  json::object o = fields(which);
  o.erase("overflow");
  if (alone) return o;
  o.emplace("interval", every_change);
  o.emplace("depth", 0);
  return o;
}

// ---- what is answered

/// Of a symbol that nobody reads any more nothing is learnt: it is being left.
symbol_feed* feed::learn(subscribed_symbol const& entry) {
  if (!find(entry.symbol) && all_ == standing::none) return nullptr;
  auto& symbol = symbol_of(entry.symbol);
  symbol.at_server = standing::held;
  if (!entry.topic.empty()) symbol.topic = entry.topic;
  if (entry.interval) interval_ = entry.interval;
  if (entry.depth) depth_ = entry.depth;
  return &symbol;
}

std::vector<std::string> feed::subscribed(selection const& what, subscription_core const& who,
                                          std::vector<subscribed_symbol> const& entries,
                                          std::optional<error>& refusal) {
  bool const knew_interval = interval_.has_value();
  if (unanswered_ > 0) --unanswered_;
  active_ = true;
  std::vector<std::string> to_resync;
  for (auto const& entry : entries) {
    if (!entry.wrong) {
      learn(entry);
      continue;
    }
    auto* known = find(entry.symbol);
    bool const is_held = entry.wrong->code() == errc::already_subscribed && known;
    if (is_held && known->at_server == standing::held) continue;  // by an earlier request of ours
    if (is_held && knew_interval) {
      // By one whose answer never came.
      known->at_server = standing::held;
      to_resync.push_back(entry.symbol);
    } else {
      refuse(entry.symbol, *entry.wrong);
    }
  }
  accept_rest(what);
  refusal = refusal_of(who, entries);
  answered_.ring();
  return to_resync;
}

/// What was asked for and is not refused is held.
void feed::accept_rest(selection const& what) {
  if (what.all && all_ == standing::asked) all_ = standing::held;  // it may have been left since
  for (auto const& name : what.symbols) {
    auto* known = find(name);
    if (known && known->at_server == standing::asked) known->at_server = standing::held;
  }
}

void feed::not_subscribed(selection const& what) {
  if (unanswered_ > 0) --unanswered_;
  settle(what, standing::none);
  answered_.ring();
}

void feed::refuse(std::string_view symbol, error const& why) {
  auto* known = find(symbol);
  // Who reads all symbols has not asked for one that never was.
  bool const was_there = known && !known->check().epoch().empty();
  if (known) known->refuse(why);
  for (auto const& who : readers_) {
    if (who->wants_all() ? was_there || !known : wants(*who, symbol)) who->refuse(symbol, why);
  }
}

void feed::end_the_refused(error const& why) {
  for (auto const& who : std::vector(readers_)) {
    bool const has_some = std::any_of(symbols_.begin(), symbols_.end(), [&](auto const& entry) {
      return entry.second.at_server != standing::none && entry.second.is_read_by(*who);
    });
    if (has_some || who->wants_all()) continue;
    remove(*who);  // nothing of it is at the server
    who->end(why);
  }
}

/// Why the reader gets nothing at all; empty when it gets something. Of all symbols there may be
/// none yet.
std::optional<error> feed::refusal_of(subscription_core const& who,
                                      std::vector<subscribed_symbol> const& entries) const {
  if (who.wants_all() && all_ == standing::asked) return {};  // still to be answered
  std::optional<error> first;
  for (auto const& entry : entries) {
    if (entry.wrong && wants(who, entry.symbol) && !first) first = entry.wrong;
  }
  for (auto const& [name, symbol] : symbols_) {
    if (symbol.at_server != standing::none && symbol.is_read_by(who)) return {};
  }
  return first;
}

}  // namespace runes::detail
