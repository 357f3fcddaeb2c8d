// Parts of amounts, exact in their rounding and without overflow.
#pragma once

#include "types.hpp"

#include <cstdint>

namespace exchange::accounts {

constexpr amount absolute(amount value) noexcept { return value < 0 ? -value : value; }

/// `whole` × part / of, rounded down. Precondition: 0 <= whole < 2^125, 0 <= part <= of < 2^125,
/// of > 0. Where the product does not fit it is worked out bit by bit.
constexpr amount share_down(amount whole, amount part, amount of) noexcept {
  amount product = 0;
  if (!__builtin_mul_overflow(whole, part, &product)) return product / of;
  amount quotient = 0, rest = 0;
  for (int bit = 125; bit >= 0; --bit) {
    quotient *= 2;
    rest = rest * 2 + ((whole >> bit & 1) != 0 ? part : 0);
    for (; rest >= of; rest -= of) ++quotient;
  }
  return quotient;
}

/// The same, rounded up.
constexpr amount share_up(amount whole, amount part, amount of) noexcept {
  return whole - share_down(whole, of - part, of);
}

/// So many parts per million, rounded up.
constexpr amount rate_up(amount value, std::uint32_t rate) noexcept {
  return share_up(value, rate, 1'000'000);
}

/// Rounded up. Precondition: value >= 0.
constexpr amount divide_up(amount value, amount by) noexcept { return (value + by - 1) / by; }

}  // namespace exchange::accounts
