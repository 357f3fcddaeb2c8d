// What the wire's tests share: requests as texts, to the venue of the venue's own tests.
#pragma once

#include "../venue/venue_test.hpp"

#include <wire/answers.hpp>
#include <wire/requests.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <runes/error.hpp>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace runes {
inline std::ostream& operator<<(std::ostream& out, errc code) { return out << name_of(code); }
}  // namespace runes

namespace exchange::wire {

namespace json = boost::json;
using namespace exchange::venue;
using exchange::venue::error;
using runes::errc;

inline constexpr auto an_order =
    R"({"symbol":"BTC-USD","side":"buy","quantity":"1.00","price":"50.00"})";

inline json::object object_of(std::string_view text) {
  return json::parse(json::string_view(text.data(), text.size())).as_object();
}

/// A body: the keys of the first text, and those of the second in their place or beside them.
inline json::object merged(std::string_view text, std::string_view more) {
  auto body = object_of(text);
  for (auto const& [key, value] : object_of(more)) body[key] = value;
  return body;
}

struct wire_fixture : venue_fixture {
  using venue_fixture::venue_fixture;

  /// What `ok` holds, as text.
  std::string ok(std::string_view op, json::object const& body, account_id account = 1,
                 connection_id connection = 0) {
    caller const who{account, connection, now};
    if (is_query(op)) return json::serialize(answer_query(op, body, who, venue));
    auto const request = read_command(op, body, who, venue);
    return json::serialize(answer(request, run(request.what, request.expires_at), venue));
  }
  std::string ok(std::string_view op, std::string_view body, account_id account = 1,
                 connection_id connection = 0) {
    return ok(op, object_of(body), account, connection);
  }
  /// The error instead of it.
  std::optional<runes::error> refusal_of(std::string_view op, json::object const& body,
                                         account_id account = 1, connection_id connection = 0) {
    try {
      auto const said = ok(op, body, account, connection);
      BOOST_ERROR(op << ' ' << json::serialize(body) << " should be refused, not " << said);
    } catch (runes::error const& wrong) {
      return wrong;
    }
    return std::nullopt;
  }
  void refuses(std::string_view op, json::object const& body, errc code, std::string_view sentence,
               account_id account = 1, connection_id connection = 0) {
    BOOST_TEST_CONTEXT(op << ' ' << json::serialize(body)) {
      auto const wrong = refusal_of(op, body, account, connection);
      if (!wrong) return;
      BOOST_TEST(wrong->code() == code);
      BOOST_TEST(wrong->sentence() == sentence);
    }
  }
};

}  // namespace exchange::wire
