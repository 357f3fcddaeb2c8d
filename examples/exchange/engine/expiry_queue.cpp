#include "expiry_queue.hpp"

namespace exchange::engine {

expiry_queue::expiry_queue(std::vector<order_record> const& orders, std::vector<order_terms>& terms)
    : orders_(&orders), terms_(&terms) {
  heap_.reserve(orders.size());
}

bool expiry_queue::earlier(std::uint32_t a, std::uint32_t b) const noexcept {
  auto const at_a = (*terms_)[a].expires_at;
  auto const at_b = (*terms_)[b].expires_at;
  return at_a != at_b ? at_a < at_b : (*orders_)[a].id < (*orders_)[b].id;
}

void expiry_queue::put(std::uint32_t order, std::uint32_t at) noexcept {
  heap_[at] = order;
  (*terms_)[order].queue_place = at;
}

void expiry_queue::rise(std::uint32_t order, std::uint32_t at) noexcept {
  while (at > 0 && earlier(order, heap_[(at - 1) / 2])) {
    put(heap_[(at - 1) / 2], at);
    at = (at - 1) / 2;
  }
  put(order, at);
}

void expiry_queue::sink(std::uint32_t order, std::uint32_t at) noexcept {
  auto const size = static_cast<std::uint32_t>(heap_.size());
  for (auto child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && earlier(heap_[child + 1], heap_[child])) ++child;
    if (!earlier(heap_[child], order)) break;
    put(heap_[child], at);
    at = child;
  }
  put(order, at);
}

void expiry_queue::insert(std::uint32_t order) noexcept {
  heap_.push_back(order);  // within what was reserved
  rise(order, static_cast<std::uint32_t>(heap_.size() - 1));
}

void expiry_queue::erase(std::uint32_t order) noexcept {
  auto const at = (*terms_)[order].queue_place;
  (*terms_)[order].queue_place = nil;
  auto const last = heap_.back();
  heap_.pop_back();
  if (last == order) return;
  if (at > 0 && earlier(last, heap_[(at - 1) / 2])) {
    rise(last, at);
  } else {
    sink(last, at);
  }
}

}  // namespace exchange::engine
