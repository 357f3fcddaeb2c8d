// The rules of the matching engine once more, as plainly as they can be written: maps of lists,
// copies, searches from end to end. Slow, and meant to be obviously right; the engine's events must
// be the same.
#pragma once

#include <engine/command.hpp>
#include <engine/config.hpp>
#include <engine/event.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace exchange::engine {

class reference_engine {
 public:
  struct resting {
    new_order o;  // its quantity is all that is open
    lots shown = 0;
  };
  using queue = std::list<resting>;
  using prices = std::map<ticks, queue>;

  explicit reference_engine(engine_config const& config);

  /// The events of the last command are in `out`.
  error apply(command const& one);

  std::vector<event> out;

  prices const& book(side which) const { return book_[index_of(which)]; }
  market_state state() const { return state_; }
  order_id last_id() const { return last_id_; }

 private:
  struct place_of {
    prices* in = nullptr;
    ticks price = 0;
    queue::iterator at;
    resting& order() const { return *at; }
  };

  error run(new_order const& o);
  error run(amend_order const& change);
  error run(cancel_order const& which);
  error run(cancel_all_orders const& which);
  error run(mass_quote const& quotes);
  error run(advance_time const& time);
  error run(change_state const& to);
  error run(change_reference const& to);
  error run(change_position const& to);
  error run(outside_add const& o);
  error run(outside_reduce const& o);
  error run(outside_delete const& o);
  error run(outside_execute const& o);

  error wrong_with(new_order const& o) const;
  error crossing(new_order const& o) const;
  bool crosses(new_order const& o) const;
  bool price_allowed(side which, ticks price) const;
  bool quantity_allowed(lots q) const { return q > 0 && q <= config_.max_quantity; }
  lots most_by_position(new_order const& o) const;
  lots within_position(new_order const& o) const;

  void trade_and_rest(new_order o);
  void match(new_order& taker);
  void match_queue(new_order& taker, ticks price, queue& makers);
  bool meet_own(new_order& taker, queue& makers);
  bool fits_position(queue& makers, queue::iterator maker, ticks price);
  void fill_resting(queue& makers, queue::iterator maker, ticks price, ticks own_price, lots q);
  void show_more(queue& makers, queue::iterator maker, ticks price);
  void decrement(queue& makers, queue::iterator maker, ticks price, lots by);
  bool fillable(new_order const& taker) const;
  void rest(new_order o);
  void wait_as_stop(new_order o);
  void trigger(new_order o);
  void run_stops();
  void end_command();

  std::optional<place_of> find(order_id id);
  std::optional<place_of> owned(order_id id, account_id account, error& wrong);
  void take_out(place_of const& where);
  void cancel_open(place_of const& where, reason why, event_kind kind = event_kind::cancelled);
  void shrink(resting& one, lots by);
  void amend_in_place(place_of const& where, lots quantity);
  std::vector<place_of> all_orders();
  void expire(std::function<bool(new_order const&)> const& which);
  void enforce_positions();

  void uncross();
  std::optional<std::pair<ticks, lots>> auction_price() const;
  lots uncross_at(ticks price, lots surplus);
  bool keep_apart(queue& bids, ticks bid, queue& asks, ticks ask);
  lots take_for_outside(side taker, ticks limit, lots quantity, order_id before);

  trade_id trade(side taker, ticks price, lots q);
  void moved(account_id account, side which, lots q);
  void set_reference(ticks price);
  void enter_state(market_state to);
  micros day_end() const;
  error refuse(account_id account, order_id id, side which, error why);
  void tell(event_kind kind, new_order const& o, ticks price, lots quantity, lots remaining = 0,
            reason why = reason::none, trade_id trade = 0);
  void tell_level(side which, ticks price);
  void clean(side which, ticks price);
  prices& of(side which) { return book_[index_of(which)]; }
  /// Of the side that this one trades with: the best first.
  std::optional<ticks> best_against(side taker) const;

  engine_config config_;
  prices book_[2];
  prices stops_[2];
  std::map<account_id, lots> positions_;  // of accounts with reduce-only orders
  market_state state_;
  order_id last_id_ = 0;
  trade_id last_trade_ = 0;
  ticks last_price_ = 0;
  ticks reference_ = 0;
  ticks band_low_ = 0, band_high_ = 0;
  micros now_ = 0;
  std::set<ticks> traded_;  // prices of this command's trades
};

}  // namespace exchange::engine
