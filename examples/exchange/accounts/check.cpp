// Whether the books are right. Everything is added up again from what it is made of.
#include "books.hpp"

#include <string>
#include <vector>

namespace exchange::accounts {
namespace {

// What is locked, by account and asset, and what the holdings' orders add up to.
struct locks_found {
  std::vector<std::vector<amount>> balances;
  std::vector<std::vector<std::array<side_orders, 2>>> orders;
  std::vector<std::vector<std::uint32_t>> open;
};

locks_found add_up_orders(books const& of) {
  auto const accounts = of.users_.size(), markets = of.config_.markets.size();
  locks_found found;
  found.balances.assign(accounts, std::vector<amount>(of.config_.assets.size()));
  found.orders.assign(accounts, std::vector<std::array<side_orders, 2>>(markets));
  found.open.assign(accounts, std::vector<std::uint32_t>(markets));
  for (auto const& [id, order] : of.orders_) {
    auto const& m = of.market(order.market);
    if (!order.liquidation) ++found.open[order.account][order.market];
    if (m.kind == market_kind::spot) {
      auto const asset = order.side == side::buy ? m.quote : m.base;
      found.balances[order.account][asset] += order.unit_cost * order.open;
    } else if (!order.reduce_only) {
      auto& sum = found.orders[order.account][order.market][engine::index_of(order.side)];
      sum.quantity += order.open;
      sum.value += order.unit_value * order.open;
      sum.cost += order.unit_cost * order.open;
    }
  }
  return found;
}

std::string of_account(account_id account) { return " of account " + std::to_string(account); }

bool may_be_negative(books const& of, account_id account, asset_id asset) {
  if (account == engine::outside_account) return true;
  for (auto const market : of.quoted_[asset]) {
    if (of.holding_of(account, market).size != 0) return true;
  }
  return false;
}

std::string check_balances(books const& of, account_id account, std::vector<amount> const& locks) {
  for (asset_id asset = 0; of.known_asset(asset); ++asset) {
    auto const& one = of.at(account, asset);
    auto const what = of.config_.assets[asset].name + of_account(account);
    if (one.locked != locks[asset]) return "what is locked is not what orders need: " + what;
    if (one.total < 0 && !may_be_negative(of, account, asset)) return "below zero: " + what;
    if (account != engine::outside_account && of.quoted_[asset].empty() && one.locked > one.total) {
      return "more is locked than there is: " + what;
    }
  }
  return {};
}

std::string check_holding(books const& of, account_id account, market_id market,
                          std::array<side_orders, 2> const& orders, amount& locked) {
  auto const& h = of.holding_of(account, market);
  auto const what = of.market(market).symbol + of_account(account);
  if (h.orders != orders) return "open orders are not added up: " + what;
  if ((h.size > 0) != (h.cost > 0) || (h.size < 0) != (h.cost < 0)) return "a wrong cost: " + what;
  if (h.margin < 0 || (h.margin > 0 && !h.isolated())) return "a wrong margin: " + what;
  if (account == engine::outside_account) return {};
  if (h.locked != needed_lock(h)) return "a wrong lock: " + what;
  locked += h.locked;
  return {};
}

std::string check_users(books const& of) {
  auto found = add_up_orders(of);
  for (account_id account = 0; account < of.users_.size(); ++account) {
    auto const& user = of.users_[account];
    std::uint32_t open = 0;
    for (market_id market = 0; of.known_market(market); ++market) {
      open += user.open[market];
      if (!of.perpetual(market)) continue;
      auto& locked = found.balances[account][of.market(market).quote];
      auto wrong = check_holding(of, account, market, found.orders[account][market], locked);
      if (!wrong.empty()) return wrong;
    }
    if (user.open != found.open[account] || user.open_orders != open) {
      return "open orders are not counted:" + of_account(account);
    }
    auto wrong = check_balances(of, account, found.balances[account]);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

std::string check_assets(books const& of) {
  for (asset_id asset = 0; of.known_asset(asset); ++asset) {
    amount sum = 0;
    for (auto const& user : of.users_) sum += user.balances[asset].total;
    for (auto const& house : of.house_) sum += house[asset].total;
    if (sum != 0)
      return "the accounts do not add up to nothing in " + of.config_.assets[asset].name;
  }
  return {};
}

std::string check_markets(books const& of) {
  for (market_id id = 0; of.known_market(id); ++id) {
    if (!of.perpetual(id)) continue;
    amount sizes = 0, costs = 0;
    for (auto const& user : of.users_) {
      sizes += user.holdings[id].size;
      costs += user.holdings[id].cost;
    }
    auto const& m = of.market(id);
    if (sizes != 0) return "longs and shorts differ in " + m.symbol;
    if (costs + of.at(settlement_account(id), m.quote).total != 0) {
      return "what was realised is not what positions cost in " + m.symbol;
    }
  }
  return {};
}

}  // namespace

std::string books::check() const {
  auto wrong = check_assets(*this);
  if (wrong.empty()) wrong = check_markets(*this);
  return wrong.empty() ? check_users(*this) : wrong;
}

}  // namespace exchange::accounts
