// Stakes all it has on a perpetual, with all the leverage there is.
#pragma once

#include "bot.hpp"
#include "noise.hpp"

#include <cstdint>

namespace exchange::bots {

struct gambler_style {
  std::int64_t stake = 1;      ///< what it begins with and is given again, in ticks × lots
  std::int64_t leverage = 20;  ///< the market's highest
  lots limit = 100;            ///< of its position, either way
  ticks reach = 1;             ///< beyond the best price
  double gain = 0.04;          ///< it is content with: a part of the price
  double mean_wait_seconds = 60;
  micros between_gifts = 600'000'000;  ///< at least
  unsigned gifts_a_day = 48;           ///< at most
};

/// Opens one way or the other, and holds on until the price has moved far enough for it, or the
/// venue has liquidated it. When it has lost too much it begs for its stake, and begins anew.
class gambler final : public bot {
 public:
  gambler(gambler_style style, std::uint64_t seed, micros begin);

  std::optional<action> next(micros now, glance const& seen, desk const& mine) override;

 private:
  std::optional<action> hold(glance const& seen, lots position) const;
  std::optional<action> ask(micros now, std::int64_t funds);
  std::optional<action> open(micros now, glance const& seen, std::int64_t funds);
  void wait(micros now, double mean_seconds);

  gambler_style style_;
  noise noise_;
  micros due_;
  ticks entry_ = 0;  // about; 0: it holds nothing
  micros next_gift_ = 0;
  micros gift_day_ = 0;
  unsigned gifts_ = 0;
};

}  // namespace exchange::bots
