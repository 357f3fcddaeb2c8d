// What the mirror holds, as plain rows. Decimals are text with all their digits, times are
// microseconds since 1970, names are those of the wire. What isn't there is empty, 0 or false.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

namespace exchange::storage {

/// An account's balance of one asset.
struct account_row {
  std::string account;
  std::string asset;
  std::string free;
  std::string locked;
  std::string total;
  std::int64_t ts = 0;
  bool operator==(account_row const&) const = default;
};

struct order_row {
  std::int64_t order_id = 0;
  std::string account;
  std::string client_order_id;
  std::string symbol;
  std::string side;
  std::string type;
  std::string time_in_force;
  std::int64_t good_till = 0;
  std::string price;
  std::string stop_price;
  std::string quantity;
  std::string filled;
  std::string display_quantity;
  std::string average_price;
  bool post_only = false;
  bool reduce_only = false;
  std::string self_trade;
  std::string status;
  std::string reason;
  std::int64_t created_at = 0;
  std::int64_t ts = 0;
  bool operator==(order_row const&) const = default;
};

/// One order's side of a trade; the trade's id is the venue's: they rise over all symbols.
struct fill_row {
  std::string symbol;
  std::int64_t trade_id = 0;
  std::int64_t order_id = 0;
  std::string account;
  std::string price;
  std::string quantity;
  std::string side;
  bool maker = false;
  std::string fee;
  std::string fee_asset;
  std::int64_t ts = 0;
  bool operator==(fill_row const&) const = default;
};

/// A closed one has size zero.
struct position_row {
  std::string account;
  std::string symbol;
  std::string size;
  std::string entry_price;
  std::string realized_pnl;
  std::int64_t leverage = 0;
  std::string margin_mode;
  std::string margin;
  std::int64_t ts = 0;
  bool operator==(position_row const&) const = default;
};

/// How a row's table looks: its name, its columns in the order of tie(), and how many of the first
/// ones are the key.
template <class Row>
struct table_of;

template <>
struct table_of<account_row> {
  static constexpr std::string_view name = "accounts";
  static constexpr std::size_t keys = 2;
  static constexpr std::array<std::string_view, 6> columns = {"account", "asset", "free",
                                                              "locked",  "total", "ts"};
  static auto tie(auto& r) { return std::tie(r.account, r.asset, r.free, r.locked, r.total, r.ts); }
};

template <>
struct table_of<order_row> {
  static constexpr std::string_view name = "orders";
  static constexpr std::size_t keys = 1;
  static constexpr std::array<std::string_view, 21> columns = {
      "order_id",    "account",       "client_order_id",  "symbol",        "side",
      "type",        "time_in_force", "good_till",        "price",         "stop_price",
      "quantity",    "filled",        "display_quantity", "average_price", "post_only",
      "reduce_only", "self_trade",    "status",           "reason",        "created_at",
      "ts"};
  static auto tie(auto& r) {
    return std::tie(r.order_id, r.account, r.client_order_id, r.symbol, r.side, r.type,
                    r.time_in_force, r.good_till, r.price, r.stop_price, r.quantity, r.filled,
                    r.display_quantity, r.average_price, r.post_only, r.reduce_only, r.self_trade,
                    r.status, r.reason, r.created_at, r.ts);
  }
};

template <>
struct table_of<fill_row> {
  static constexpr std::string_view name = "fills";
  static constexpr std::size_t keys = 3;
  static constexpr std::array<std::string_view, 11> columns = {
      "symbol", "trade_id", "order_id", "account",   "price", "quantity",
      "side",   "maker",    "fee",      "fee_asset", "ts"};
  static auto tie(auto& r) {
    return std::tie(r.symbol, r.trade_id, r.order_id, r.account, r.price, r.quantity, r.side,
                    r.maker, r.fee, r.fee_asset, r.ts);
  }
};

template <>
struct table_of<position_row> {
  static constexpr std::string_view name = "positions";
  static constexpr std::size_t keys = 2;
  static constexpr std::array<std::string_view, 9> columns = {
      "account",  "symbol",      "size",   "entry_price", "realized_pnl",
      "leverage", "margin_mode", "margin", "ts"};
  static auto tie(auto& r) {
    return std::tie(r.account, r.symbol, r.size, r.entry_price, r.realized_pnl, r.leverage,
                    r.margin_mode, r.margin, r.ts);
  }
};

}  // namespace exchange::storage
