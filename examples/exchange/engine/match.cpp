// An order that comes meets those that stand: best price first, and at a price the oldest.
#include "matching_engine.hpp"

#include <algorithm>

namespace exchange::engine {
// Returns what is still open: 0 also where self-trade prevention took the rest of the taker away.
lots matching_engine::match(new_order const& taker, lots open, std::int64_t limit) noexcept {
  auto const maker_side = opposite(taker.side);
  auto& against = book_.ladder(maker_side);
  do {
    auto const at = against.best();
    auto& level = book_.level(at);
    open = match_level(taker, open, level);
    tell_level(maker_side, level.price, level.quantity);
    book_.tidy(against, at);
  } while (open > 0 && against.best_key() >= limit);
  return open;
}

lots matching_engine::match_level(new_order const& taker, lots open, level_record& level) noexcept {
  do {
    auto const maker = level.head;
    auto& stands = book_.order(maker);
    book_.expect_removal(stands);
    if (stands.account == taker.account && taker.self != self_trade::allow) [[unlikely]] {
      open = meet_own(taker, maker, open);
      continue;
    }
    if (stands.extended != 0 && !fits_position(maker)) [[unlikely]]
      continue;
    auto const quantity = std::min(stands.quantity, open);
    open -= quantity;
    if (stands.extended == 0 && book_.positions().empty()) [[likely]] {
      fill_plain(taker, stands, level, quantity, open);
      continue;
    }
    auto const id = trade(taker.side, level.price, quantity);
    fill_resting(maker, level.price, quantity, id);
    tell({event_kind::filled_taker, taker.side, 0, taker.account, taker.id, level.price, quantity,
          open, id});
    book_.positions().filled(taker.account, taker.side, quantity);
  } while (open > 0 && level.orders > 0);
  return open;
}

// The same for the first order of a level that has nothing special, while nobody's position
// matters.
void matching_engine::fill_plain(new_order const& taker, order_record& maker, level_record& level,
                                 lots quantity, lots open) noexcept {
  auto const price = level.price;
  maker.quantity -= quantity;
  level.quantity -= quantity;
  note_trade(price);
  auto const id = ++last_trade_;
  events_.make_room(3);
  events_.put({event_kind::trade, taker.side, 0, 0, 0, price, quantity, 0, id});
  events_.put({event_kind::filled_maker, maker.side(), 0, maker.account, maker.id, price, quantity,
               maker.quantity, id});
  events_.put({event_kind::filled_taker, taker.side, 0, taker.account, taker.id, price, quantity,
               open, id});
  if (maker.quantity == 0) book_.take_first(maker, level);
}

void matching_engine::note_trade(ticks price) noexcept {
  low_ = traded_ ? std::min(low_, price) : price;
  high_ = traded_ ? std::max(high_, price) : price;
  traded_ = true;
  last_price_ = price;
}

trade_id matching_engine::trade(side taker, ticks price, lots quantity) noexcept {
  note_trade(price);
  tell({event_kind::trade, taker, 0, 0, 0, price, quantity, 0, ++last_trade_});
  return last_trade_;
}

// The level is left for the caller to tell and to tidy.
void matching_engine::fill_resting(std::uint32_t maker, ticks price, lots quantity,
                                   trade_id trade) noexcept {
  auto& one = book_.order(maker);
  one.quantity -= quantity;
  book_.level(one.level).quantity -= quantity;
  auto const open = one.quantity + book_.hidden(maker);
  tell(
      {event_kind::filled_maker, one.side(), 0, one.account, one.id, price, quantity, open, trade});
  if (!book_.positions().empty()) [[unlikely]] {
    book_.positions().filled(one.account, one.side(), quantity);
  }
  if (one.quantity > 0) return;
  if (open == 0) return book_.take_out(maker);
  replenish(maker);
}

void matching_engine::replenish(std::uint32_t order) noexcept {
  book_.replenish(order);
  auto const& one = book_.order(order);
  tell({event_kind::replenished, one.side(), 0, one.account, one.id, book_.level(one.level).price,
        one.quantity, book_.open(order), 0});
}

// Whether the whole of a fill-or-kill order would be filled. What stands as reduce-only is not
// counted on: how much of it may trade is known only when it does.
bool matching_engine::fillable(new_order const& taker, lots open,
                               std::int64_t limit) const noexcept {
  auto const& against = book_.ladder(opposite(taker.side));
  for (auto at = against.best(); at != nil; at = against.worse(at)) {
    auto const& level = book_.level(at);
    if (against.key_of(level.price) < limit) return false;
    lots unseen = 0;
    for (auto order = level.head; order != nil; order = book_.order(order).next) {
      bool const own = book_.order(order).account == taker.account;
      if (own && taker.self != self_trade::allow) {
        if (taker.self != self_trade::cancel_oldest) return false;
        continue;
      }
      if (book_.reduce_only(order)) continue;
      open -= book_.order(order).quantity;
      if (open <= 0) return true;
      unseen += book_.hidden(order);
    }
    // Icebergs show more once all that was shown is gone.
    open -= unseen;
    if (open <= 0) return true;
  }
  return false;
}

// A maker that is reduce-only is cut to its account's position; whether anything is left of it.
bool matching_engine::fits_position(std::uint32_t maker) noexcept {
  if (!book_.reduce_only(maker)) return true;
  auto const& one = book_.order(maker);
  auto const* const entry = book_.positions().find(one.account);
  auto const most = reducible(one.side(), entry->position);
  auto const open = book_.open(maker);
  if (open <= most) return true;
  if (most > 0) {
    shrink(maker, open - most, reason::reduce_only);
    return true;
  }
  cancel_in_level(maker, reason::reduce_only);
  return false;
}

// Both orders are of one account. What is left of the taker; 0 where it was cancelled.
lots matching_engine::meet_own(new_order const& taker, std::uint32_t maker, lots open) noexcept {
  if (taker.self == self_trade::decrement) {
    auto const by = std::min(book_.order(maker).quantity, open);
    decrement(maker, by);
    open -= by;
    tell({open > 0 ? event_kind::reduced : event_kind::cancelled, taker.side,
          code_of(reason::self_trade), taker.account, taker.id, taker.price, by, open, 0});
    return open;
  }
  if (taker.self != self_trade::cancel_newest) cancel_in_level(maker, reason::self_trade);
  if (taker.self == self_trade::cancel_oldest) return open;
  cancel_incoming(taker, open, reason::self_trade);
  return 0;
}

// As a fill of what is shown, but that nobody trades.
void matching_engine::decrement(std::uint32_t maker, lots by) noexcept {
  auto& one = book_.order(maker);
  auto& level = book_.level(one.level);
  one.quantity -= by;
  level.quantity -= by;
  auto const open = book_.open(maker);
  tell({open > 0 ? event_kind::reduced : event_kind::cancelled, one.side(),
        code_of(reason::self_trade), one.account, one.id, level.price, by, open, 0});
  if (one.quantity > 0) return;
  if (open == 0) return book_.take_out(maker);
  replenish(maker);
}

estimate_result matching_engine::estimate(side which, lots quantity, ticks limit) const noexcept {
  estimate_result found;
  limit = std::clamp<ticks>(limit, 0, config_.max_price);
  auto const& against = book_.ladder(opposite(which));
  for (auto at = against.best(); at != nil && quantity > 0; at = against.worse(at)) {
    auto const price = book_.level(at).price;
    if (against.key_of(price) < against.key_of(limit)) break;
    auto const part = std::min(quantity, whole_level(at));
    quantity -= part;
    found.quantity += part;
    found.value += decltype(found.value){price} * part;
  }
  return found;
}

}  // namespace exchange::engine
