// What a command changes, so that it can be told, or undone.
#pragma once

#include "change.hpp"
#include "command.hpp"
#include "holding.hpp"

#include <cstdint>
#include <vector>

namespace exchange::accounts {

struct balance {
  amount total = 0;
  amount locked = 0;
  std::uint64_t touched = 0;  ///< by which transaction; no part of the state
};

/// An open order.
struct reservation {
  account_id account = 0;
  market_id market = 0;
  engine::side side = side::buy;
  bool reduce_only = false;
  bool liquidation = false;
  lots open = 0;
  ticks price = 0;
  amount unit_value = 0;  ///< perpetual: of a lot, what margin is reckoned of
  amount unit_cost = 0;   ///< spot: what a lot locks; perpetual: fee, and loss against the mark
};

/// An amount would be beyond max_amount. Thrown inside a command, which is undone then.
struct amount_overflow {};

/// Adds, and stays within max_amount.
inline void add(amount& to, amount difference) {
  auto const sum = to + difference;
  if (absolute(sum) > max_amount) throw amount_overflow{};
  to = sum;
}

/// Remembers each value before it is changed first. The values stay where they are meanwhile.
class transaction {
 public:
  struct saved_balance {
    ledger_account account = 0;
    asset_id asset = 0;
    accounts::reason reason = reason::order;
    balance* now = nullptr;
    balance before;
  };
  struct saved_holding {
    account_id account = 0;
    market_id market = 0;
    accounts::reason reason = reason::order;
    holding* now = nullptr;
    holding before;
  };
  struct saved_order {
    order_id id = 0;
    reservation* now = nullptr;
    reservation before;
  };

  void begin(accounts::reason why);
  /// What is touched first from now on is told with this reason.
  void because(accounts::reason why) noexcept { reason_ = why; }
  void touch(balance& one, ledger_account account, asset_id asset);
  void touch(holding& one, account_id account, market_id market);
  void touch(reservation& one, order_id id) { orders_.push_back({id, &one, one}); }
  void note(posting const& one) { postings_.push_back(one); }

  /// Puts everything back as it was.
  void undo() noexcept;
  /// Tells what is other than it was.
  void tell(change_sink& sink) const noexcept;
  std::vector<saved_order> const& orders() const noexcept { return orders_; }

 private:
  std::uint64_t number_ = 0;
  accounts::reason reason_ = reason::order;
  std::vector<posting> postings_;
  std::vector<saved_balance> balances_;
  std::vector<saved_holding> holdings_;
  std::vector<saved_order> orders_;
};

balance_view view_of(balance const& one) noexcept;

}  // namespace exchange::accounts
