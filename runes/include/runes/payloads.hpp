// Making payloads: from typed market data, or from JSON of one's own.
#pragma once

#include <runes/channel.hpp>
#include <runes/instrument.hpp>
#include <runes/market_data.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace runes {

/// For a `latest` channel: `json` is one JSON value, whole. With `keep` it is never merged away by
/// a later one.
payload_ptr latest_payload(std::string json, bool keep = false);

/// For a `log` channel: each entry is one JSON value, oldest first. Throws std::invalid_argument
/// when empty.
payload_ptr log_payload(std::span<std::string const> entries);
payload_ptr log_payload(std::string entry);

/// One entry of a `keyed` channel: `json` is an object that holds its own key; a removed one is
/// written with
/// `"removed":true` added.
struct keyed_entry {
  std::string key;
  std::string json;
  bool removed = false;
};
/// For a `keyed` channel; of several entries with one key the last counts. Throws
/// std::invalid_argument when a removed entry is no JSON object.
payload_ptr keyed_payload(std::vector<keyed_entry> entries);

/// For a `book` channel. Prices and quantities must have exactly the decimals of the instrument, or
/// can be brought there without loss (else error(errc::bad_decimal)). A quantity of zero removes
/// its level, one below zero is an error.
payload_ptr book_payload(instrument const& of, book_changes const& changes);
/// A whole book that replaces the one held: published as the difference.
payload_ptr book_image(instrument const& of, book_changes const& levels);

/// Typed market data as the payload of its channel. Several trades are one log payload, and one
/// event; an empty span throws std::invalid_argument. A closed statistics window is never merged
/// away.
payload_ptr to_payload(ticker const& value);
payload_ptr to_payload(trade const& value);
payload_ptr to_payload(std::span<trade const> values);
payload_ptr to_payload(statistics const& value);
payload_ptr to_payload(liquidation const& value);

}  // namespace runes
