// What a bot of the living market sees, has and does. No network, no clock: whoever runs one tells
// it the time and what it has, and carries out what it says.
#pragma once

#include "desk.hpp"

#include <optional>
#include <variant>

namespace exchange::bots {

/// What a bot knows of its market. 0: there is none.
struct glance {
  ticks fair = 0;  ///< what its kind thinks the thing is worth
  ticks bid = 0;
  ticks ask = 0;
};

/// A limit order. `rests`: post-only, until it is cancelled; else it takes what it gets at once.
struct place {
  engine::side side = engine::side::buy;
  ticks price = 0;
  lots quantity = 0;
  bool rests = false;
  bool reduce_only = false;
};
/// The whole quantity, the filled part included.
struct amend {
  order_id order = 0;
  ticks price = 0;
  lots quantity = 0;
};
struct cancel {
  order_id order = 0;
};
/// It has lost its money, and asks for test funds: so much, in ticks × lots of the quote.
struct beg {
  std::int64_t value = 0;
};
using action = std::variant<place, amend, cancel, beg>;

/// A state machine of one account in one market. The same seed, times and views give the same
/// actions.
class bot {
 public:
  virtual ~bot() = default;
  /// What to do now; nullopt: nothing. To be asked again when that was carried out, or later when
  /// it was refused.
  virtual std::optional<action> next(micros now, glance const& seen, desk const& mine) = 0;
  /// Somebody has traded at this price.
  virtual void saw_trade(micros /*now*/, ticks /*price*/) {}
};

/// Off the side's good end: what makes an order of that side less willing is this, times ticks.
constexpr ticks outward(engine::side which) noexcept { return which == engine::side::buy ? -1 : 1; }

}  // namespace exchange::bots
