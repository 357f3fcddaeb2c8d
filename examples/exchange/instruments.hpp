// What a recording's market is, found out from the recording itself.
#pragma once

#include "recording.hpp"

#include <runes/decimal.hpp>
#include <runes/instrument.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace exchange {

/// The symbol that the exchange writes without a divider, in two: {"BTC", "USDT"}. With a quote
/// asset that is not known, all of it is the base and the quote is empty.
struct asset_pair {
  std::string base, quote;
};
asset_pair split_symbol(std::string_view symbol);

/// What a recording is of.
struct recorded_market {
  std::string recorded_symbol;   ///< as the exchange writes it: "BTCUSDT"
  runes::instrument instrument;  ///< "BTC-USDT", or "BTC-USDT-PERP" for futures
};

/// How many decimals a kind of number has, prices or quantities, found out from many.
///
/// An exchange writes all prices of a market with the same number of decimals, needed or not. Where
/// all records but a few do so and those few write more, they are damaged, and what they need does
/// not count: one odd digit must not change the decimals of a whole market. Of the rest, the finest
/// counts, however rare: a lot may be as fine as three records of forty thousand show.
class decimals_survey {
 public:
  /// One number of a record.
  void add(runes::decimal value) noexcept;
  /// The record is over.
  void next_record() noexcept;
  /// The decimals that are needed, trailing zeros left away.
  unsigned result() const noexcept;

 private:
  static constexpr std::size_t scales = runes::decimal::max_scale + 1;
  std::array<unsigned, scales> needed_{};        // by the decimals that are written
  std::array<std::uint64_t, scales> records_{};  // by the most decimals that they write
  std::uint64_t total_ = 0;
  std::optional<unsigned> most_written_;  // of the record that is being added
};

/// Puts together what records say about their market: the name from the first that has one, the
/// tick and the lot from the decimals of prices and quantities.
class market_survey {
 public:
  void add(record const& seen);
  /// Whether there is enough for an answer.
  bool known() const noexcept { return !symbol_.empty(); }
  /// Precondition: known().
  recorded_market result() const;

 private:
  void name(std::string const& symbol);
  void look(record const& seen);
  void level(runes::level seen);
  void levels(std::vector<runes::level> const& seen);

  std::string symbol_;
  bool futures_ = false;
  decimals_survey prices_, quantities_;
};

/// Surveys the first `lines` lines of a recording. A value that needs more decimals than were found
/// is an error of its line when it is played. Throws runes::error(errc::bad_config) when the file
/// can't be opened or holds no market data.
recorded_market survey(std::filesystem::path const& file, std::uint64_t lines);

}  // namespace exchange
