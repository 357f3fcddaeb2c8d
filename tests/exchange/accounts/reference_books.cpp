#include "reference_books.hpp"

#include <algorithm>

namespace exchange::accounts {

void reference_books::pay(ledger_account from, ledger_account to, asset_id asset, amount value) {
  money(from, asset) -= value;
  money(to, asset) += value;
}

void reference_books::add(deed const& what, std::vector<posting> const& postings,
                          clearing_house const& house) {
  switch (what.what) {
    case deed::kind::money:
      pay(world_account, what.account, what.asset, what.value);
      break;
    case deed::kind::trade:
      trade(what);
      break;
    case deed::kind::funding:
      fund(what, house.mark(what.market));
      break;
  }
  for (auto const& one : postings) take_over(one, house);
}

// What the house decided about bankrupt accounts. Who a loss was shared out to is looked up; that
// it was shared out in full is seen by the sums.
void reference_books::take_over(posting const& one, clearing_house const& house) {
  if (one.reason == reason::liquidation || one.reason == reason::insurance) {
    pay(one.from, one.to, one.asset, one.value);
  }
  if (one.reason != reason::socialized_loss) return;
  pay(one.from, one.to, one.asset, one.value);
  amount shared = 0;
  for (auto& [key, held] : positions_) {
    auto const cost = house.position(key.first, key.second)->cost;
    if (settlement_account(key.second) != one.from) continue;
    BOOST_REQUIRE((cost >= held.cost));
    shared += cost - held.cost;
    held.cost = cost;
  }
  BOOST_REQUIRE((shared == one.value));
}

void reference_books::charge(party const& one, trade_report const& t) {
  auto const& m = config_.markets[t.market];
  if (one.account == 0) return;
  amount const value = amount{t.price} * t.quantity * m.tick_lot_value;
  amount const rate = one.maker ? m.maker_fee : m.taker_fee;
  pay(one.account, fee_account, m.quote, (value * rate + 999'999) / 1'000'000);
}

void reference_books::trade(deed const& what) {
  auto const& t = what.trade;
  charge(t.buyer, t);
  charge(t.seller, t);
  if (config_.markets[t.market].kind == market_kind::spot) return spot(t);
  perpetual(t.buyer.account, t.market, t.price, t.quantity);
  perpetual(t.seller.account, t.market, t.price, -t.quantity);
}

void reference_books::spot(trade_report const& t) {
  auto const& m = config_.markets[t.market];
  pay(t.buyer.account, t.seller.account, m.quote, amount{t.price} * t.quantity * m.tick_lot_value);
  pay(t.seller.account, t.buyer.account, m.base, amount{t.quantity} * m.lot_units);
}

// As if everything was paid for at once, but that the cost of what is held is lent by the
// settlement account.
void reference_books::perpetual(account_id account, market_id market, ticks price,
                                lots signed_quantity) {
  auto const& m = config_.markets[market];
  auto& held = positions_[{account, market}];
  auto const before = held;
  amount const paid = amount{price} * signed_quantity * m.tick_lot_value;
  held.size += signed_quantity;
  bool const grows = before.size == 0 || (before.size > 0) == (signed_quantity > 0);
  bool const turned = !grows && (before.size > 0) != (held.size > 0) && held.size != 0;
  if (grows) {
    held.cost += paid;
  } else if (turned) {
    held.cost = amount{price} * held.size * m.tick_lot_value;
  } else {
    amount const gone = std::max(signed_quantity, -signed_quantity);
    amount const all = std::max(before.size, -before.size);
    held.cost -= before.cost * gone / all;  // towards zero
  }
  pay(account, settlement_account(market), m.quote, paid - (held.cost - before.cost));
}

void reference_books::fund(deed const& what, ticks mark) {
  auto const& m = config_.markets[what.market];
  for (auto const& [key, held] : positions_) {
    if (key.second != what.market) continue;
    amount const millionths = amount{mark} * held.size * m.tick_lot_value * what.rate;
    // Rounded against the account, both ways: up when it pays, down when it gets.
    amount const paid =
        millionths > 0 ? (millionths + 999'999) / 1'000'000 : millionths / 1'000'000;
    pay(key.first, insurance_account, m.quote, paid);
  }
}

std::string reference_books::compare(clearing_house const& house) const {
  for (auto const& [key, value] : money_) {
    if (house.total(key.first, key.second) != value) {
      return "another balance of account " + std::to_string(key.first);
    }
  }
  for (auto const& [key, held] : positions_) {
    auto const view = house.position(key.first, key.second);
    if (view->size != held.size) return "another size of account " + std::to_string(key.first);
    if (view->cost != held.cost) return "another cost of account " + std::to_string(key.first);
  }
  return {};
}

}  // namespace exchange::accounts
