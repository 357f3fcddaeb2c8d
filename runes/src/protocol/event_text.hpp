// The envelope of an event, as bytes (protocol.md, "Events").
#pragma once

#include <runes/channel.hpp>
#include <runes/market_data.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runes::detail {

/// What is the same in every event of a topic. `interval` and `depth` are left out where the
/// channel has none.
std::string event_head(std::string_view event, std::string_view channel, std::string_view symbol,
                       std::optional<std::string_view> interval, std::optional<unsigned> depth);

/// What changes from event to event. Without `prev` it is a snapshot, else an update.
struct event_numbers {
  std::string_view epoch;
  std::uint64_t seq = 0;
  std::optional<std::uint64_t> prev;
  timestamp ts{};
};
void append_event(std::string& out, std::string_view head, event_numbers const& numbers,
                  payload const& data);

/// `{"event":"gap",…}`: `from` to `to` were dropped for this subscriber.
std::string gap_event(std::string_view channel, std::string_view symbol,
                      std::optional<std::string_view> interval, std::optional<unsigned> depth,
                      std::string_view epoch, std::uint64_t from, std::uint64_t to);

/// An epoch as it is written: base 36, lower case.
std::string epoch_text(std::uint64_t epoch);

}  // namespace runes::detail
