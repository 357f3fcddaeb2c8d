// From an order's id to its record: open addressing with linear probing, never more than half full,
// and no tombstones, so it is as fast after a billion orders as after one. Ids that follow each
// other stand beside each other: new orders, and those that are young, share few cache lines.
#pragma once

#include "types.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace exchange::engine {

class order_index {
 public:
  explicit order_index(std::uint32_t max_orders)
      : bits_(static_cast<unsigned>(std::bit_width(std::uint64_t{max_orders} * 2 - 1))),
        mask_((std::uint32_t{1} << bits_) - 1),
        entries_(std::size_t{mask_} + 1, empty) {}

  /// The record under this id; `is(record)` says whether it is really the one, `none` if there is
  /// none.
  template <class Is>
  std::uint32_t find(order_id id, std::uint32_t none, Is is) const noexcept {
    auto const hash = hash_of(id);
    for (auto at = home_of(hash);; at = after(at)) {
      auto const entry = entries_[at];
      if (entry == empty) return none;
      if (hash_in(entry) == hash && is(record_in(entry))) return record_in(entry);
    }
  }

  /// Precondition: the id is not in it, and there are fewer than max_orders.
  void insert(order_id id, std::uint32_t record) noexcept {
    auto const hash = hash_of(id);
    auto at = home_of(hash);
    while (entries_[at] != empty) at = after(at);
    entries_[at] = std::uint64_t{hash} << 32 | record;
  }

  /// Precondition: the id is in it, with this record.
  void erase(order_id id, std::uint32_t record) noexcept {
    auto const hash = hash_of(id);
    auto const entry = std::uint64_t{hash} << 32 | record;
    auto gap = home_of(hash);
    while (entries_[gap] != entry) gap = after(gap);
    // Whatever stands behind the gap and would be looked for before it moves into it.
    for (auto at = after(gap); entries_[at] != empty; at = after(at)) {
      auto const home = home_of(hash_in(entries_[at]));
      if (distance(home, at) < distance(gap, at)) continue;
      entries_[gap] = entries_[at];
      gap = at;
    }
    entries_[gap] = empty;
  }

 private:
  // All ones: no record has the number nil.
  static constexpr std::uint64_t empty = ~std::uint64_t{0};

  // Each round of ids through the table is shifted by another amount, so that ids with a stride
  // fill it as evenly.
  std::uint32_t hash_of(order_id id) const noexcept {
    return static_cast<std::uint32_t>(id + ((id >> bits_) * 0x9E3779B97F4A7C15u >> 32));
  }
  static std::uint32_t hash_in(std::uint64_t entry) noexcept {
    return static_cast<std::uint32_t>(entry >> 32);
  }
  static std::uint32_t record_in(std::uint64_t entry) noexcept {
    return static_cast<std::uint32_t>(entry);
  }
  std::uint32_t home_of(std::uint32_t hash) const noexcept { return hash & mask_; }
  std::uint32_t after(std::uint32_t at) const noexcept { return (at + 1) & mask_; }
  std::uint32_t distance(std::uint32_t from, std::uint32_t to) const noexcept {
    return (to - from) & mask_;
  }

  unsigned bits_;
  std::uint32_t mask_;
  std::vector<std::uint64_t> entries_;
};

}  // namespace exchange::engine
