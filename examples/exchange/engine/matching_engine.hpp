// The matching engine of one instrument: price-time priority, everything in whole ticks and lots.
// No networking, no clock, no threads, no randomness: the same commands give the same events, byte
// for byte. docs/engine.md has the rules.
//
//     struct printer final : event_sink { void on_events(std::span<event const>) noexcept override;
//     }; printer out; matching_engine engine(config, out); engine.advance({now}); if (auto const e
//     = engine.place(order); e != error::none) … nothing has changed
//
// Whoever keeps accounts checks before it calls (estimate() says what an order would trade at
// most), and books what the fills say. It appends the command to its journal before it
// acknowledges.
#pragma once

#include "book.hpp"
#include "command.hpp"
#include "config.hpp"
#include "event.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exchange::engine {

class byte_reader;

/// A price and what is shown there.
struct level_view {
  ticks price = 0;
  lots quantity = 0;
  std::uint32_t orders = 0;

  friend bool operator==(level_view const&, level_view const&) = default;
};

/// What an order would trade if it came now.
struct estimate_result {
  lots quantity = 0;
  __extension__ __int128 value = 0;  ///< the sum of price × quantity, in ticks × lots
};

/// Not thread-safe: one thread at a time. After construction it asks for no memory, but in save().
class matching_engine {
 public:
  /// @throws std::invalid_argument naming the field of the configuration that is wrong. The sink
  /// must outlive the engine.
  matching_engine(engine_config const& config, event_sink& sink);

  // The commands. Each hands all its events to the sink before it returns. A command that is
  // refused gives one event, `rejected`, returns the same error, and has changed nothing.
  error place(new_order const& o) noexcept;
  error amend(amend_order const& change) noexcept;
  error cancel(cancel_order const& which) noexcept;
  error cancel_all(cancel_all_orders const& which) noexcept;
  /// Refused as a whole where the account, the number of quotes or the market's state is wrong;
  /// else each quote that is refused has its own `rejected`, and the others are carried out.
  error quote_all(mass_quote const& quotes) noexcept;
  /// A time before now() changes nothing.
  error advance(advance_time const& time) noexcept;
  error change(change_state const& to) noexcept;
  error change(change_reference const& to) noexcept;
  error change(change_position const& to) noexcept;
  error outside(outside_add const& o) noexcept;
  error outside(outside_reduce const& o) noexcept;
  error outside(outside_delete const& o) noexcept;
  error outside(outside_execute const& o) noexcept;
  /// Any of them.
  error apply(command const& one) noexcept;

  engine_config const& config() const noexcept { return config_; }
  market_state state() const noexcept { return state_; }
  micros now() const noexcept { return now_; }
  ticks last_price() const noexcept { return last_price_; }  ///< of a trade; 0: none yet
  ticks reference() const noexcept { return reference_; }
  std::size_t open_orders() const noexcept { return book_.size(); }
  /// An open order as it could be placed again, with what is open as its quantity.
  std::optional<new_order> find(order_id id) const noexcept;
  std::optional<level_view> best(side which) const noexcept;
  /// Fills `out` with levels from the best on; how many there were.
  std::size_t levels(side which, std::span<level_view> out) const noexcept;
  /// What an order of that side, up to that price, would trade now; for a check of funds. Hidden
  /// parts count, self-trade prevention does not.
  estimate_result estimate(side which, lots quantity, ticks limit) const noexcept;
  engine::book const& book() const noexcept { return book_; }

  /// The whole state as bytes. An engine that loads them goes on as this one would, and saves the
  /// same bytes.
  std::string save() const;
  /// Takes over a state. Precondition: this engine is new, with the configuration of the other.
  /// @throws std::runtime_error that says what is wrong with the bytes; the engine is of no use
  /// then.
  void load(std::string_view bytes);

 private:
  // place.cpp: checks, and the way of an order in.
  error admit(new_order const& o) noexcept;
  error admit_special(new_order const& o) noexcept;
  void accept(new_order const& o, lots open) noexcept;
  bool simple_and_right(new_order const& o) const noexcept;
  error check(new_order const& o) const noexcept;
  error check_options(new_order const& o) const noexcept;
  error check_state(new_order const& o) const noexcept;
  error check_amounts(new_order const& o) const noexcept;
  error check_reduce_only(new_order const& o) const noexcept;
  error check_crossing(new_order const& o, std::int64_t limit) const noexcept;
  bool price_allowed(side which, ticks price) const noexcept;
  bool quantity_allowed(lots quantity) const noexcept;
  std::int64_t limit_of(new_order const& o) const noexcept;
  void trade_and_rest(new_order const& o, lots open, std::int64_t limit) noexcept;
  void rest_simply(new_order const& o, lots open) noexcept;
  void rest(new_order const& o, lots open) noexcept;
  std::uint32_t enter(new_order const& o, lots shown, lots hidden) noexcept;
  micros day_end() const noexcept;
  error done() noexcept {
    if (traded_ || book_.positions().changed()) [[unlikely]]
      settle();
    events_.flush();
    return error::none;
  }
  void settle() noexcept;
  error refuse(account_id account, order_id id, side which, error why) noexcept;

