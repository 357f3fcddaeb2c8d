#include "books.hpp"

#include <cstddef>

namespace exchange::accounts {

books::books(accounts_config const& config, change_sink& sink)
    : config_(config),
      quoted_(config.assets.size()),
      house_(settlement_account(static_cast<market_id>(config.markets.size())) - fee_account,
             std::vector<balance>(config.assets.size())),
      marks_(config.markets.size()),
      sink_(&sink) {
  for (std::size_t i = 0; i < config_.markets.size(); ++i) {
    auto const& m = config_.markets[i];
    if (m.kind == market_kind::perpetual) quoted_[m.quote].push_back(static_cast<market_id>(i));
  }
  users_.push_back(new_account());  // the outside flow; nobody asks it for margin
  for (auto& one : users_.front().holdings) one.mode = margin_mode::cross;
}

account_state books::new_account() const {
  account_state one;
  one.balances.resize(config_.assets.size());
  one.holdings.resize(config_.markets.size());
  one.open.resize(config_.markets.size());
  for (std::size_t i = 0; i < config_.markets.size(); ++i) {
    one.holdings[i].leverage = config_.markets[i].default_leverage;
    one.holdings[i].mode = config_.markets[i].default_mode;
  }
  return one;
}

std::optional<account_id> books::open_account() {
  if (users_.size() > config_.max_accounts) return std::nullopt;
  users_.push_back(new_account());
  return static_cast<account_id>(users_.size() - 1);
}

balance const& books::at(ledger_account account, asset_id asset) const noexcept {
  return is_user(account) ? users_[account].balances[asset] : house_[account - fee_account][asset];
}

balance& books::change(ledger_account account, asset_id asset) {
  auto& one =
      is_user(account) ? users_[account].balances[asset] : house_[account - fee_account][asset];
  transaction_.touch(one, account, asset);
  return one;
}

holding& books::change_holding(account_id account, market_id market) {
  auto& one = users_[account].holdings[market];
  transaction_.touch(one, account, market);
  return one;
}

void books::post(ledger_account from, ledger_account to, asset_id asset, amount value, reason why,
                 trade_id trade) {
  if (value == 0 || from == to) return;
  add(change(from, asset).total, -value);
  add(change(to, asset).total, value);
  transaction_.note({from, to, asset, why, value, trade});
}

error books::bring(ledger_account account, asset_id asset, amount value) {
  if (!known_asset(asset)) return error::bad_request;
  if (value <= 0) return error::bad_quantity;
  if (value > max_amount) return error::overloaded;
  post(world_account, account, asset, value, reason::deposit);
  return error::none;
}

error books::take(account_id account, asset_id asset, amount value) {
  if (!known(account) || !known_asset(asset)) return error::bad_request;
  if (value <= 0) return error::bad_quantity;
  if (value > available(account, asset)) return error::insufficient_funds;
  post(account, world_account, asset, value, reason::withdraw);
  return error::none;
}

void books::relock(account_id account, market_id market) {
  if (account == engine::outside_account) return;
  auto& h = change_holding(account, market);
  auto const needed = needed_lock(h);
  add(change(account, this->market(market).quote).locked, needed - h.locked);
  h.locked = needed;
}

error books::commit() {
  for (auto const& one : transaction_.orders()) {
    auto const found = orders_.find(one.id);
    if (found == orders_.end() || found->second.open > 0) continue;
    if (!found->second.liquidation) {
      auto& user = users_[found->second.account];
      --user.open[found->second.market];
      --user.open_orders;
    }
    orders_.erase(found);
  }
  created_ = 0;
  ++commands_;
  transaction_.tell(*sink_);
  return error::none;
}

error books::undone(error why) noexcept {
  transaction_.undo();
  if (created_ != 0) {
    auto const found = orders_.find(created_);
    if (!found->second.liquidation) {
      auto& user = users_[found->second.account];
      --user.open[found->second.market];
      --user.open_orders;
    }
    orders_.erase(found);
    created_ = 0;
  }
  return why;
}

}  // namespace exchange::accounts
