#include "simulation/truth.hpp"

#include <array>

namespace runes::simulation {
namespace {

constexpr digest mix(digest z) noexcept {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

digest digest_of(std::string_view text) noexcept {
  digest hash = 0xcbf29ce484222325;
  for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return mix(hash);
}

digest digest_of(ticker const& value) {
  std::array const all{value.last,     value.bid,          value.bid_quantity,
                       value.ask,      value.ask_quantity, value.open_24h,
                       value.high_24h, value.low_24h,      value.volume_24h};
  std::string text;
  for (decimal const each : all) text += each.str() + ' ';
  return digest_of(text);
}

digest digest_of_level(side which, std::int64_t price, std::int64_t quantity) noexcept {
  auto const p = static_cast<digest>(price);
  auto const q = static_cast<digest>(quantity);
  return mix(mix(p * 2 + (which == side::buy ? 1 : 0)) + q);
}

// ---- levels

void level_map::set(side which, std::int64_t price, std::int64_t quantity) {
  auto& levels = which == side::buy ? bids_ : asks_;
  if (auto const held = levels.find(price); held != levels.end()) {
    sum_ -= digest_of_level(which, price, held->second);
    levels.erase(held);
  }
  if (quantity == 0) return;
  levels.emplace(price, quantity);
  sum_ += digest_of_level(which, price, quantity);
}

void level_map::clear() {
  bids_.clear();
  asks_.clear();
  sum_ = 0;
}

digest level_map::digest(unsigned depth) const {
  if (depth == 0) return sum_;
  simulation::digest sum = 0;
  unsigned n = 0;
  for (auto it = bids_.rbegin(); it != bids_.rend() && n < depth; ++it, ++n)
    sum += digest_of_level(side::buy, it->first, it->second);
  n = 0;
  for (auto it = asks_.begin(); it != asks_.end() && n < depth; ++it, ++n)
    sum += digest_of_level(side::sell, it->first, it->second);
  return sum;
}

// ---- entries

void key_map::set(std::string const& key, std::string_view json) {
  remove(key);
  simulation::digest const one = digest_of(json);
  entries_.emplace(key, one);
  sum_ += one;
}

void key_map::remove(std::string const& key) {
  auto const held = entries_.find(key);
  if (held == entries_.end()) return;
  sum_ -= held->second;
  entries_.erase(held);
}

void key_map::clear() {
  entries_.clear();
  sum_ = 0;
}

// ---- lives

void truth::note(std::string const& epoch, std::span<std::uint64_t const> values) {
  auto& life = lives_[epoch];
  life.insert(life.end(), values.begin(), values.end());
}

std::optional<std::uint64_t> truth::at(std::string const& epoch, std::uint64_t seq) const {
  auto const life = lives_.find(epoch);
  if (life == lives_.end() || seq > life->second.size()) return {};
  return seq == 0 ? 0 : life->second[seq - 1];
}

std::uint64_t truth::last(std::string const& epoch) const {
  auto const life = lives_.find(epoch);
  return life == lives_.end() ? 0 : life->second.size();
}

}  // namespace runes::simulation
