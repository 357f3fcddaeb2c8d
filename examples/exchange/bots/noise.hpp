// Randomness that is the same everywhere for the same seed: the standard's distributions differ
// between libraries.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>

namespace exchange::bots {

class noise {
 public:
  explicit noise(std::uint64_t seed) : bits_(seed) {}

  /// In [0, 1).
  double uniform() { return static_cast<double>(bits_() >> 11) * 0x1.0p-53; }
  bool chance(double probability) { return uniform() < probability; }
  /// Mean 0, deviation 1, within ±6.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }
  /// A waiting time.
  double exponential(double mean) { return -mean * std::log1p(-uniform()); }
  /// A whole number from 0.
  std::int64_t geometric(double mean) { return static_cast<std::int64_t>(exponential(mean + 0.5)); }

 private:
  std::mt19937_64 bits_;
};

}  // namespace exchange::bots
