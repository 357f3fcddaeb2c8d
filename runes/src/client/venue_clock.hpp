// The server's clock, as far as can be known from here.
#pragma once

#include "broker/timer_queue.hpp"

#include <runes/market_data.hpp>

#include <chrono>
#include <optional>

namespace runes::detail {

/// Of what the server has said to be its time, when that was heard. What it says was true before it
/// was heard, so the server's clock is now at least what this says, and more by the time that the
/// word was on its way. A plain object.
class venue_clock {
 public:
  /// A later, better word is taken at once, a worse one only when the held one is this old: the
  /// clocks may go at different rates, or the server's may have been set.
  static constexpr std::chrono::seconds good_for{60};

  void learn(timestamp said, time_point heard) {
    auto const held = now(heard);
    if (held && *held > said && heard - heard_ < good_for) return;
    said_ = said;
    heard_ = heard;
  }
  /// Another server's may be another one.
  void forget() noexcept { said_.reset(); }

  std::optional<timestamp> now(time_point at) const {
    if (!said_) return {};
    return *said_ + std::chrono::duration_cast<std::chrono::microseconds>(at - heard_);
  }

 private:
  std::optional<timestamp> said_;
  time_point heard_{};
};

}  // namespace runes::detail
