// What trading requests are answered with: the `ok` of a reply, or the error instead.
#pragma once

#include "requests.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string_view>

namespace exchange::wire {

/// The `ok` of a command, given what read_command() made and what apply() gave. To be called before
/// the next apply(), since it looks at what the request has left behind.
/// @throws runes::error where the result is a refusal: its code, and a sentence that names the
/// field as the wire calls it and says why.
boost::json::value answer(venue::request const& asked, venue::result const& result,
                          venue::trading_venue const& venue);

/// The `ok` of a query. Reads the venue, so call it where the venue's commands are called, too.
/// @throws runes::error with a sentence that names the key: bad_request, unknown_symbol,
/// unknown_order, expired (its expiresAt is before `who.now`), unknown_op where is_query(op) is
/// not.
boost::json::value answer_query(std::string_view op, boost::json::object const& body, caller who,
                                venue::trading_venue const& venue);

}  // namespace exchange::wire
