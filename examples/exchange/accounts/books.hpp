// The state of the accounts and the steps that commands are made of.
#pragma once

#include "accounts.hpp"
#include "transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace exchange::engine {
class byte_reader;
}

namespace exchange::accounts {

struct account_state {
  std::vector<balance> balances;    ///< by asset
  std::vector<holding> holdings;    ///< by market; of spot markets unused
  std::vector<std::uint32_t> open;  ///< orders by market, without those of liquidations
  std::uint32_t open_orders = 0;    ///< the sum of it
};

/// One user's side of a trade in a perpetual.
struct fill {
  account_id account = 0;
  market_id market = 0;
  engine::side side = side::buy;
  ticks price = 0;
  lots quantity = 0;
  amount fee = 0;
  bool liquidation = false;
  trade_id trade = 0;
};

class books {
 public:
  books(accounts_config const& config, change_sink& sink);

  /// Runs a command's steps: `run()` returns its error. What it changed is told, or undone.
  template <class Steps>
  error command(reason why, Steps&& run) {
    transaction_.begin(why);
    try {
      auto const wrong = run();
      return wrong == error::none ? commit() : undone(wrong);
    } catch (amount_overflow const&) {
      return undone(error::overloaded);
    }
  }

  // books.cpp: what there is, and how it is changed within a command.
  std::optional<account_id> open_account();
  bool known(account_id account) const noexcept { return account > 0 && account < users_.size(); }
  bool known_asset(asset_id asset) const noexcept { return asset < config_.assets.size(); }
  bool known_market(market_id market) const noexcept { return market < config_.markets.size(); }
  bool perpetual(market_id market) const noexcept {
    return known_market(market) && config_.markets[market].kind == market_kind::perpetual;
  }
  market_config const& market(market_id id) const noexcept { return config_.markets[id]; }
  balance const& at(ledger_account account, asset_id asset) const noexcept;
  holding const& holding_of(account_id account, market_id market) const noexcept {
    return users_[account].holdings[market];
  }
  balance& change(ledger_account account, asset_id asset);
  holding& change_holding(account_id account, market_id market);
  /// Moves `value`, above or equal to 0, in the ledger.
  void post(ledger_account from, ledger_account to, asset_id asset, amount value, reason why,
            trade_id trade = 0);
  error bring(ledger_account account, asset_id asset, amount value);
  error take(account_id account, asset_id asset, amount value);
  template <class Visit>
  void each_holder(market_id market, Visit&& visit) const {
    for (account_id account = 0; account < users_.size(); ++account) {
      if (users_[account].holdings[market].size != 0) visit(account);
    }
  }
  /// Lets the balance lock what the holding needs now.
  void relock(account_id account, market_id market);

  // margin.cpp
  /// Of open cross positions with this quote.
  amount cross_profit(account_id account, asset_id quote) const noexcept;
  amount available(account_id account, asset_id asset) const noexcept;
  amount cross_equity(account_id account, asset_id quote) const noexcept;
  amount cross_maintenance(account_id account, asset_id quote) const noexcept;
  amount isolated_margins(account_id account, asset_id quote) const noexcept;
  bool has_cross(account_id account, asset_id quote) const noexcept;
  error set_leverage(account_id account, market_id market, std::uint32_t leverage,
                     margin_mode mode);

  // orders.cpp
  error reserve(order_request const& request);
  error amend(order_change const& change);
  error restore(order_id order);
  error release(order_id order, lots quantity);
  /// So many lots of an order are not open any more.
  void consume(order_id id, reservation& order, lots quantity);

  // trade.cpp, position.cpp
  error settle(trade_report const& trade, trade_result& result);
  error fund(market_id market, std::int64_t rate);

  // liquidation.cpp
  std::optional<liquidation> liquidation_of(account_id account, market_id market) const;
  std::optional<ticks> liquidation_price(account_id account, market_id market) const;
  /// Whether orders in this market may lock the asset.
  bool locks(market_id market, asset_id asset) const noexcept;

  // check.cpp, snapshot.cpp
  std::string check() const;
  std::string save() const;
  void load(std::string_view bytes);

  accounts_config config_;
  std::vector<std::vector<market_id>> quoted_;  ///< perpetuals by their quote
  std::vector<account_state> users_;            ///< by id; 0: the outside flow
  std::vector<std::vector<balance>> house_;     ///< by account beyond max_account, then by asset
  std::vector<ticks> marks_;                    ///< by market; 0: none
  std::unordered_map<order_id, reservation> orders_;

 private:
  error commit();
  error undone(error why) noexcept;
  account_state new_account() const;

  // orders.cpp
  error check_request(order_request const& request) const noexcept;
  error check_terms(market_config const& m, side which, lots quantity, ticks price,
                    amount value) const noexcept;
  error check_limit(reservation const& order, lots more) const noexcept;
  void set_terms(reservation& order, lots quantity, ticks price, amount value) const noexcept;
  void lock_order(reservation const& order, lots quantity);
  asset_id locked_asset(reservation const& order) const noexcept;
  error enter(order_id id, reservation const& order);
  error exchange_terms(order_change const& c, reservation& order);
  error check_funds(reservation const& order, amount available_before) const noexcept;

  // trade.cpp
  error check_trade(trade_report const& trade) const noexcept;
  error check_party(trade_report const& trade, party const& one, side which) const noexcept;
  trade_result fees_of(trade_report const& trade) const noexcept;
  bool consume_party(party const& one, lots quantity);
  error settle_spot(trade_report const& trade, trade_result const& fees);
  void settle_perpetual(trade_report const& trade, trade_result const& fees);

  // position.cpp: what one side of a trade does to a position.
  amount fill_position(fill const& f);
  amount realize(holding& h, fill const& f, lots quantity);
  amount settle_isolated(holding& h, fill const& f, lots quantity, amount margin, amount result);
  void settle_cross(fill const& f, lots closed);
  void charge_liquidation(fill const& f, lots closed, amount most);
  void open_position(holding& h, fill const& f, lots quantity);
  amount fund_position(account_id account, market_id market, std::int64_t rate);

  // bankruptcy.cpp
  void cover(account_id account, market_id market, amount shortage, trade_id trade);
  void cover_cross(account_id account, market_id market, trade_id trade);
  amount socialize(market_id market, amount shortage);

  // liquidation.cpp
  bool due(account_id account, market_id market) const noexcept;
  bool due_at(account_id account, market_id market, ticks mark) const noexcept;
  market_id largest_cross(account_id account, asset_id quote) const noexcept;
  bool has_orders(account_id account, market_id market) const noexcept;

  // snapshot.cpp
  void load_users(engine::byte_reader& in);
  void load_marks(engine::byte_reader& in);
  void load_orders(engine::byte_reader& in);
  void count(reservation const& order);
  void lock_everything();

  change_sink* sink_;
  transaction transaction_;
  order_id created_ = 0;  // by this command; 0: none
  struct amendment {
    order_id order = 0;
    std::uint64_t number = 0;  // of the command
    reservation before;
  };
  amendment amended_;           // the last one; no part of the state
  std::uint64_t commands_ = 0;  // that were carried out; likewise
};

}  // namespace exchange::accounts
