// Buys what has risen and sells what has fallen.
#pragma once

#include "bot.hpp"
#include "noise.hpp"

#include <cstdint>

namespace exchange::bots {

struct follower_style {
  lots clip = 1;        ///< of one order
  lots limit = 10;      ///< the position that it takes when it is sure
  ticks threshold = 1;  ///< between fast and slow average: sure
  ticks reach = 1;      ///< beyond the best price
};

/// Holds a part of its limit, by how far the average of the last twenty seconds' trades is from
/// that of the last two minutes; gets there in clips.
class trend_follower final : public bot {
 public:
  trend_follower(follower_style style, std::uint64_t seed) : style_(style), noise_(seed) {}

  std::optional<action> next(micros now, glance const& seen, desk const& mine) override;
  void saw_trade(micros now, ticks price) override;

 private:
  lots wanted() const;

  follower_style style_;
  noise noise_;
  double fast_ = 0;
  double slow_ = 0;
  micros last_trade_ = 0;  // 0: none yet
  micros due_ = 0;
};

}  // namespace exchange::bots
