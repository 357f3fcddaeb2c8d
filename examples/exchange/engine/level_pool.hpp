// The levels of all ladders of a book, in memory that is taken once. A level has at least one
// order, so there are never more levels than orders.
#pragma once

#include "order_record.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace exchange::engine {

class level_pool {
 public:
  /// Branches of the tree of far levels.
  struct branches {
    std::uint32_t lower = nil;
    std::uint32_t higher = nil;
  };

  /// One more than there are orders: an amended order enters its new level before it may leave
  /// the old one.
  explicit level_pool(std::uint32_t max_orders)
      : levels_(std::size_t{max_orders} + 1), branches_(levels_.size()) {
    for (std::uint32_t at = max_orders + 1; at-- > 0;) remove(at);
  }

  level_record& operator[](std::uint32_t at) noexcept { return levels_[at]; }
  level_record const& operator[](std::uint32_t at) const noexcept { return levels_[at]; }
  branches& of(std::uint32_t at) noexcept { return branches_[at]; }
  branches const& of(std::uint32_t at) const noexcept { return branches_[at]; }

  /// Precondition: there is a free one.
  std::uint32_t add(ticks price) noexcept {
    auto const at = free_;
    auto& made = levels_[at];
    free_ = made.head;
    made = level_record{};
    made.price = price;
    return at;
  }
  void remove(std::uint32_t at) noexcept {
    levels_[at].head = free_;
    free_ = at;
  }

 private:
  std::vector<level_record> levels_;
  std::vector<branches> branches_;
  std::uint32_t free_ = nil;
};

}  // namespace exchange::engine
