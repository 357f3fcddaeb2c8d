// Deliberately broken variants, and the seeds that find them out.
#pragma once

#include "simulation/mutation.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace runes::simulation {

/// A variant, and a run that catches it by this broken promise.
struct mutant {
  mutation broken;
  std::string_view scenario;
  std::uint64_t seed;
  std::string_view caught_by;
};

/// All of them; docs/simulation.md has the table.
std::vector<mutant> const& mutants();

}  // namespace runes::simulation
