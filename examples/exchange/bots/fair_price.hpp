// What a thing is worth: the process that nobody sees and the bots trade around.
#pragma once

#include "engine/types.hpp"
#include "noise.hpp"

#include <cstdint>

namespace exchange::bots {

using engine::micros;
using engine::ticks;

struct fair_style {
  ticks anchor = 0;             ///< it is drawn back to this over the day
  double daily_volatility = 0;  ///< of quiet times, as a part of the price
  double news_size = 0;         ///< of a piece of news, as a part of the price: its deviation
};

/// A random walk whose volatility changes over minutes, with news now and then that carry the price
/// away for half a minute; over the day it is drawn back to its anchor. Drawn in doubles, told in
/// whole ticks.
class fair_price {
 public:
  /// Begins at `first` ticks.
  fair_price(fair_style style, std::uint64_t seed, micros begin, ticks first);

  /// Time does not go back. What comes out depends on the seed and the time alone, not on how often
  /// it was asked: time goes on in steps of its own.
  ticks at(micros now);
  /// In ticks, as it is now.
  double exact() const noexcept { return price_; }

 private:
  void step(double seconds);

  fair_style style_;
  noise noise_;
  micros now_;
  double price_;
  double wild_ = 0;   // logarithm of the volatility over the quiet one
  double drift_ = 0;  // ticks a second, while a piece of news works
  double drift_left_ = 0;
};

/// What a perpetual's price is beyond its spot market's, in ticks: little, and drawn back to none.
class basis {
 public:
  /// `deviation` in ticks.
  basis(double deviation, std::uint64_t seed, micros begin)
      : deviation_(deviation), noise_(seed), now_(begin) {}
  ticks at(micros now);

 private:
  double deviation_;
  noise noise_;
  micros now_;
  double value_ = 0;
};

}  // namespace exchange::bots
