// The clock that events carry: CLOCK_MONOTONIC, which all processes of a machine share.
#pragma once

#include <ctime>

#include <chrono>
#include <cstdint>

namespace runes::bench {

/// Nanoseconds of CLOCK_MONOTONIC.
inline std::uint64_t monotonic_ns() {
  std::timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  return static_cast<std::uint64_t>(at.tv_sec) * 1'000'000'000u +
         static_cast<std::uint64_t>(at.tv_nsec);
}

/// The same as a duration.
inline std::chrono::nanoseconds monotonic_now() {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(monotonic_ns()));
}

}  // namespace runes::bench
