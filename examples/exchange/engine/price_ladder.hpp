// The levels of one side, from best to worst: those in a window of prices found by one look into an
// array, the others in a tree. The window follows the best price.
#pragma once

#include "level_bitmap.hpp"
#include "level_pool.hpp"
#include "level_tree.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace exchange::engine {

/// Inside, a price is a key, so that a higher key is a better one on either side.
class price_ladder {
 public:
  /// The key of an empty ladder's best level: no limit lets an order trade with it.
  static constexpr std::int64_t no_key = std::numeric_limits<std::int64_t>::min();

  price_ladder(level_pool& levels, bool highest_first, std::uint32_t window);

  std::int64_t key_of(ticks price) const noexcept { return (price ^ flip_) - flip_; }
  bool empty() const noexcept { return best_ == nil; }
  std::uint32_t best() const noexcept { return best_; }
  std::int64_t best_key() const noexcept { return best_key_; }

  std::uint32_t find(ticks price) const noexcept;
  std::uint32_t find_or_add(ticks price) noexcept {
    auto const key = key_of(price);
    auto const at = place_of(key);
    if (at >= size_) [[unlikely]]
      return find_or_add_far(price);
    if (auto const there = cells_[at]; there != nil) return there;
    auto const made = levels_->add(price);
    cells_[at] = made;
    bits_.set(static_cast<std::uint32_t>(at));
    ++near_;
    if (key > best_key_) lead(made, key);
    return made;
  }
  /// Precondition: it has no orders any more.
  void erase(std::uint32_t level) noexcept {
    auto const key = key_of((*levels_)[level].price);
    auto const at = place_of(key);
    if (at < size_) [[likely]] {
      cells_[at] = nil;
      bits_.clear(static_cast<std::uint32_t>(at));
      --near_;
    } else {
      far_.erase(level);
    }
    levels_->remove(level);
    if (level == best_) follow(key);
  }

  /// The next one, away from the best and towards it.
  std::uint32_t worse(std::uint32_t level) const noexcept {
    return below(key_of((*levels_)[level].price));
  }
  std::uint32_t better(std::uint32_t level) const noexcept {
    return above(key_of((*levels_)[level].price));
  }

 private:
  std::size_t place_of(std::int64_t key) const noexcept {
    return static_cast<std::size_t>(key - base_);
  }
  void lead(std::uint32_t level, std::int64_t key) noexcept {
    best_ = level;
    best_key_ = key;
  }
  /// The best has gone; its key was this one.
  void follow(std::int64_t gone) noexcept {
    auto const next = below(gone);
    lead(next, next != nil ? key_of((*levels_)[next].price) : no_key);
  }
  std::uint32_t below(std::int64_t key) const noexcept {
    std::uint32_t near = level_bitmap::none;
    if (key > base_) {
      auto const at = place_of(key);
      near = at < size_ ? bits_.below(static_cast<std::uint32_t>(at)) : bits_.highest();
    }
    auto const found = near != level_bitmap::none ? cells_[near] : nil;
    return far_.size() == 0 ? found : higher(found, far_.below(key));
  }
  std::uint32_t above(std::int64_t key) const noexcept;
  std::uint32_t higher(std::uint32_t a, std::uint32_t b) const noexcept;
  std::uint32_t find_or_add_far(ticks price) noexcept;
  bool strained() noexcept;
  void move_window() noexcept;
  std::int64_t base_around(std::int64_t key) const noexcept {
    return key - static_cast<std::int64_t>(size_ / 4 * 3);
  }

  level_pool* levels_;
  std::int64_t flip_;      // 0, or -1 where the lowest price is the best
  std::int64_t base_ = 0;  // key of the window's first cell
  std::uint32_t best_ = nil;
  std::uint32_t near_ = 0;  // levels in the window
  std::int64_t best_key_ = no_key;
  std::size_t size_;  // of the window
  std::vector<std::uint32_t> cells_;
  level_bitmap bits_;
  level_tree far_;
  std::uint32_t strain_ = 0;  // levels made in the tree since the window was looked at
};

}  // namespace exchange::engine
