// The markets of the sample exchange: the one table that says what is traded, in which steps and at
// which fees.
#pragma once

#include "venue/config.hpp"

namespace exchange::service {

/// Spot markets BTC-USD, ETH-USD, SOL-USD and EUR-USD, perpetuals BTC-USD-PERP and ETH-USD-PERP,
/// all of them open. A journal is of the table it was written with: whoever changes a row that is
/// there begins a new data directory.
venue::venue_config sample_markets();

}  // namespace exchange::service
