#include "bench/peers/beast/room.hpp"

#include <utility>
#include <vector>

namespace runes::bench {

void room::join(room_member& member) {
  std::lock_guard const lock(mutex_);
  members_.insert(&member);
}

void room::leave(room_member& member) {
  std::lock_guard const lock(mutex_);
  members_.erase(&member);
}

void room::send(std::string text) {
  auto const shared = std::make_shared<std::string const>(std::move(text));
  // Weak pointers are collected under the lock and used outside of it, so that the lock is short
  // and a session may end meanwhile.
  std::vector<std::weak_ptr<room_member>> receivers;
  {
    std::lock_guard const lock(mutex_);
    receivers.reserve(members_.size());
    for (auto* member : members_) receivers.push_back(member->weak_from_this());
  }
  for (auto const& each : receivers) {
    auto const member = each.lock();
    if (!member) continue;
    ++unwritten_;
    member->deliver(shared);
  }
}

std::size_t room::members() const {
  std::lock_guard const lock(mutex_);
  return members_.size();
}

}  // namespace runes::bench
