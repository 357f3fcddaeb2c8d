// Counts what this program allocates with operator new.
#pragma once

#include <cstdint>

namespace runes::bench {

/// Allocations of this thread are counted from here on, or no more. It is off at first.
void count_allocations(bool on);
/// Allocations of all threads that were counted.
std::uint64_t allocations();

}  // namespace runes::bench
