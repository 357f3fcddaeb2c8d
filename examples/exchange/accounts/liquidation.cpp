// When the margin is not enough any more, and what is to be done then.
#include "books.hpp"

#include <algorithm>
#include <cstdlib>

namespace exchange::accounts {

// Whether the margin behind the position would not be enough at that mark price.
bool books::due_at(account_id account, market_id market, ticks mark) const noexcept {
  auto const& m = this->market(market);
  auto const& h = holding_of(account, market);
  if (h.mode == margin_mode::isolated) {
    return h.margin + unrealized(h, m, mark) < maintenance(h, m, mark);
  }
  auto const now = marks_[market];
  auto const equity =
      cross_equity(account, m.quote) + value_of(m, mark, h.size) - value_of(m, now, h.size);
  auto const needed =
      cross_maintenance(account, m.quote) + maintenance(h, m, mark) - maintenance(h, m, now);
  return equity < needed;
}

bool books::due(account_id account, market_id market) const noexcept {
  return due_at(account, market, marks_[market]);
}

// Orders that lock the quote asset, or would trade with the one that closes the position.
bool books::has_orders(account_id account, market_id market) const noexcept {
  auto const& user = users_[account];
  if (user.holdings[market].mode == margin_mode::isolated) return user.open[market] > 0;
  auto const quote = this->market(market).quote;
  for (market_id id = 0; known_market(id); ++id) {
    if (user.open[id] > 0 && locks(id, quote)) return true;
  }
  return false;
}

bool books::locks(market_id market, asset_id asset) const noexcept {
  auto const& m = this->market(market);
  return m.quote == asset || (m.kind == market_kind::spot && m.base == asset);
}

// Of the cross positions with this quote, the one that needs the largest margin; the first of
// equals.
market_id books::largest_cross(account_id account, asset_id quote) const noexcept {
  market_id largest = quoted_[quote].front();
  amount most = -1;
  for (auto const id : quoted_[quote]) {
    auto const& h = holding_of(account, id);
    auto const needed = h.cross() ? maintenance(h, market(id), marks_[id]) : amount{-1};
    if (needed > most) {
      most = needed;
      largest = id;
    }
  }
  return largest;
}

std::optional<liquidation> books::liquidation_of(account_id account, market_id market) const {
  auto const& h = holding_of(account, market);
  if (h.size == 0 || !due(account, market)) return std::nullopt;
  liquidation what;
  what.account = account;
  what.market = market;
  what.side = side::buy;
  what.cancel_orders = has_orders(account, market);
  if (what.cancel_orders) return what;
  if (h.cross()) what.market = largest_cross(account, this->market(market).quote);
  auto const size = holding_of(account, what.market).size;
  what.side = size > 0 ? side::sell : side::buy;
  what.quantity = std::abs(size);
  return what;
}

// The nearest price at which it is due, found by halving: a long is due below some price, a short
// above.
std::optional<ticks> books::liquidation_price(account_id account, market_id market) const {
  auto const size = holding_of(account, market).size;
  if (size == 0 || account == engine::outside_account) return std::nullopt;
  bool const is_long = size > 0;
  auto const last = this->market(market).max_price;
  ticks safe = is_long ? last + 1 : 0;  // no price at which it is due, seen from here
  ticks reached = is_long ? 0 : last + 1;
  while (std::abs(safe - reached) > 1) {
    auto const middle = reached + (safe - reached) / 2;
    (due_at(account, market, middle) ? reached : safe) = middle;
  }
  if (reached < 1 || reached > last) return std::nullopt;
  return reached;
}

}  // namespace exchange::accounts