  // match.cpp
  lots match(new_order const& taker, lots open, std::int64_t limit) noexcept;
  lots match_level(new_order const& taker, lots open, level_record& level) noexcept;
  bool fillable(new_order const& taker, lots open, std::int64_t limit) const noexcept;
  bool fits_position(std::uint32_t maker) noexcept;
  lots meet_own(new_order const& taker, std::uint32_t maker, lots open) noexcept;
  void replenish(std::uint32_t order) noexcept;
  void decrement(std::uint32_t maker, lots by) noexcept;
  void fill_plain(new_order const& taker, order_record& maker, level_record& level, lots quantity,
                  lots open) noexcept;
  void note_trade(ticks price) noexcept;
  void fill_resting(std::uint32_t maker, ticks price, lots quantity, trade_id trade) noexcept;
  trade_id trade(side taker, ticks price, lots quantity) noexcept;

  // cancel.cpp: whatever takes away what is open.
  std::uint32_t owned(order_id id, account_id account, error& wrong) const noexcept;
  void cancel_open(std::uint32_t order, reason why,
                   event_kind kind = event_kind::cancelled) noexcept;
  void cancel_in_level(std::uint32_t order, reason why,
                       event_kind kind = event_kind::cancelled) noexcept;
  void cancel_incoming(new_order const& o, lots open, reason why) noexcept;
  void cancel_orders_of(account_id account, price_ladder const& ladder) noexcept;
  void shrink(std::uint32_t order, lots by, reason why) noexcept;
  void end_day() noexcept;
  void enforce_positions() noexcept;
  void cut_to_position(std::uint32_t order, lots position) noexcept;

  // amend.cpp
  struct moved_quote {
    new_order order;
    bool fresh = false;
  };
  error check_amend(new_order const& now, amend_order const& change,
                    new_order const& changed) const noexcept;
  lots within_position(new_order const& o) const noexcept;
  void shrink_in_place(std::uint32_t order, lots quantity) noexcept;
  void amend_stop(std::uint32_t order, new_order const& now, new_order const& changed) noexcept;
  void withdraw(std::uint32_t order) noexcept;
  bool change_quote(account_id account, quote const& one) noexcept;
  moved_quote take_quote(account_id account, quote const& one) noexcept;
  void return_quote(moved_quote const& moved) noexcept;
  void tell_amended(new_order const& o) noexcept;

  // stops.cpp
  void place_stop(new_order const& o, lots open) noexcept;
  void run_stops() noexcept;
  void trigger(std::uint32_t order) noexcept;
  void trigger(new_order o) noexcept;

  // auction.cpp
  struct auction_price {
    ticks price = 0;
    lots surplus = 0;  // of demand over supply
  };
  std::optional<auction_price> find_auction_price() const noexcept;
  lots whole_level(std::uint32_t level) const noexcept;
  void uncross() noexcept;
  lots uncross_at(auction_price const& at) noexcept;
  lots uncross_pair(std::uint32_t bid, std::uint32_t ask, auction_price const& at) noexcept;
  bool keep_apart(std::uint32_t bid, std::uint32_t ask) noexcept;
  void finish_level(side which, std::uint32_t level) noexcept;
  void set_reference(ticks price) noexcept;
  void enter_state(market_state to) noexcept;

  // outside.cpp
  lots take_for_outside(side taker, ticks limit, lots quantity, std::uint32_t before) noexcept;
  lots take_in_level(side taker, std::uint32_t level, lots quantity, std::uint32_t before) noexcept;

  // snapshot.cpp
  void load_positions(byte_reader& in);
  void load_ladder(byte_reader& in, side which, bool stops);

  void tell(event const& one) noexcept { events_.write(one); }
  void tell_level(side which, ticks price, lots quantity) noexcept {
    tell({event_kind::level, which, 0, 0, 0, price, quantity, 0, 0});
  }

  // Hot first.
  market_state state_;
  bool traded_ = false;  // since settle()
  order_id last_id_ = 0;
  trade_id last_trade_ = 0;
  ticks last_price_ = 0;
  ticks low_ = 0;  // of the trades since settle()
  ticks high_ = 0;
  ticks band_low_ = 0;  // no band: as far as prices go
  ticks band_high_ = 0;
  micros now_ = 0;
  ticks reference_ = 0;
  engine_config config_;
  engine::book book_;
  event_writer events_;
  std::vector<std::uint32_t> some_orders_;  // what enforce_positions() and end_day() work through
  std::vector<moved_quote> moved_quotes_;
};

}  // namespace exchange::engine
