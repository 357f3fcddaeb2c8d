// The accounts once more, worked out from the list of what was done: plain arithmetic, no locks, no
// ledger. Only who pays for a bankrupt account and what a liquidation costs is taken from the
// postings.
#pragma once

#include "random_venue.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace exchange::accounts {

class reference_books {
 public:
  explicit reference_books(accounts_config const& config) : config_(config) {}

  /// The marks are those the command found.
  void add(deed const& what, std::vector<posting> const& postings, clearing_house const& house);
  /// Where it differs from the house: empty, or a sentence.
  std::string compare(clearing_house const& house) const;

 private:
  struct position {
    lots size = 0;
    amount cost = 0;
  };

  void trade(deed const& what);
  void spot(trade_report const& t);
  void perpetual(account_id account, market_id market, ticks price, lots signed_quantity);
  void fund(deed const& what, ticks mark);
  void charge(party const& one, trade_report const& t);
  void pay(ledger_account from, ledger_account to, asset_id asset, amount value);
  void take_over(posting const& one, clearing_house const& house);
  amount& money(ledger_account account, asset_id asset) { return money_[{account, asset}]; }

  accounts_config config_;
  std::map<std::pair<ledger_account, asset_id>, amount> money_;
  std::map<std::pair<account_id, market_id>, position> positions_;
};

}  // namespace exchange::accounts
