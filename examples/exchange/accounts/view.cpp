// What the accounts show.
#include "accounts.hpp"
#include "books.hpp"

#include <algorithm>

namespace exchange::accounts {
namespace {

// Cost over size in ticks, to the nearest; halves away from zero.
ticks entry_price(holding const& h, market_config const& m) {
  if (h.size == 0) return 0;
  auto const tick_value = absolute(value_of(m, 1, h.size));
  return static_cast<ticks>((absolute(h.cost) + tick_value / 2) / tick_value);
}

}  // namespace

balance_view clearing_house::balance(account_id account, asset_id asset) const noexcept {
  if (!books_->known(account) || !books_->known_asset(asset)) return {};
  auto view = view_of(books_->at(account, asset));
  view.available = std::max(books_->available(account, asset), amount{0});
  return view;
}

amount clearing_house::total(ledger_account account, asset_id asset) const noexcept {
  bool const there = is_user(account) ? account < books_->users_.size()
                                      : account - fee_account < books_->house_.size();
  return there && books_->known_asset(asset) ? books_->at(account, asset).total : 0;
}

std::optional<position_view> clearing_house::position(account_id account, market_id market) const {
  if (account >= books_->users_.size() || !books_->perpetual(market)) return std::nullopt;
  auto const& h = books_->holding_of(account, market);
  auto const& m = books_->market(market);
  position_view view;
  view.size = h.size;
  view.cost = h.cost;
  view.entry_price = entry_price(h, m);
  view.mark_price = books_->marks_[market];
  view.liquidation_price = books_->liquidation_price(account, market);
  view.unrealized = h.size == 0 ? 0 : unrealized(h, m, view.mark_price);
  view.realized = h.realized;
  view.funding = h.funding;
  view.margin = account == engine::outside_account ? 0 : position_margin(h);
  view.leverage = h.leverage;
  view.mode = h.mode;
  return view;
}

lots clearing_house::position_size(account_id account, market_id market) const noexcept {
  if (account >= books_->users_.size() || !books_->perpetual(market)) return 0;
  return books_->holding_of(account, market).size;
}

std::vector<account_id> clearing_house::holders(market_id market) const {
  std::vector<account_id> all;
  if (books_->perpetual(market))
    books_->each_holder(market, [&](account_id a) { all.push_back(a); });
  return all;
}

std::vector<market_id> clearing_house::markets_of(asset_id asset) const {
  std::vector<market_id> all;
  for (market_id id = 0; books_->known_market(id); ++id) {
    if (books_->locks(id, asset)) all.push_back(id);
  }
  return all;
}

std::uint32_t clearing_house::open_orders(account_id account) const noexcept {
  return books_->known(account) ? books_->users_[account].open_orders : 0;
}

}  // namespace exchange::accounts
