// What a feed asks for anew on another connection: from where, and in requests of bounded size.
#include "client/feed.hpp"
#include "protocol/json_writer.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

std::size_t written(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out.size();
}

/// `"BTC-USD":{"epoch":"k3x9","seq":130},` with the longest of numbers.
std::size_t bytes_of_place(symbol_feed const& of) {
  if (!of.check().has_place()) return 0;
  return written(of.symbol()) + written(of.check().epoch()) + sizeof(R"(:{"epoch":,"seq":},)") + 20;
}

/// What else a request may have; the server's first answer may add the interval and the depth to
/// what we ask from then on.
constexpr std::size_t bytes_of_the_rest =
    sizeof(R"(,"since":{},"id":,"op":"subscribe","interval":"86400000ms","depth":5000)") + 20;

void add_place(json::object& to, symbol_feed const& of) {
  if (!of.check().has_place()) return;
  json::object place;
  place["epoch"] = of.check().epoch();
  place["seq"] = of.check().seq();
  to[of.symbol()] = std::move(place);
}

}  // namespace

// ---- what is asked

feed::selection feed::all_wanted() const {
  selection what;
  what.all = follows_all();
  if (what.all) return what;
  for (auto const& [name, symbol] : symbols_) what.symbols.push_back(name);
  std::sort(what.symbols.begin(), what.symbols.end());
  return what;
}

/// Those with a place to go on from that no other request has named.
std::vector<std::string> feed::places_for_all() const {
  std::vector<std::string> names;
  for (auto const& [name, symbol] : symbols_) {
    if (symbol.at_server == standing::none && symbol.check().has_place()) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<feed::selection> feed::parts(selection const& whole, std::size_t bytes) const {
  selection nothing;
  std::size_t const frame = json::serialize(fields(nothing)).size() + bytes_of_the_rest;
  std::size_t const room = bytes - std::min(bytes, frame);
  std::vector<selection> made;
  std::size_t used = 0;
  bool for_all = whole.all;  // there is room in that one, the last
  for (auto const& name : whole.all ? places_for_all() : whole.symbols) {
    auto const* known = find(name);
    std::size_t const place = known ? bytes_of_place(*known) : 0;
    for_all = for_all && used + place <= room;
    std::size_t const more = for_all ? place : place + written(name) + 1;
    if (!for_all && (made.empty() || used + more > room)) {
      made.emplace_back();
      used = 0;
    }
    used += more;
    if (!for_all) made.back().symbols.push_back(name);
  }
  if (whole.all || made.empty()) made.push_back(whole);
  for (auto& each : made) each.partial = made.size() > 1;
  return made;
}

feed::selection feed::still_wanted(selection const& what) const {
  selection left;
  left.all = what.all && all_ == standing::asked;
  left.partial = what.partial;
  for (auto const& name : what.symbols) {
    auto const* known = find(name);
    if (known && known->at_server == standing::asked) left.symbols.push_back(name);
  }
  return left;
}

json::object feed::resubscription(selection const& which) const {
  json::object asked = fields(which);
  json::object since;
  for (auto const& name : which.all ? places_for_all() : which.symbols) {
    if (auto const* known = find(name)) add_place(since, *known);
  }
  if (!since.empty()) asked["since"] = std::move(since);
  return asked;
}

// ---- what is answered

std::vector<std::string> feed::resubscribed(selection const& what,
                                            std::vector<subscribed_symbol> const& entries) {
  if (unanswered_ > 0) --unanswered_;
  active_ = true;
  if (!std::exchange(resumed_, true)) {
    for (auto const& who : readers_) who->push_resumed();
  }
  std::vector<std::string> to_resync;
  for (auto const& entry : entries) {
    if (!(entry.wrong ? refused_anew(what, entry) : renewed(entry)))
      to_resync.push_back(entry.symbol);
  }
  accept_rest(what);
  for (auto const& who : std::vector(readers_)) {
    auto const refusal = refusal_of(*who, entries);
    if (!refusal) continue;
    remove(*who);  // nothing of it is at the server
    who->end(refusal);
  }
  answered_.ring();
  return to_resync;
}

/// False: it is held, and we don't know where it stands.
bool feed::refused_anew(selection const& what, subscribed_symbol const& entry) {
  auto* known = find(entry.symbol);
  if (!known || entry.wrong->code() != errc::already_subscribed) {
    refuse(entry.symbol, *entry.wrong);
    return true;
  }
  if (what.all) return true;  // by name, which has an answer of its own
  known->at_server = standing::held;
  return known->check().live();
}

bool feed::renewed(subscribed_symbol const& entry) {
  auto* symbol = learn(entry);
  if (!symbol || !entry.recovered) return true;
  return symbol->resume(entry.epoch, entry.seq) && !symbol->lose_unknown();
}

}  // namespace runes::detail
