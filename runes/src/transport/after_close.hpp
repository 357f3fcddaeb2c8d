#pragma once

#include <cstddef>

namespace runes::detail {

/// A peer that goes on sending after both close frames is read for this many bytes more, then cut
/// off.
inline constexpr std::size_t most_after_close = 1024 * 1024;

}  // namespace runes::detail
