// Why the venue refused a command, as a sentence for who asked.
#pragma once

#include "venue/venue.hpp"

#include <runes/error.hpp>

#include <string>

namespace exchange::wire {

/// Precondition: !result.ok(), and it is what the venue said to this request just now.
runes::error refusal(venue::request const& asked, venue::result const& result,
                     venue::trading_venue const& venue);

/// `expiresAt` was before `now`: nothing was done.
runes::error late_request(venue::micros expires_at, venue::micros now);

/// `'orderId': order 17`, or with its clientOrderId where the id is 0.
std::string shown_order(venue::order_id id, std::string const& client_order_id);

// The sentences about placing and amending (order_refusals.cpp); empty where there is nothing to
// say beyond code and field.
std::string why_refused(venue::place_order const& c, venue::result const& result,
                        venue::trading_venue const& venue);
std::string why_refused(venue::amend_order const& c, venue::result const& result,
                        venue::trading_venue const& venue);

}  // namespace exchange::wire
