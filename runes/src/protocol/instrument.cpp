#include <runes/error.hpp>
#include <runes/instrument.hpp>

#include <utility>

namespace runes {
namespace {

void require_step(decimal step, char const* what, std::string const& symbol) {
  if (step.units() > 0) return;
  throw error(errc::bad_decimal,
              std::string(what) + " of '" + symbol + "' must be above zero, not " + step.str());
}

// What a price and a quantity have in common: written at the step's decimals, and a multiple of it.
decimal read_stepped(std::string_view text, decimal step, errc code, std::string const& symbol,
                     char const* what) {
  auto const value = decimal::parse(text, step.scale());
  if (value && value->units() % step.units() == 0) return *value;
  throw error(code, "'" + std::string(text) + "' is no " + what + " of '" + symbol +
                        "': it must be a multiple of " + step.str());
}

}  // namespace

std::string_view name_of(instrument_kind kind) noexcept {
  return kind == instrument_kind::perpetual ? "perpetual" : "spot";
}

std::string_view name_of(instrument_status status) noexcept {
  switch (status) {
    case instrument_status::active:
      return "active";
    case instrument_status::suspended:
      return "suspended";
    case instrument_status::halted:
      return "halted";
    case instrument_status::closed:
      break;
  }
  return "closed";
}

instrument::instrument(std::string symbol_, std::string base_, std::string quote_, decimal tick,
                       decimal lot, instrument_kind kind_)
    : symbol(std::move(symbol_)),
      base(std::move(base_)),
      quote(std::move(quote_)),
      kind(kind_),
      tick_size(tick),
      lot_size(lot) {
  require_step(tick_size, "tick size", symbol);
  require_step(lot_size, "lot size", symbol);
}

decimal instrument::price(std::string_view text) const {
  return read_stepped(text, tick_size, errc::bad_price, symbol, "price");
}

decimal instrument::quantity(std::string_view text) const {
  return read_stepped(text, lot_size, errc::bad_quantity, symbol, "quantity");
}

}  // namespace runes
