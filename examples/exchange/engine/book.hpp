// Everything that is open: orders in the queues of their prices, stops that wait, and the ways to
// find them. It keeps; what is to happen the engine decides. All memory is taken at the start.
#pragma once

#include "command.hpp"
#include "config.hpp"
#include "expiry_queue.hpp"
#include "level_pool.hpp"
#include "order_index.hpp"
#include "order_record.hpp"
#include "position_table.hpp"
#include "price_ladder.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace exchange::engine {

class book {
 public:
  explicit book(engine_config const& config);
  book(book const&) = delete;  // its parts point to each other
  book& operator=(book const&) = delete;

  std::size_t size() const noexcept { return size_; }
  bool full() const noexcept { return free_ == nil; }
  std::size_t stop_count() const noexcept { return stop_count_; }

  price_ladder& ladder(side which) noexcept { return sides_[index_of(which)]; }
  price_ladder const& ladder(side which) const noexcept { return sides_[index_of(which)]; }
  /// Stops by their stop price, those next to be triggered first.
  price_ladder& stops(side which) noexcept { return stops_[index_of(which)]; }
  price_ladder const& stops(side which) const noexcept { return stops_[index_of(which)]; }
  level_record& level(std::uint32_t at) noexcept { return levels_[at]; }
  level_record const& level(std::uint32_t at) const noexcept { return levels_[at]; }
  order_record& order(std::uint32_t at) noexcept { return orders_[at]; }
  order_record const& order(std::uint32_t at) const noexcept { return orders_[at]; }
  order_terms& terms(std::uint32_t at) noexcept { return terms_[at]; }
  order_terms const& terms(std::uint32_t at) const noexcept { return terms_[at]; }
  expiry_queue const& expiries() const noexcept { return expiries_; }
  position_table& positions() noexcept { return positions_; }
  position_table const& positions() const noexcept { return positions_; }

  std::uint32_t find(order_id id) const noexcept {
    return index_.find(id, nil, [&](std::uint32_t at) { return orders_[at].id == id; });
  }
  lots hidden(std::uint32_t at) const noexcept {
    return orders_[at].extended != 0 ? terms_[at].hidden : 0;
  }
  /// All that is open of an order.
  lots open(std::uint32_t at) const noexcept { return orders_[at].quantity + hidden(at); }
  bool reduce_only(std::uint32_t at) const noexcept {
    return orders_[at].extended != 0 && terms_[at].reduce_only;
  }
  /// The order as it could be placed again, with what is open as its quantity.
  new_order describe(std::uint32_t at) const noexcept;

  /// Enters an order at the end of its queue: a stop by its stop price, another by its price.
  /// Preconditions: not full(); its account has an entry in positions() if it is reduce-only; its
  /// time of expiry is set.
  std::uint32_t put(new_order const& o, lots shown, lots hidden) noexcept;
  /// The same for a limit order that is good till cancelled and has nothing special, but that it
  /// may be post-only. Its level.
  level_record const& put_plain(new_order const& o, lots open) noexcept {
    auto& one = take_free();
    one.level = ladder(o.side).find_or_add(o.price);
    one.quantity = open;
    fill_in(one, o, false, false);
    return append(one);
  }
  /// Takes an order out; its level stays, perhaps empty.
  void take_out(std::uint32_t at) noexcept {
    auto& gone = orders_[at];
    unlink(gone, levels_[gone.level]);
    if (gone.extended != 0) [[unlikely]]
      drop_terms(at);
    let_go(gone);
  }
  /// The same for the first of a level, of which nothing is left and which has no terms.
  void take_first(order_record& gone, level_record& level) noexcept {
    level.head = gone.next;
    (gone.next != nil ? orders_[gone.next].previous : level.tail) = nil;
    --level.orders;
    let_go(gone);
  }
  /// Begins to fetch what taking the order out will touch.
  void expect_removal(order_record const& one) const noexcept {
    index_.expect(one.id);
    if (one.next != nil) __builtin_prefetch(&orders_[one.next], 1);
  }
  /// Takes an order out, and its level if that is empty now.
  void remove(std::uint32_t at) noexcept;
  /// A level that may have become empty.
  void tidy(price_ladder& ladder, std::uint32_t level) noexcept {
    if (levels_[level].orders == 0) ladder.erase(level);
  }
  /// An iceberg whose shown part is gone shows the next, at the end of its queue. Preconditions:
  /// nothing is shown, something hidden.
  void replenish(std::uint32_t at) noexcept;
  /// Makes an order smaller where it stands, its hidden part first. Precondition: something is
  /// left.
  void shrink(std::uint32_t at, lots by) noexcept;

 private:
  std::uint32_t number_of(order_record const& one) const noexcept {
    return static_cast<std::uint32_t>(&one - orders_.data());
  }
  order_record& take_free() noexcept {
    auto& one = orders_[free_];
    free_ = one.next;
    ++size_;
    return one;
  }
  void let_go(order_record& gone) noexcept {
    auto const at = number_of(gone);
    index_.erase(gone.id, at);
    gone.next = free_;
    free_ = at;
    --size_;
  }
  void fill_in(order_record& one, new_order const& o, bool stop, bool extended) noexcept {
    one.id = o.id;
    one.account = o.account & max_account;
    one.self = static_cast<unsigned>(o.self) & 7u;
    one.sell = o.side == side::sell;
    one.stop = stop;
    one.post_only = o.post_only;
    one.extended = extended;
    index_.insert(o.id, number_of(one));
  }
  /// To the end of its level's queue.
  level_record& append(order_record& one) noexcept {
    auto& level = levels_[one.level];
    auto const at = number_of(one);
    one.previous = level.tail;
    one.next = nil;
    (level.tail != nil ? orders_[level.tail].next : level.head) = at;
    level.tail = at;
    level.quantity += one.quantity;
    ++level.orders;
    return level;
  }
  void unlink(order_record const& one, level_record& level) noexcept {
    (one.previous != nil ? orders_[one.previous].next : level.head) = one.next;
    (one.next != nil ? orders_[one.next].previous : level.tail) = one.previous;
    level.quantity -= one.quantity;
    --level.orders;
  }
  void extend(std::uint32_t at, new_order const& o, lots hidden) noexcept;
  void drop_terms(std::uint32_t at) noexcept;

  std::vector<order_record> orders_;
  std::vector<order_terms> terms_;  // of the order with the same number
  std::uint32_t free_ = nil;        // the first free record
  std::uint32_t size_ = 0;
  std::uint32_t stop_count_ = 0;
  level_pool levels_;
  order_index index_;
  std::array<price_ladder, 2> sides_;
  std::array<price_ladder, 2> stops_;
  expiry_queue expiries_;
  position_table positions_;
};

}  // namespace exchange::engine
