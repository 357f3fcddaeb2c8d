// What a recording's market is, found out from the recording itself.
#pragma once

#include "recording.hpp"

#include <runes/instrument.hpp>

#include <cstdint>
#include <filesystem>
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

/// Puts together what records say about their market: the name from the first that has one, the
/// tick and the lot from the digits that all prices and quantities need, trailing zeros left away.
class market_survey {
 public:
  void add(record const& seen);
  /// Whether there is enough for an answer.
  bool known() const noexcept { return !symbol_.empty(); }
  /// Precondition: known().
  recorded_market result() const;

 private:
  void name(std::string const& symbol);
  void level(runes::level seen);
  void levels(std::vector<runes::level> const& seen);

  std::string symbol_;
  bool futures_ = false;
  unsigned price_decimals_ = 0;
  unsigned quantity_decimals_ = 0;
};

/// Surveys the first `lines` lines of a recording. A later value that needs more digits than these
/// is an error of its line when it is played. Throws runes::error(errc::bad_config) when the file
/// can't be opened or holds no market data.
recorded_market survey(std::filesystem::path const& file, std::uint64_t lines);

}  // namespace exchange
