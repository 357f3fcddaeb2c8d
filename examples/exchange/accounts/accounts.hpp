// Balances, positions, margin and fees of all accounts of a venue: the double-entry ledger that
// stands beside the matching engines. Whole numbers only. No networking, no clock, no threads, no
// randomness: the same commands give the same changes and the same bytes. docs/accounts.md has the
// rules.
//
// The way of an order:
//
//     if (auto const e = house.reserve(request); e != error::none) …      // refused, nothing
//     changed engine.place(order);  // refused: house.release(id, quantity)
//     // the engine's events, in their order:
//     //   trade + its two fills -> house.settle(…)
//     //   cancelled, expired, reduced -> house.release(id, quantity that went)
//     // (an order whose last lot was traded or released is forgotten by itself)
//
// An amendment: house.amend(…) before the engine's; refused there, house.restore(id).
#pragma once

#include "change.hpp"
#include "command.hpp"
#include "config.hpp"
#include "types.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exchange::accounts {

class books;

/// Not thread-safe: one thread at a time. Every command is carried out as a whole or refused as a
/// whole; one that was refused has changed nothing and told nothing. error::bad_request: an
/// account, asset, market or order id that there is not, or an option that makes no sense;
/// error::overloaded: a bound of the configuration, or an amount beyond max_amount.
class clearing_house {
 public:
  /// @throws std::invalid_argument naming the field of the configuration that is wrong. The sink
  /// must outlive this.
  clearing_house(accounts_config const& config, change_sink& sink);
  ~clearing_house();
  clearing_house(clearing_house const&) = delete;
  clearing_house& operator=(clearing_house const&) = delete;

  // --- accounts and money ---------------------------------------------------------------------
  /// The next account: 1, 2, 3, … nullopt: max_accounts is reached.
  std::optional<account_id> open_account();
  std::uint32_t accounts() const noexcept;  ///< ids 1 to this are open

  /// bad_quantity: the amount is not above 0.
  error deposit(account_id account, asset_id asset, amount value);
  /// insufficient_funds: above what is available.
  error withdraw(account_id account, asset_id asset, amount value);
  /// The venue's own money into the insurance fund.
  error deposit_insurance(asset_id asset, amount value);

  // --- orders ---------------------------------------------------------------------------------
  /// Checks an order and locks what it may cost. In this order: bad_request, market_closed (a
  /// perpetual without a mark price), bad_price, bad_quantity, risk_limit (max_position),
  /// overloaded, insufficient_funds.
  error reserve(order_request const& request);
  /// Locks what the changed order may cost instead; unknown_order: not open. One that only
  /// gets smaller, at the same price, is never refused for funds.
  error amend(order_change const& change);
  /// Takes back amend(), which was the last command carried out and of this order, because the
  /// engine refused it. bad_request: it was not.
  error restore(order_id order);
  /// So much of an order is gone without having traded: at most what is open. unknown_order,
  /// bad_quantity. What it locked is free again.
  error release(order_id order, lots quantity);
  /// What is open of an order here; 0: none.
  lots reserved(order_id order) const noexcept;

  /// Books a trade: both sides in one step. Only a caller that breaks the protocol above is
  /// refused: bad_request (the parties are not those of the orders, or not both sides of one
  /// market), unknown_order, bad_price, bad_quantity (more than is open), insufficient_funds (a
  /// spot purchase that costs more than was said).
  trade_result settle(trade_report const& trade);

  // --- perpetuals -----------------------------------------------------------------------------
  /// bad_request: leverage 0, or a spot market. risk_limit: above max_leverage, or the account
  /// has not the margin for it. Without a mode it stays.
  error set_leverage(account_id account, market_id market, std::uint32_t leverage,
                     std::optional<margin_mode> mode = std::nullopt);
  /// bad_price: not from 1 to max_price. Afterwards ask for liquidations().
  error set_mark(market_id market, ticks price);
  ticks mark(market_id market) const noexcept;  ///< 0: none yet
  /// Longs pay shorts `rate` parts per million of their value at the mark price; below 0, shorts
  /// pay longs. market_closed: no mark price. Afterwards ask for liquidations().
  error fund(market_id market, std::int64_t rate);

  /// The accounts with a position in this market whose margin is not enough, by account; what each
  /// is to do first. After it was done liquidation_of() the account says what is next.
  std::vector<liquidation> liquidations(market_id market) const;
  /// The same for one account; nullopt: nothing to do. Also worth asking after its own trades.
  std::optional<liquidation> liquidation_of(account_id account, market_id market) const;

  // --- views ----------------------------------------------------------------------------------
  /// Of an account and asset that there are; else zeros.
  balance_view balance(account_id account, asset_id asset) const noexcept;
  /// A balance of any account of the ledger, the house's included.
  amount total(ledger_account account, asset_id asset) const noexcept;
  /// nullopt: no such account or no perpetual. Size 0 where there is no position.
  std::optional<position_view> position(account_id account, market_id market) const;
  lots position_size(account_id account, market_id market) const noexcept;
  /// The accounts that have a position in this market, by id; 0 among them if the outside flow has.
  std::vector<account_id> holders(market_id market) const;
  /// Where this asset may be locked: spot markets that have it, perpetuals quoted in it.
  std::vector<market_id> markets_of(asset_id asset) const;
  /// Orders of an account that have something reserved here, over all markets.
  std::uint32_t open_orders(account_id account) const noexcept;

  accounts_config const& config() const noexcept;

  /// Whether the books are right: every asset's sum, every market's, every lock. Empty, or a
  /// sentence. Takes time with the number of accounts and orders.
  std::string check() const;

  // --- state ----------------------------------------------------------------------------------
  /// The whole state as bytes. Equal states have equal bytes.
  std::string save() const;
  /// Takes over a state. Precondition: this is new, with the configuration of the other.
  /// @throws std::runtime_error that says what is wrong with the bytes; this is of no use then.
  void load(std::string_view bytes);

 private:
  std::unique_ptr<books> books_;
};

}  // namespace exchange::accounts
