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
};

/// A recording of one market. `step::at` is the local receive time, `step::ts` the exchange's time
/// of the event.
///
/// * The book is published whole once it has been joined, and by its changes from then on. Where
/// updates are missing it is
///   published empty, and whole again after the next snapshot.
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
  void happened(std::optional<runes::timestamp> ts, step& into);
  void count(step const& made) noexcept;

  std::filesystem::path file_;
  feed_options options_;
  std::string recorded_symbol_;
  std::vector<runes::instrument> instruments_;
  std::optional<round> round_;  // never empty
  source_counters counters_;    // lines and skipped: of the rounds before
  bool other_reported_ = false;
};

}  // namespace exchange
