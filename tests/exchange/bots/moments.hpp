// When the bots' tests begin, and how long a while is.
#pragma once

#include <bots/bot.hpp>

namespace exchange::bots {

inline constexpr micros opening = 1'700'000'000'000'000;
inline constexpr micros second = 1'000'000;
inline constexpr micros hour = 3'600 * second;

}  // namespace exchange::bots
