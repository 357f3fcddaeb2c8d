// The positions of accounts that have open reduce-only orders, so that none of these ever turns a
// position over, not even in the middle of a sweep.
#pragma once

#include "order_record.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace exchange::engine {

/// What an order of that side may reduce of a position within ±max_lots.
constexpr lots reducible(side which, lots position) noexcept {
  if (which == side::buy) return position < 0 ? -position : 0;
  return position > 0 ? position : 0;
}

/// Bounded, and sorted by account: what is done for several accounts has an order that does not
/// depend on history.
class position_table {
 public:
  struct entry {
    account_id account = 0;
    std::uint32_t first = nil;  ///< of its reduce-only orders
    std::uint32_t orders = 0;
    bool changed = false;  ///< since settled() was last called for it
    lots position = 0;
  };

  explicit position_table(std::uint32_t max_accounts) : max_(max_accounts) {
    entries_.reserve(max_accounts);
  }

  bool empty() const noexcept { return entries_.empty(); }
  /// Whether some entry has changed.
  bool changed() const noexcept { return changed_; }
  bool has_room_for(account_id account) const noexcept {
    return entries_.size() < max_ || find(account) != nullptr;
  }
  entry const* find(account_id account) const noexcept;
  std::vector<entry>& entries() noexcept { return entries_; }
  std::vector<entry> const& entries() const noexcept { return entries_; }

  /// Makes an entry, or sets the position of the one there. Precondition: has_room_for() it.
  void set(account_id account, lots position) noexcept;
  /// A fill of an account that may have an entry.
  void filled(account_id account, side which, lots quantity) noexcept;

  /// An order of the account, which has an entry, enters the book or leaves it.
  void link(account_id account, std::uint32_t order, std::vector<order_terms>& terms) noexcept;
  void unlink(account_id account, std::uint32_t order, std::vector<order_terms>& terms) noexcept;

  /// Drops the entries that have no orders, and calls the others settled.
  void settled() noexcept;

 private:
  entry* at(account_id account) noexcept;
  void touch(entry& one) noexcept { one.changed = changed_ = true; }

  std::uint32_t max_;
  bool changed_ = false;
  std::vector<entry> entries_;
};

}  // namespace exchange::engine
