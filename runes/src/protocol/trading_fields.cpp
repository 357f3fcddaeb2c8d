// The fields of trading requests.
#include "protocol/trading_codec.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>

namespace runes::detail {
namespace {

namespace json = boost::json;

void set_number(json::object& to, char const* key, std::optional<decimal> const& value) {
  if (value) to[key] = value->str();
}

}  // namespace

json::object fields_of(new_order const& wanted) {
  json::object o;
  o["symbol"] = wanted.symbol();
  o["side"] = name_of(wanted.side());
  o["type"] = name_of(wanted.type());
  o["quantity"] = wanted.quantity().str();
  set_number(o, "price", wanted.price());
  set_number(o, "stopPrice", wanted.stop_price());
  set_number(o, "displayQuantity", wanted.shown());
  if (wanted.tif()) o["timeInForce"] = name_of(*wanted.tif());
  if (wanted.good_till()) o["goodTill"] = wanted.good_till()->time_since_epoch().count();
  if (wanted.is_post_only()) o["postOnly"] = true;
  if (wanted.is_reduce_only()) o["reduceOnly"] = true;
  if (wanted.self_trade()) o["selfTrade"] = name_of(*wanted.self_trade());
  o["clientOrderId"] = wanted.client_id();
  return o;
}

json::object fields_of(amendment const& change) {
  json::object o = fields_of(change.which());
  set_number(o, "price", change.price());
  set_number(o, "quantity", change.quantity());
  set_number(o, "stopPrice", change.stop_price());
  return o;
}

json::object fields_of(order_ref const& which) {
  json::object o;
  if (which.order_id() > 0) {
    o["orderId"] = std::to_string(which.order_id());
  } else {
    o["clientOrderId"] = which.client_order_id();
  }
  return o;
}

json::object fields_of(history const& part) {
  json::object o;
  if (!part.symbol().empty()) o["symbol"] = part.symbol();
  if (part.limit()) o["limit"] = *part.limit();
  if (part.before()) o["before"] = std::to_string(*part.before());
  if (part.after()) o["after"] = std::to_string(*part.after());
  return o;
}

}  // namespace runes::detail
