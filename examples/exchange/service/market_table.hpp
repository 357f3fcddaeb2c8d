// What the records of a data directory mean: the assets and markets that they were written with,
// kept beside them, so that another program's table is told and not played into the wrong markets.
#pragma once

#include "storage/directory.hpp"
#include "venue/config.hpp"

#include <string>
#include <string_view>

namespace exchange::service {

/// All of a configuration, a line for each value: "BTC-USD tickUnits 10".
std::string table_text(venue::venue_config const& config);

/// The first difference of two such texts as a sentence that names the market: "BTC-USD has
/// tickUnits 10 there, and 5 here"; empty: there is none.
std::string table_difference(std::string_view kept, std::string_view here);

/// Compares the directory's table with this one, or leaves it there where there is none yet. Before
/// anything else is recovered.
/// @throws std::runtime_error with a sentence: it is another table. storage::storage_error.
void keep_table(storage::directory& where, venue::venue_config const& config);

}  // namespace exchange::service
