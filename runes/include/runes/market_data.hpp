// The market's events as types: what is inside an event's `data` (protocol.md, "Channels").
#pragma once

#include <runes/decimal.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runes {

/// Microseconds since the Unix epoch, as `ts` on the wire.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Of an order or a trade; of a book, `buy` is the bids and `sell` the asks.
enum class side { buy, sell };
std::string_view name_of(side s) noexcept;

/// A symbol's best prices, its last one, and its last 24 hours. Where a side of the book is empty
/// its price and its quantity are zero.
struct ticker {
  decimal last, bid, bid_quantity, ask, ask_quantity, open_24h, high_24h, low_24h, volume_24h;
  bool operator==(ticker const&) const = default;
};

/// A trade: the taker is who took what rested in the book.
struct trade {
  std::uint64_t trade_id = 0;
  decimal price, quantity;
  side taker = side::buy;
  timestamp ts{};  ///< of the trade; the event that brings it has one of its own
  bool operator==(trade const&) const = default;
};

/// One window of a symbol's trading. `closed` is true on the last event of a window, which is never
/// merged away.
struct statistics {
  decimal open, high, low, close, volume, quote_volume;
  std::uint64_t count = 0;
  timestamp open_time{}, close_time{};
  bool closed = false;
  bool operator==(statistics const&) const = default;
};

/// A position closed by force.
struct liquidation {
  decimal price, quantity;
  runes::side side = runes::side::buy;
  timestamp ts{};
  bool operator==(liquidation const&) const = default;
};

/// One price of a book and what rests there; a quantity of zero removes it.
struct level {
  decimal price, quantity;
  bool operator==(level const&) const = default;
};

/// Levels of a book: all of them in a snapshot, those that changed in an update.
struct book_changes {
  std::vector<level> bids, asks;
  std::uint32_t checksum = 0;  ///< over the book after the change; see order_book::checksum()
  bool operator==(book_changes const&) const = default;
};

}  // namespace runes
