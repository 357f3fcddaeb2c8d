#include "types.hpp"

#include "engine/enum_names.hpp"

namespace exchange::venue {
using engine::pick;

order_reason from(engine::reason value) noexcept {
  constexpr auto first = static_cast<unsigned>(order_reason::requested);
  constexpr auto first_of_engine = static_cast<unsigned>(engine::reason::requested);
  return static_cast<order_reason>(first + static_cast<unsigned>(value) - first_of_engine);
}

std::string_view name_of(error value) noexcept {
  switch (value) {
    case error::expired:
      return "expired";
    case error::unknown_symbol:
      return "unknown_symbol";
    default:
      return engine::name_of(static_cast<engine::error>(value));
  }
}
std::string_view name_of(field value) noexcept {
  return pick(std::to_array<std::string_view>({"none",
                                               "account",
                                               "amount",
                                               "asset",
                                               "clientOrderId",
                                               "connection",
                                               "displayQuantity",
                                               "goodTill",
                                               "graceMs",
                                               "leverage",
                                               "marginMode",
                                               "name",
                                               "orderId",
                                               "postOnly",
                                               "price",
                                               "quantity",
                                               "rate",
                                               "reduceOnly",
                                               "scope",
                                               "selfTrade",
                                               "side",
                                               "status",
                                               "stopPrice",
                                               "symbol",
                                               "timeInForce",
                                               "ms",
                                               "type"}),
              value);
}
std::string_view name_of(order_status value) noexcept {
  return pick(
      std::to_array<std::string_view>({"untriggered", "open", "filled", "cancelled", "expired"}),
      value);
}
std::string_view name_of(order_reason value) noexcept {
  return pick(std::to_array<std::string_view>(
                  {"placed", "filled", "amended", "triggered", "requested", "cancel_all",
                   "immediate_or_cancel", "fill_or_kill", "no_liquidity", "price_band",
                   "self_trade", "would_cross", "reduce_only", "outside", "good_till_date",
                   "day_end", "disconnect", "deadman", "liquidation"}),
              value);
}
std::string_view name_of(disconnect_scope value) noexcept {
  return pick(std::to_array<std::string_view>({"connection", "account"}), value);
}

}  // namespace exchange::venue
