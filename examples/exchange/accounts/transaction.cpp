#include "transaction.hpp"

#include <algorithm>

namespace exchange::accounts {
namespace {

bool differ(holding const& a, holding const& b) noexcept {
  return a.size != b.size || a.cost != b.cost || a.margin != b.margin || a.leverage != b.leverage ||
         a.mode != b.mode || a.realized != b.realized || a.funding != b.funding;
}

}  // namespace

balance_view view_of(balance const& one) noexcept {
  balance_view view;
  view.total = one.total;
  view.locked = std::min(one.locked, std::max(one.total, amount{0}));
  view.free = view.total - view.locked;
  return view;
}

void transaction::begin(accounts::reason why) {
  ++number_;
  reason_ = why;
  postings_.clear();
  balances_.clear();
  holdings_.clear();
  orders_.clear();
}

void transaction::touch(balance& one, ledger_account account, asset_id asset) {
  if (one.touched == number_) return;
  balances_.push_back({account, asset, reason_, &one, one});
  one.touched = number_;
}

void transaction::touch(holding& one, account_id account, market_id market) {
  if (one.touched == number_) return;
  holdings_.push_back({account, market, reason_, &one, one});
  one.touched = number_;
}

void transaction::undo() noexcept {
  for (auto const& one : balances_) *one.now = one.before;
  for (auto const& one : holdings_) *one.now = one.before;
  for (auto const& one : orders_) *one.now = one.before;
}

void transaction::tell(change_sink& sink) const noexcept {
  for (auto const& one : postings_) sink.on_posting(one);
  for (auto const& one : balances_) {
    auto const& [total, locked, touched] = *one.now;
    if (!is_user(one.account) || (total == one.before.total && locked == one.before.locked)) {
      continue;
    }
    auto const view = view_of(*one.now);
    sink.on_balance({one.account, one.asset, one.reason, view.free, view.locked, view.total,
                     total - one.before.total});
  }
  for (auto const& one : holdings_) {
    if (!differ(*one.now, one.before)) continue;
    sink.on_position({one.account, one.market, one.reason, one.now->size});
  }
}

}  // namespace exchange::accounts
