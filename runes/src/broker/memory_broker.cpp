#include "broker/memory_broker.hpp"

#include "broker/local_member.hpp"
#include "protocol/interval.hpp"
#include "protocol/quoted.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace runes::detail {
namespace {

std::uint64_t random_seed() {
  std::random_device source;
  return (std::uint64_t{source()} << 32) | source();
}

error no_channel(std::string_view name) {
  return {errc::unknown_channel, "no channel " + quoted(name)};
}

}  // namespace

memory_broker::memory_broker(shard_list shards, std::uint64_t seed, history_rules histories)
    : shards_(std::move(shards)),
      histories_(std::make_shared<history_budget>(histories)),
      epochs_(seed != 0 ? seed : random_seed()) {}

memory_broker::~memory_broker() { close(); }

void memory_broker::close() {
  std::unique_lock lock(mutex_);
  if (closed_.exchange(true)) return;
  for (auto const& [name, raw] : raw_) raw->close();
  auto const locals = std::exchange(locals_, {});
  lock.unlock();
  for (auto const& s : shards_) s->publishers().close();
  for (auto const& each : locals) {
    if (auto const alive = each.lock()) alive->end();
  }
}

std::uint64_t memory_broker::new_epoch() {
  std::lock_guard const lock(mutex_);
  return epochs_() >> 20;  // nine digits of base 36
}

void memory_broker::add_channel(channel what) {
  if (what.name().empty()) throw std::invalid_argument("a channel needs a name");
  std::lock_guard const lock(mutex_);
  entry e{std::make_shared<channel const>(std::move(what)), {}, {}};
  std::string name = e.what->name();
  if (!channels_.emplace(name, std::move(e)).second) {
    throw std::invalid_argument("the channel " + quoted(name) + " is there already");
  }
}

/// The parts cannot contain the separators: is_nameable().
std::string memory_broker::key_of(topic::identity const& who) {
  std::string key = who.symbol;
  if (!who.window.empty()) key.append(1, '\n').append(who.window);
  if (!who.account.empty()) key.append(1, '\r').append(who.account);
  return key;
}

/// Whether a topic may be called so. A name with a separator in it could be another one's key.
bool memory_broker::is_nameable(topic::identity const& who) noexcept {
  auto const is_plain = [](std::string_view part) {
    return part.find_first_of("\n\r") == std::string_view::npos;
  };
  return is_plain(who.symbol) && is_plain(who.window) && is_plain(who.account);
}

memory_broker::entry const* memory_broker::find_entry(std::string_view channel) const {
  auto const it = channels_.find(std::string(channel));
  return it == channels_.end() ? nullptr : &it->second;
}

std::shared_ptr<channel const> memory_broker::find_channel(std::string_view name) const {
  std::shared_lock const lock(mutex_);
  entry const* e = find_entry(name);
  return e ? e->what : nullptr;
}

std::shared_ptr<topic> memory_broker::find(std::string_view channel,
                                           topic::identity const& who) const {
  if (!is_nameable(who)) return {};
  std::shared_lock const lock(mutex_);
  entry const* e = find_entry(channel);
  if (!e) return {};
  auto const it = e->topics.find(key_of(who));
  return it == e->topics.end() ? nullptr : it->second;
}

topic_ref memory_broker::topic(std::string_view channel, std::string_view symbol,
                               std::string_view window, std::string_view account) {
  detail::topic::identity who{std::string(symbol), std::string(window), std::string(account)};
  if (!is_nameable(who))
    throw std::invalid_argument("a topic's symbol, window and account can't have line breaks");
  if (auto there = find(channel, who)) return topic_ref(std::move(there));

  std::unique_lock const lock(mutex_);
  auto const it = channels_.find(std::string(channel));
  if (it == channels_.end()) throw no_channel(channel);
  entry& e = it->second;
  auto const& windows = e.what->windows();
  if (windows.empty() ? !window.empty()
                      : std::find(windows.begin(), windows.end(), window) == windows.end()) {
    throw error(errc::bad_options,
                "channel " + quoted(channel) + " has no window " + quoted(window));
  }
  std::string key = key_of(who);
  auto const epoch = epochs_() >> 20;
  auto made = std::make_shared<detail::topic>(e.what, std::move(who), shards_, histories_, epoch);
  auto const [place, added] = e.topics.emplace(std::move(key), made);
  if (added) tell_watchers(e, made);
  return topic_ref(place->second);
}

