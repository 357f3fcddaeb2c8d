// Intervals as the server writes them, so that two spellings of one can be compared.
#pragma once

#include "protocol/interval.hpp"

#include <optional>
#include <string>

namespace runes::detail {

/// What a throttled channel does where no interval is named.
inline constexpr char const* every_change = "raw";

inline std::optional<std::string> canonical(std::optional<std::string> const& interval) {
  if (!interval) return {};
  auto const parsed = parse_interval(*interval);
  return parsed ? format_interval(*parsed) : *interval;
}

}  // namespace runes::detail
