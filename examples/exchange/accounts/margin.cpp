// What an account may use, and what stands behind its positions.
#include "books.hpp"

#include <algorithm>

namespace exchange::accounts {

amount books::cross_profit(account_id account, asset_id quote) const noexcept {
  amount sum = 0;
  for (auto const id : quoted_[quote]) {
    auto const& h = holding_of(account, id);
    if (h.cross()) sum += unrealized(h, market(id), marks_[id]);
  }
  return sum;
}

amount books::available(account_id account, asset_id asset) const noexcept {
  auto const& one = at(account, asset);
  return one.total - one.locked + std::min(cross_profit(account, asset), amount{0});
}

// Not what spot orders and isolated markets have locked: others have a claim on that.
amount books::cross_equity(account_id account, asset_id quote) const noexcept {
  auto const& one = at(account, quote);
  auto sum = one.total - one.locked + cross_profit(account, quote);
  for (auto const id : quoted_[quote]) {
    auto const& h = holding_of(account, id);
    if (h.mode == margin_mode::cross) sum += h.locked;
  }
  return sum;
}

amount books::cross_maintenance(account_id account, asset_id quote) const noexcept {
  amount sum = 0;
  for (auto const id : quoted_[quote]) {
    auto const& h = holding_of(account, id);
    if (h.cross()) sum += maintenance(h, market(id), marks_[id]);
  }
  return sum;
}

amount books::isolated_margins(account_id account, asset_id quote) const noexcept {
  amount sum = 0;
  for (auto const id : quoted_[quote]) sum += holding_of(account, id).margin;
  return sum;
}

bool books::has_cross(account_id account, asset_id quote) const noexcept {
  return std::ranges::any_of(quoted_[quote],
                             [&](market_id id) { return holding_of(account, id).cross(); });
}

error books::set_leverage(account_id account, market_id market, std::uint32_t leverage,
                          margin_mode mode) {
  auto const& m = this->market(market);
  if (leverage == 0 || mode > margin_mode::isolated) return error::bad_request;
  if (leverage > m.max_leverage) return error::risk_limit;
  auto& h = change_holding(account, market);
  bool const other_mode = h.mode != mode;
  auto const locked = h.locked;
  h.leverage = leverage;
  h.mode = mode;
  h.margin = 0;
  if (h.isolated()) {
    auto const loss = std::max(-unrealized(h, m, marks_[market]), amount{0});
    h.margin = initial_margin(h.cost, leverage) + loss;
  }
  relock(account, market);
  bool const dearer = other_mode || h.locked > locked;
  if (dearer && available(account, m.quote) < 0) return error::risk_limit;
  return h.size != 0 && due(account, market) ? error::risk_limit : error::none;
}

}  // namespace exchange::accounts