void memory_broker::tell_watchers(entry& where, std::shared_ptr<detail::topic> const& made) {
  std::erase_if(where.watchers, [](watch const& w) { return w.who.expired(); });
  for (watch const& w : where.watchers) {
    if (w.account != made->account()) continue;
    if (!w.window.empty() && w.window != made->interval_text()) continue;
    w.on->run([who = w.who, made] {
      if (auto alive = who.lock()) alive->topic_added(made);
    });
  }
}

topic_ref memory_broker::raw_topic(std::string_view name, raw_options options) {
  std::unique_lock const lock(mutex_);
  auto& place = raw_[std::string(name)];
  if (!place) place = std::make_shared<detail::topic>(std::string(name), options, shards_);
  return topic_ref(place);
}

std::vector<std::shared_ptr<topic>> memory_broker::find_all(
    std::string_view channel, std::string_view window, std::string_view account,
    std::shared_ptr<channel_watcher> const& watcher, shard* on) {
  std::unique_lock const lock(mutex_);
  std::vector<std::shared_ptr<detail::topic>> all;
  auto const it = channels_.find(std::string(channel));
  if (it == channels_.end()) return all;
  for (auto const& [key, t] : it->second.topics) {
    bool const same_window = window.empty() || t->interval_text() == window;
    if (same_window && t->account() == account) all.push_back(t);
  }
  std::sort(all.begin(), all.end(),
            [](auto const& a, auto const& b) { return a->symbol() < b->symbol(); });
  if (watcher)
    it->second.watchers.push_back({watcher, std::string(window), std::string(account), on});
  return all;
}

void memory_broker::unwatch(std::string_view channel,
                            std::shared_ptr<channel_watcher> const& watcher) {
  std::unique_lock const lock(mutex_);
  auto const it = channels_.find(std::string(channel));
  if (it == channels_.end()) return;
  std::erase_if(it->second.watchers,
                [&](watch const& w) { return w.who.expired() || w.who.lock() == watcher; });
}

push_result memory_broker::try_publish(topic_ref const& to, std::span<payload_ptr const> changes,
                                       timestamp at) {
  if (closed_.load(std::memory_order_relaxed)) return push_result::dropped;
  return to.get().try_publish(changes, at);
}

awaitable<bool> memory_broker::wait_for_room(topic_ref const& to) {
  return to.get().wait_for_room();
}

std::shared_ptr<local_member> memory_broker::join_locally(topic_query const& query) {
  auto const what = find_channel(query.channel());
  if (!what) throw no_channel(query.channel());
  bool const windowed = !what->windows().empty();
  std::string window = windowed ? query.interval() : std::string();
  if (windowed && window.empty()) window = what->windows().front();
  auto root = find(query.channel(), {query.symbol(), window, query.account()});
  if (!root)
    throw error(errc::unknown_symbol,
                "no symbol " + quoted(query.symbol()) + " in " + query.channel());
  auto const interval = windowed || query.interval().empty() ? std::chrono::milliseconds(0)
                                                             : parse_interval(query.interval());
  if (!interval) throw error(errc::bad_options, "no interval " + quoted(query.interval()));
  if ((interval->count() > 0 && !what->is_throttled()) ||
      (query.depth() > 0 && !what->has_depths())) {
    throw error(errc::bad_options,
                "channel " + quoted(query.channel()) + " has no such interval or depth");
  }
  auto derived = root->derived(*interval, query.depth(), new_epoch());
  auto const index = std::hash<std::string>{}(query.symbol()) % shards_.size();
  auto made = std::make_shared<local_member>(std::move(derived), shards_[index],
                                             std::max<std::size_t>(query.queue(), 1));
  remember(made);
  return made;
}

void memory_broker::remember(std::shared_ptr<local_member> const& made) {
  std::lock_guard const lock(mutex_);
  if (closed_) throw error(errc::closed, "the broker has closed");
  // Those that have gone are looked for when the list would have to grow, so seldom.
  if (locals_.size() == locals_.capacity())
    std::erase_if(locals_, [](auto const& each) { return each.expired(); });
  locals_.push_back(made);
}

}  // namespace runes::detail
