// What a process has used so far, read from /proc.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace runes::bench {

struct process_usage {
  std::chrono::nanoseconds cpu{0};  ///< run time of all threads that still live, exact
  std::uint64_t user_ticks = 0;     ///< user mode, in the kernel's coarse ticks
  std::uint64_t system_ticks = 0;   ///< system mode
  std::uint64_t threads = 0;
  std::uint64_t resident_bytes = 0;
};

/// The usage of a process now, or nothing if there is no such process or it may not be looked at.
std::optional<process_usage> usage_of(int pid);

/// Reads user and system time and the count of threads from a line of /proc/PID/stat. False if it
/// is none.
bool read_stat(std::string_view line, process_usage& into);

}  // namespace runes::bench
