// Names for orders that were given none.
#pragma once

#include <string>
#include <string_view>

namespace runes::detail {

inline constexpr std::size_t max_client_id_prefix = 12;

/// The prefix, something random that this process has drawn once, and a counter: at most 36
/// characters, never the same again here, nor, but for a chance of one in 2^64, in another process.
/// From any thread.
std::string next_client_order_id(std::string_view prefix);

}  // namespace runes::detail
