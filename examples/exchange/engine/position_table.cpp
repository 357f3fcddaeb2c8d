#include "position_table.hpp"

namespace exchange::engine {
namespace {

auto place_of(auto& entries, account_id account) noexcept {
  return std::lower_bound(
      entries.begin(), entries.end(), account,
      [](position_table::entry const& one, account_id wanted) { return one.account < wanted; });
}

}  // namespace

position_table::entry const* position_table::find(account_id account) const noexcept {
  auto const found = place_of(entries_, account);
  return found != entries_.end() && found->account == account ? &*found : nullptr;
}

position_table::entry* position_table::at(account_id account) noexcept {
  auto const found = place_of(entries_, account);
  return found != entries_.end() && found->account == account ? &*found : nullptr;
}

void position_table::set(account_id account, lots position) noexcept {
  auto found = place_of(entries_, account);
  if (found == entries_.end() || found->account != account) {
    found = entries_.insert(found, entry{account});  // within what was reserved
  }
  found->position = position;
  touch(*found);
}

void position_table::filled(account_id account, side which, lots quantity) noexcept {
  auto* const one = at(account);
  if (one == nullptr) return;
  one->position =
      std::clamp(one->position + (which == side::buy ? quantity : -quantity), -max_lots, max_lots);
  touch(*one);
}

void position_table::link(account_id account, std::uint32_t order,
                          std::vector<order_terms>& terms) noexcept {
  auto& one = *at(account);
  terms[order].previous_reduce_only = nil;
  terms[order].next_reduce_only = one.first;
  if (one.first != nil) terms[one.first].previous_reduce_only = order;
  one.first = order;
  ++one.orders;
}

void position_table::unlink(account_id account, std::uint32_t order,
                            std::vector<order_terms>& terms) noexcept {
  auto& one = *at(account);
  auto const previous = terms[order].previous_reduce_only;
  auto const next = terms[order].next_reduce_only;
  (previous != nil ? terms[previous].next_reduce_only : one.first) = next;
  if (next != nil) terms[next].previous_reduce_only = previous;
  --one.orders;
  touch(one);
}

void position_table::settled() noexcept {
  std::erase_if(entries_, [](entry const& one) { return one.orders == 0; });
  for (auto& one : entries_) one.changed = false;
  changed_ = false;
}

}  // namespace exchange::engine
