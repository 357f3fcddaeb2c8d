// The command line of the program.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runes::simulation {

struct options {
  std::uint64_t seeds = 100;
  std::uint64_t from = 1;
  std::string scenario = "any";
  std::string mutant;               ///< empty: the library as it is
  std::optional<unsigned> seconds;  ///< of faults and changes; none: the scenario's
  std::optional<unsigned> clients;  ///< none: drawn from the seed
  bool trace = false;
  bool list = false;
  bool help = false;
};

/// Throws bench::usage_error.
options parse_options(std::vector<std::string_view> const& arguments);
std::string help_text();

}  // namespace runes::simulation
