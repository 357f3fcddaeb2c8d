// What runes-bench-engine is told.
#pragma once

#include "bench/engine/flow.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace runes::bench {

struct engine_options {
  flow_mix mix;
  std::size_t rounds = 401;
  std::size_t latency_rounds = 101;
  bool help = false;
};

/// @throws usage_error
engine_options parse_engine_options(std::vector<std::string_view> const& arguments);
std::string engine_help();

}  // namespace runes::bench
