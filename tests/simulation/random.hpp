// Random numbers that are the same everywhere.
#pragma once

#include <chrono>
#include <cstdint>

namespace runes::simulation {

/// A small generator (SplitMix64) and whole-number distributions of its own: those of the standard
/// library differ from one to the next, and a seed shall mean the same run on every machine.
class random {
 public:
  using duration = std::chrono::nanoseconds;

  explicit random(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  /// From 0 to n - 1; 0 for an n of 0.
  std::uint64_t below(std::uint64_t n) noexcept { return n == 0 ? 0 : next() % n; }
  /// Both ends may come.
  std::int64_t between(std::int64_t least, std::int64_t most) noexcept {
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
  }
  duration between(duration least, duration most) noexcept {
    return duration(between(least.count(), most.count()));
  }
  /// Waits of this length on average.
  duration about(duration mean) noexcept { return between(duration(1), 2 * mean); }
  bool percent(unsigned chance) noexcept { return below(100) < chance; }
  bool one_in(std::uint64_t n) noexcept { return below(n) == 0; }

  /// A generator of its own for one part of the run, so that what that part draws changes nothing
  /// for the others.
  random part(std::uint64_t which) const noexcept {
    random seeded(state_ ^ (which * 0xd6e8feb86659fd93));
    return random(seeded.next());
  }

 private:
  std::uint64_t state_;
};

}  // namespace runes::simulation
