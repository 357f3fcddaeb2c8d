// What a trade and funding do to a position.
#include "books.hpp"

#include <algorithm>
#include <cstdlib>

namespace exchange::accounts {
namespace {

constexpr lots sign_of(side which) noexcept { return which == side::buy ? 1 : -1; }

}  // namespace

// Closes first, then opens with the rest. The answer: what an isolated position that is closed by
// force lacks.
amount books::fill_position(fill const& f) {
  auto& h = change_holding(f.account, f.market);
  auto const closing = std::min(f.quantity, closable(f.side, h.size));
  post(f.account, fee_account, market(f.market).quote, f.fee, reason::fee, f.trade);
  amount lacks = 0;
  if (closing > 0) {
    bool const isolated = h.isolated();
    auto const released = share_down(h.margin, closing, std::abs(h.size));
    auto const result = realize(h, f, closing) - share_down(f.fee, closing, f.quantity);
    if (isolated) lacks = settle_isolated(h, f, closing, released, result);
    relock(f.account, f.market);
    if (!isolated) settle_cross(f, closing);
  }
  if (closing < f.quantity) open_position(h, f, f.quantity - closing);
  return lacks;
}

// Closes a part of the position; what it has won. The cost goes in proportion, rounded down, so
// that the last lot takes what is left of it.
amount books::realize(holding& h, fill const& f, lots quantity) {
  auto const& m = market(f.market);
  auto const sign = sign_of(f.side);
  auto const cost = share_down(absolute(h.cost), quantity, std::abs(h.size));
  auto const won = sign * (cost - value_of(m, f.price, quantity));
  h.size += sign * quantity;
  h.cost += sign * cost;
  add(h.realized, won);
  auto const settlement = settlement_account(f.market);
  if (won >= 0) {
    post(settlement, f.account, m.quote, won, reason::realized_pnl, f.trade);
  } else {
    post(f.account, settlement, m.quote, -won, reason::realized_pnl, f.trade);
  }
  return won;
}

// The part's margin pays its loss, then the margin of the rest, then the free balance; but if it is
// closed by force, others pay what no margin is left for.
amount books::settle_isolated(holding& h, fill const& f, lots quantity, amount margin,
                              amount result) {
  h.margin -= margin;
  auto left = margin + result;
  if (left < 0) {
    auto const from_rest = std::min(h.margin, -left);
    h.margin -= from_rest;
    left += from_rest;
  }
  if (!f.liquidation) return 0;
  if (left > 0) charge_liquidation(f, quantity, left);
  return std::max(-left, amount{0});
}

void books::settle_cross(fill const& f, lots closed) {
  if (!f.liquidation) return;
  charge_liquidation(f, closed, cross_equity(f.account, market(f.market).quote));
}

void books::charge_liquidation(fill const& f, lots closed, amount most) {
  auto const& m = market(f.market);
  auto const fee = std::min(rate_up(value_of(m, f.price, closed), m.liquidation_fee), most);
  if (fee > 0) post(f.account, insurance_account, m.quote, fee, reason::liquidation, f.trade);
}

// An isolated position sets its initial margin aside, and what it is behind the mark price at once,
// as far as that is there.
void books::open_position(holding& h, fill const& f, lots quantity) {
  auto const& m = market(f.market);
  auto const sign = sign_of(f.side);
  auto const value = value_of(m, f.price, quantity);
  if (__builtin_add_overflow(h.size, sign * quantity, &h.size)) throw amount_overflow{};
  add(h.cost, sign * value);
  relock(f.account, f.market);
  if (h.mode == margin_mode::cross) return;
  auto const behind = sign * (value - value_of(m, marks_[f.market], quantity));
  auto const wanted = initial_margin(value, h.leverage) + std::max(behind, amount{0});
  auto const there = std::max(available(f.account, m.quote), amount{0});
  h.margin += std::min(wanted, there);
  relock(f.account, f.market);
}

error books::fund(market_id market, std::int64_t rate) {
  if (!perpetual(market) || rate < -million || rate > million) return error::bad_request;
  if (marks_[market] == 0) return error::market_closed;
  amount kept = 0;
  each_holder(market, [&](account_id account) { kept += fund_position(account, market, rate); });
  post(settlement_account(market), insurance_account, this->market(market).quote, kept,
       reason::funding);
  return error::none;
}

// Who pays is rounded up, who gets is rounded down. The answer: what was paid, below 0: got.
amount books::fund_position(account_id account, market_id market, std::int64_t rate) {
  auto const& m = this->market(market);
  auto& h = change_holding(account, market);
  auto const value = absolute(value_of(m, marks_[market], h.size));
  auto const settlement = settlement_account(market);
  bool const pays = (h.size > 0) == (rate > 0);
  auto const part =
      pays ? share_up(value, std::abs(rate), million) : share_down(value, std::abs(rate), million);
  if (pays) {
    post(account, settlement, m.quote, part, reason::funding);
  } else {
    post(settlement, account, m.quote, part, reason::funding);
  }
  if (h.isolated() && account != engine::outside_account) {
    h.margin = std::max(h.margin + (pays ? -part : part), amount{0});
  }
  add(h.funding, pays ? -part : part);
  relock(account, market);
  return pays ? part : -part;
}

}  // namespace exchange::accounts
