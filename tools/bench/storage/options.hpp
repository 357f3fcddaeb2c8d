// What runes-bench-storage is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runes::bench {

struct storage_options {
  std::string directory;  // the one the benchmark makes its own directories in
  std::uint64_t appends = 200'000;
  std::uint64_t records = 1'000'000;
  std::size_t record_bytes = 100;
  std::size_t rounds = 5;
  bool help = false;
};

/// @throws usage_error
storage_options parse_storage_options(std::vector<std::string_view> const& arguments);
std::string storage_help();

}  // namespace runes::bench
