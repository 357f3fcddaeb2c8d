// One run of the load generator, phase by phase, and what it found.
#pragma once

#include "bench/load/histogram.hpp"
#include "bench/load/options.hpp"
#include "bench/load/server_usage.hpp"
#include "bench/load/swarm.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace runes::bench {

struct load_result {
  /// The server's usage at the ends of the phases; empty without a pid.
  struct server_samples {
    process_usage before;  ///< no connection yet
    process_usage opened;  ///< all open
    process_usage idle;    ///< and settled
    process_usage from;    ///< the measurement's begin
    process_usage to;      ///< and end
  };

  std::size_t lost = 0;
  std::chrono::duration<double> opening{0};
  histogram handshake;
  std::chrono::duration<double> measured{0};  // 0: nothing was
  tally counts;                               // of the measurement, but the gaps of the whole run
  histogram latency;
  std::chrono::microseconds own_cpu{0};
  std::optional<server_samples> server;

  bool clean() const { return lost == 0 && counts.gaps == 0; }
};

/// Makes the run that the options describe. Its length is bounded by the sum of their times and a
/// fraction of a second.
/// @throws run_error
load_result run_experiment(load_options const& options);

}  // namespace runes::bench
