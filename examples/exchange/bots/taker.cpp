#include "taker.hpp"

#include <algorithm>
#include <cmath>

namespace exchange::bots {
namespace {

using engine::side;

constexpr double burst_chance = 0.12;
constexpr double burst_seconds = 0.25;  // between two orders of it
constexpr double burst_length = 4;
constexpr lots largest = 20;  // times the size
/// A position beyond this part of the limit is made smaller.
constexpr double full = 0.8;

}  // namespace

taker::taker(taker_style style, std::uint64_t seed, micros begin)
    : style_(style), noise_(seed), due_(begin) {
  wait(begin);
}

std::optional<action> taker::next(micros now, glance const& seen, desk const& mine) {
  if (now < due_) return std::nullopt;
  wait(now);
  if (seen.bid <= 0 || seen.ask <= 0 || seen.fair <= 0) return std::nullopt;
  choose(seen, mine.position());
  auto const quantity = some_lots(mine.position());
  if (quantity < 1) return std::nullopt;
  auto const best = side_ == side::buy ? seen.ask : seen.bid;
  return place{side_, std::max<ticks>(1, best - outward(side_) * style_.reach), quantity, false,
               false};
}

void taker::choose(glance const& seen, lots position) {
  auto const limit = static_cast<double>(style_.limit);
  auto const filled = static_cast<double>(position) / limit;
  if (std::abs(filled) > full) {
    side_ = filled > 0 ? side::sell : side::buy;
    return;
  }
  if (burst_left_ > 0) return;
  auto const cheap = static_cast<double>(2 * seen.fair - seen.bid - seen.ask) / 2;
  auto const lean = std::clamp(cheap / static_cast<double>(style_.conviction), -0.8, 0.8);
  side_ = noise_.chance(0.5 + lean / 2 - filled / 4) ? side::buy : side::sell;
}

lots taker::some_lots(lots position) {
  auto const wanted =
      std::llround(static_cast<double>(style_.size) * std::exp(1.1 * noise_.normal()));
  auto const room = style_.limit - (side_ == side::buy ? position : -position);
  return std::min({std::max<lots>(1, wanted), largest * style_.size, room});
}

void taker::wait(micros now) {
  if (burst_left_ > 0) {
    --burst_left_;
  } else if (noise_.chance(burst_chance)) {
    burst_left_ = 1 + noise_.geometric(burst_length);
  }
  auto const mean = burst_left_ > 0 ? burst_seconds : style_.mean_seconds;
  due_ = now + std::llround(noise_.exponential(mean) * 1e6);
}

}  // namespace exchange::bots
