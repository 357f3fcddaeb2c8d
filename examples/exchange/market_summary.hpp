// What follows from trades and the book of one symbol: its ticker and its statistics windows.
#pragma once

#include "market_source.hpp"
#include "statistics_window.hpp"
#include "ticker_state.hpp"

#include <runes/instrument.hpp>
#include <runes/order_book.hpp>

#include <array>
#include <optional>

namespace exchange {

/// Adds to a step what follows from it. For each step, in this order: advance(), add() for each
/// trade, finish().
class market_summary {
 public:
  explicit market_summary(runes::instrument const& of);

  /// Closes the windows that have ended by `now`, event time.
  void advance(runes::timestamp now, step& into);
  /// Counts a trade and puts it into the step. One that doesn't fit the instrument, or comes after
  /// its window was closed, is named in the step's problems; `line` is the one it stands in.
  void add(runes::trade const& trade, std::uint64_t line, step& into);
  /// Puts the open windows that had a trade and, where it changed, the ticker into the step.
  void finish(runes::order_book const& book, step& into);

 private:
  struct window {
    std::string_view name;
    statistics_window state;
    bool touched = false;  // by a trade of this step
  };
  void close_until(runes::timestamp now, window& one, step& into);
  void publish(window const& one, std::optional<runes::statistics> value, step& into) const;

  std::array<window, std::size(window_lengths)> windows_;
  ticker_state ticker_;
  unsigned price_decimals_, quantity_decimals_;
  std::optional<runes::ticker> published_;
};

}  // namespace exchange
