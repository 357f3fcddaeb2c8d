// A venue that is kept busy by chance: accounts, orders, trades, marks, funding, and liquidations
// carried through. It has no book; any two orders may meet. What it did is written down as fills.
#pragma once

#include "accounts_test.hpp"

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

namespace exchange::accounts {

/// What the venue did to money, in few words: enough to work every balance out again.
struct deed {
  enum class kind : std::uint8_t { money, trade, funding };
  deed::kind what = kind::money;
  account_id account = 0;  ///< money
  asset_id asset = 0;
  amount value = 0;  ///< below 0: withdrawn
  trade_report trade;
  bool buyer_liquidated = false;
  bool seller_liquidated = false;
  market_id market = 0;  ///< funding
  std::int64_t rate = 0;
};

class random_venue {
 public:
  struct open_order {
    order_id id = 0;
    account_id account = 0;
    market_id market = 0;
    engine::side side = side::buy;
    lots open = 0;
    ticks price = 0;
    bool reduce_only = false;
    bool liquidation = false;
  };
  struct tally {
    int trades = 0, refused = 0, liquidations = 0, insured = 0, socialized = 0, fundings = 0;
  };

  /// `after` is called after every command, with what it did if it moved money.
  random_venue(accounts_config const& config, std::uint64_t seed,
               std::function<void(random_venue&, deed const*)> after);

  void step();

  recorder out;
  clearing_house house;
  tally counts;
  std::vector<open_order> orders;

 private:
  std::uint64_t below(std::uint64_t n) { return bits_() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  account_id some_account() { return 1 + static_cast<account_id>(below(house.accounts())); }
  market_id some_market() { return static_cast<market_id>(below(house.config().markets.size())); }
  bool perpetual(market_id market) const {
    return house.config().markets[market].kind == market_kind::perpetual;
  }
  ticks near(ticks price);

  void move_money();
  void place();
  void change();
  void release(std::size_t at, lots quantity);
  void meet();
  void trade(std::size_t at, ticks price, lots quantity);
  ticks price_between(open_order const& one, open_order const* other);
  open_order* counterpart(open_order const& one);
  void filled(order_id id, lots quantity);
  void cut_reduce_only();
  void move_mark();
  void fund();
  void set_leverage();
  void liquidate();
  void cancel_orders(liquidation const& what);
  void close(liquidation const& what);
  bool done(error result, deed const* what = nullptr);

  std::mt19937_64 bits_;
  std::function<void(random_venue&, deed const*)> after_;
  std::vector<ticks> prices_;  // by market
  order_id last_order_ = 0;
  trade_id last_trade_ = 0;
  bool liquidating_ = false;
};

}  // namespace exchange::accounts
