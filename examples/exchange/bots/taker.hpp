// Takes from the book, now and then, and sometimes in bursts.
#pragma once

#include "bot.hpp"
#include "noise.hpp"

#include <cstdint>

namespace exchange::bots {

struct taker_style {
  double mean_seconds = 2;  ///< between two orders, without bursts
  lots size = 1;            ///< the middle one; a few are many times as large
  lots limit = 100;         ///< of its position, either way
  ticks reach = 1;          ///< beyond the best price
  ticks conviction = 10;    ///< so far below its worth, a thing is nearly always bought
};

/// Buys or sells at random, rather what is cheap: that is what brings the price to the worth.
class taker final : public bot {
 public:
  taker(taker_style style, std::uint64_t seed, micros begin);

  std::optional<action> next(micros now, glance const& seen, desk const& mine) override;

 private:
  void choose(glance const& seen, lots position);
  lots some_lots(lots position);
  void wait(micros now);

  taker_style style_;
  noise noise_;
  micros due_;
  engine::side side_ = engine::side::buy;
  std::int64_t burst_left_ = 0;
};

}  // namespace exchange::bots
