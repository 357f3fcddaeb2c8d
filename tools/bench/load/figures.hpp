// The figures of a run that are derived from what was counted.
#pragma once

#include "bench/load/experiment.hpp"

#include <cstdint>
#include <limits>

namespace runes::bench {

/// a / b, or not a number (null in JSON) when there is nothing to divide by.
inline double ratio(double a, double b) {
  return b > 0 ? a / b : std::numeric_limits<double>::quiet_NaN();
}

inline double as_double(std::uint64_t number) { return static_cast<double>(number); }

inline double microseconds(std::uint64_t ns) { return as_double(ns) / 1e3; }

/// Microseconds of CPU from one sample of the server to another.
inline double cpu_between(process_usage const& from, process_usage const& to) {
  return static_cast<double>((to.cpu - from.cpu).count()) / 1e3;
}

/// The share of user mode in the server's CPU time, in percent; coarse.
inline double user_percent(load_result::server_samples const& s) {
  auto const user = as_double(s.to.user_ticks) - as_double(s.from.user_ticks);
  auto const system = as_double(s.to.system_ticks) - as_double(s.from.system_ticks);
  return ratio(100 * user, user + system);
}

/// Resident bytes that a connection added; below zero if the server shrank.
inline double resident_per(load_result::server_samples const& s, double connections) {
  return ratio(as_double(s.idle.resident_bytes) - as_double(s.before.resident_bytes), connections);
}

}  // namespace runes::bench
