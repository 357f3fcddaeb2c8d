#include "session/subscription_options.hpp"

#include "protocol/interval.hpp"
#include "protocol/quoted.hpp"

#include <runes/error.hpp>

#include <algorithm>

namespace runes::detail {
namespace {

error bad(std::string sentence) { return {errc::bad_options, std::move(sentence)}; }

std::string named(channel const& of) { return "channel " + quoted(of.name()); }

/// One of the channel's windows, the first when none is asked for.
std::string read_window(channel const& of, std::string const& asked) {
  auto const& windows = of.windows();
  if (asked.empty()) return windows.front();
  if (std::find(windows.begin(), windows.end(), asked) == windows.end())
    throw bad(named(of) + " has no window " + quoted(asked));
  return asked;
}

std::chrono::milliseconds read_interval(channel const& of, std::string const& asked,
                                        std::chrono::milliseconds least) {
  if (asked.empty() || asked == "raw") return {};
  auto const parsed = parse_interval(asked);
  if (!parsed) throw bad(quoted(asked) + " is no interval: raw, 100ms, 1s, 5m, …");
  if (!of.is_throttled()) throw bad(named(of) + " takes no 'interval'");
  if (*parsed < least) throw bad("'interval' must be raw or at least " + format_interval(least));
  return *parsed;
}

unsigned read_depth(channel const& of, unsigned asked, unsigned most) {
  if (asked > 0 && !of.has_depths()) throw bad(named(of) + " takes no 'depth'");
  if (asked > most) throw bad("'depth' must be from 0 to " + std::to_string(most));
  return asked;
}

overflow read_policy(channel const& of, std::optional<overflow> asked) {
  overflow const policy = asked.value_or(of.when_slow());
  if (policy < of.when_slow())
    throw bad("'overflow' may only be stricter than " + std::string(name_of(of.when_slow())));
  return policy;
}

/// Where all symbols are asked for, a place in one that isn't there gets an error of its own.
void check_since(subscription_fields const& fields) {
  auto const& asked = fields.wanted.symbols;
  if (!asked) return;
  for (auto const& place : fields.since) {
    if (std::find(asked->begin(), asked->end(), place.symbol) == asked->end())
      throw bad("'since' names " + quoted(place.symbol) + ", which is not among 'symbols'");
  }
}

}  // namespace

sequence_point const* subscription_options::place_in(std::string_view symbol) const noexcept {
  auto const found = std::find_if(since.begin(), since.end(),
                                  [&](auto const& place) { return place.symbol == symbol; });
  return found == since.end() ? nullptr : &*found;
}

subscription_options read_options(subscription_fields const& fields, memory_broker const& channels,
                                  identity const* who, subscription_limits const& limits) {
  auto const& wanted = fields.wanted;
  subscription_options o;
  o.of = channels.find_channel(wanted.channel);
  if (!o.of) throw error(errc::unknown_channel, "no channel " + quoted(wanted.channel));
  if (o.of->who() == audience::account) {
    if (!who || who->account.empty())
      throw error(errc::auth_required, named(*o.of) + " needs 'auth' as an account first");
    o.account = who->account;
  }
  std::string const interval = wanted.interval.value_or("");
  if (o.of->windows().empty()) {
    o.interval = read_interval(*o.of, interval, limits.min_interval);
  } else {
    o.window = read_window(*o.of, interval);
  }
  o.depth = read_depth(*o.of, wanted.depth.value_or(0), limits.max_depth);
  o.policy = read_policy(*o.of, fields.when_slow);
  check_since(fields);
  o.since = fields.since;
  return o;
}

}  // namespace runes::detail
