#include "refusals.hpp"

#include "decimals.hpp"
#include "request_fields.hpp"

#include <variant>

namespace exchange::wire {
namespace {

using venue::error;
using venue::field;

// Each says why a command of its kind was refused; empty: nothing to say beyond code and field.
class reason_giver {
 public:
  reason_giver(venue::result const& result, venue::trading_venue const& venue)
      : result_(result), venue_(venue) {}

  std::string operator()(venue::place_order const& c) const {
    return why_refused(c, result_, venue_);
  }
  std::string operator()(venue::amend_order const& c) const {
    auto const why = no_such_order(c.order, c.client_order_id);
    return why.empty() ? why_refused(c, result_, venue_) : why;
  }
  std::string operator()(venue::cancel_order const& c) const {
    return no_such_order(c.order, c.client_order_id);
  }
  std::string operator()(venue::set_leverage const& c) const {
    if (c.market >= venue_.config().instruments.size()) return {};
    auto const& market = venue_.config().instruments[c.market].market;
    if (result_.field == field::symbol) {
      return "'symbol': leverage is for perpetuals, and " + market.symbol + " is a spot market";
    }
    if (result_.error != error::risk_limit) return {};
    if (c.leverage > market.max_leverage) {
      return "'leverage' is at most " + std::to_string(market.max_leverage) + " in " +
             market.symbol;
    }
    return "'leverage': the account has not the margin for it";
  }
  std::string operator()(venue::deposit const& c) const { return moved(c.account, c.asset); }
  std::string operator()(venue::withdraw const& c) const { return moved(c.account, c.asset); }
  std::string operator()(venue::cancel_on_disconnect const&) const {
    if (result_.field == field::grace) return "'graceMs' must be from 0 to 600000";
    if (result_.field == field::connection) return "there is no such connection";
    return {};
  }
  std::string operator()(venue::deadman const&) const {
    return result_.field == field::timeout ? "'ms' must be 0, or from 1000 to 86400000" : "";
  }
  std::string operator()(venue::change_state const& c) const {
    if (result_.field != field::state) return {};
    return "'status': " + venue_.config().instruments[c.market].market.symbol + " is " +
           std::string(name_of(venue_.engine(c.market).state())) +
           ", from where it does not become " + std::string(name_of(c.to));
  }
  template <class Command>
  std::string operator()(Command const&) const {
    return {};
  }

 private:
  std::string no_such_order(venue::order_id id, std::string const& client_order_id) const {
    if (result_.error == error::unknown_order) {
      return shown_order(id, client_order_id) + " is unknown";
    }
    if (result_.error == error::order_closed)
      return shown_order(id, client_order_id) + " is closed";
    return {};
  }
  std::string moved(venue::account_id account, venue::asset_id asset) const {
    switch (result_.error) {
      case error::bad_quantity:
        return "'amount' must be above zero";
      case error::overloaded:
        return "'amount' would make the balance larger than any may be";
      case error::insufficient_funds: {
        auto const& terms = venue_.config().assets[asset];
        auto const there = venue_.accounts().balance(account, asset).available;
        return "'amount' is above what can be withdrawn, " + decimal_text(there, terms.decimals) +
               ' ' + terms.name;
      }
      default:
        return {};
    }
  }

  venue::result const& result_;
  venue::trading_venue const& venue_;
};

std::string sentence_of(venue::command const& what, venue::result const& result,
                        venue::trading_venue const& venue) {
  if (result.field == field::account) return "there is no such account";
  auto why = std::visit(reason_giver(result, venue), what);
  if (!why.empty()) return why;
  return result.field == field::none ? std::string(name_of(result.error))
                                     : shown(name_of(result.field)) + " is wrong";
}

}  // namespace

runes::error refusal(venue::request const& asked, venue::result const& result,
                     venue::trading_venue const& venue) {
  if (result.error == error::expired) return late_request(asked.expires_at, result.ts);
  return {static_cast<runes::errc>(result.error), sentence_of(asked.what, result, venue)};
}

runes::error late_request(venue::micros expires_at, venue::micros now) {
  return {runes::errc::expired, "'expiresAt' was " + std::to_string(expires_at) + ", and it is " +
                                    std::to_string(now) + ": nothing was done"};
}

std::string shown_order(venue::order_id id, std::string const& client_order_id) {
  return id != 0 ? "'orderId': order " + std::to_string(id)
                 : "'clientOrderId': order " + shown(client_order_id);
}

}  // namespace exchange::wire
