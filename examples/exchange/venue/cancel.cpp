#include "machine.hpp"

namespace exchange::venue {

// By its id or else its clientOrderId. Another account's order is as unknown as one that never was.
order* machine::find_open(account_id account, order_id id, std::string const& client_id) {
  if (!right_account(account)) return nullptr;
  if (id == 0) {
    auto const* const known = users_[account].ids.find(client_id);
    id = known != nullptr ? known->order : 0;
  }
  auto const found = orders_.find(id);
  if (found != orders_.end() && found->second.account == account) return &found->second;
  bool const closed = users_[account].closed.find(id) != nullptr || (id != 0 && !client_id.empty());
  refuse(closed ? error::order_closed : error::unknown_order, field::order);
  return nullptr;
}

void machine::run(cancel_order const& c) {
  auto const* const o = find_open(c.account, c.order, c.client_order_id);
  if (o == nullptr) return;
  result_.order = o->id;
  result_.count = 1;
  cancel(o->id, order_reason::requested);
}

void machine::run(cancel_all const& c) {
  if (!right_account(c.account)) return;
  if (c.market != every_market && !right_market(c.market)) return;
  result_.count = cancel_those(c.account, order_reason::cancel_all, [&](order const& one) {
    return c.market == every_market || one.market == c.market;
  });
}

void machine::cancel(order_id id, order_reason why) {
  auto const& o = orders_.find(id)->second;
  cancelled_for_ = why;
  call(o.market, engine::cancel_order{id, o.account});
  cancelled_for_.reset();
}

}  // namespace exchange::venue
