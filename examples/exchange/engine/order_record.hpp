// What the book keeps of an order: 32 bytes that matching and cancelling touch, and apart from them
// what only some orders have.
#pragma once

#include "types.hpp"

#include <cstdint>

namespace exchange::engine {

/// No order, no level.
inline constexpr std::uint32_t nil = 0xFFFF'FFFF;

/// The hot part; two fit a cache line. Orders and levels point to each other by index.
struct order_record {
  order_id id = 0;
  lots quantity = 0;             ///< shown, and so what can trade before the order is replenished
  std::uint32_t previous = nil;  ///< in the level's queue; `next` of a free record: the next free
  std::uint32_t next = nil;
  std::uint32_t level = nil;
  std::uint32_t account : 24 = 0;
  std::uint32_t self : 3 = 0;  ///< a self_trade, for when it is amended
  std::uint32_t sell : 1 = 0;
  std::uint32_t stop : 1 = 0;  ///< it waits for its stop price
  std::uint32_t post_only : 1 = 0;
  std::uint32_t extended : 1 = 0;  ///< there is more to it, in its order_terms

  engine::side side() const noexcept { return sell != 0 ? side::sell : side::buy; }
};
static_assert(sizeof(order_record) == 32);

/// The cold part, in an array of its own: icebergs, expiry, reduce-only orders and stops.
struct order_terms {
  lots hidden = 0;   ///< open, but not shown
  lots display = 0;  ///< of an iceberg
  micros expires_at = 0;
  ticks price = 0;                           ///< of a stop_limit
  std::uint32_t queue_place = nil;           ///< in the expiry queue
  std::uint32_t previous_reduce_only = nil;  ///< of the same account
  std::uint32_t next_reduce_only = nil;
  order_type type = order_type::limit;
  time_in_force tif = time_in_force::gtc;
  bool reduce_only = false;
};

/// All orders at one price on one side, oldest first.
struct level_record {
  ticks price = 0;
  lots quantity = 0;  ///< shown
  std::uint32_t head = nil;
  std::uint32_t tail = nil;
  std::uint32_t orders = 0;
};
static_assert(sizeof(level_record) == 32);

}  // namespace exchange::engine
