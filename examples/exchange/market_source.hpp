// What a market gives, step by step, wherever it comes from: a recording, several of them, or a
// simulation.
//
// A publisher is a loop over `next()`; it needs to know nothing about recordings or simulations:
//
//     while (auto step = source.next()) {
//       wait until step->at is due (replay_clock);
//       auto const& of = source.instruments()[step->market];
//       if (step->status) change the instrument's status;
//       if (step->book) publish "orderbook", a whole book or the levels that changed;
//       publish step->trades, step->ticker and step->statistics, where there are any;
//       log step->problems;
//     }
#pragma once

#include "venue/command.hpp"

#include <runes/instrument.hpp>
#include <runes/market_data.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exchange {

/// Something that was wrong and was survived.
struct problem {
  std::uint64_t line = 0;  ///< of the recording, from 1; 0 where it is about no line
  std::string sentence;
};

/// A change of a book.
struct book_update {
  bool whole =
      false;  ///< `levels` is all of the book and replaces what was there; empty: the book was lost
  runes::book_changes levels;   ///< the checksum is set, over the book after the change
  std::uint64_t update_id = 0;  ///< the exchange's number of the last update in it
};

/// A statistics window as it is now; published to the topic of that interval.
struct statistics_update {
  std::string_view window;  ///< "1m", "5m", "1h" or "24h"; lives as long as the program
  runes::statistics value;
};

/// Ids from here on are for whoever adds orders of his own to those of a step.
inline constexpr venue::order_id recorded_ids_end = venue::order_id{1} << 62;

/// All that happens to one market at one moment. A part that is empty is not to be published.
struct step {
  std::chrono::nanoseconds
      at{};                ///< on the source's own clock, never falling; what a replay is paced by
  runes::timestamp ts{};   ///< exchange time of the event
  std::size_t market = 0;  ///< whose it is: an index into `instruments()`
  std::optional<runes::instrument_status> status;  ///< when it changes
  std::optional<book_update> book;
  std::vector<runes::trade> trades;  ///< oldest first
  /// Where the source knows orders, and not levels only: what became of them, from which book and
  /// trades have come. All fields are set but the market; ids are below recorded_ids_end.
  std::vector<venue::outside_order> orders;
  std::optional<runes::ticker> ticker;
  std::vector<statistics_update> statistics;
  std::vector<problem> problems;

  bool empty() const noexcept {
    return !status && !book && trades.empty() && orders.empty() && !ticker && statistics.empty() &&
           problems.empty();
  }
};

/// What a source has seen since it was made, rewinds included; for the metrics.
struct source_counters {
  std::uint64_t lines = 0;       ///< lines read
  std::uint64_t skipped = 0;     ///< whole lines of streams, or of markets, that are not published
  std::uint64_t problems = 0;    ///< reported in steps
  std::uint64_t gaps = 0;        ///< times a book was lost for missing updates
  std::uint64_t trade_gaps = 0;  ///< times trades were missing
  std::uint64_t book_updates = 0;  ///< published
  std::uint64_t trades = 0;        ///< published

  source_counters& operator+=(source_counters const& other) noexcept;
};

/// A market, or several, to be published. Not thread-safe: one thread at a time.
class market_source {
 public:
  virtual ~market_source();
  /// What is traded, known from the start and never changing, but for the status: here is the one
  /// it begins with, and steps tell its changes.
  virtual std::vector<runes::instrument> const& instruments() const noexcept = 0;
  /// Where a market's data comes from, for messages: the path of its recording as it was given, or
  /// the symbol of a simulated one.
  virtual std::string origin(std::size_t market) const = 0;
  /// The next thing that happens, never an empty step; nothing at the end. What goes wrong with the
  /// data is in the step's `problems`; it throws only what running out of memory throws.
  virtual std::optional<step> next() = 0;
  /// Begins anew, with empty books and windows. Throws runes::error when a recording can no longer
  /// be opened.
  virtual void rewind() = 0;
  virtual source_counters counters() const noexcept = 0;
};

}  // namespace exchange
