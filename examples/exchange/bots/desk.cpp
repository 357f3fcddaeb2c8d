#include "desk.hpp"

#include <algorithm>

namespace exchange::bots {

void desk::told(own_order const& now) {
  auto const* const held = find(now.id);
  if (held == nullptr || now.ts >= held->ts) take(now);
}

void desk::answered(own_order const& now) {
  auto const* const held = find(now.id);
  if (held != nullptr && held->ts >= now.ts) return;
  if (closed_.contains(now.id)) return;
  take(now);
}

void desk::snapshot(std::vector<own_order> const& open) {
  orders_.clear();
  for (auto const& each : open) take(each);
}

void desk::forget(order_id id) {
  if (auto const* const held = find(id)) {
    auto gone = *held;
    gone.remaining = 0;
    take(gone);
  }
}

own_order const* desk::find(order_id id) const noexcept {
  auto const at = orders_.find(id);
  return at == orders_.end() ? nullptr : &at->second;
}

std::vector<own_order> desk::orders_of(engine::side which) const {
  std::vector<own_order> found;
  for (auto const& [id, one] : orders_) {
    if (one.side == which) found.push_back(one);
  }
  std::ranges::sort(found, [which](own_order const& a, own_order const& b) {
    if (a.price == b.price) return a.id < b.id;
    return which == engine::side::buy ? a.price > b.price : a.price < b.price;
  });
  return found;
}

lots desk::open(engine::side which) const noexcept {
  lots sum = 0;
  for (auto const& [id, one] : orders_) {
    if (one.side == which) sum += one.remaining;
  }
  return sum;
}

void desk::take(own_order const& now) {
  if (now.remaining > 0) {
    orders_[now.id] = now;
    return;
  }
  orders_.erase(now.id);
  closed_[now.id] = now.ts;
  if (closed_.size() > most_closed) closed_.erase(closed_.begin());
}

}  // namespace exchange::bots
