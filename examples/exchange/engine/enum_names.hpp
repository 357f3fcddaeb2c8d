// Names of enumerations, for the name_of() of each.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace exchange::engine {

/// The name at the value's place, "unknown" where there is none.
template <class Enum, std::size_t N>
std::string_view pick(std::array<std::string_view, N> const& names, Enum value) noexcept {
  auto const at = static_cast<std::size_t>(value);
  return at < N ? names[at] : "unknown";
}

}  // namespace exchange::engine
