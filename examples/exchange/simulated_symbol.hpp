// One symbol of the simulated market.
#pragma once

#include "market_source.hpp"
#include "market_summary.hpp"
#include "noise.hpp"

#include <runes/instrument.hpp>
#include <runes/order_book.hpp>

#include <cstddef>
#include <cstdint>

namespace exchange {

/// How a simulated symbol behaves. Prices are counted in ticks, quantities in lots.
struct simulated_character {
  runes::instrument of;
  double price = 0;       ///< where it begins, and is drawn back to over hours
  double volatility = 0;  ///< ticks a square root of a second, in quiet times
  double spread = 0;      ///< ticks, in quiet times
  double size = 0;        ///< lots at a price
};

/// A random process that looks like a market:
/// * a fair price that nobody sees wanders, in quiet times and in wild ones that last a minute or
/// so;
/// * makers quote around it, some tens of times a second: they pull what the price has come too
/// close to, quote anew at the
///   best price, add and cancel behind it; the spread widens in wild times and comes back;
/// * takers come in bursts that excite themselves and mostly go one way, take from the book, and
/// move the fair price.
///
/// The process is drawn in doubles; prices and quantities are whole ticks and lots from the moment
/// they exist. The book is never crossed, and has between 20 and 60 levels a side, a few less just
/// after a trade.
class simulated_symbol {
 public:
  static constexpr std::size_t fewest_levels = 20;
  static constexpr std::size_t most_levels = 60;

  simulated_symbol(simulated_character character, std::uint64_t seed, runes::timestamp begin);

  runes::instrument const& instrument() const noexcept { return who_.of; }
  runes::order_book const& book() const noexcept { return book_; }

  /// When the next step happens.
  runes::timestamp due() const noexcept {
    return next_quote_ < next_trade_ ? next_quote_ : next_trade_;
  }
  /// That step; its `at` and `market` are left to the caller. The first holds the whole book.
  step next();

 private:
  void move_to(runes::timestamp ts);
  void quote(book_update& update);
  void trade(step& into);
  runes::timestamp after(double mean_seconds);

  void pull(runes::side which, std::int64_t best, runes::book_changes& changes);
  void refresh(runes::side which, std::int64_t best, runes::book_changes& changes);
  void fill_up(runes::side which, std::int64_t best, runes::book_changes& changes);
  void put(runes::side which, std::int64_t tick, std::int64_t lots, runes::book_changes& changes);
  void set(runes::side which, runes::order_book::entry level, runes::book_changes& changes);
  std::int64_t tick_at(runes::side which, std::size_t n) const noexcept;
  std::int64_t some_lots();
  double wildness() const;
  double spacing() const noexcept { return 1 + who_.volatility / 8; }

  simulated_character who_;
  noise noise_;
  runes::order_book book_;
  market_summary summary_;
  runes::timestamp now_, next_quote_, next_trade_;
  double fair_;            // ticks
  double wild_ = 0;        // logarithm of the volatility over the quiet one
  double spread_ = 0;      // logarithm of the spread over the one that the volatility asks for
  double excitement_ = 0;  // what trades of the last seconds add to the rate of new ones
  runes::side taker_ = runes::side::buy;
  std::uint64_t trade_id_ = 0;
  std::uint64_t update_id_ = 0;
};

}  // namespace exchange
