#include "answers.hpp"

#include "refusals.hpp"
#include "shapes.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace exchange::wire {
namespace {

using boost::json::object;

constexpr venue::micros a_millisecond = 1'000;

// The `ok` of each command.
class answerer {
 public:
  answerer(venue::result const& result, venue::trading_venue const& venue)
      : result_(result), venue_(venue) {}

  // Of an order that was answered before the symbol is its own, as long as it is remembered.
  object operator()(venue::place_order const& c) const {
    auto const* const order = venue_.find_order(c.account, result_.order);
    return order_named(c.client_order_id, order != nullptr ? order->market : c.market);
  }
  object operator()(venue::amend_order const& c) const { return changed(c.account, c); }
  object operator()(venue::cancel_order const& c) const { return changed(c.account, c); }
  object operator()(venue::cancel_all const&) const {
    json_object out;
    out.integer("cancelled", result_.count);
    out.integer("ts", result_.ts);
    return std::move(out).take();
  }
  object operator()(venue::set_leverage const& c) const {
    auto const now = venue_.accounts().position(c.account, c.market).value();
    json_object out;
    out.text("symbol", symbol_of(c.market));
    out.integer("leverage", now.leverage);
    out.text("marginMode", name_of(now.mode));
    return std::move(out).take();
  }
  object operator()(venue::deposit const& c) const {
    return moved(c.account, c.asset, accounts::reason::deposit);
  }
  object operator()(venue::withdraw const& c) const {
    return moved(c.account, c.asset, accounts::reason::withdraw);
  }
  object operator()(venue::cancel_on_disconnect const& c) const {
    json_object out;
    out.flag("enabled", c.enabled);
    out.text("scope", name_of(c.scope));
    out.integer("graceMs", c.grace / a_millisecond);
    return std::move(out).take();
  }
  object operator()(venue::deadman const& c) const {
    json_object out;
    out.integer("ms", c.timeout / a_millisecond);
    if (result_.at != 0) {
      out.integer("at", result_.at);
    } else {
      out.nothing("at");
    }
    return std::move(out).take();
  }
  object operator()(venue::change_state const& c) const {
    json_object out;
    out.text("symbol", symbol_of(c.market));
    out.text("status", name_of(c.to));
    out.integer("ts", result_.ts);
    return std::move(out).take();
  }
  template <class Command>
  object operator()(Command const&) const {
    throw std::logic_error("this command does not come from the wire");
  }

 private:
  std::string const& symbol_of(venue::market_id market) const {
    return venue_.config().instruments[market].market.symbol;
  }
  object order_named(std::string const& client_order_id,
                     std::optional<venue::market_id> market = std::nullopt) const {
    json_object out;
    write_id(out, "orderId", result_.order);
    if (!client_order_id.empty()) out.text("clientOrderId", client_order_id);
    if (market) out.text("symbol", symbol_of(*market));
    out.integer("ts", result_.ts);
    return std::move(out).take();
  }
  // An order found by its id has its clientOrderId all the same.
  template <class Command>
  object changed(venue::account_id account, Command const& c) const {
    auto const* const order = venue_.find_order(account, result_.order);
    return order_named(order != nullptr ? order->client_order_id : c.client_order_id);
  }
  object moved(venue::account_id account, venue::asset_id asset, accounts::reason why) const {
    auto now = balance_of(account, asset, venue_);
    now.reason = why;
    json_object out;
    write_balance(out, now, venue_.config());
    return std::move(out).take();
  }

  venue::result const& result_;
  venue::trading_venue const& venue_;
};

}  // namespace

boost::json::value answer(venue::request const& asked, venue::result const& result,
                          venue::trading_venue const& venue) {
  if (!result.ok()) throw refusal(asked, result, venue);
  return std::visit(answerer(result, venue), asked.what);
}

}  // namespace exchange::wire
