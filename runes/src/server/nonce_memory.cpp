#include "server/nonce_memory.hpp"

#include <algorithm>
#include <numeric>

namespace runes::detail {

nonce_memory::nonce_memory(milliseconds window, std::size_t per_key, std::size_t overall) noexcept
    : window_(window),
      per_key_(std::max(per_key, std::size_t{1})),
      overall_(std::max(overall, std::size_t{1})),
      share_(std::min(per_key_, overall_)) {}

void nonce_memory::share_among(std::size_t keys) {
  share_ = std::clamp(overall_ / std::max(keys, std::size_t{1}), std::size_t{1}, per_key_);
  for (auto& [key, of] : keys_) {
    forget_expired(of);
    while (of.used.size() > share_) forget_oldest(of);
  }
  // A floor that lies before the window stands for nothing that could come, unless the clock jumps
  // back: then it stands for every key.
  std::erase_if(keys_, [this](auto const& each) {
    key_memory const& of = each.second;
    bool const gone = of.used.empty() && of.floor < now_ - window_;
    if (gone) floor_ = std::max(floor_, of.floor);
    return gone;
  });
}

nonce_memory::answer nonce_memory::take(std::string_view key, std::string_view nonce,
                                        milliseconds timestamp, milliseconds now) {
  now_ = now;
  auto found = keys_.find(key);
  if (found == keys_.end()) found = keys_.emplace(key, key_memory()).first;
  key_memory& of = found->second;
  forget_expired(of);
  auto const same = [nonce](used_nonce const& each) { return each.nonce == nonce; };
  if (std::ranges::any_of(of.used, same)) return {verdict::replayed};
  if (of.used.size() >= share_ && of.used.front().timestamp < timestamp) forget_oldest(of);
  if (auto const floor = floor_for(of); timestamp <= floor)
    return {verdict::unknown, floor - timestamp + milliseconds(1)};
  remember(of, timestamp, nonce);
  return {verdict::fresh};
}

std::size_t nonce_memory::size() const noexcept {
  return std::accumulate(
      keys_.begin(), keys_.end(), std::size_t{0},
      [](std::size_t sum, auto const& each) { return sum + each.second.used.size(); });
}

/// Those of the same timestamp go with it: what is remembered lies above the floor.
void nonce_memory::forget_oldest(key_memory& of) {
  of.floor = of.used.front().timestamp;
  while (!of.used.empty() && of.used.front().timestamp <= of.floor) of.used.pop_front();
}

void nonce_memory::forget_expired(key_memory& of) const {
  while (!of.used.empty() && of.used.front().timestamp < now_ - window_) forget_oldest(of);
}

/// Where it is full, what comes with the oldest timestamp would have to be forgotten at once.
nonce_memory::milliseconds nonce_memory::floor_for(key_memory const& of) const {
  auto const forgotten = std::max(floor_, of.floor);
  return of.used.size() < share_ ? forgotten : std::max(forgotten, of.used.front().timestamp);
}

void nonce_memory::remember(key_memory& of, milliseconds timestamp, std::string_view nonce) {
  auto const later = [](milliseconds at, used_nonce const& each) { return at < each.timestamp; };
  auto const place = std::upper_bound(of.used.begin(), of.used.end(), timestamp, later);
  of.used.insert(place, used_nonce{timestamp, std::string(nonce)});
}

}  // namespace runes::detail
