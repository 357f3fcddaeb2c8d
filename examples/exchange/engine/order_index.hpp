// From an order's id to its record: open addressing with linear probing, never more than half full,
// and no tombstones, so it is as fast after a billion orders as after one.
//
// Eight ids that follow each other stand in one cache line, and such lines are spread evenly: young
// orders, which are cancelled most, are found in few lines, and no run of ids grows together into
// one long row. Within a row entries are in the order of their homes (Robin Hood hashing), so a
// search or a removal ends where that order says.
#pragma once

#include "types.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace exchange::engine {

class order_index {
 public:
  explicit order_index(std::uint32_t max_orders)
      : shift_(
            static_cast<unsigned>(32 - std::bit_width((std::uint64_t{max_orders} * 2 + 15) / 16))),
        last_((std::size_t{8} << (32 - shift_)) - 1),
        entries_(last_ + 1, empty) {}

  /// The record under this id; `is(record)` says whether it is really the one, `none` if there is
  /// none.
  template <class Is>
  std::uint32_t find(order_id id, std::uint32_t none, Is is) const noexcept {
    auto const hash = hash_of(id);
    auto at = home_of(hash);
    for (std::size_t way = 0;; ++way, at = after(at)) {
      auto const entry = entries_[at];
      if (entry == empty) return none;
      if (hash_in(entry) == hash) {
        if (is(record_in(entry))) return record_in(entry);
      } else if (way_of(entry, at) < way) {
        return none;
      }
    }
  }

  /// Begins to fetch where this id stands.
  void expect(order_id id) const noexcept {
    __builtin_prefetch(&entries_[home_of(hash_of(id))], 1);
  }

  /// Precondition: the id is not in it, and there are fewer than max_orders.
  void insert(order_id id, std::uint32_t record) noexcept {
    auto entry = std::uint64_t{hash_of(id)} << 32 | record;
    auto at = home_of(hash_in(entry));
    // Whoever is nearer to its home makes room.
    for (std::size_t way = 0; entries_[at] != empty; ++way, at = after(at)) {
      auto const others = way_of(entries_[at], at);
      if (others >= way) continue;
      std::swap(entry, entries_[at]);
      way = others;
    }
    entries_[at] = entry;
  }

  /// Precondition: the id is in it, with this record.
  void erase(order_id id, std::uint32_t record) noexcept {
    auto const hash = hash_of(id);
    auto const entry = std::uint64_t{hash} << 32 | record;
    auto gap = home_of(hash);
    while (entries_[gap] != entry) gap = after(gap);
    // Those behind it move up, as far as one that is at home.
    for (auto at = after(gap); entries_[at] != empty && way_of(entries_[at], at) > 0;
         at = after(at)) {
      entries_[gap] = entries_[at];
      gap = at;
    }
    entries_[gap] = empty;
  }

 private:
  // All ones: no record has the number nil.
  static constexpr std::uint64_t empty = ~std::uint64_t{0};

  // Of the line in the upper bits, Fibonacci hashing; of the place in it in the lower three.
  static std::uint32_t hash_of(order_id id) noexcept {
    auto const line = static_cast<std::uint32_t>((id >> 3) * 0x9E3779B97F4A7C15u >> 32);
    return (line & ~7u) | (static_cast<std::uint32_t>(id) & 7u);
  }
  static std::uint32_t hash_in(std::uint64_t entry) noexcept {
    return static_cast<std::uint32_t>(entry >> 32);
  }
  static std::uint32_t record_in(std::uint64_t entry) noexcept {
    return static_cast<std::uint32_t>(entry);
  }
  std::size_t home_of(std::uint32_t hash) const noexcept {
    return std::size_t{hash >> shift_} << 3 | (hash & 7u);
  }
  std::size_t after(std::size_t at) const noexcept { return (at + 1) & last_; }
  /// How far an entry stands from its home.
  std::size_t way_of(std::uint64_t entry, std::size_t at) const noexcept {
    return (at - home_of(hash_in(entry))) & last_;
  }

  unsigned shift_;
  std::size_t last_;  // the number of the last entry
  std::vector<std::uint64_t> entries_;
};

}  // namespace exchange::engine
