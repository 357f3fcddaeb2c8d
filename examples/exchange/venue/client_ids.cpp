#include "client_ids.hpp"

#include <utility>

namespace exchange::venue {

remembered const* client_ids::find(std::string_view id) const noexcept {
  auto const found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

void client_ids::add(remembered one) {
  auto const& stays = entries_.emplace_back(std::move(one));
  by_id_.emplace(stays.id, &stays);
}

remembered client_ids::pop() {
  by_id_.erase(entries_.front().id);
  auto oldest = std::move(entries_.front());
  entries_.pop_front();
  return oldest;
}

}  // namespace exchange::venue
