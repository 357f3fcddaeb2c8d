// The ops on orders, read.
#pragma once

#include "request_fields.hpp"
#include "requests.hpp"

namespace exchange::wire {

/// The market of `symbol`; nothing where it is left out. unknown_symbol.
std::optional<venue::market_id> find_market(request_fields const& in,
                                            venue::trading_venue const& venue);
/// The same where it has to be there.
venue::market_id market_of(request_fields const& in, venue::trading_venue const& venue);

// What read_command() does for these.
venue::command read_place(request_fields const& in, caller who, venue::trading_venue const& venue);
venue::command read_amend(request_fields const& in, caller who, venue::trading_venue const& venue);
venue::command read_cancel(request_fields const& in, caller who, venue::trading_venue const& venue);
venue::command read_cancel_all(request_fields const& in, caller who,
                               venue::trading_venue const& venue);

}  // namespace exchange::wire
