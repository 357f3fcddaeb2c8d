#include "types.hpp"

#include <array>
#include <cstddef>

namespace exchange::accounts {
namespace {

template <class Enum, std::size_t N>
std::string_view pick(std::array<std::string_view, N> const& names, Enum value) noexcept {
  auto const at = static_cast<std::size_t>(value);
  return at < N ? names[at] : "unknown";
}

}  // namespace

std::string_view name_of(market_kind value) noexcept {
  return pick(std::to_array<std::string_view>({"spot", "perpetual"}), value);
}
std::string_view name_of(margin_mode value) noexcept {
  return pick(std::to_array<std::string_view>({"cross", "isolated"}), value);
}
std::string_view name_of(reason value) noexcept {
  return pick(std::to_array<std::string_view>({"deposit", "withdraw", "order", "trade", "fee",
                                               "realized_pnl", "funding", "leverage", "liquidation",
                                               "insurance", "socialized_loss"}),
              value);
}

}  // namespace exchange::accounts
