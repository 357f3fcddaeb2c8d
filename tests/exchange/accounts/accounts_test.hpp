// What the tests of the accounts share: a venue's markets, accounts with the books looked at after
// every command, and what came out, written down.
#pragma once

#include <accounts/accounts.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace exchange::accounts {

inline std::ostream& operator<<(std::ostream& out, reason value) { return out << name_of(value); }
inline std::ostream& operator<<(std::ostream& out, margin_mode value) {
  return out << name_of(value);
}

/// For comparing: the tests' amounts are small.
inline std::int64_t number(amount value) {
  auto const small = static_cast<std::int64_t>(value);
  BOOST_REQUIRE(value == small);
  return small;
}

inline constexpr asset_id usd = 0, btc = 1, eth = 2;
inline constexpr market_id btc_usd = 0, btc_perp = 1, eth_perp = 2, eth_btc = 3;

/// A spot market without perpetuals in its assets but the quote, two perpetuals with one quote, and
/// a spot market whose assets no perpetual has.
inline accounts_config small_venue() {
  accounts_config config;
  config.assets = {{"USD", 2}, {"BTC", 4}, {"ETH", 4}};
  market_config spot;
  spot.symbol = "BTC-USD";
  spot.base = btc;
  spot.quote = usd;
  spot.tick_lot_value = 5;
  spot.lot_units = 10;
  spot.maker_fee = 1'000;
  spot.taker_fee = 2'000;
  auto perpetual = spot;
  perpetual.symbol = "BTC-USD-PERP";
  perpetual.kind = market_kind::perpetual;
  perpetual.tick_lot_value = 1;
  perpetual.max_position = 1'000;
  perpetual.default_leverage = 10;
  auto other = perpetual;
  other.symbol = "ETH-USD-PERP";
  other.base = eth;
  other.tick_lot_value = 3;
  auto cross = spot;
  cross.symbol = "ETH-BTC";
  cross.base = eth;
  cross.quote = btc;
  config.markets = {spot, perpetual, other, cross};
  config.max_accounts = 50;
  config.max_orders = 500;
  config.max_orders_an_account = 100;
  return config;
}

/// Without fees, where a test is about something else.
inline accounts_config free_venue() {
  auto config = small_venue();
  for (auto& one : config.markets) one.maker_fee = one.taker_fee = one.liquidation_fee = 0;
  return config;
}

class recorder final : public change_sink {
 public:
  void on_posting(posting const& one) noexcept override {
    postings.push_back(one);
    sums[{one.from, one.asset}] -= one.value;
    sums[{one.to, one.asset}] += one.value;
  }
  void on_balance(balance_change const& one) noexcept override { balances.push_back(one); }
  void on_position(position_change const& one) noexcept override { positions.push_back(one); }
  void clear() {
    postings.clear();
    balances.clear();
    positions.clear();
  }
  std::vector<posting> postings;  // of the last command, as the others
  std::vector<balance_change> balances;
  std::vector<position_change> positions;
  std::map<std::pair<ledger_account, asset_id>, amount> sums;  // of all postings since ever
};

struct house_fixture {
  explicit house_fixture(accounts_config const& config = small_venue()) : house(config, out) {}

  account_id account(std::int64_t dollars = 0) {
    auto const id = house.open_account();
    BOOST_REQUIRE(id.has_value());
    if (dollars > 0) deposit(*id, usd, dollars);
    return *id;
  }
  void deposit(account_id id, asset_id asset, amount value) {
    run([&] { return house.deposit(id, asset, value); });
    BOOST_REQUIRE(last_error == error::none);
  }
  /// Runs a command and looks at the books.
  template <class Command>
  error run(Command&& command) {
    out.clear();
    last_error = command();
    BOOST_REQUIRE_EQUAL(house.check(), "");
    return last_error;
  }
  /// The error of a command that should be refused and change nothing.
  template <class Command>
  error refused(Command&& command) {
    auto const before = house.save();
    run(command);
    BOOST_TEST((last_error != error::none), "it was not refused");
    BOOST_TEST((house.save() == before), "a refused command changed something");
    BOOST_TEST(out.postings.empty());
    BOOST_TEST(out.balances.empty());
    BOOST_TEST(out.positions.empty());
    return last_error;
  }

