// Connections that come and go, and accounts that fall silent.
#include "machine.hpp"

#include <vector>

namespace exchange::venue {
namespace {

constexpr micros second = 1'000'000;
constexpr micros longest_grace = 600 * second;
constexpr micros longest_deadman = 86'400 * second;

}  // namespace

void machine::run(connection_up const& c) {
  if (!right_account(c.account)) return;
  auto const found = connections_.find(c.connection);
  bool const another =
      found != connections_.end() && (found->second.due == 0 || found->second.account != c.account);
  if (c.connection == 0 || another) return refuse(error::bad_request, field::connection);
  if (connections_.size() >= config_.max_connections) {
    return refuse(error::overloaded, field::connection);
  }
  std::vector<connection_id> gone;
  for (auto const& [due, id] : graces_) {
    if (connections_.at(id).account == c.account) gone.push_back(id);
  }
  for (auto const id : gone) forget_connection(id, c.connection);
  connections_[c.connection].account = c.account;
}

void machine::run(connection_down const& c) {
  auto const found = connections_.find(c.connection);
  if (found == connections_.end() || found->second.due != 0) {
    return refuse(error::bad_request, field::connection);
  }
  auto& gone = found->second;
  if (!gone.cancels) return forget_connection(c.connection, 0);
  if (gone.grace == 0) {
    result_.count = lost(c.connection);
    return;
  }
  gone.due = now_ + gone.grace;
  graces_.emplace(gone.due, c.connection);
}

void machine::run(cancel_on_disconnect const& c) {
  auto const found = connections_.find(c.connection);
  if (found == connections_.end() || found->second.due != 0) {
    return refuse(error::bad_request, field::connection);
  }
  if (c.scope > disconnect_scope::account) return refuse(error::bad_request, field::scope);
  if (c.grace < 0 || c.grace > longest_grace) return refuse(error::bad_request, field::grace);
  found->second.cancels = c.enabled;
  found->second.scope = c.scope;
  found->second.grace = c.grace;
}

// Its grace is over.
std::uint32_t machine::lost(connection_id id) {
  auto const gone = connections_.at(id);
  bool const all = gone.scope == disconnect_scope::account;
  auto const count = cancel_those(gone.account, order_reason::disconnect,
                                  [&](order const& one) { return all || one.connection == id; });
  forget_connection(id, 0);
  return count;
}

// What is left of its orders is the heir's, or nobody's.
void machine::forget_connection(connection_id id, connection_id heir) {
  auto const gone = connections_.at(id);
  for (auto const order : users_[gone.account].open) {
    auto& one = orders_.at(order);
    if (one.connection == id) one.connection = heir;
  }
  if (gone.due != 0) graces_.erase({gone.due, id});
  connections_.erase(id);
}

void machine::run(deadman const& c) {
  if (!right_account(c.account)) return;
  if (c.timeout != 0 && (c.timeout < second || c.timeout > longest_deadman)) {
    return refuse(error::bad_request, field::timeout);
  }
  auto& user = users_[c.account];
  if (user.deadman != 0) deadmen_.erase({user.deadman, c.account});
  user.deadman = c.timeout == 0 ? 0 : now_ + c.timeout;
  if (user.deadman != 0) deadmen_.emplace(user.deadman, c.account);
  result_.at = user.deadman;
}

void machine::run_deadman(account_id account) {
  deadmen_.erase({users_[account].deadman, account});
  users_[account].deadman = 0;
  cancel_those(account, order_reason::deadman, [](order const&) { return true; });
}

}  // namespace exchange::venue
