// One run: everybody together, from the first change to the last look.
#pragma once

#include "simulation/mutation.hpp"
#include "simulation/plan.hpp"
#include "simulation/trace.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace runes::simulation {

struct run_result {
  std::vector<violation> violations;
  trace lines{trace_level::none};
  std::chrono::nanoseconds simulated{};
  std::uint64_t connections = 0;
  std::uint64_t events = 0;  ///< that readers got

  bool good() const noexcept { return violations.empty(); }
  /// Whether this promise was broken.
  bool broke(std::string_view which) const noexcept;
};

/// Runs a plan. The result, trace included, depends on the arguments only.
run_result run(plan const& how, std::uint64_t seed, trace_level level = trace_level::none,
               mutation const& broken = {});

}  // namespace runes::simulation
