// Requests as they come and replies as they go (protocol.md, "Requests and replies").
#pragma once

#include <runes/error.hpp>
#include <runes/handler.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runes::detail {

/// The subprotocol that all of this speaks.
inline constexpr std::string_view protocol_name = "runes.v1.json";
inline constexpr std::size_t longest_id = 36;

/// A message read as a request. `id` is the JSON to echo; empty when none could be read.
struct parsed_request {
  std::string id;
  std::string op;
  boost::json::object body;
  std::optional<error> wrong;  ///< then op and body mean nothing
};
/// Never throws for bad input: it is answered.
parsed_request parse_request(std::string_view text);

/// `{"id":…,"ok":…}`; `ok` is JSON.
std::string ok_reply(std::string_view id, std::string_view ok);
/// `{"id":…,"error":{…}}`, without the id when it is empty.
std::string error_reply(std::string_view id, error const& what);
/// The error object alone: code, name, message, retry, retryAfterMs.
void append_error(std::string& out, error const& what);
/// `{"event":"error","error":{…}}`.
std::string error_event(error const& what);

/// A place in a topic's sequence, of `since`.
struct sequence_point {
  std::string symbol;
  std::string epoch;
  std::uint64_t seq = 0;
};

/// The fields of `subscribe` and `unsubscribe`.
struct subscription_fields {
  subscription_request wanted;
  std::vector<sequence_point> since;
  std::optional<overflow> when_slow;
};
/// The field `symbols`; nothing when it is left out. Throws error(code) when it is no list of
/// texts.
std::optional<std::vector<std::string>> read_symbols(boost::json::object const& body, errc code);

/// Throws error(errc::bad_options) naming the field.
subscription_fields read_subscription(boost::json::object const& body);

/// The fields of `auth`. Throws error(errc::bad_request) naming the field.
credentials read_credentials(boost::json::object const& body);

}  // namespace runes::detail
