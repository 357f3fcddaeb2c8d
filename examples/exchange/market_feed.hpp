// One recording as a market: read, joined, summed up, and given step by step.
#pragma once

#include "book_joiner.hpp"
#include "instruments.hpp"
#include "market_source.hpp"
#include "market_summary.hpp"
#include "recording.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exchange {

struct feed_options {
  /// Lines that are read in advance to find out tick and lot size: some seconds' work at most.
  std::uint64_t survey_lines = 1'000'000;
  /// A longer line is left out and reported.
  std::size_t max_line = line_source::default_max_line;
  /// What is kept of diffs that no snapshot has been seen for.
  joiner_limits joiner{};
  /// How long after its end a statistics window waits for trades that are still on their way, in
  /// event time. Streams of one recording run some tens of milliseconds apart; a trade itself
  /// closes the windows before it at once.
  std::chrono::microseconds grace = std::chrono::seconds(1);
  /// Of a recording at order level: open at a time, at about 160 bytes each. What comes beyond is
  /// left out and reported.
  std::uint32_t max_orders = 65'536;
};

/// A recording of one market. `step::at` is the local receive time, `step::ts` the exchange's time
/// of the event.
///
/// * The book is published whole once it has been joined, and by its changes from then on. Where
///   updates are missing it is published empty, and whole again after the next snapshot. While
///   there is no book, from the beginning or after a loss, the instrument is `suspended`: an empty
///   book of an `active` one is a market where nobody bids or asks.
/// * The ticker's best bid and ask are the book's. While there is none they are those of the
///   recording's own book tickers, the first after the loss and on; until it comes there is no
///   ticker.
/// * Each trade is published once, in order: one whose id is not above the last one's is left out
/// and reported, and
///   so are ids that are missing.
/// * A damaged line is reported. If it was a depth diff, the next one shows the gap.
class market_feed final : public market_source {
 public:
  /// Opens and surveys the recording. Throws runes::error(errc::bad_config) when it can't be opened
  /// or holds no market data.
  explicit market_feed(std::filesystem::path file, feed_options options = {});

  std::vector<runes::instrument> const& instruments() const noexcept override {
    return instruments_;
  }
  std::string origin(std::size_t) const override { return file_.string(); }
  std::optional<step> next() override;
  void rewind() override;
  source_counters counters() const noexcept override;

  /// The book as of the last step.
  runes::order_book const& book() const noexcept { return round_->joiner.book(); }

 private:
  // All that begins anew with each round of the recording.
  struct round {
    round(std::filesystem::path const& file, feed_options const& options,
          runes::instrument const& of);
    recording_reader reader;
    book_joiner joiner;
    market_summary summary;
    std::chrono::nanoseconds at{};
    runes::timestamp now{};  // the latest event time seen
    std::optional<std::uint64_t> last_trade;
    std::optional<top_of_book> best;  // of the latest book ticker since there is no book
    bool ended = false;
  };

  void take(record const& seen, step& into);
  void take(depth_diff const& diff, std::uint64_t line, step& into);
  void take(recorded_trade const& recorded, std::uint64_t line, step& into);
  void take(book_ticker const& best, std::uint64_t line, step& into);
  void take(rest_snapshot const& snapshot, std::uint64_t line, step& into);
  void take(problem const& wrong, std::uint64_t line, step& into);
  void take(joined result, std::uint64_t line, step& into);
  bool ours(std::string_view symbol, std::uint64_t line, step& into);
  bool in_order(runes::trade const& trade, std::uint64_t line, step& into);
  std::optional<step> end();
  std::optional<top_of_book> top() const;
  void tell_status(step& into);
  void happened(std::optional<runes::timestamp> ts, step& into);
  void count(step const& made) noexcept;

  std::filesystem::path file_;
  feed_options options_;
  std::string recorded_symbol_;
  std::vector<runes::instrument> instruments_;
  std::optional<round> round_;                                             // never empty
  runes::instrument_status status_ = runes::instrument_status::suspended;  // as it was told
  source_counters counters_;  // lines and skipped: of the rounds before
  bool other_reported_ = false;
};

}  // namespace exchange
