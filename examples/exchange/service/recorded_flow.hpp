// A recorded market inside the venue: what was in its book and was traded, as the venue's outside
// flow, so that accounts trade in its midst.
#pragma once

#include "market_source.hpp"
#include "venue/venue.hpp"

#include <runes/order_book.hpp>

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <vector>

namespace exchange::service {

/// Turns the steps of a recording into requests. Where it has orders they are the outside orders,
/// and what is traded of one that accounts have met is traded all the same. Else it has levels, and
/// of each level the outside orders are made up: what is more comes behind all that is there, what
/// is less goes from the back, and what was traded goes from the front. After each step the outside
/// orders of a level are together what the recording has there, whatever accounts have taken of
/// them.
///
/// A perpetual's mark price is the middle of the recorded best prices, rounded down to its tick;
/// while a side is missing it stays.
class recorded_flow {
 public:
  using carry_out = std::function<void(venue::command const&)>;

  /// The venue is of recorded_markets() and outlives it; its markets are the source's.
  explicit recorded_flow(venue::trading_venue const& of);

  /// Carries out what the step comes to, one request after another: what is to be done next hangs
  /// on what accounts have met.
  void follow(step const& now, carry_out const& run);

 private:
  /// The outside orders of a level, the oldest first.
  using level = std::deque<venue::order_id>;
  struct market {
    std::array<std::map<venue::units, level>, 2> sides;
    runes::order_book book{0, 0};  // as recorded
  };

  void follow_levels(venue::market_id id, step const& now, carry_out const& run);
  void change_order(venue::market_id id, venue::outside_order one, carry_out const& run);
  void change_state(venue::market_id id, runes::instrument_status to, carry_out const& run) const;
  void change_book(venue::market_id id, book_update const& update, carry_out const& run);
  void set_mark(venue::market_id id, carry_out const& run) const;
  void set_level(venue::market_id id, venue::side which, runes::level const& to,
                 carry_out const& run);
  void trade(venue::market_id id, venue::side which, venue::units price, venue::units left,
             carry_out const& run);
  venue::units open(venue::market_id id, venue::order_id order) const;
  void add(venue::market_id id, venue::side which, venue::units price, venue::units quantity,
           level& to, carry_out const& run);
  void take_from_back(venue::market_id id, level& from, venue::units quantity,
                      carry_out const& run) const;
  void forget_closed(venue::market_id id, level& of) const;

  venue::trading_venue const& venue_;
  std::vector<market> markets_;
  venue::order_id last_ = recorded_ids_end;  // of those made up
};

}  // namespace exchange::service
