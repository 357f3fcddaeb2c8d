// Sums of money that outgrow 64 bits on the way.
#pragma once

#include <runes/decimal.hpp>

#include <cstdint>
#include <limits>
#include <optional>

namespace exchange {

__extension__ typedef __int128 int128;

/// `units` / 10^`scale` as a decimal. Trailing zeros are given up where it would not fit otherwise;
/// nothing where it does not fit even so.
inline std::optional<runes::decimal> to_decimal(int128 units, unsigned scale) noexcept {
  auto const fits = [&] {
    return scale <= runes::decimal::max_scale &&
           units <= std::numeric_limits<std::int64_t>::max() &&
           units >= std::numeric_limits<std::int64_t>::min();
  };
  while (!fits()) {
    if (scale == 0 || units % 10 != 0) return std::nullopt;
    units /= 10;
    --scale;
  }
  return runes::decimal(static_cast<std::int64_t>(units), scale);
}

}  // namespace exchange
