// What is asked of a venue, checked as far as it can be without it; and the names of trading.
#include <runes/new_order.hpp>

#include "protocol/quoted.hpp"

#include <runes/error.hpp>

namespace runes {
namespace {

decimal above_zero(exact value, errc code, char const* what) {
  decimal const number = value.value();
  if (number.units() <= 0)
    throw error(code, std::string(what) + " must be above zero, not " + number.str());
  return number;
}

decimal price_of(exact value, char const* what) { return above_zero(value, errc::bad_price, what); }
decimal quantity_of(exact value, char const* what) {
  return above_zero(value, errc::bad_quantity, what);
}

std::string checked_client_id(std::string id) {
  if (id.empty() || id.size() > max_client_order_id) {
    throw error(errc::bad_request,
                "a clientOrderId must have 1 to 36 characters, not " + std::to_string(id.size()));
  }
  return id;
}

}  // namespace

new_order::new_order(order_type type, std::string symbol, runes::side side, exact quantity)
    : type_(type),
      symbol_(std::move(symbol)),
      side_(side),
      quantity_(quantity_of(quantity, "the quantity of an order")) {}

new_order& new_order::client_id(std::string id) {
  client_id_ = checked_client_id(std::move(id));
  return *this;
}
new_order& new_order::price(exact limit) {
  price_ = price_of(limit, "the price of an order");
  return *this;
}
new_order& new_order::stop_price(exact trigger) {
  stop_price_ = price_of(trigger, "the stop price of an order");
  return *this;
}
new_order& new_order::good_till(timestamp when) {
  tif_ = time_in_force::gtd;
  good_till_ = when;
  return *this;
}
new_order& new_order::iceberg(exact shown) {
  shown_ = quantity_of(shown, "what is shown of an order");
  return *this;
}
new_order& new_order::expires_in(std::chrono::milliseconds most) {
  if (most < std::chrono::milliseconds(1) || most > std::chrono::hours(24))
    throw error(errc::bad_request, "an order must expire within 1 ms to a day after it was sent");
  expires_in_ = most;
  return *this;
}

new_order limit_order(std::string symbol, side which, exact quantity, exact price) {
  new_order wanted(order_type::limit, std::move(symbol), which, quantity);
  wanted.price(price);
  return wanted;
}
new_order market_order(std::string symbol, side which, exact quantity) {
  return {order_type::market, std::move(symbol), which, quantity};
}
new_order stop_order(std::string symbol, side which, exact quantity, exact stop_price) {
  new_order wanted(order_type::stop, std::move(symbol), which, quantity);
  wanted.stop_price(stop_price);
  return wanted;
}
new_order stop_limit_order(std::string symbol, side which, exact quantity, exact price,
                           exact stop_price) {
  new_order wanted(order_type::stop_limit, std::move(symbol), which, quantity);
  wanted.price(price).stop_price(stop_price);
  return wanted;
}

order_ref order_ref::from_number(std::uint64_t order_id) {
  if (order_id == 0) throw error(errc::bad_request, "an orderId must be above zero");
  order_ref which;
  which.order_id_ = order_id;
  return which;
}
order_ref order_ref::from_text(std::string_view client_order_id) {
  order_ref which;
  which.client_order_id_ = checked_client_id(std::string(client_order_id));
  return which;
}
std::string order_ref::str() const {
  return "order " + (order_id_ > 0 ? std::to_string(order_id_) : detail::quoted(client_order_id_));
}

amendment& amendment::price(exact limit) {
  price_ = price_of(limit, "the price of an order");
  return *this;
}
amendment& amendment::quantity(exact whole) {
  quantity_ = quantity_of(whole, "the quantity of an order");
  return *this;
}
amendment& amendment::stop_price(exact trigger) {
  stop_price_ = price_of(trigger, "the stop price of an order");
  return *this;
}

history& history::limit(unsigned most) {
  if (most < 1 || most > 1'000)
    throw error(errc::bad_request, "a page of a history has 1 to 1,000 entries");
  limit_ = most;
  return *this;
}

// ---- names

std::string_view name_of(order_type type) noexcept {
  switch (type) {
    case order_type::limit:
      return "limit";
    case order_type::market:
      return "market";
    case order_type::stop:
      return "stop";
    case order_type::stop_limit:
      break;
  }
  return "stop_limit";
}

std::string_view name_of(time_in_force tif) noexcept {
  switch (tif) {
    case time_in_force::gtc:
      return "gtc";
    case time_in_force::ioc:
      return "ioc";
    case time_in_force::fok:
      return "fok";
    case time_in_force::gtd:
      return "gtd";
    case time_in_force::day:
      break;
  }
  return "day";
}

std::string_view name_of(self_trade mode) noexcept {
  switch (mode) {
    case self_trade::cancel_newest:
      return "cancel_newest";
    case self_trade::cancel_oldest:
      return "cancel_oldest";
    case self_trade::cancel_both:
      return "cancel_both";
    case self_trade::decrement:
      break;
  }
  return "decrement";
}

std::string_view name_of(order_status status) noexcept {
  switch (status) {
    case order_status::untriggered:
      return "untriggered";
    case order_status::open:
      return "open";
    case order_status::filled:
      return "filled";
    case order_status::cancelled:
      return "cancelled";
    case order_status::expired:
      break;
  }
  return "expired";
}

std::string_view name_of(margin_mode mode) noexcept {
  return mode == margin_mode::cross ? "cross" : "isolated";
}

std::string_view name_of(disconnect_scope scope) noexcept {
  return scope == disconnect_scope::connection ? "connection" : "account";
}

}  // namespace runes
