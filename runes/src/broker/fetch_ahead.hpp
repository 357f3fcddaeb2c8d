// Asking for memory before it is needed.
#pragma once

#include <cstddef>

namespace runes::detail {

/// Has the processor bring the first `bytes` of what stands there close, while something else is
/// worked on. What each of thousands of connections needs for an event is in no cache any more when
/// its turn comes: the kernel's share of the sends before has driven it out. Null: nothing.
inline void fetch_ahead(void const* what, std::size_t bytes) noexcept {
  if (!what) return;
  constexpr std::size_t line = 64;
  for (std::size_t at = 0; at < bytes; at += line)
    __builtin_prefetch(static_cast<char const*>(what) + at);
}

}  // namespace runes::detail
