// What can be asked of a venue between two requests.
#include "machine.hpp"

#include <algorithm>
#include <limits>

namespace exchange::venue {

amount average_price(order const& one, unsigned decimals) noexcept {
  if (one.filled == 0) return 0;
  amount whole = one.value / one.filled;
  amount rest = one.value % one.filled;
  for (; decimals > 0; --decimals) {
    whole = whole * 10 + rest * 10 / one.filled;
    rest = rest * 10 % one.filled;
  }
  return rest * 2 >= one.filled ? whole + 1 : whole;
}

std::optional<micros> machine::next_due() const noexcept {
  std::optional<micros> next;
  auto const offer = [&](micros at) { next = std::min(next.value_or(at), at); };
  for (auto const& desk : desks_) {
    if (desk->funding.running()) offer(desk->funding.due);
    auto const& book = desk->engine.book();
    if (!book.expiries().empty()) offer(book.terms(book.expiries().first()).expires_at);
  }
  if (!graces_.empty()) offer(graces_.begin()->first);
  if (!deadmen_.empty()) offer(deadmen_.begin()->first);
  return next;
}

order const* machine::find_order(account_id account, order_id id) const noexcept {
  if (!known(account)) return nullptr;
  auto const found = orders_.find(id);
  if (found == orders_.end()) return users_[account].closed.find(id);
  return found->second.account == account ? &found->second : nullptr;
}

trading_venue::trading_venue(venue_config const& config)
    : machine_(std::make_unique<machine>(config)) {}
trading_venue::~trading_venue() = default;

applied trading_venue::apply(request const& one) { return machine_->apply(one); }

venue_config const& trading_venue::config() const noexcept { return machine_->config_; }
micros trading_venue::now() const noexcept { return machine_->now_; }
std::optional<micros> trading_venue::next_due() const noexcept { return machine_->next_due(); }

std::optional<market_id> trading_venue::find_market(std::string_view symbol) const noexcept {
  auto const& all = machine_->config_.instruments;
  auto const found = std::ranges::find_if(
      all, [&](instrument_config const& one) { return one.market.symbol == symbol; });
  if (found == all.end()) return std::nullopt;
  return static_cast<market_id>(found - all.begin());
}

std::optional<account_id> trading_venue::find_account(std::string_view name) const noexcept {
  auto const found = machine_->names_.find(std::string(name));
  if (found == machine_->names_.end()) return std::nullopt;
  return found->second;
}

std::string_view trading_venue::name_of(account_id account) const noexcept {
  return machine_->known(account) ? std::string_view(machine_->users_[account].name)
                                  : std::string_view();
}

engine::matching_engine const& trading_venue::engine(market_id market) const noexcept {
  return machine_->desks_[market]->engine;
}
accounts::clearing_house const& trading_venue::accounts() const noexcept {
  return machine_->house_;
}

funding_view trading_venue::funding(market_id market, micros now) const noexcept {
  return machine_->funding(market, now);
}

order const* trading_venue::find_order(account_id account, order_id id) const noexcept {
  return machine_->find_order(account, id);
}

order const* trading_venue::find_order(account_id account,
                                       std::string_view client_order_id) const noexcept {
  if (!machine_->known(account)) return nullptr;
  auto const* const known = machine_->users_[account].ids.find(client_order_id);
  return known == nullptr ? nullptr : machine_->find_order(account, known->order);
}

std::vector<order> trading_venue::open_orders(account_id account, market_id market) const {
  page all;
  all.market = market;
  all.limit = std::numeric_limits<std::uint32_t>::max();
  return open_orders(account, all);
}

std::vector<order> trading_venue::open_orders(account_id account, page const& which) const {
  std::vector<order> found;
  if (!machine_->known(account)) return found;
  auto const& open = machine_->users_[account].open;
  for (auto at = std::ranges::upper_bound(open, which.after.value_or(0));
       at != open.end() && found.size() < which.limit; ++at) {
    auto const& one = machine_->orders_.at(*at);
    if (which.market == every_market || one.market == which.market) found.push_back(one);
  }
  return found;
}

std::vector<order> trading_venue::closed_orders(account_id account, page const& which) const {
  if (!machine_->known(account)) return {};
  return machine_->users_[account].closed.shown(which);
}

std::vector<fill> trading_venue::fills(account_id account, page const& which) const {
  if (!machine_->known(account)) return {};
  return machine_->users_[account].fills.shown(which);
}

std::vector<connection_id> trading_venue::connections() const {
  std::vector<connection_id> up;
  for (auto const& [id, one] : machine_->connections_) {
    if (one.due == 0) up.push_back(id);
  }
  return up;
}

std::string trading_venue::check() const { return machine_->check(); }
std::string trading_venue::save() const { return machine_->save(); }
void trading_venue::load(std::string_view bytes) { machine_->load(bytes); }

}  // namespace exchange::venue
