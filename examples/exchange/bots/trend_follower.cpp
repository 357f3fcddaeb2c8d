#include "trend_follower.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace exchange::bots {
namespace {

using engine::side;

constexpr double fast_seconds = 20;
constexpr double slow_seconds = 120;
constexpr double seconds_between_orders = 3;

void follow(double& average, double price, double dt, double memory) {
  average += (price - average) * (1 - std::exp(-dt / memory));
}

}  // namespace

void trend_follower::saw_trade(micros now, ticks price) {
  auto const value = static_cast<double>(price);
  if (last_trade_ == 0) {
    fast_ = slow_ = value;
  } else {
    auto const dt = static_cast<double>(std::max<micros>(now - last_trade_, 0)) * 1e-6;
    follow(fast_, value, dt, fast_seconds);
    follow(slow_, value, dt, slow_seconds);
  }
  last_trade_ = now;
}

lots trend_follower::wanted() const {
  auto const signal =
      std::clamp((fast_ - slow_) / static_cast<double>(style_.threshold), -1.0, 1.0);
  // Weak trends are none.
  if (std::abs(signal) < 0.3) return 0;
  return std::llround(signal * static_cast<double>(style_.limit));
}

std::optional<action> trend_follower::next(micros now, glance const& seen, desk const& mine) {
  if (now < due_ || last_trade_ == 0 || seen.bid <= 0 || seen.ask <= 0) return std::nullopt;
  auto const distance = wanted() - mine.position();
  if (std::abs(distance) < style_.clip) return std::nullopt;
  due_ = now + std::llround(noise_.exponential(seconds_between_orders) * 1e6);
  auto const which = distance > 0 ? side::buy : side::sell;
  auto const best = which == side::buy ? seen.ask : seen.bid;
  return place{which, std::max<ticks>(1, best - outward(which) * style_.reach), style_.clip, false,
               false};
}

}  // namespace exchange::bots
