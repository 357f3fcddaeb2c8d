// Accounts whose margin is not enough: the clearing house says what is to be done, here it is done.
#include "machine.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace exchange::venue {
namespace {

// Towards the end at which the account keeps more.
ticks rounded(amount numerator, amount denominator, bool up) noexcept {
  auto quotient = numerator / denominator;
  auto const rest = numerator % denominator;
  if (up && rest > 0) ++quotient;
  if (!up && rest < 0) --quotient;
  return static_cast<ticks>(quotient);
}

}  // namespace

// One liquidation may bring the next: whoever traded with it, or paid for it, is looked after, too.
void machine::liquidate() {
  for (auto const market : std::exchange(markets_at_risk_, {})) {
    for (auto const& one : house_.liquidations(market)) at_risk_.push_back(one.account);
  }
  while (!at_risk_.empty()) {
    auto accounts = std::exchange(at_risk_, {});
    std::ranges::sort(accounts);
    auto const twice = std::ranges::unique(accounts);
    accounts.erase(twice.begin(), twice.end());
    for (auto const account : accounts) look_after(account);
  }
}

void machine::look_after(account_id account) {
  for (market_id market = 0; market < markets(); ++market) {
    if (!perpetual(market)) continue;
    while (auto const what = house_.liquidation_of(account, market)) {
      if (!carry_out(*what)) break;
    }
  }
}

// False: nothing can be done now.
bool machine::carry_out(accounts::liquidation const& what) {
  if (what.cancel_orders) return cancel_before(what);
  if (desks_[what.market]->engine.state() != market_state::active) return false;
  close_position(what);
  return true;
}

bool machine::cancel_before(accounts::liquidation const& what) {
  auto const mode = house_.position(what.account, what.market)->mode;
  auto markets = house_.markets_of(config_.instruments[what.market].market.quote);
  if (mode == margin_mode::isolated) markets = {what.market};
  return cancel_those(what.account, order_reason::liquidation, [&](order const& one) {
           return std::ranges::find(markets, one.market) != markets.end();
         }) > 0;
}

// An order for all of it, that takes what it gets up to the price at which nothing would be left of
// the margin; what is left then goes to the fund (take_over, when the engine cancels it).
void machine::close_position(accounts::liquidation const& what) {
  order o;
  o.id = last_order_ + 1;
  o.account = what.account;
  o.market = what.market;
  o.side = what.side;
  o.tif = time_in_force::ioc;
  o.self = self_trade::cancel_oldest;
  o.reduce_only = o.liquidation = true;
  o.price = bankruptcy_price(what);
  auto const most = config_.instruments[what.market].engine.max_quantity;
  o.quantity = o.remaining = std::min(what.quantity, most);
  o.created_at = o.ts = now_;
  accounts::order_request r;
  r.market = o.market;
  r.account = o.account;
  r.order = o.id;
  r.side = o.side;
  r.quantity = o.quantity;
  r.reduce_only = r.liquidation = true;
  auto sent = engine_order(o);
  sent.reduce_only = false;  // it is no larger than the position
  sent.position = 0;
  sent.price = within_band(o.market, o.side, o.price);
  auto const market = o.market;
  bool const reserved = house_.reserve(r) == engine::error::none;
  enter(std::move(o));
  if (!reserved || call(market, sent) != engine::error::none) {
    throw std::logic_error("a liquidation order was refused");
  }
}

// Where the position's price would leave nothing of what stands behind it.
ticks machine::bankruptcy_price(accounts::liquidation const& what) const {
  auto const at = *house_.position(what.account, what.market);
  auto behind = at.margin + at.unrealized;
  if (at.mode == margin_mode::cross) {
    auto const quote = config_.instruments[what.market].market.quote;
    behind = house_.balance(what.account, quote).total;
    for (market_id market = 0; market < markets(); ++market) {
      if (!perpetual(market) || config_.instruments[market].market.quote != quote) continue;
      auto const one = *house_.position(what.account, market);
      if (one.size == 0) continue;
      behind += one.mode == margin_mode::cross ? one.unrealized : -one.margin;
    }
  }
  auto const& terms = house_.config().markets[what.market];
  auto const per_tick = amount{at.size < 0 ? -at.size : at.size} * terms.tick_lot_value;
  bool const sells = what.side == side::sell;
  auto const distance = std::clamp(behind, -per_tick * terms.max_price, per_tick * terms.max_price);
  auto const price = at.mark_price + rounded(sells ? -distance : distance, per_tick, sells);
  return std::clamp<ticks>(price, 1, terms.max_price);
}

ticks machine::within_band(market_id market, side which, ticks price) const noexcept {
  auto const& engine = desks_[market]->engine;
  auto const reference = engine.reference();
  auto const width =
      static_cast<ticks>(amount{reference} * engine.config().band_basis_points / 10'000);
  if (reference == 0 || engine.config().band_basis_points == 0) return price;
  return which == side::buy ? std::min(price, reference + width)
                            : std::max(price, reference - width);
}

// The insurance fund takes what nobody else did, at the order's own price. Its positions are those
// of account 0, which nobody asks for margin.
void machine::take_over(order& o) {
  accounts::trade_report report;
  report.market = o.market;
  report.trade = ++last_trade_;
  report.price = o.price;
  report.quantity = o.remaining;
  (o.side == side::buy ? report.buyer : report.seller) = {o.account, o.id, false};
  auto const booked = house_.settle(report);
  if (booked.error != engine::error::none) {
    throw std::logic_error("a position could not be taken over");
  }
  outcomes_.emplace_back(liquidated{o.market, o.account, o.price, o.remaining, o.side, true});
  auto const fee = o.side == side::buy ? booked.buyer_fee : booked.seller_fee;
  fill one{report.trade, o.id,        o.account, o.market, o.side,           false,
           o.price,      o.remaining, fee,       now_,     o.client_order_id};
  outcomes_.emplace_back(filled{one});
  users_[o.account].fills.add(std::move(one), config_.max_fills);
  o.filled += o.remaining;
  o.value += amount{o.price} * o.remaining;
  o.remaining = 0;
  at_risk_.push_back(o.account);
  close(o, order_status::filled, order_reason::liquidation);
}

}  // namespace exchange::venue
