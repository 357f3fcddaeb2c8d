// Accounts and what is on them.
#include "machine.hpp"

namespace exchange::venue {

void machine::run(open_account const& c) {
  if (c.name.empty() || c.name.size() > 64) return refuse(error::bad_request, field::name);
  if (auto const found = names_.find(c.name); found != names_.end()) {
    result_.account = found->second;
    return;
  }
  auto const account = house_.open_account();
  if (!account) return refuse(error::overloaded, field::name);
  users_.emplace_back().name = c.name;
  names_.emplace(c.name, *account);
  result_.account = *account;
  outcomes_.emplace_back(account_opened{*account, c.name});
}

void machine::run(set_leverage const& c) {
  if (!right_account(c.account) || !right_market(c.market)) return;
  if (!perpetual(c.market)) return refuse(error::bad_request, field::symbol);
  if (c.mode && *c.mode > margin_mode::isolated) {
    return refuse(error::bad_request, field::margin_mode);
  }
  auto const wrong = house_.set_leverage(c.account, c.market, c.leverage, c.mode);
  if (wrong != engine::error::none) refuse(from(wrong), field::leverage);
}

void machine::run(deposit const& c) {
  if (right_account(c.account)) moved(house_.deposit(c.account, c.asset, c.value), c.asset);
}

void machine::run(withdraw const& c) {
  if (right_account(c.account)) moved(house_.withdraw(c.account, c.asset, c.value), c.asset);
}

void machine::run(deposit_insurance const& c) {
  moved(house_.deposit_insurance(c.asset, c.value), c.asset);
}

void machine::moved(engine::error wrong, asset_id asset) {
  if (wrong == engine::error::none) return;
  refuse(from(wrong), asset < config_.assets.size() ? field::money : field::asset);
}

}  // namespace exchange::venue
