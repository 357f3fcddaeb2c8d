// What follows from trades and the book of one symbol: its ticker and its statistics windows.
#pragma once

#include "engine/bytes.hpp"
#include "market_source.hpp"
#include "statistics_window.hpp"
#include "ticker_state.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <runes/instrument.hpp>
#include <string>

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
  /// All that is open counts as changed, for those who have heard nothing yet.
  void show_all() noexcept;

  /// What it remembers of the trades so far; and back, into a new one of the same instrument.
  void save(engine::byte_writer& out) const;
  /// @throws std::runtime_error where the bytes end too early or can't be right.
  void load(engine::byte_reader& in);

  /// Puts the open windows that had a trade and, where it changed, the ticker into the step. While
  /// the best bid and ask are not known there is no ticker.
  void finish(std::optional<top_of_book> best, step& into);

 private:
  struct window {
    std::string_view name;
    statistics_window state;
    bool touched = false;        // by a trade of this step
    bool outgrown_told = false;  // once in a window's life
  };
  void close_until(runes::timestamp now, window& one, step& into);
  void publish(window& one, std::optional<runes::statistics> value, step& into);
  void outgrown(std::string const& what, bool& told, step& into) const;

  std::array<window, std::size(window_lengths)> windows_;
  ticker_state ticker_;
  unsigned price_decimals_, quantity_decimals_;
  std::optional<runes::ticker> published_;
  bool volume_told_ = false;  // that the ticker's volume has outgrown
  std::uint64_t line_ = 0;    // of the latest trade
};

}  // namespace exchange
