// The pace of a replay: when a step is due.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace exchange {

/// Reads what `--speed` takes, a number above zero or "max"; nothing for anything else.
std::optional<double> speed_from(std::string_view text);

/// Says how long to wait for a step. A replay is played once, a number of rounds or for ever; each
/// round begins when its first step is asked for, so that a pause before it, or between two rounds,
/// moves the whole of it.
///
///     do {
///       while (auto step = source.next()) { wait for clock.wait(step->at, now); publish; }
///     } while (clock.again() && (source.rewind(), true));
class replay_clock {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr double max = std::numeric_limits<double>::infinity();
  static constexpr std::uint64_t for_ever = 0;

  /// `speed` 2 plays twice as fast as it was recorded, `max` without any waiting. Throws
  /// runes::error(errc::bad_config) when it is not above zero.
  explicit replay_clock(double speed = 1, std::uint64_t rounds = 1);

  /// How long it is from `now` until a step of the time `at` (step::at) is due; zero when it is due
  /// or late.
  std::chrono::nanoseconds wait(std::chrono::nanoseconds at, time_point now);

  /// To be called at the end of a round: whether another one is to be played.
  bool again() noexcept;
  /// Rounds that have been played to their end.
  std::uint64_t played() const noexcept { return played_; }

 private:
  struct base {
    std::chrono::nanoseconds at;
    time_point real;
  };
  double speed_;
  std::uint64_t rounds_;
  std::uint64_t played_ = 0;
  std::optional<base> base_;  // set by the first step of a round
};

}  // namespace exchange
