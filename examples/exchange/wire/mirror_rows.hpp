// Rows of the mirror from the venue's values.
#pragma once

#include "storage/rows.hpp"
#include "venue/venue.hpp"

#include <string_view>

namespace exchange::wire {

/// `account` is the name of whose it is. `ts` is that of the result of the request whose outcome it
/// is.
storage::account_row row_of(venue::balance_changed const& change, venue::micros ts,
                            std::string_view account, venue::venue_config const& config);
storage::order_row row_of(venue::order const& order, std::string_view account,
                          venue::venue_config const& config);
storage::fill_row row_of(venue::fill const& fill, std::string_view account,
                         venue::venue_config const& config);
storage::position_row row_of(venue::position_changed const& change, venue::micros ts,
                             std::string_view account, venue::venue_config const& config);

}  // namespace exchange::wire
