#include "book.hpp"

#include <algorithm>

namespace exchange::engine {
namespace {

// Stops are few, and found by price only when one is added.
constexpr std::uint32_t stop_window = 1'024;

}  // namespace

book::book(engine_config const& config)
    : orders_(config.max_orders),
      terms_(config.max_orders),
      levels_(config.max_orders),
      index_(config.max_orders),
      sides_{price_ladder(levels_, true, config.window),
             price_ladder(levels_, false, config.window)},
      stops_{price_ladder(levels_, false, std::min(config.window, stop_window)),
             price_ladder(levels_, true, std::min(config.window, stop_window))},
      expiries_(orders_, terms_),
      positions_(config.max_reduce_only_accounts) {
  for (auto at = config.max_orders; at-- > 0;) {
    orders_[at].next = free_;
    free_ = at;
  }
}

new_order book::describe(std::uint32_t at) const noexcept {
  auto const& one = orders_[at];
  auto const price = levels_[one.level].price;
  new_order o;
  o.id = one.id;
  o.account = one.account;
  o.side = one.side();
  o.self = static_cast<self_trade>(one.self);
  o.post_only = one.post_only != 0;
  o.quantity = open(at);
  o.price = price;
  if (one.extended == 0) return o;
  auto const& more = terms_[at];
  o.type = more.type;
  o.tif = more.tif;
  o.reduce_only = more.reduce_only;
  o.display = more.display;
  o.expires_at = more.expires_at;
  if (one.stop != 0) {
    o.stop_price = price;
    o.price = more.price;
  }
  return o;
}

std::uint32_t book::put(new_order const& o, lots shown, lots hidden) noexcept {
  bool const stop = o.type >= order_type::stop;
  bool const extended = stop || o.reduce_only || o.display != 0 || o.tif != time_in_force::gtc;
  auto& one = take_free();
  one.level = stop ? stops(o.side).find_or_add(o.stop_price) : ladder(o.side).find_or_add(o.price);
  one.quantity = shown;
  fill_in(one, o, stop, extended);
  append(one);
  auto const at = number_of(one);
  if (extended) extend(at, o, hidden);
  return at;
}

void book::extend(std::uint32_t at, new_order const& o, lots hidden) noexcept {
  auto& more = terms_[at];
  more = order_terms{};
  more.hidden = hidden;
  more.display = o.display;
  more.expires_at = o.expires_at;
  more.price = o.price;
  more.type = o.type;
  more.tif = o.tif;
  more.reduce_only = o.reduce_only;
  if (o.expires_at != 0) expiries_.insert(at);
  if (o.reduce_only) positions_.link(o.account, at, terms_);
  stop_count_ += orders_[at].stop;
}

void book::drop_terms(std::uint32_t at) noexcept {
  auto const& more = terms_[at];
  if (more.queue_place != nil) expiries_.erase(at);
  if (more.reduce_only) positions_.unlink(orders_[at].account, at, terms_);
  stop_count_ -= orders_[at].stop;
}

void book::remove(std::uint32_t at) noexcept {
  auto const& one = orders_[at];
  auto& where = one.stop != 0 ? stops(one.side()) : ladder(one.side());
  auto const level = one.level;
  take_out(at);
  tidy(where, level);
}

void book::replenish(std::uint32_t at) noexcept {
  auto& one = orders_[at];
  auto& more = terms_[at];
  auto& level = levels_[one.level];
  unlink(one, level);
  one.quantity = std::min(more.display, more.hidden);
  more.hidden -= one.quantity;
  append(one);
}

void book::shrink(std::uint32_t at, lots by) noexcept {
  if (orders_[at].extended != 0) {
    auto const unseen = std::min(by, terms_[at].hidden);
    terms_[at].hidden -= unseen;
    by -= unseen;
  }
  orders_[at].quantity -= by;
  levels_[orders_[at].level].quantity -= by;
}

}  // namespace exchange::engine
