#include "enum_names.hpp"
#include "event.hpp"
#include "types.hpp"

namespace exchange::engine {
std::string_view name_of(side value) noexcept {
  return pick(std::to_array<std::string_view>({"buy", "sell"}), value);
}
std::string_view name_of(order_type value) noexcept {
  return pick(std::to_array<std::string_view>({"limit", "market", "stop", "stop_limit"}), value);
}
std::string_view name_of(time_in_force value) noexcept {
  return pick(std::to_array<std::string_view>({"gtc", "ioc", "fok", "gtd", "day"}), value);
}
std::string_view name_of(self_trade value) noexcept {
  return pick(std::to_array<std::string_view>(
                  {"allow", "cancel_newest", "cancel_oldest", "cancel_both", "decrement"}),
              value);
}
std::string_view name_of(market_state value) noexcept {
  return pick(
      std::to_array<std::string_view>({"closed", "auction", "active", "suspended", "halted"}),
      value);
}
std::string_view name_of(reason value) noexcept {
  return pick(std::to_array<std::string_view>(
                  {"none", "requested", "cancel_all", "immediate_or_cancel", "fill_or_kill",
                   "no_liquidity", "price_band", "self_trade", "would_cross", "reduce_only",
                   "outside", "good_till_date", "day_end"}),
              value);
}
std::string_view name_of(event_kind value) noexcept {
  return pick(std::to_array<std::string_view>({"accepted", "rested", "filled_maker", "filled_taker",
                                               "trade", "cancelled", "expired", "reduced",
                                               "amended", "replenished", "triggered", "rejected",
                                               "level", "auction", "state"}),
              value);
}

std::string_view name_of(error value) noexcept {
  switch (value) {
    case error::none:
      return "none";
    case error::bad_request:
      return "bad_request";
    case error::insufficient_funds:
      return "insufficient_funds";
    case error::unknown_order:
      return "unknown_order";
    case error::order_closed:
      return "order_closed";
    case error::bad_price:
      return "bad_price";
    case error::bad_quantity:
      return "bad_quantity";
    case error::market_closed:
      return "market_closed";
    case error::would_cross:
      return "would_cross";
    case error::self_trade:
      return "self_trade";
    case error::risk_limit:
      return "risk_limit";
    case error::overloaded:
      return "overloaded";
  }
  return "unknown";
}

}  // namespace exchange::engine
