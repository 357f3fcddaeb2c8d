// The words of the accounts. Amounts are whole numbers of an asset's smallest unit; prices are
// whole ticks and quantities whole lots, as in the matching engine.
#pragma once

#include "engine/types.hpp"

#include <cstdint>
#include <string_view>

namespace exchange::accounts {

using engine::account_id;
using engine::error;
using engine::lots;
using engine::order_id;
using engine::side;
using engine::ticks;
using engine::trade_id;

/// In an asset's smallest unit: of an asset with two decimals, hundredths.
__extension__ typedef __int128 amount;

/// No balance and no cost is beyond it: a command that would make one so is refused with
/// error::overloaded. So small that the sum over all accounts fits an amount.
inline constexpr amount max_amount = amount{1} << 100;

/// Where an asset or a market stands in the configuration.
using asset_id = std::uint16_t;
using market_id = std::uint16_t;

/// An account of the ledger: a user's (its account_id), or one of the house's below.
using ledger_account = std::uint32_t;
inline constexpr ledger_account fee_account = engine::max_account + 1;
inline constexpr ledger_account insurance_account = engine::max_account + 2;
/// Where deposits come from and withdrawals go to: minus the sum of all others.
inline constexpr ledger_account world_account = engine::max_account + 3;
/// Pays and takes what positions of this market realise: minus the sum of their costs.
constexpr ledger_account settlement_account(market_id market) noexcept {
  return engine::max_account + 4 + market;
}
constexpr bool is_user(ledger_account account) noexcept { return account <= engine::max_account; }

enum class market_kind : std::uint8_t {
  spot,
  perpetual  ///< linear: profit and margin in the quote asset
};

/// What a position may lose.
enum class margin_mode : std::uint8_t {
  cross,    ///< everything its account has in the quote asset, but what spot orders lock
  isolated  ///< its own margin
};

/// Why an amount was moved, or a balance or a position changed.
enum class reason : std::uint8_t {
  deposit,
  withdraw,
  order,            ///< an order was placed, amended, cancelled: only what is locked changed
  trade,            ///< base against quote; a position's size
  fee,              ///< of a trade
  realized_pnl,     ///< of what a trade closed
  funding,          ///< between longs and shorts; what rounding leaves, to the insurance fund
  leverage,         ///< leverage or margin mode was set
  liquidation,      ///< a trade of a liquidation order; the fee of it, to the insurance fund
  insurance,        ///< the insurance fund paid what a bankrupt account could not
  socialized_loss,  ///< what it could not pay, taken from others' unrealised profit
};

std::string_view name_of(market_kind value) noexcept;
std::string_view name_of(margin_mode value) noexcept;
std::string_view name_of(reason value) noexcept;

}  // namespace exchange::accounts
