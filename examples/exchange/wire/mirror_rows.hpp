// Rows of the mirror from the venue's values.
#pragma once

#include "storage/rows.hpp"
#include "venue/venue.hpp"

namespace exchange::wire {

/// Accounts are shown by their names. `ts` is that of the result of the request whose outcome it
/// is.
storage::account_row row_of(venue::balance_changed const& change, venue::micros ts,
                            venue::trading_venue const& venue);
storage::order_row row_of(venue::order const& order, venue::trading_venue const& venue);
storage::fill_row row_of(venue::fill const& fill, venue::trading_venue const& venue);
storage::position_row row_of(venue::position_changed const& change, venue::micros ts,
                             venue::trading_venue const& venue);

}  // namespace exchange::wire