  order_request request(account_id id, market_id market, side which, lots quantity, ticks price) {
    order_request r;
    r.market = market;
    r.account = id;
    r.order = ++last_order;
    r.side = which;
    r.quantity = quantity;
    r.price = price;
    return r;
  }
  error reserve(order_request const& r) {
    return run([&] { return house.reserve(r); });
  }
  /// Reserves it; its id.
  order_id order(account_id id, market_id market, side which, lots quantity, ticks price) {
    auto const r = request(id, market, which, quantity, price);
    BOOST_REQUIRE(reserve(r) == error::none);
    return r.order;
  }
  error refused_order(account_id id, market_id market, side which, lots quantity, ticks price) {
    auto const r = request(id, market, which, quantity, price);
    return refused([&] { return house.reserve(r); });
  }
  /// The buyer is the taker.
  trade_report report(market_id market, ticks price, lots quantity, party buyer, party seller) {
    return {market, ++last_trade, price, quantity, buyer, seller};
  }
  trade_result settle(trade_report const& t) {
    trade_result result;
    run([&] { return (result = house.settle(t)).error; });
    return result;
  }
  /// Both place what they need, and trade.
  void trade(market_id market, account_id buyer, account_id seller, lots quantity, ticks price) {
    party bought, sold;
    bought.account = buyer;
    sold.account = seller;
    sold.maker = true;
    if (seller != 0) sold.order = order(seller, market, side::sell, quantity, price);
    if (buyer != 0) bought.order = order(buyer, market, side::buy, quantity, price);
    BOOST_REQUIRE(settle(report(market, price, quantity, bought, sold)).error == error::none);
  }
  /// The venue closes by force, against the outside flow.
  void liquidate(liquidation const& what, ticks price) {
    auto r = request(what.account, what.market, what.side, what.quantity, 0);
    r.reduce_only = r.liquidation = true;
    BOOST_REQUIRE(reserve(r) == error::none);
    party own;
    own.account = what.account;
    own.order = r.order;
    auto const t = what.side == side::buy ? report(what.market, price, what.quantity, own, {})
                                          : report(what.market, price, what.quantity, {}, own);
    BOOST_REQUIRE(settle(t).error == error::none);
  }
  error mark(market_id market, ticks price) {
    return run([&] { return house.set_mark(market, price); });
  }
  std::int64_t total(ledger_account id, asset_id asset = usd) const {
    return number(house.total(id, asset));
  }
  std::int64_t locked(account_id id, asset_id asset = usd) const {
    return number(house.balance(id, asset).locked);
  }
  std::int64_t available(account_id id, asset_id asset = usd) const {
    return number(house.balance(id, asset).available);
  }
  position_view position(account_id id, market_id market = btc_perp) const {
    auto const view = house.position(id, market);
    BOOST_REQUIRE(view.has_value());
    return *view;
  }

  recorder out;
  clearing_house house;
  order_id last_order = 0;
  trade_id last_trade = 0;
  error last_error = error::none;
};

/// With a mark price of 100 in both perpetuals, and no fees.
struct perpetual_fixture : house_fixture {
  perpetual_fixture() : house_fixture(free_venue()) {
    mark(btc_perp, 100);
    mark(eth_perp, 100);
  }
};

}  // namespace exchange::accounts

namespace exchange::engine {
inline std::ostream& operator<<(std::ostream& out, error value) { return out << name_of(value); }
inline std::ostream& operator<<(std::ostream& out, side value) { return out << name_of(value); }
}  // namespace exchange::engine
