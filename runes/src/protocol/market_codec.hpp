// Typed market data <-> the JSON inside an event's `data` (protocol.md, "Channels") and the
// `instruments` op.
#pragma once

#include <runes/instrument.hpp>
#include <runes/market_data.hpp>

#include <boost/json/fwd.hpp>

#include <string>

namespace runes::detail {

// Each appends one JSON object.
void encode(std::string& out, ticker const& value);
void encode(std::string& out, trade const& value);
void encode(std::string& out, statistics const& value);
void encode(std::string& out, liquidation const& value);
void encode(std::string& out, book_changes const& value);
void encode(std::string& out, instrument const& value);

/// Appends one level of a book, `["price","quantity"]`.
void append_level(std::string& out, decimal price, decimal quantity);

// Each reads one JSON object; unknown keys are ignored. They throw error(errc::bad_event), with a
// sentence that names the key which is missing or wrong. Decimals are read from strings only: a
// JSON number has been through a binary float.
void decode(boost::json::value const& from, ticker& to);
void decode(boost::json::value const& from, trade& to);
void decode(boost::json::value const& from, statistics& to);
void decode(boost::json::value const& from, liquidation& to);
void decode(boost::json::value const& from, book_changes& to);
void decode(boost::json::value const& from, instrument& to);

}  // namespace runes::detail
