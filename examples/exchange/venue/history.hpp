// What an account has behind it: closed orders and fills, as many as the configuration keeps.
#pragma once

#include "order.hpp"
#include "venue.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

namespace exchange::venue {

/// The first that was closed goes first; they are shown by their ids.
class closed_orders {
 public:
  void add(order&& one, std::size_t most);
  order const* find(order_id id) const noexcept;
  std::vector<order> shown(page const& which) const;
  /// As they were closed.
  std::deque<order> const& all() const noexcept { return orders_; }

 private:
  std::deque<order> orders_;
  std::uint64_t first_ = 0;  // the number of the first, counted from the beginning
  std::map<order_id, std::uint64_t> numbers_;
};

/// Trade ids rise.
class fill_history {
 public:
  void add(fill&& one, std::size_t most);
  std::vector<fill> shown(page const& which) const;
  std::deque<fill> const& all() const noexcept { return fills_; }

 private:
  std::deque<fill> fills_;
};

}  // namespace exchange::venue
