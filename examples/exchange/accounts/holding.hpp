// An account in a perpetual: its position and what its open orders there may cost. Everything in
// here is worked out from these values alone, so that a lock never leaves anything behind.
#pragma once

#include "arithmetic.hpp"
#include "config.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace exchange::accounts {

/// The open orders of one side that may increase the position, added up.
struct side_orders {
  lots quantity = 0;
  amount value = 0;  ///< price × quantity, which margin is reckoned of
  amount cost = 0;   ///< fees, and the loss against the mark price if they trade
  friend bool operator==(side_orders const&, side_orders const&) = default;
};

struct holding {
  lots size = 0;
  amount cost = 0;  ///< has the sign of the size
  amount realized = 0;
  amount funding = 0;  ///< received, less paid
  amount margin = 0;   ///< isolated only
  amount locked = 0;   ///< of the balance, for all that is here
  std::uint32_t leverage = 1;
  margin_mode mode = margin_mode::cross;
  std::array<side_orders, 2> orders;
  std::uint64_t touched = 0;  ///< by which transaction; no part of the state

  bool cross() const noexcept { return mode == margin_mode::cross && size != 0; }
  bool isolated() const noexcept { return mode == margin_mode::isolated && size != 0; }
};

/// What an order of that side can close.
constexpr lots closable(side which, lots size) noexcept {
  return std::max<lots>(which == side::buy ? -size : size, 0);
}

constexpr amount value_of(market_config const& m, ticks price, lots quantity) noexcept {
  return amount{price} * quantity * m.tick_lot_value;
}

constexpr amount unrealized(holding const& h, market_config const& m, ticks mark) noexcept {
  return value_of(m, mark, h.size) - h.cost;
}

constexpr amount maintenance(holding const& h, market_config const& m, ticks mark) noexcept {
  return rate_up(absolute(value_of(m, mark, h.size)), m.maintenance_margin);
}

constexpr amount initial_margin(amount value, std::uint32_t leverage) noexcept {
  return divide_up(absolute(value), leverage);
}

constexpr amount position_margin(holding const& h) noexcept {
  return h.mode == margin_mode::isolated ? h.margin : initial_margin(h.cost, h.leverage);
}

/// Of one side's orders, the part beyond what closes the position, at the average of all.
constexpr amount order_margin(holding const& h, side which) noexcept {
  auto const& all = h.orders[engine::index_of(which)];
  auto const opening = all.quantity - closable(which, h.size);
  if (opening <= 0) return 0;
  return share_up(initial_margin(all.value, h.leverage) + all.cost, opening, all.quantity);
}

/// Either side's orders may open a position, not both.
constexpr amount needed_lock(holding const& h) noexcept {
  return position_margin(h) + std::max(order_margin(h, side::buy), order_margin(h, side::sell));
}

}  // namespace exchange::accounts
