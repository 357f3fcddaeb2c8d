// An account's side of the market as types: orders, fills, positions, balances (docs/trading.md).
#pragma once

#include <runes/decimal.hpp>
#include <runes/market_data.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runes {

enum class order_type { limit, market, stop, stop_limit };
std::string_view name_of(order_type type) noexcept;

/// How long an order waits to be filled: until it is cancelled, not at all (`ioc`; `fok`: whole or
/// not at all), until a time (`gtd`), or until the end of the venue's day.
enum class time_in_force { gtc, ioc, fok, gtd, day };
std::string_view name_of(time_in_force tif) noexcept;

/// What becomes of an order that would trade with another one of its own account.
enum class self_trade { cancel_newest, cancel_oldest, cancel_both, decrement };
std::string_view name_of(self_trade mode) noexcept;

/// A stop that waits for its price is `untriggered`; the last three are final.
enum class order_status { untriggered, open, filled, cancelled, expired };
std::string_view name_of(order_status status) noexcept;
constexpr bool is_final(order_status status) noexcept {
  return status != order_status::untriggered && status != order_status::open;
}

/// Whether a position stands on the whole account's money or on its own.
enum class margin_mode { cross, isolated };
std::string_view name_of(margin_mode mode) noexcept;

/// Whose orders are cancelled when a connection is lost: those placed on it, or all of the account.
enum class disconnect_scope { connection, account };
std::string_view name_of(disconnect_scope scope) noexcept;

/// An order's whole state: what was asked, and what has become of it. Its decimals have all of the
/// instrument's digits.
struct order {
  std::uint64_t order_id = 0;
  std::string client_order_id;  ///< empty: it was placed without one
  std::string symbol;
  runes::side side = runes::side::buy;
  order_type type = order_type::limit;
  runes::time_in_force time_in_force = runes::time_in_force::gtc;
  decimal quantity;  ///< the whole order's, the filled part included
  std::optional<decimal> price, stop_price;
  std::optional<decimal> display_quantity;  ///< of an iceberg: what is shown at a time
  std::optional<timestamp> good_till;       ///< of `gtd`
  bool post_only = false;
  bool reduce_only = false;
  runes::self_trade self_trade = runes::self_trade::cancel_newest;
  decimal filled, remaining;
  std::optional<decimal> average_price;  ///< of what was filled, rounded by the venue
  order_status status = order_status::open;
  std::string reason;  ///< of the last change, in the venue's word: "placed", "filled", "requested"
  timestamp created_at{};
  timestamp ts{};        ///< of the last change
  bool removed = false;  ///< its last state: it leaves the channel

  bool is_open() const noexcept { return !is_final(status); }
  bool operator==(order const&) const = default;
};

/// An order's part in one trade.
struct fill {
  std::uint64_t trade_id = 0;
  std::uint64_t order_id = 0;
  std::string client_order_id;
  std::string symbol;
  decimal price, quantity;
  runes::side side = runes::side::buy;  ///< of the order
  bool maker = false;                   ///< it rested in the book
  decimal fee;                          ///< below zero: paid to the account
  std::string fee_asset;
  timestamp ts{};
  bool operator==(fill const&) const = default;
};

/// What is held of one market. Of one that is gone (`removed`) the venue may say no more than its
/// symbol; the rest is zero then.
struct position {
  std::string symbol;
  decimal size;  ///< below zero: short
  decimal entry_price, mark_price;
  std::optional<decimal> liquidation_price;
  decimal unrealized_pnl, realized_pnl;
  std::uint32_t leverage = 1;
  runes::margin_mode margin_mode = runes::margin_mode::cross;
  decimal margin;
  bool removed = false;
  bool operator==(position const&) const = default;
};

/// What an account has of one asset. Of one that is gone (`removed`) the venue may say no more than
/// its name; the rest is zero then.
struct balance {
  std::string asset;
  decimal free, locked, total;
  std::string reason;  ///< of the last change, in the venue's word: "trade", "fee", "deposit"
  bool removed = false;
  bool operator==(balance const&) const = default;
};

/// Entries of an event: all that there are in a snapshot, those that changed in an update; of fills
/// the new ones, oldest first.
using order_list = std::vector<order>;
using fill_list = std::vector<fill>;
using position_list = std::vector<position>;
using balance_list = std::vector<balance>;

/// That the venue has carried out what was asked of an order. What has become of the order since is
/// told by its states.
struct order_ack {
  std::uint64_t order_id = 0;
  std::string client_order_id;
  std::string symbol;
  timestamp ts{};  ///< the venue's, when it did so
  /// No reply came, and the order's state was asked for instead; `ts` is that of its last change.
  bool settled = false;
};

/// What `order.cancelAll` has done.
struct cancelled_orders {
  std::uint64_t cancelled = 0;  ///< how many
  timestamp ts{};
};

/// What is in effect of leverage.set, cancelOnDisconnect and deadman.
struct leverage_setting {
  std::string symbol;
  std::uint32_t leverage = 1;
  runes::margin_mode margin_mode = runes::margin_mode::cross;
};
struct disconnect_setting {
  bool enabled = false;
  disconnect_scope scope = disconnect_scope::connection;
  std::chrono::milliseconds grace{0};
};
struct deadman_setting {
  std::chrono::milliseconds after{0};  ///< 0: off
  std::optional<timestamp> at;         ///< when it cancels; none: off
};

}  // namespace runes
