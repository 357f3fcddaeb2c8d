#include "level_tree.hpp"

namespace exchange::engine {

// Parents rank above their children. The price, well mixed, stands for a random number.
std::uint64_t level_tree::rank_of(std::uint32_t level) const noexcept {
  auto x = static_cast<std::uint64_t>((*levels_)[level].price);
  x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93u;
  x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93u;
  return x ^ (x >> 32);
}

void level_tree::insert(std::uint32_t level) noexcept {
  auto const key = key_of(level);
  auto const rank = rank_of(level);
  auto* at = &root_;
  while (*at != nil && rank_of(*at) >= rank) {
    at = key < key_of(*at) ? &levels_->of(*at).lower : &levels_->of(*at).higher;
  }
  // What stood here is split into what is lower and what is higher than the new one.
  auto rest = *at;
  *at = level;
  auto* lower = &levels_->of(level).lower;
  auto* higher = &levels_->of(level).higher;
  while (rest != nil) {
    auto& branches = levels_->of(rest);
    if (key_of(rest) < key) {
      *lower = rest;
      lower = &branches.higher;
      rest = *lower;
    } else {
      *higher = rest;
      higher = &branches.lower;
      rest = *higher;
    }
  }
  *lower = *higher = nil;
  ++size_;
}

void level_tree::erase(std::uint32_t level) noexcept {
  auto const key = key_of(level);
  auto* at = &root_;
  while (*at != level) {
    at = key < key_of(*at) ? &levels_->of(*at).lower : &levels_->of(*at).higher;
  }
  auto lower = levels_->of(level).lower;
  auto higher = levels_->of(level).higher;
  while (lower != nil && higher != nil) {
    if (rank_of(lower) >= rank_of(higher)) {
      *at = lower;
      at = &levels_->of(lower).higher;
      lower = *at;
    } else {
      *at = higher;
      at = &levels_->of(higher).lower;
      higher = *at;
    }
  }
  *at = lower != nil ? lower : higher;
  --size_;
}

std::uint32_t level_tree::find(std::int64_t key) const noexcept {
  auto at = root_;
  while (at != nil && key_of(at) != key) {
    at = key < key_of(at) ? levels_->of(at).lower : levels_->of(at).higher;
  }
  return at;
}

std::uint32_t level_tree::highest() const noexcept {
  auto found = nil;
  for (auto at = root_; at != nil; at = levels_->of(at).higher) found = at;
  return found;
}

std::uint32_t level_tree::below(std::int64_t key) const noexcept {
  auto found = nil;
  for (auto at = root_; at != nil;) {
    bool const lower = key_of(at) < key;
    if (lower) found = at;
    at = lower ? levels_->of(at).higher : levels_->of(at).lower;
  }
  return found;
}

std::uint32_t level_tree::above(std::int64_t key) const noexcept {
  auto found = nil;
  for (auto at = root_; at != nil;) {
    bool const higher = key_of(at) > key;
    if (higher) found = at;
    at = higher ? levels_->of(at).lower : levels_->of(at).higher;
  }
  return found;
}

}  // namespace exchange::engine
