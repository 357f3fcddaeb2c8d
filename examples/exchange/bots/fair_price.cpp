#include "fair_price.hpp"

#include <algorithm>
#include <cmath>

namespace exchange::bots {
namespace {

constexpr micros step_length = 250'000;
/// A process that slept for longer is not made to live all that again.
constexpr micros longest_gap = 3'600'000'000;
constexpr double seconds_a_day = 86'400;
constexpr double homesick_seconds = 6 * 3'600;
constexpr double wild_seconds = 120;  // how long volatility remembers
constexpr double wild_deviation = 0.6;
constexpr double seconds_between_news = 1'200;
constexpr double news_seconds = 30;
constexpr double basis_seconds = 600;
/// Whatever happens, it stays within this part of its anchor.
constexpr double farthest = 0.25;

double seconds(micros time) { return static_cast<double>(time) * 1e-6; }

// One step of a process that is drawn back to zero and strays by `deviation` from it in the long
// run.
double drawn_back(double value, double deviation, double memory, double dt, double shock) {
  return value * std::exp(-dt / memory) + deviation * std::sqrt(2 * dt / memory) * shock;
}

}  // namespace

fair_price::fair_price(fair_style style, std::uint64_t seed, micros begin, ticks first)
    : style_(style), noise_(seed), now_(begin), price_(static_cast<double>(first)) {}

ticks fair_price::at(micros now) {
  if (now - now_ > longest_gap) now_ = now - step_length;
  for (; now_ + step_length <= now; now_ += step_length) step(seconds(step_length));
  return std::max<ticks>(1, std::llround(price_));
}

void fair_price::step(double dt) {
  wild_ =
      std::clamp(drawn_back(wild_, wild_deviation, wild_seconds, dt, noise_.normal()), -1.5, 2.0);
  auto const anchor = static_cast<double>(style_.anchor);
  if (noise_.chance(dt / seconds_between_news)) {
    drift_ = anchor * style_.news_size * noise_.normal() / news_seconds;
    drift_left_ = news_seconds;
  }
  if (drift_left_ > 0) {
    price_ += drift_ * std::min(dt, drift_left_);
    drift_left_ -= dt;
  }
  price_ += (anchor - price_) * dt / homesick_seconds;
  price_ += anchor * style_.daily_volatility * std::exp(wild_) * std::sqrt(dt / seconds_a_day) *
            noise_.normal();
  price_ = std::clamp(price_, anchor * (1 - farthest), anchor * (1 + farthest));
}

ticks basis::at(micros now) {
  if (now - now_ > longest_gap) now_ = now - step_length;
  for (; now_ + step_length <= now; now_ += step_length) {
    value_ = drawn_back(value_, deviation_, basis_seconds, seconds(step_length), noise_.normal());
  }
  return std::llround(value_);
}

}  // namespace exchange::bots
