// What the load generator asks of the machine for itself.
#pragma once

#include <chrono>
#include <cstddef>

namespace runes::bench {

/// Keeps this process on one CPU.
/// @throws run_error if the machine has no such CPU or it is not allowed.
void run_on_cpu(int cpu);

/// Makes sure that so many files can be open.
/// @throws run_error if the system does not allow it.
void allow_descriptors(std::size_t count);

/// CPU time that this process has used.
std::chrono::microseconds own_cpu_time();

}  // namespace runes::bench
