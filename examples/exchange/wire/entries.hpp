// The entries of an account's channels, as JSON texts. All of them have all their decimals.
//
// Each is of one change of the outcomes. Where there is none, as for the snapshot after a start,
// the same functions write what is there now.
#pragma once

#include "venue/venue.hpp"

#include <runes/payloads.hpp>

#include <string>

namespace exchange::wire {

/// Of `orders`, by orderId; removed when the order is closed.
runes::keyed_entry order_entry(venue::order const& order, venue::venue_config const& config);

/// Of `fills`, a log.
std::string fill_entry(venue::fill const& fill, venue::venue_config const& config);

/// Of `positions`, by symbol: as it is now, at the mark price of now; removed when its size is 0.
/// Also for everybody of accounts().holders() after a mark_changed.
/// Precondition: the account is there, the market is a perpetual.
runes::keyed_entry position_entry(venue::account_id account, venue::market_id market,
                                  venue::trading_venue const& venue);

/// Of `funding`, which is public: the perpetual's as it is at this time.
std::string funding_entry(venue::market_id market, venue::micros now,
                          venue::trading_venue const& venue);

/// Of `account`, by asset: as it was after the change.
runes::keyed_entry balance_entry(venue::balance_changed const& change,
                                 venue::venue_config const& config);
/// As it is now, with no `reason`. Precondition: account and asset are there.
runes::keyed_entry balance_entry(venue::account_id account, venue::asset_id asset,
                                 venue::trading_venue const& venue);

}  // namespace exchange::wire
