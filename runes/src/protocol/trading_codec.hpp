// Trading on the wire (docs/trading.md): the account channels' entries and replies as types,
// and the fields of requests.
#pragma once

#include <runes/new_order.hpp>
#include <runes/trading_data.hpp>

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace runes::detail {

// Each reads one JSON object; unknown keys are ignored. They throw error(errc::bad_event), with a
// sentence that names the key which is missing or wrong. Decimals are read from strings only, and
// one that does not fit is an error.
void decode(boost::json::value const& from, order& to);
void decode(boost::json::value const& from, fill& to);
void decode(boost::json::value const& from, position& to);
void decode(boost::json::value const& from, balance& to);
void decode(boost::json::value const& from, order_ack& to);
void decode(boost::json::value const& from, cancelled_orders& to);
void decode(boost::json::value const& from, leverage_setting& to);
void decode(boost::json::value const& from, disconnect_setting& to);
void decode(boost::json::value const& from, deadman_setting& to);

// Replies that hold a list: `orders`, `fills`, `positions`, `balances`.
order_list decode_orders(boost::json::value const& ok);
fill_list decode_fills(boost::json::value const& ok);
position_list decode_positions(boost::json::value const& ok);
balance_list decode_balances(boost::json::value const& ok);

/// `ts` of a reply of `time`.
timestamp decode_time(boost::json::value const& ok);

// The fields of requests, `expiresAt` left out.
/// Of order.place. Precondition: it has a clientOrderId.
boost::json::object fields_of(new_order const& wanted);
/// Of order.amend.
boost::json::object fields_of(amendment const& change);
/// Of order.cancel and order.status.
boost::json::object fields_of(order_ref const& which);
/// Of the histories.
boost::json::object fields_of(history const& part);

}  // namespace runes::detail
