// Recorded market data, read into typed records: combined-stream messages of Binance as they were
// received, one a line
// (`<local receive time, ns> <JSON>`), with the REST depth snapshot that was fetched while
// recording on a line of its own.
#pragma once

#include "line_source.hpp"
#include "market_source.hpp"

#include <runes/decimal.hpp>
#include <runes/market_data.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace exchange {

/// Levels that changed, and the exchange's numbers of the updates in it. Digits are as they were
/// written.
struct depth_diff {
  std::string symbol;                     ///< as the exchange writes it: "BTCUSDT"
  std::uint64_t first = 0;                ///< `U`
  std::uint64_t last = 0;                 ///< `u`
  std::optional<std::uint64_t> previous;  ///< `pu`, on futures only: `last` of the diff before
  runes::timestamp ts{};
  std::vector<runes::level> bids, asks;
};

struct recorded_trade {
  std::string symbol;
  runes::trade trade;
};

/// The best bid and ask after the update `update_id`.
struct book_ticker {
  std::string symbol;
  std::uint64_t update_id = 0;
  runes::level bid, ask;
  std::optional<runes::timestamp> ts;  ///< futures only
};

/// A whole book, as the exchange's REST interface gave it. It names no symbol.
struct rest_snapshot {
  std::uint64_t last_update_id = 0;
  std::optional<runes::timestamp> ts;  ///< futures only
  std::vector<runes::level> bids, asks;
};

struct record {
  std::uint64_t line = 0;
  std::chrono::nanoseconds received{};  ///< local time; of a problem, that of the record before
  std::variant<problem, depth_diff, recorded_trade, book_ticker, rest_snapshot> what;
};

/// Reads a recording. What is wrong comes as a problem among the records and never ends the
/// reading, except where the file itself breaks off: then the problem is the last record.
class recording_reader {
 public:
  /// Throws runes::error(errc::bad_config) when the file can't be opened.
  explicit recording_reader(std::filesystem::path const& file,
                            std::size_t max_line = line_source::default_max_line);

  /// The next record; nothing at the end. Streams this program doesn't know are passed over.
  std::optional<record> next();

  std::uint64_t lines() const noexcept { return lines_.lines(); }
  /// Lines passed over: of unknown streams, and trades of nothing (the exchange's own bookings).
  std::uint64_t skipped() const noexcept { return skipped_; }

 private:
  std::optional<record> read(text_line line);
  std::string_view read_time(std::string_view text);

  line_source lines_;
  // The parsed value of one line lives in `memory_`, most often in `block_`, and is gone before the
  // next.
  std::unique_ptr<unsigned char[]> block_;
  boost::json::monotonic_resource memory_;
  boost::json::parser parser_;
  std::chrono::nanoseconds received_{};
  std::uint64_t skipped_ = 0;
};

}  // namespace exchange
