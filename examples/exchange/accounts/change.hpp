// What comes out of the accounts: who paid whom, and which balances and positions are others now.
#pragma once

#include "types.hpp"

namespace exchange::accounts {

/// One entry of the ledger, both sides of it: `value` (above 0) went from one account to another.
struct posting {
  ledger_account from = 0;
  ledger_account to = 0;
  asset_id asset = 0;
  accounts::reason reason = reason::deposit;
  amount value = 0;
  trade_id trade = 0;  ///< 0: none
  friend bool operator==(posting const&, posting const&) = default;
};

/// A balance as it is after the command. A user's; the house's accounts are in the postings only.
struct balance_change {
  account_id account = 0;
  asset_id asset = 0;
  accounts::reason reason = reason::deposit;  ///< the command's
  amount free = 0;
  amount locked = 0;
  amount total = 0;
  amount difference = 0;  ///< of the total; 0: only what is locked changed
};

/// A position is another one: its size, cost, margin, leverage or mode; position() has it. One that
/// was closed has size 0. A new mark price changes no position.
struct position_change {
  account_id account = 0;
  market_id market = 0;
  accounts::reason reason = reason::trade;
  lots size = 0;
};

/// Takes the changes of a command that was carried out, before it returns: its postings in their
/// order, then balances and positions, each once, in the order they were touched. May not call the
/// accounts' commands.
class change_sink {
 public:
  virtual void on_posting(posting const& one) noexcept = 0;
  virtual void on_balance(balance_change const& one) noexcept = 0;
  virtual void on_position(position_change const& one) noexcept = 0;

 protected:
  ~change_sink() = default;
};

}  // namespace exchange::accounts
