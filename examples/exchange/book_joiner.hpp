// A REST snapshot and the depth diffs around it, joined into the book that was there.
#pragma once

#include "market_source.hpp"
#include "recording.hpp"

#include <runes/instrument.hpp>
#include <runes/order_book.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace exchange {

/// How much is kept while there is no snapshot to join it to; the oldest diffs are dropped beyond
/// it.
struct joiner_limits {
  std::size_t diffs = 8192;
  std::size_t levels = 500'000;
};

/// What came of one record.
struct joined {
  std::optional<book_update> book;    ///< to be published
  std::vector<std::string> problems;  ///< to be reported
  bool gap = false;                   ///< updates are missing, and the book was lost over it
};

/// Keeps the book of one market by the exchange's own rules (Binance, "How to manage a local order
/// book correctly"), which differ between futures, whose diffs name the one before them, and spot,
/// whose diffs are numbered without a hole:
///
///            | not needed        | the first after a snapshot L | each one after it
///     futures| u < L             | pu or U <= L <= u            | pu == u of the one before
///     spot   | u <= L            | U <= L + 1 <= u              | U == u of the one before + 1
///
/// Diffs that come before a snapshot are kept for it. Where updates are missing the book can't be
/// known any more, and a wrong one is worse than none: it is emptied and published so, and begins
/// again at the next snapshot. No other message tells all of a book: a diff holds only what has
/// changed, and the best bid and ask (book_ticker) are one level of many.
class book_joiner {
 public:
  enum class state {
    waiting,  ///< for a snapshot; there is no book
    joining,  ///< the book is the snapshot's; no diff has followed it yet
    live,
  };

  explicit book_joiner(runes::instrument const& of, joiner_limits limits = {});

  joined add(depth_diff const& diff);
  joined add(rest_snapshot const& snapshot);
  /// What is to be said when no more comes: that diffs have waited in vain.
  joined end() const;

  state now() const noexcept { return state_; }
  bool has_book() const noexcept { return state_ != state::waiting; }
  /// Empty while waiting.
  runes::order_book const& book() const noexcept { return book_; }
  /// The exchange's number of the last update in the book.
  std::uint64_t last_update_id() const noexcept { return last_; }
  std::size_t buffered() const noexcept { return buffer_.size(); }

 private:
  using entries = std::vector<runes::order_book::entry>;
  struct diff_units {
    std::uint64_t first, last;
    std::optional<std::uint64_t> previous;
    entries bids, asks;
    std::size_t levels() const noexcept { return bids.size() + asks.size(); }
  };
  enum class verdict { apply, not_needed, repeated, missing };

  entries to_units(std::vector<runes::level> const& levels) const;
  diff_units to_units(depth_diff const& diff) const;
  verdict judge(diff_units const& diff) const noexcept;
  void apply(diff_units const& diff, runes::book_changes* changes);
  void apply(runes::side which, entries const& levels, std::vector<runes::level>* changes);
  bool join_buffered(joined& result);
  void keep(diff_units diff, joined& result);
  void lose(joined& result);
  void publish_whole(joined& result);
  std::string missing_before(diff_units const& diff) const;

  std::string symbol_;
  joiner_limits limits_;
  runes::order_book book_;
  state state_ = state::waiting;
  std::uint64_t last_ = 0;
  bool published_ = false;         // others hold a book of ours that is not empty
  bool loss_told_ = false;         // why there is no book has been said
  std::uint64_t waited_ = 0;       // diffs that came while there was no book
  std::deque<diff_units> buffer_;  // only while waiting
  std::size_t buffered_levels_ = 0;
  bool overflow_reported_ = false;
};

}  // namespace exchange
