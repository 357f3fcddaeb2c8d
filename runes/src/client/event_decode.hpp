// What a server says, read: envelopes, replies, and the typed data inside.
#pragma once

#include "client/pending_requests.hpp"

#include <runes/events.hpp>
#include <runes/subscription.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runes::detail {

/// What stands around the data of a channel's event. Points into the JSON it was read from.
struct envelope {
  std::string_view name;  ///< "market", or "gap"
  std::string_view channel;
  std::string_view symbol;
  std::optional<std::string_view> interval;
  std::optional<std::uint64_t> depth;
  event_kind kind = event_kind::update;  ///< snapshot, update or gap
  std::string_view epoch;
  std::uint64_t prev = 0;  ///< of an update
  std::uint64_t seq = 0;
  std::uint64_t from = 0, to = 0;  ///< of a gap
  timestamp ts{};
  boost::json::value const* data = nullptr;
};

/// Where an event belongs, as far as it can be read; for events that are wrong elsewhere.
struct event_place {
  std::string_view channel, symbol;
};
event_place read_place(boost::json::object const& from) noexcept;

/// Throws error(errc::bad_event) that names the key.
envelope read_envelope(boost::json::object const& from);

/// The data as its type. Empty (monostate) for the `null` of a topic that has no state yet. Throws
/// error(errc::bad_event).
event_data read_data(data_type type, boost::json::value const& from);

/// The error object of a reply or an `error` event. A code that we don't know becomes `internal`,
/// its name kept in the sentence.
outcome read_error(boost::json::value const& from);
/// `{"id":…,"ok":…}` or `{"id":…,"error":…}`.
outcome read_reply(boost::json::object const& from);

/// One entry of a subscribe reply.
struct subscribed_symbol {
  std::string symbol;
  std::optional<std::string> interval;
  std::optional<unsigned> depth;
  std::string topic;       ///< as heartbeats call it
  std::string epoch;       ///< of `seq`
  std::uint64_t seq = 0;   ///< where the snapshot, or what was missed, will lead to
  bool recovered = false;  ///< what was missed follows, instead of a snapshot
  std::optional<error> wrong;
  retry advice = retry::never;
};
/// Throws error(errc::bad_event).
std::vector<subscribed_symbol> read_subscribed(boost::json::value const& ok);

/// The last number sent of a topic, in a heartbeat.
struct topic_head {
  std::string_view topic;
  std::string_view epoch;
  std::uint64_t seq = 0;
};
/// What can be read of `heads`.
std::vector<topic_head> read_heads(boost::json::object const& from);

/// The server's time in a heartbeat or a greeting. Empty where there is none; null is no object.
std::optional<timestamp> read_ts(boost::json::object const* from) noexcept;

/// The time a server gives with `drain`; 0 if it can't be read.
std::chrono::milliseconds read_drain(boost::json::object const& from) noexcept;

}  // namespace runes::detail
