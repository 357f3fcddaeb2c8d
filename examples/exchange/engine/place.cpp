// The way of an order in: what is checked, and what becomes of it.
#include "matching_engine.hpp"

#include <algorithm>
#include <utility>

namespace exchange::engine {
namespace {

bool is_stop(new_order const& o) { return o.type >= order_type::stop; }
bool at_market(new_order const& o) {
  return o.type == order_type::market || o.type == order_type::stop;
}
bool at_once(time_in_force tif) { return tif == time_in_force::ioc || tif == time_in_force::fok; }
// Nearly all orders: nothing but side, price and quantity. They have a way of their own, on which
// nothing else is looked at.
bool plain(new_order const& o) {
  auto const number = [](auto value) { return static_cast<unsigned>(value); };
  return (number(o.type) | number(o.tif) | number(o.post_only) | number(o.reduce_only)) == 0 &&
         (o.display | o.stop_price | o.expires_at | o.position) == 0;
}
// In one comparison.
bool from_one_to(std::int64_t most, std::int64_t value) {
  return static_cast<std::uint64_t>(value) - 1 < static_cast<std::uint64_t>(most);
}
}  // namespace

matching_engine::matching_engine(engine_config const& config, event_sink& sink)
    : state_(config.state), config_((config.validate(), config)), book_(config), events_(sink) {
  some_orders_.reserve(config.max_orders);
  moved_quotes_.reserve(config.max_quotes);
  set_reference(config.reference);
}

error matching_engine::place(new_order const& o) noexcept {
  auto const wrong = admit(o);
  return wrong == error::none ? done() : wrong;
}

// All of it but what follows from its trades.
error matching_engine::admit(new_order const& o) noexcept {
  if (!simple_and_right(o)) [[unlikely]]
    return admit_special(o);
  auto const& against = book_.ladder(opposite(o.side));
  auto const limit = against.key_of(o.price);
  if (against.best_key() < limit) [[likely]] {
    accept(o, o.quantity);
    rest_simply(o, o.quantity);
    return error::none;
  }
  if (auto const wrong = check_crossing(o, limit); wrong != error::none) [[unlikely]] {
    return refuse(o.account, o.id, o.side, wrong);
  }
  accept(o, o.quantity);
  auto const open = match(o, o.quantity, limit);
  if (open > 0) rest_simply(o, open);
  return error::none;
}

error matching_engine::admit_special(new_order const& o) noexcept {
  auto wrong = check(o);
  if (wrong != error::none) return refuse(o.account, o.id, o.side, wrong);
  auto const limit = limit_of(o);
  wrong = check_crossing(o, limit);
  if (wrong != error::none) return refuse(o.account, o.id, o.side, wrong);
  auto open = o.quantity;
  if (o.reduce_only) {
    open = std::min(open, reducible(o.side, o.position));
    book_.positions().set(o.account, o.position);
  }
  accept(o, open);
  if (is_stop(o)) {
    place_stop(o, open);
  } else {
    trade_and_rest(o, open, limit);
  }
  return error::none;
}

void matching_engine::accept(new_order const& o, lots open) noexcept {
  last_id_ = o.id;
  tell({event_kind::accepted, o.side, 0, o.account, o.id, o.price, open, open, 0});
}

bool matching_engine::simple_and_right(new_order const& o) const noexcept {
  return plain(o) && state_ == market_state::active && last_id_ < o.id && o.id < outside_bit &&
         from_one_to(max_account, o.account) && o.self <= self_trade::decrement &&
         o.side <= side::sell && price_allowed(o.side, o.price) && quantity_allowed(o.quantity) &&
         !book_.full();
}

// Errors come in a fixed order, whatever else is wrong.
error matching_engine::check(new_order const& o) const noexcept {
  if (o.id <= last_id_ || o.id >= outside_bit) return error::bad_request;
  if (o.account == outside_account || o.account > max_account) return error::bad_request;
  if (auto const wrong = check_options(o); wrong != error::none) return wrong;
  if (auto const wrong = check_state(o); wrong != error::none) return wrong;
  if (auto const wrong = check_amounts(o); wrong != error::none) return wrong;
  if (!quantity_allowed(o.quantity)) return error::bad_quantity;
  if (o.display < 0 || o.display > o.quantity) return error::bad_quantity;
  if (o.reduce_only) {
    if (auto const wrong = check_reduce_only(o); wrong != error::none) return wrong;
  }
  return book_.full() && !at_once(o.tif) ? error::overloaded : error::none;
}

error matching_engine::check_options(new_order const& o) const noexcept {
  bool const known = o.type <= order_type::stop_limit && o.tif <= time_in_force::day &&
                     o.self <= self_trade::decrement && o.side <= side::sell;
  bool const may_rest = o.type == order_type::limit || o.type == order_type::stop_limit;
  bool const timely = o.tif == time_in_force::gtd ? o.expires_at > now_ : o.expires_at == 0;
  bool const held = !at_once(o.tif) || o.type == order_type::limit || o.type == order_type::market;
  bool const right = known && timely && held && (o.type != order_type::market || at_once(o.tif)) &&
                     (o.stop_price == 0 || is_stop(o)) && (o.price == 0 || may_rest) &&
                     (o.display == 0 || (may_rest && !at_once(o.tif))) &&
                     (!o.post_only || (o.type == order_type::limit && !at_once(o.tif))) &&
                     (o.reduce_only || o.position == 0) && -max_lots <= o.position &&
                     o.position <= max_lots;
  return right ? error::none : error::bad_request;
}

error matching_engine::check_state(new_order const& o) const noexcept {
  if (state_ == market_state::active) return error::none;
  // An auction collects what can wait for it.
  bool const waits = !at_once(o.tif);
  return state_ == market_state::auction && waits ? error::none : error::market_closed;
}

error matching_engine::check_amounts(new_order const& o) const noexcept {
  if (o.type == order_type::limit) {
    return price_allowed(o.side, o.price) ? error::none : error::bad_price;
  }
  if (is_stop(o) && (o.stop_price <= 0 || o.stop_price > config_.max_price)) {
    return error::bad_price;
  }
  // The band is looked at when it is triggered.
  if (o.type == order_type::stop_limit && (o.price <= 0 || o.price > config_.max_price)) {
    return error::bad_price;
  }
  return error::none;
}

error matching_engine::check_reduce_only(new_order const& o) const noexcept {
  if (reducible(o.side, o.position) == 0) return error::risk_limit;
  return book_.positions().has_room_for(o.account) ? error::none : error::overloaded;
}

error matching_engine::check_crossing(new_order const& o, std::int64_t limit) const noexcept {
  auto const& against = book_.ladder(opposite(o.side));
  if (against.best_key() < limit || is_stop(o)) [[likely]]
    return error::none;
  if (o.post_only) return error::would_cross;
  if (o.self != self_trade::cancel_newest || state_ != market_state::active) return error::none;
  auto const first = book_.level(against.best()).head;
  return book_.order(first).account == o.account ? error::self_trade : error::none;
}

// Without a branch on the side, which nobody can foretell.
bool matching_engine::price_allowed(side which, ticks price) const noexcept {
  bool const buys = which == side::buy;
  bool const not_too_high = !buys | (price <= band_high_);
  bool const not_too_low = buys | (price >= band_low_);
  return from_one_to(config_.max_price, price) && (not_too_high & not_too_low);
}

bool matching_engine::quantity_allowed(lots quantity) const noexcept {
  return from_one_to(config_.max_quantity, quantity);
}

// The worst key of the other side that it trades with. A market order goes as far as the band.
std::int64_t matching_engine::limit_of(new_order const& o) const noexcept {
  auto const band = o.side == side::buy ? band_high_ : band_low_;
  return book_.ladder(opposite(o.side)).key_of(at_market(o) ? band : o.price);
}

void matching_engine::trade_and_rest(new_order const& o, lots open, std::int64_t limit) noexcept {
  auto const& against = book_.ladder(opposite(o.side));
  if (state_ == market_state::active && against.best_key() >= limit) {
    if (o.tif == time_in_force::fok && !fillable(o, open, limit)) {
      return cancel_incoming(o, open, reason::fill_or_kill);
    }
    open = match(o, open, limit);
    if (open == 0) return;
  }
  if (o.tif == time_in_force::fok) {
    cancel_incoming(o, open, reason::fill_or_kill);
  } else if (o.type == order_type::market) {
    auto const why = against.empty() ? reason::no_liquidity : reason::price_band;
    cancel_incoming(o, open, why);
    if (why == reason::price_band && config_.band_action == band_action::halt) {
      enter_state(market_state::halted);
    }
  } else if (o.tif == time_in_force::ioc) {
    cancel_incoming(o, open, reason::immediate_or_cancel);
  } else {
    rest(o, open);
  }
}

void matching_engine::rest_simply(new_order const& o, lots open) noexcept {
  auto const& level = book_.put_plain(o, open);
  tell({event_kind::rested, o.side, 0, o.account, o.id, o.price, open, open, 0});
  tell_level(o.side, o.price, level.quantity);
}

void matching_engine::rest(new_order const& o, lots open) noexcept {
  auto const shown = o.display != 0 ? std::min(o.display, open) : open;
  auto const at = enter(o, shown, open - shown);
  tell({event_kind::rested, o.side, 0, o.account, o.id, o.price, shown, open, 0});
  tell_level(o.side, o.price, book_.level(book_.order(at).level).quantity);
}

std::uint32_t matching_engine::enter(new_order const& o, lots shown, lots hidden) noexcept {
  if (o.tif != time_in_force::day || o.expires_at != 0) [[likely]] {
    return book_.put(o, shown, hidden);
  }
  auto today = o;
  today.expires_at = day_end();
  return book_.put(today, shown, hidden);
}

micros matching_engine::day_end() const noexcept {
  auto const since = now_ - config_.day_offset;
  auto const into = (since % config_.day_length + config_.day_length) % config_.day_length;
  return now_ - into + config_.day_length;
}

error matching_engine::refuse(account_id account, order_id id, side which, error why) noexcept {
  tell({event_kind::rejected, which, static_cast<std::uint16_t>(why), account, id, 0, 0, 0, 0});
  events_.flush();
  return why;
}

// What follows from a command's trades: stops, which trade again, and reduce-only orders that have
// become too large.
void matching_engine::settle() noexcept {
  if (book_.stop_count() > 0) run_stops();
  traded_ = false;
  if (book_.positions().changed()) enforce_positions();
}

error matching_engine::apply(command const& one) noexcept {
  struct visitor {
    matching_engine& engine;
    error operator()(new_order const& o) const { return engine.place(o); }
    error operator()(amend_order const& o) const { return engine.amend(o); }
    error operator()(cancel_order const& o) const { return engine.cancel(o); }
    error operator()(cancel_all_orders const& o) const { return engine.cancel_all(o); }
    error operator()(mass_quote const& o) const { return engine.quote_all(o); }
    error operator()(advance_time const& o) const { return engine.advance(o); }
    error operator()(change_state const& o) const { return engine.change(o); }
    error operator()(change_reference const& o) const { return engine.change(o); }
    error operator()(change_position const& o) const { return engine.change(o); }
    error operator()(outside_add const& o) const { return engine.outside(o); }
    error operator()(outside_reduce const& o) const { return engine.outside(o); }
    error operator()(outside_delete const& o) const { return engine.outside(o); }
    error operator()(outside_execute const& o) const { return engine.outside(o); }
  };
  return std::visit(visitor{*this}, one);
}

}  // namespace exchange::engine
