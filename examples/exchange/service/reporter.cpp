#include "reporter.hpp"

#include "wire/entries.hpp"
#include "wire/market_values.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace exchange::service {

using venue::account_id;
using venue::market_id;
using venue::micros;

reporter::reporter(venue::trading_venue const& of, bool mirrored)
    : venue_(of),
      markets_(of),
      funding_told_(of.config().instruments.size()),
      mirrored_(mirrored),
      changes_(of) {}

/// Takes an outcome to wherever it is told.
struct reporter::teller {
  reporter const& from;
  news& into;

  venue::venue_config const& config() const { return from.venue_.config(); }

  void operator()(venue::order_changed const& one) const {
    auto const& order = one.order;
    if (from.follows(order.account)) {
      add(order.account, account_channel::orders, order.market, wire::order_entry(order, config()));
    }
  }
  void operator()(venue::filled const& one) const {
    auto const& fill = one.fill;
    if (from.follows(fill.account)) {
      add(fill.account, account_channel::fills, fill.market,
          {{}, wire::fill_entry(fill, config()), false});
    }
  }
  void operator()(venue::balance_changed const& one) const {
    if (from.follows(one.account)) {
      add(one.account, account_channel::account, one.asset, wire::balance_entry(one, config()));
    }
  }
  void operator()(venue::position_changed const& one) const {
    if (from.follows(one.account)) from.show_position(one.account, one.market, into);
  }
  void operator()(venue::mark_changed const& one) const { from.show_holders(one.market, into); }
  void operator()(venue::liquidated const& one) const {
    into.liquidations.push_back({one.market, wire::liquidation_of(one, into.ts, config())});
  }
  // The others are the markets' business, or nobody's.
  template <class Other>
  void operator()(Other const&) const {}

  void add(account_id account, account_channel channel, std::uint16_t about,
           runes::keyed_entry entry) const {
    into.accounts.push_back({account, channel, about, std::move(entry)});
  }
};

news reporter::report(venue::applied const& done) {
  news made;
  made.ts = done.result.ts;
  if (done.outcomes.empty()) return made;
  if (mirrored_) changes_.add(done);
  made.markets = markets_.report(done.outcomes, made.ts);
  teller const to{*this, made};
  for (auto const& one : done.outcomes) std::visit(to, one);
  return made;
}

void reporter::remember(venue::applied const& done) {
  if (!done.outcomes.empty()) markets_.remember(done.outcomes, done.result.ts);
}

news reporter::advance(micros now) {
  news made;
  made.ts = now;
  made.markets = markets_.advance(now);
  show_funding(made);
  return made;
}

news reporter::begin(micros now) {
  news made;
  made.ts = now;
  made.markets = markets_.begin(now);
  show_funding(made);
  return made;
}

news reporter::follow(account_id account, micros now) {
  news made;
  made.ts = now;
  if (follows(account)) return made;
  if (followed_.size() <= account) followed_.resize(account + 1);
  followed_[account] = true;
  show_orders(account, made);
  show_money(account, made);
  return made;
}

bool reporter::follows(account_id account) const noexcept {
  return account < followed_.size() && followed_[account];
}

void reporter::show_orders(account_id account, news& into) const {
  teller const to{*this, into};
  for (auto const& order : venue_.open_orders(account)) {
    to.add(account, account_channel::orders, order.market,
           wire::order_entry(order, venue_.config()));
  }
}

void reporter::show_money(account_id account, news& into) const {
  auto const& config = venue_.config();
  for (std::size_t i = 0; i < config.assets.size(); ++i) {
    auto const asset = static_cast<venue::asset_id>(i);
    if (venue_.accounts().balance(account, asset).total == 0) continue;
    teller{*this, into}.add(account, account_channel::account, asset,
                            wire::balance_entry(account, asset, venue_));
  }
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    auto const market = static_cast<market_id>(i);
    if (venue_.accounts().position_size(account, market) == 0) continue;
    show_position(account, market, into);
  }
}

// What they are worth is another now.
void reporter::show_holders(market_id market, news& into) const {
  for (auto const account : venue_.accounts().holders(market)) {
    if (follows(account)) show_position(account, market, into);
  }
}

void reporter::show_funding(news& into) {
  auto const& all = venue_.config().instruments;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!venue::has_funding(all[i])) continue;
    auto const market = static_cast<market_id>(i);
    auto now = wire::funding_entry(market, std::max(into.ts, venue_.now()), venue_);
    if (now == funding_told_[i]) continue;
    funding_told_[i] = now;
    into.funding.push_back({market, std::move(now)});
  }
}

void reporter::show_position(account_id account, market_id market, news& into) const {
  into.accounts.push_back(
      {account, account_channel::positions, market, wire::position_entry(account, market, venue_)});
}

}  // namespace exchange::service
