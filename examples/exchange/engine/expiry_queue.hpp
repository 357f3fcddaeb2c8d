// Orders by the time they expire: a binary heap of their records, each of which knows its place, so
// that an order that goes early leaves nothing behind.
#pragma once

#include "order_record.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace exchange::engine {

class expiry_queue {
 public:
  /// The two arrays are the book's, and hold max_orders each.
  expiry_queue(std::vector<order_record> const& orders, std::vector<order_terms>& terms);

  bool empty() const noexcept { return heap_.empty(); }
  /// The next to expire: the one with the lowest id of those with the earliest time.
  std::uint32_t first() const noexcept { return heap_.front(); }
  std::span<std::uint32_t const> all() const noexcept { return heap_; }

  /// Its terms say when.
  void insert(std::uint32_t order) noexcept;
  void erase(std::uint32_t order) noexcept;

 private:
  bool earlier(std::uint32_t a, std::uint32_t b) const noexcept;
  void put(std::uint32_t order, std::uint32_t at) noexcept;
  void rise(std::uint32_t order, std::uint32_t at) noexcept;
  void sink(std::uint32_t order, std::uint32_t at) noexcept;

  std::vector<order_record> const* orders_;
  std::vector<order_terms>* terms_;
  std::vector<std::uint32_t> heap_;
};

}  // namespace exchange::engine
