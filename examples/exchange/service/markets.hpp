// The markets of the sample exchange: the one table that says what is traded, in which steps and at
// which fees.
#pragma once

#include "venue/config.hpp"

#include <runes/instrument.hpp>

#include <span>

namespace exchange::service {

/// Spot markets BTC-USD, ETH-USD, SOL-USD and EUR-USD, perpetuals BTC-USD-PERP and ETH-USD-PERP,
/// all of them open. A journal is of the table it was written with: whoever changes a row that is
/// there begins a new data directory.
venue::venue_config sample_markets();

/// A venue of recorded instruments, at the sample markets' terms. They are suspended, as nothing is
/// known of their books yet.
/// @throws std::invalid_argument naming the field where one does not fit a venue.
venue::venue_config recorded_markets(std::span<runes::instrument const> all);

}  // namespace exchange::service
