// What is traded, and in which steps.
#pragma once

#include <runes/decimal.hpp>

#include <string>
#include <string_view>

namespace runes {

/// What kind of thing is traded: `kind` of the `instruments` op.
enum class instrument_kind { spot, perpetual };
/// Whether it is traded now: `status` of the `instruments` op.
enum class instrument_status { active, suspended, halted, closed };

std::string_view name_of(instrument_kind kind) noexcept;
std::string_view name_of(instrument_status status) noexcept;

/// One entry of the `instruments` op. Every price of the symbol is a multiple of `tick_size` and is
/// written with its digits (`price_decimals`), every quantity a multiple of `lot_size` likewise.
class instrument {
 public:
  instrument() = default;
  /// Throws error(errc::bad_decimal) when a step is not above zero.
  instrument(std::string symbol, std::string base, std::string quote, decimal tick_size,
             decimal lot_size, instrument_kind kind = instrument_kind::spot);

  std::string symbol;
  std::string base;
  std::string quote;
  instrument_kind kind = instrument_kind::spot;
  decimal tick_size{1, 0};
  decimal lot_size{1, 0};
  instrument_status status = instrument_status::active;

  unsigned price_decimals() const noexcept { return tick_size.scale(); }
  unsigned quantity_decimals() const noexcept { return lot_size.scale(); }

  /// Reads a price at this instrument's decimals. Throws error(errc::bad_price) when it is no
  /// decimal, has too many digits or is off the tick; the sentence names the symbol and the tick.
  decimal price(std::string_view text) const;
  /// The same for a quantity, with error(errc::bad_quantity) and the lot.
  decimal quantity(std::string_view text) const;
};

}  // namespace runes
