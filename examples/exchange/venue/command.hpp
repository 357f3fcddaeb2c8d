// What goes into the venue. All of these are plain values, and a journal that keeps their bytes
// (encode()) and applies them to a new venue of the same configuration gets the same results,
// outcomes and state, byte for byte. Prices and quantities are in units (types.hpp).
#pragma once

#include "types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace exchange::venue {

/// Opens an account, or finds the one of that name (1 to 64 bytes): result::account.
struct open_account {
  std::string name;
  friend bool operator==(open_account const&, open_account const&) = default;
};

/// As `order.place` on the wire. result::order is its id.
struct place_order {
  account_id account = 0;
  market_id market = 0;
  connection_id connection = 0;  ///< on which it came; 0: none
  std::string client_order_id;   ///< 1 to 36 characters; empty: none
  engine::side side = side::buy;
  order_type type = order_type::limit;
  /// Without one: gtc; of market and stop orders ioc. A stop waits whatever it is, so gtd and day
  /// say how long.
  std::optional<time_in_force> tif;
  units price = 0;  ///< limit and stop_limit; else 0
  units quantity = 0;
  units stop_price = 0;  ///< stop and stop_limit; else 0
  units display = 0;     ///< iceberg: what is shown at a time; 0: all
  micros good_till = 0;  ///< gtd; else 0
  bool post_only = false;
  bool reduce_only = false;
  self_trade self = self_trade::cancel_newest;  ///< anything but `allow`
  friend bool operator==(place_order const&, place_order const&) = default;
};

/// Changes an open order, found by its id or, where that is 0, by its clientOrderId. The quantity
/// is the order's whole one, the filled part included.
struct amend_order {
  account_id account = 0;
  order_id order = 0;
  std::string client_order_id;
  std::optional<units> price;
  std::optional<units> quantity;
  std::optional<units> stop_price;
  friend bool operator==(amend_order const&, amend_order const&) = default;
};

struct cancel_order {
  account_id account = 0;
  order_id order = 0;  ///< 0: by its clientOrderId
  std::string client_order_id;
  friend bool operator==(cancel_order const&, cancel_order const&) = default;
};

/// result::count says how many.
struct cancel_all {
  account_id account = 0;
  market_id market = every_market;
  friend bool operator==(cancel_all const&, cancel_all const&) = default;
};

struct set_leverage {
  account_id account = 0;
  market_id market = 0;
  std::uint32_t leverage = 1;
  std::optional<margin_mode> mode;  ///< without one it stays
  friend bool operator==(set_leverage const&, set_leverage const&) = default;
};

/// In the asset's smallest unit; also below.
struct deposit {
  account_id account = 0;
  asset_id asset = 0;
  amount value = 0;
  friend bool operator==(deposit const&, deposit const&) = default;
};
struct withdraw {
  account_id account = 0;
  asset_id asset = 0;
  amount value = 0;
  friend bool operator==(withdraw const&, withdraw const&) = default;
};
/// The venue's own money into the insurance fund.
struct deposit_insurance {
  asset_id asset = 0;
  amount value = 0;
  friend bool operator==(deposit_insurance const&, deposit_insurance const&) = default;
};

/// Time goes on, and nothing else: send it when next_due() has come.
struct advance_time {
  friend bool operator==(advance_time const&, advance_time const&) = default;
};

/// Of a perpetual. Accounts whose margin is not enough then are liquidated.
struct set_mark {
  market_id market = 0;
  units price = 0;
  friend bool operator==(set_mark const&, set_mark const&) = default;
};
/// The price that bands are laid around and auctions prefer.
struct set_reference {
  market_id market = 0;
  units price = 0;
  friend bool operator==(set_reference const&, set_reference const&) = default;
};
/// Longs pay shorts so many parts per million of their value; below 0 the other way round.
struct fund {
  market_id market = 0;
  std::int64_t rate = 0;
  friend bool operator==(fund const&, fund const&) = default;
};
struct change_state {
  market_id market = 0;
  market_state to = market_state::closed;
  friend bool operator==(change_state const&, change_state const&) = default;
};

/// An account's connection is there, authenticated. If one of its connections that went is in its
/// grace, this one takes its orders over, and nothing of it is cancelled.
struct connection_up {
  account_id account = 0;
  connection_id connection = 0;  ///< not one that is up
  friend bool operator==(connection_up const&, connection_up const&) = default;
};
struct connection_down {
  connection_id connection = 0;
  friend bool operator==(connection_down const&, connection_down const&) = default;
};
/// What happens when this connection is lost and nobody comes back within the grace.
struct cancel_on_disconnect {
  connection_id connection = 0;
  bool enabled = true;
  disconnect_scope scope = disconnect_scope::connection;
  micros grace = 0;  ///< up to 600 s
  friend bool operator==(cancel_on_disconnect const&, cancel_on_disconnect const&) = default;
};
/// Cancels all orders of the account after this time, unless it is sent again before. result::at
/// says when.
struct deadman {
  account_id account = 0;
  micros timeout = 0;  ///< 0: off; else 1 s to 24 h
  friend bool operator==(deadman const&, deadman const&) = default;
};

/// An order flow from outside, such as a recording at order level; ids are that venue's.
struct outside_order {
  enum class action : std::uint8_t { add, reduce, remove, execute };
  market_id market = 0;
  action what = action::add;
  order_id order = 0;
  units price = 0;                ///< add
  units quantity = 0;             ///< all but remove
  engine::side side = side::buy;  ///< add
  friend bool operator==(outside_order const&, outside_order const&) = default;
};

using command = std::variant<open_account, place_order, amend_order, cancel_order, cancel_all,
                             set_leverage, deposit, withdraw, deposit_insurance, advance_time,
                             set_mark, set_reference, fund, change_state, connection_up,
                             connection_down, cancel_on_disconnect, deadman, outside_order>;

/// A command and when it came: what a journal keeps.
struct request {
  command what;
  micros now = 0;         ///< since the Unix epoch; a time before the venue's counts as the venue's
  micros expires_at = 0;  ///< refused as `expired` when it is later than that; 0: never
  friend bool operator==(request const&, request const&) = default;
};

/// As bytes, from a version number on.
std::string encode(request const& one);
/// Strict: what encode() would not have written is refused.
/// @throws std::runtime_error that says what is wrong.
request decode(std::string_view bytes);

}  // namespace exchange::venue
