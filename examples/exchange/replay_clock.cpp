#include "replay_clock.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace exchange {
namespace {

// No step is further away than this, however slow the replay: it keeps the arithmetic from
// overflowing.
constexpr std::chrono::nanoseconds furthest = std::chrono::hours(24 * 365);

std::chrono::nanoseconds scaled(std::chrono::nanoseconds recorded, double speed) {
  auto const real = static_cast<double>(recorded.count()) / speed;
  if (real >= static_cast<double>(furthest.count())) return furthest;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(std::max(real, 0.0)));
}

}  // namespace

std::optional<double> speed_from(std::string_view text) {
  if (text == "max") return replay_clock::max;
  double speed = 0;
  auto const* end = text.data() + text.size();
  auto const [stop, failure] = std::from_chars(text.data(), end, speed);
  if (failure != std::errc() || stop != end || !std::isfinite(speed) || speed <= 0)
    return std::nullopt;
  return speed;
}

replay_clock::replay_clock(double speed, std::uint64_t rounds) : speed_(speed), rounds_(rounds) {
  if (!(speed > 0)) throw runes::error(runes::errc::bad_config, "the speed must be above zero");
}

std::chrono::nanoseconds replay_clock::wait(std::chrono::nanoseconds at, time_point now) {
  if (!base_) base_ = base{at, now};
  if (speed_ == max) return {};
  auto const due = base_->real + scaled(at - base_->at, speed_);
  return std::max(std::chrono::nanoseconds(due - now), std::chrono::nanoseconds::zero());
}

bool replay_clock::again() noexcept {
  ++played_;
  base_.reset();
  return rounds_ == for_ever || played_ < rounds_;
}

}  // namespace exchange
