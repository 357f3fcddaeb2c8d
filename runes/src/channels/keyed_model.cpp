#include "channels/payload_types.hpp"

#include <algorithm>
#include <iterator>
#include <list>
#include <unordered_map>

namespace runes {
namespace detail {
namespace {

std::size_t bytes_of(std::vector<keyed_entry> const& entries) noexcept {
  auto bytes = entries.capacity() * sizeof(keyed_entry);
  for (auto const& entry : entries) bytes += entry.key.capacity() + entry.json.capacity();
  return bytes;
}

}  // namespace

keyed_data::keyed_data(std::vector<keyed_entry> entries)
    : entries_(std::move(entries)), bytes_(sizeof *this + bytes_of(entries_)) {}

void keyed_data::encode(std::string& out) const {
  out += '[';
  char const* separator = "";
  for (auto const& entry : entries_) {
    out += separator;
    out += entry.json;
    separator = ",";
  }
  out += ']';
}

std::vector<keyed_entry> last_of_each_key(std::vector<keyed_entry> entries) {
  if (entries.size() < 2) return entries;
  std::vector<keyed_entry> kept;
  kept.reserve(entries.size());  // so that the keys stay where the map looks at them
  std::unordered_map<std::string_view, std::size_t> places(entries.size());
  for (auto& entry : entries) {
    auto const found = places.find(entry.key);
    if (found == places.end()) {
      kept.push_back(std::move(entry));
      places.emplace(kept.back().key, kept.size() - 1);
      continue;
    }
    auto& place = kept[found->second];
    place.json = std::move(entry.json);
    place.removed = entry.removed;
  }
  return kept;
}

}  // namespace detail

namespace {

using detail::keyed_data;

keyed_data const& as_keyed(payload_ptr const& given) {
  return detail::expect<keyed_data>(given, "keyed");
}

class keyed_state final : public topic_state {
 public:
  payload_ptr apply(payload_ptr const& change) override {
    auto const& entries = as_keyed(change).entries();
    std::vector<keyed_entry const*> changed;
    changed.reserve(entries.size());
    for (auto const& entry : entries) {
      if (take(entry)) changed.push_back(&entry);
    }
    if (changed.empty()) return nullptr;
    if (changed.size() == entries.size()) return change;
    std::vector<keyed_entry> told;
    told.reserve(changed.size());
    for (auto const* entry : changed) told.push_back(*entry);
    return payload_ptr(new keyed_data(std::move(told)));
  }

  payload_ptr snapshot() const override {
    return payload_ptr(new keyed_data({entries_.begin(), entries_.end()}));
  }

 private:
  // Whether there is something to tell. A removal always is, also of a key that was never held: an
  // order that is filled at once appears in nothing but its last state.
  bool take(keyed_entry const& entry) {
    auto const held = places_.find(entry.key);
    if (entry.removed) {
      if (held != places_.end()) forget(held);
      return true;
    }
    if (held != places_.end()) {
      if (held->second->json == entry.json) return false;
      held->second->json = entry.json;
      return true;
    }
    entries_.push_back(entry);
    places_.emplace(entries_.back().key, std::prev(entries_.end()));
    return true;
  }

  using places = std::unordered_map<std::string_view, std::list<keyed_entry>::iterator>;

  void forget(places::iterator held) {
    auto const entry = held->second;
    places_.erase(held);  // first: it looks at the entry's key
    entries_.erase(entry);
  }

  std::list<keyed_entry> entries_;  // in the order they came
  places places_;                   // into entries_
};

class keyed_model final : public channel_model {
 public:
  std::unique_ptr<topic_state> make_state() const override {
    return std::make_unique<keyed_state>();
  }

  payload_ptr merge(payload_ptr const& older, payload_ptr const& newer) const override {
    auto entries = as_keyed(older).entries();
    std::ranges::copy(as_keyed(newer).entries(), std::back_inserter(entries));
    return payload_ptr(new keyed_data(detail::last_of_each_key(std::move(entries))));
  }
};

}  // namespace

std::shared_ptr<channel_model const> models::keyed() {
  static auto const model = std::make_shared<keyed_model const>();
  return model;
}

}  // namespace runes
