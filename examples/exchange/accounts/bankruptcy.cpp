// Who pays what an account cannot: the insurance fund; then those whose unrealised profit it would
// have been; and what even they have not is a debt of the fund.
#include "books.hpp"

#include <algorithm>

namespace exchange::accounts {

void books::cover(account_id account, market_id market, amount shortage, trade_id trade) {
  if (shortage <= 0) return;
  auto const quote = this->market(market).quote;
  auto const fund = std::max(at(insurance_account, quote).total, amount{0});
  auto const insured = std::min(shortage, fund);
  post(insurance_account, account, quote, insured, reason::insurance, trade);
  auto const shared = socialize(market, shortage - insured);
  post(settlement_account(market), account, quote, shared, reason::socialized_loss, trade);
  post(insurance_account, account, quote, shortage - insured - shared, reason::insurance, trade);
}

// Nothing is left that could make up for a balance below zero.
void books::cover_cross(account_id account, market_id market, trade_id trade) {
  auto const quote = this->market(market).quote;
  if (account == engine::outside_account || has_cross(account, quote)) return;
  cover(account, market, isolated_margins(account, quote) - at(account, quote).total, trade);
}

// Makes entry prices worse, in proportion to positions' unrealised profit and by no more than that;
// by how much in all. Each takes its part of what is still to be shared, so that the last one takes
// the rest and nothing is lost by rounding.
amount books::socialize(market_id market, amount shortage) {
  if (shortage <= 0) return 0;
  auto const profit = [&](account_id account) {
    auto const own = unrealized(holding_of(account, market), this->market(market), marks_[market]);
    return std::max(own, amount{0});
  };
  amount profits = 0;
  each_holder(market, [&](account_id one) { profits += profit(one); });
  auto const shared = std::min(shortage, profits);
  auto left = shared;
  transaction_.because(reason::socialized_loss);
  each_holder(market, [&](account_id one) {
    auto const own = profit(one);
    if (own == 0) return;
    auto const part = share_down(own, left, profits);
    add(change_holding(one, market).cost, part);
    left -= part;
    profits -= own;
    relock(one, market);
  });
  return shared;
}

}  // namespace exchange::accounts
