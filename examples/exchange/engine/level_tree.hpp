// Levels outside the window of a ladder, in order: a treap over the pool's own records, whose shape
// depends on its prices only.
#pragma once

#include "level_pool.hpp"

#include <cstddef>
#include <cstdint>

namespace exchange::engine {

/// Keys are prices, or their negatives where the lowest is the best: so higher is always better.
class level_tree {
 public:
  /// `flip` is 0, or -1 where keys are negative prices.
  level_tree(level_pool& levels, std::int64_t flip) noexcept : levels_(&levels), flip_(flip) {}

  std::size_t size() const noexcept { return size_; }
  /// Precondition: no level of that price is in the tree.
  void insert(std::uint32_t level) noexcept;
  /// Precondition: it is in the tree.
  void erase(std::uint32_t level) noexcept;

  std::uint32_t find(std::int64_t key) const noexcept;
  std::uint32_t highest() const noexcept;
  /// The highest with a key below this one.
  std::uint32_t below(std::int64_t key) const noexcept;
  /// The lowest with a key above this one.
  std::uint32_t above(std::int64_t key) const noexcept;

 private:
  std::int64_t key_of(std::uint32_t level) const noexcept {
    return ((*levels_)[level].price ^ flip_) - flip_;
  }
  std::uint64_t rank_of(std::uint32_t level) const noexcept;

  level_pool* levels_;
  std::int64_t flip_;
  std::uint32_t root_ = nil;
  std::size_t size_ = 0;
};

}  // namespace exchange::engine
