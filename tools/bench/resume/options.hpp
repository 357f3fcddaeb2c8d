// What runes-bench-resume is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runes::bench {

struct resume_options {
  std::uint64_t events = 10'000;  ///< missed
  std::size_t event_bytes = 200;  ///< of each event's text, about
  std::size_t outbox_bytes = 1024 * 1024;
  std::size_t history_bytes = 16 * 1024 * 1024;
  std::size_t rounds = 15;
  bool help = false;
};

/// @throws usage_error
resume_options parse_resume_options(std::vector<std::string_view> const& arguments);
std::string resume_help();

}  // namespace runes::bench
