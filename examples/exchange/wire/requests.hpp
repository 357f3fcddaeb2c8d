// Trading requests from the wire: JSON to what the venue takes. docs/trading.md has the fields of
// each op.
//
//     auto const request = read_command(op, body, {account, connection, now}, venue);
//     auto const applied = venue.apply(request);
//     auto const ok = answer(request, applied.result, venue);  // answers.hpp
#pragma once

#include "permissions.hpp"
#include "venue/venue.hpp"

#include <boost/json/object.hpp>

#include <string_view>

namespace exchange::wire {

/// Who asks, on which connection, and when it came.
struct caller {
  venue::account_id account = 0;
  venue::connection_id connection = 0;  ///< 0: none
  venue::micros now = 0;
};

/// Ops that change the venue: order.place, order.amend, order.cancel, order.cancelAll,
/// leverage.set, deposit, withdraw, cancelOnDisconnect, deadman, status.set.
bool is_command(std::string_view op) noexcept;
/// Ops that only look: order.status, orders.open, orders.history, fills.history, positions,
/// account, funding.
bool is_query(std::string_view op) noexcept;
/// Of the queries those that are about no account: anybody may ask them.
bool is_public(std::string_view op) noexcept;

/// What a key needs to be allowed an op that is a command or a query, and is not public.
permission permission_for(std::string_view op) noexcept;

/// What the venue is to do. Keys that the op has not are ignored. To be applied before anything
/// else is: an amendment's decimals are those of the order as it is now.
///
/// Only what can't be read is refused here; what the venue has to say about it says answer().
/// Reads the venue, so call it where the venue's commands are called, too.
///
/// @throws runes::error with a sentence that names the key: bad_request (missing, of the wrong
/// type, out of its range, contradictory), unknown_symbol, bad_price, bad_quantity (more decimals
/// than there are, or too large to be held), unknown_op where is_command(op) is not.
venue::request read_command(std::string_view op, boost::json::object const& body, caller who,
                            venue::trading_venue const& venue);

}  // namespace exchange::wire
