// The way of an order in.
#include "machine.hpp"

#include <algorithm>
#include <utility>

namespace exchange::venue {
namespace {

constexpr std::size_t most_characters = 36;

bool is_stop(order_type type) noexcept { return type >= order_type::stop; }
bool has_price(order_type type) noexcept {
  return type == order_type::limit || type == order_type::stop_limit;
}
bool at_once(time_in_force tif) noexcept {
  return tif == time_in_force::ioc || tif == time_in_force::fok;
}

time_in_force tif_of(place_order const& c) noexcept {
  return c.tif.value_or(has_price(c.type) ? time_in_force::gtc : time_in_force::ioc);
}

// In UTF-8 a byte that begins a character is none of 0x80 to 0xBF.
std::size_t characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_trading(error value) noexcept {
  return error::insufficient_funds <= value && value <= error::risk_limit;
}

}  // namespace

void machine::run(place_order const& c) {
  if (!right_account(c.account)) return;
  if (characters(c.client_order_id) > most_characters ||
      c.client_order_id.size() > 4 * most_characters) {
    return refuse(error::bad_request, field::client_order_id);
  }
  if (c.client_order_id.empty()) return place(c);
  if (repeat(c)) return;
  auto const is_open = [&](order_id id) { return orders_.contains(id); };
  if (!users_[c.account].ids.make_room(config_.max_client_order_ids, now_, is_open)) {
    return refuse(error::overloaded, field::client_order_id);
  }
  place(c);
  remember(c);
}

bool machine::repeat(place_order const& c) noexcept {
  auto const* const first = users_[c.account].ids.find(c.client_order_id);
  if (first == nullptr) return false;
  result_.error = first->error;
  result_.field = first->field;
  result_.order = first->order;
  result_.ts = first->at;
  result_.repeated = true;
  return true;
}

// What was answered for good: that it is placed, or why not. What is wrong with the request itself,
// or with the venue at the moment, may be otherwise the next time.
void machine::remember(place_order const& c) {
  if (!result_.ok() && !is_trading(result_.error)) return;
  users_[c.account].ids.add({c.client_order_id, now_, result_.order, result_.error, result_.field});
}

void machine::place(place_order const& c) {
  auto const tif = tif_of(c);
  order o;
  if (!right_market(c.market) || !right_options(c, tif) || !right_terms(c, tif)) return;
  if (!converted(c, o)) return;
  o.tif = tif;
  if (o.reduce_only) {
    if (reducible(o) == 0) return refuse(error::risk_limit, field::reduce_only);
    o.remaining = std::min(o.quantity, reducible(o));
  }
  o.id = last_order_ + 1;
  if (auto const wrong = reserve(o); wrong != error::none) return refuse(wrong);
  auto const id = o.id;
  auto const sent = engine_order(o);
  auto const market = o.market;
  enter(std::move(o));
  auto const wrong = call(market, sent);
  if (wrong == engine::error::none) {
    last_order_ = std::max(last_order_, id);
    result_.order = id;
    return;
  }
  if (auto const held = house_.reserved(id); held > 0) house_.release(id, held);
  orders_.erase(id);
  users_[c.account].open.pop_back();
  refuse(from(wrong));
}

bool machine::right_options(place_order const& c, time_in_force tif) noexcept {
  auto const wrong = [&](venue::field where) {
    refuse(error::bad_request, where);
    return false;
  };
  if (c.side > side::sell) return wrong(field::side);
  if (c.type > order_type::stop_limit) return wrong(field::type);
  if (tif > time_in_force::day) return wrong(field::time_in_force);
  if (c.self == self_trade::allow || c.self > self_trade::decrement) {
    return wrong(field::self_trade);
  }
  if (c.type == order_type::market && !at_once(tif)) return wrong(field::time_in_force);
  if (is_stop(c.type) && tif == time_in_force::fok) return wrong(field::time_in_force);
  if (c.type == order_type::stop_limit && at_once(tif)) return wrong(field::time_in_force);
  if (c.post_only && (c.type != order_type::limit || at_once(tif))) return wrong(field::post_only);
  if (c.reduce_only && !perpetual(c.market)) return wrong(field::reduce_only);
  if (c.connection == 0) return true;
  auto const found = connections_.find(c.connection);
  bool const own = found != connections_.end() && found->second.account == c.account;
  return own && found->second.due == 0 ? true : wrong(field::connection);
}

bool machine::right_terms(place_order const& c, time_in_force tif) noexcept {
  auto const wrong = [&](venue::field where) {
    refuse(error::bad_request, where);
    return false;
  };
  if (!has_price(c.type) && c.price != 0) return wrong(field::price);
  if (!is_stop(c.type) && c.stop_price != 0) return wrong(field::stop_price);
  bool const timely = tif == time_in_force::gtd
                          ? now_ < c.good_till && c.good_till <= engine::max_time
                          : c.good_till == 0;
  if (!timely) return wrong(field::good_till);
  bool const iceberg = has_price(c.type) && !at_once(tif);
  return c.display == 0 || iceberg ? true : wrong(field::display_quantity);
}

// From units to ticks and lots.
bool machine::converted(place_order const& c, order& o) noexcept {
  auto const& steps = config_.instruments[c.market].steps;
  auto const convert = [&](auto counted, std::int64_t& to, venue::field where) {
    to = counted.steps;
    if (counted.error != engine::error::none) refuse(from(counted.error), where);
    return counted.error == engine::error::none;
  };
  if (has_price(c.type) && !convert(steps.to_ticks(c.price), o.price, field::price)) return false;
  if (is_stop(c.type) && !convert(steps.to_ticks(c.stop_price), o.stop_price, field::stop_price)) {
    return false;
  }
  if (!convert(steps.to_lots(c.quantity), o.quantity, field::quantity)) return false;
  if (c.display != 0 && !convert(steps.to_lots(c.display), o.display, field::display_quantity)) {
    return false;
  }
  if (o.quantity > config_.instruments[c.market].engine.max_quantity) {
    refuse(error::bad_quantity, field::quantity);
    return false;
  }
  o.account = c.account;
  o.market = c.market;
  o.connection = c.connection;
  o.client_order_id = c.client_order_id;
  o.side = c.side;
  o.type = c.type;
  o.self = c.self;
  o.post_only = c.post_only;
  o.reduce_only = c.reduce_only;
  o.good_till = c.good_till;
  o.remaining = o.quantity;
  o.status = is_stop(o.type) ? order_status::untriggered : order_status::open;
  o.created_at = o.ts = now_;
  return true;
}

void machine::enter(order&& o) {
  users_[o.account].open.push_back(o.id);
  auto const id = o.id;
  orders_.emplace(id, std::move(o));
}

engine::new_order machine::engine_order(order const& o) const noexcept {
  engine::new_order sent;
  sent.id = o.id;
  sent.account = o.account;
  sent.side = o.side;
  sent.type = o.type;
  // A stop has no time in force of its own once it is triggered: until then it waits.
  sent.tif = is_stop(o.type) && o.tif == time_in_force::ioc ? time_in_force::gtc : o.tif;
  sent.self = o.self;
  sent.price = o.price;
  sent.quantity = o.quantity;
  sent.stop_price = o.stop_price;
  sent.display = o.display;
  sent.expires_at = o.good_till;
  sent.post_only = o.post_only;
  sent.reduce_only = o.reduce_only;
  if (o.reduce_only) sent.position = house_.position_size(o.account, o.market);
  if (stops_with_limit(o)) {
    sent.type = order_type::stop_limit;
    sent.price = stop_limit_of(o);
  }
  return sent;
}

// What a purchase costs must be locked when it is placed, so a stop that buys on a spot market gets
// a limit, and what that leaves is cancelled as of any market order.
bool machine::stops_with_limit(order const& o) const noexcept {
  return o.type == order_type::stop && o.side == side::buy && !perpetual(o.market);
}

ticks machine::stop_limit_of(order const& o) const noexcept {
  auto const& instrument = config_.instruments[o.market];
  auto const more = amount{o.stop_price} * instrument.stop_slippage / 1'000'000;
  auto const most = amount{instrument.engine.max_price};
  return static_cast<ticks>(
      std::min(amount{o.stop_price} + more, std::max(most, amount{o.stop_price})));
}

}  // namespace exchange::venue
