#include "machine.hpp"

#include <algorithm>

namespace exchange::venue {
machine::machine(venue_config const& config)
    : config_((config.validate(), config)), users_(1), house_(config.accounts(), *this) {
  for (auto const& one : config_.instruments) {
    auto& desk = *desks_.emplace_back(std::make_unique<market_desk>(one.engine));
    desk.shown.market = static_cast<market_id>(desks_.size() - 1);
  }
}

// What was due by time comes first, what follows from the command's trades last.
applied machine::apply(request const& one) {
  outcomes_.clear();
  result_ = {};
  result_.ts = now_;
  if (one.now > engine::max_time) {
    refuse(error::bad_request);
    return {result_, outcomes_};
  }
  now_ = result_.ts = std::max(now_, one.now);
  run_due();
  auto const before = static_cast<std::ptrdiff_t>(outcomes_.size());
  if (expired(one)) {
    refuse(error::expired);
  } else {
    std::visit([&](auto const& c) { run(c); }, one.what);
  }
  if (!result_.ok()) outcomes_.erase(outcomes_.begin() + before, outcomes_.end());
  liquidate();
  tell_tickers();
  return {result_, outcomes_};
}

// An order that was answered already gets that answer again, however late: its fate is known.
bool machine::expired(request const& one) const noexcept {
  if (one.expires_at == 0 || now_ <= one.expires_at) return false;
  auto const* const c = std::get_if<place_order>(&one.what);
  return c == nullptr || !known(c->account) || c->client_order_id.empty() ||
         users_[c->account].ids.find(c->client_order_id) == nullptr;
}

void machine::run_due() {
  for (market_id market = 0; market < markets(); ++market) {
    call(market, engine::advance_time{now_});
  }
  while (!graces_.empty() && graces_.begin()->first <= now_) lost(graces_.begin()->second);
  while (!deadmen_.empty() && deadmen_.begin()->first <= now_) {
    run_deadman(deadmen_.begin()->second);
  }
  for (market_id market = 0; market < markets(); ++market) run_funding(market);
}

void machine::refuse(venue::error why, venue::field where) noexcept {
  result_.error = why;
  result_.field = where;
}

bool machine::right_account(account_id account) noexcept {
  if (!known(account)) refuse(error::bad_request, field::account);
  return known(account);
}

bool machine::right_market(market_id market) noexcept {
  if (!known_market(market)) refuse(error::unknown_symbol, field::symbol);
  return known_market(market);
}

void machine::tell_tickers() {
  for (auto const& desk : desks_) {
    auto now = desk->shown;
    auto const bid = desk->engine.best(side::buy);
    auto const ask = desk->engine.best(side::sell);
    now.bid = bid ? bid->price : 0;
    now.bid_quantity = bid ? bid->quantity : 0;
    now.ask = ask ? ask->price : 0;
    now.ask_quantity = ask ? ask->quantity : 0;
    now.last = desk->engine.last_price();
    if (now == desk->shown) continue;
    desk->shown = now;
    observe_premium(now.market);
    outcomes_.emplace_back(now);
  }
}

void machine::on_posting(accounts::posting const&) noexcept {}

void machine::on_balance(accounts::balance_change const& one) noexcept {
  if (one.account == engine::outside_account) return;
  outcomes_.emplace_back(balance_changed{one.account, one.asset, one.reason, one.free, one.locked,
                                         one.total, one.difference});
}

void machine::on_position(accounts::position_change const& one) noexcept {
  if (one.account == engine::outside_account) return;
  auto const now = house_.position(one.account, one.market);
  outcomes_.emplace_back(position_changed{one.account, one.market, one.reason, one.size,
                                          now->entry_price, now->realized, now->funding,
                                          now->margin, now->leverage, now->mode});
  at_risk_.push_back(one.account);
}

}  // namespace exchange::venue
