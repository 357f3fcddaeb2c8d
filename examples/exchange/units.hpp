// Prices and quantities as integers in a market's smallest units.
#pragma once

#include <runes/decimal.hpp>
#include <runes/error.hpp>

#include <cstdint>
#include <string>

namespace exchange {

/// The value in units of 10^-`decimals`. Throws runes::error(errc::bad_decimal), which says that
/// the `what` does not fit.
inline std::int64_t units_of(runes::decimal value, unsigned decimals, char const* what) {
  auto const fitting = value.rescaled(decimals);
  if (fitting) return fitting->units();
  throw runes::error(runes::errc::bad_decimal, "the " + std::string(what) + ' ' + value.str() +
                                                   " does not fit the market's " +
                                                   std::to_string(decimals) + " decimals");
}

}  // namespace exchange
