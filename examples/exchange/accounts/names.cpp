#include "types.hpp"

#include "engine/enum_names.hpp"

namespace exchange::accounts {
using engine::pick;

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
