// A stream of commands of every kind, right ones and wrong ones, that keeps a small market busy.
#pragma once

#include <engine/command.hpp>
#include <engine/config.hpp>

#include <cstdint>
#include <random>
#include <vector>

namespace exchange::engine {

/// Where a stream plays.
struct playground {
  ticks low = 90;  ///< prices of orders
  ticks high = 110;
  ticks spacing = 1;  ///< between two prices: large ones lie far apart
  account_id accounts = 5;
  lots most = 12;       ///< quantity of an order
  bool outside = true;  ///< whether there is an outside flow
  bool states = true;   ///< whether the market's state changes
};

class random_commands {
 public:
  random_commands(playground const& where, std::uint64_t seed) : where_(where), bits_(seed) {}

  /// The next one; good until the one after it.
  command next(market_state state);

 private:
  std::uint64_t below(std::uint64_t n) { return bits_() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  side some_side() { return one_in(2) ? side::buy : side::sell; }
  ticks some_price();
  lots some_quantity();
  account_id some_account() { return 1 + static_cast<account_id>(below(where_.accounts)); }
  order_id known_id();
  order_id fresh_id();
  new_order some_order();
  void make_special(new_order& o);
  amend_order some_amend();
  mass_quote some_quotes();
  command some_outside();
  market_state next_state(market_state state);

  playground where_;
  std::mt19937_64 bits_;
  order_id last_id_ = 0;
  order_id last_outside_ = 0;
  micros now_ = 0;
  std::vector<quote> quotes_;
};

}  // namespace exchange::engine
