// The order book file that LOBSTER writes beside a message file: after each message the best
// levels, a row each. The format: https://lobsterdata.com/info/DataStructure.php
#pragma once

#include <runes/market_data.hpp>

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace exchange {

/// Units as in lobster_message.
struct lobster_level {
  runes::side side = runes::side::buy;
  std::int64_t price = 0, size = 0;
  friend bool operator==(lobster_level const&, lobster_level const&) = default;
};

/// The levels of a row, those that nobody is at left out: ask and bid in turn, the best first.
/// Throws runes::error(errc::bad_event), whose sentence says what is wrong with it.
std::vector<lobster_level> parse_lobster_row(std::string_view line);

/// The first row of the file beside a message file, that is named as it is but for `orderbook`;
/// empty where there is none. Throws runes::error(errc::bad_config) when it can't be read.
std::vector<lobster_level> read_lobster_book(std::filesystem::path const& message_file);

}  // namespace exchange
