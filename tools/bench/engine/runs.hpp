// Runs of an engine over a flow: for throughput, for latency, and to see what comes out.
#pragma once

#include "bench/engine/flow.hpp"

#include <cstdint>
#include <vector>

namespace runes::bench {

/// What came out of the measured events: another engine that is given the same flow can be held
/// against it.
struct flow_outcome {
  std::uint64_t trades = 0;
  std::uint64_t volume = 0;
  std::uint64_t events_out = 0;
  std::uint64_t refused = 0;
  std::uint64_t aggressive_filled = 0;  ///< wholly
  std::uint64_t hash = 0;               ///< FNV-1a over the bytes of all events
  std::uint64_t book_hash = 0;          ///< over price and quantity of every level at the end
  std::uint64_t levels = 0;             ///< at the end
};
flow_outcome outcome_of(flow_mix const& mix, order_flow const& flow);

/// One run for throughput. Time is the thread's own, so what else runs on the core is left out of
/// it, but for the caches.
struct flow_timing {
  double events_a_second = 0;
  std::uint64_t trades = 0;
  std::uint64_t allocations = 0;  ///< while it was measured
};
flow_timing time_flow(flow_mix const& mix, order_flow const& flow);

/// One run with the time stamp counter read before and after each event, in ticks of it. The
/// readings are kept in an array and counted afterwards, so that counting is not in the engine's
/// way.
std::vector<std::uint32_t> event_ticks(flow_mix const& mix, order_flow const& flow);

/// What two readings with nothing between them differ by, median: it is in every value.
std::uint64_t clock_ticks();

/// How long a tick of the time stamp counter is.
double ns_a_tick();

}  // namespace runes::bench
