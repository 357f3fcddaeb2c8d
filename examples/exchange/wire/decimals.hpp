// Decimals of any size the venue knows, as texts: amounts of 18 decimals outgrow the 64 bits of
// runes::decimal. All of it exact.
#pragma once

#include "venue/types.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace exchange::wire {

enum class decimal_fault : std::uint8_t {
  none,
  no_decimal,  ///< anything but -?digits[.digits]
  too_fine,    ///< more decimals than there are, zeros at the end not counted
  too_large    ///< beyond what was asked for at most
};

struct read_units {
  venue::amount units = 0;
  decimal_fault fault = decimal_fault::none;
};

/// The text's value in units of 10^-`decimals`, from -`most` to `most`, which is at most
/// accounts::max_amount. What is no decimal is told first, too many decimals next.
read_units read_decimal(std::string_view text, unsigned decimals, venue::amount most) noexcept;

/// Appends units of 10^-`decimals` with all of their decimals: -5 with 3 is `-0.005`.
void append_decimal(std::string& out, venue::amount units, unsigned decimals);
std::string decimal_text(venue::amount units, unsigned decimals);

}  // namespace exchange::wire
