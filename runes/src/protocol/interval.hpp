// `interval` of a subscription: the smallest time between two updates.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace runes::detail {

/// "raw" is zero; else a whole number above zero with one of the units ms, s, m, h. At most a day.
std::optional<std::chrono::milliseconds> parse_interval(std::string_view text) noexcept;

/// The one way to write it, in the largest unit that is exact: 1,000 ms is "1s", zero is "raw".
std::string format_interval(std::chrono::milliseconds interval);

}  // namespace runes::detail
