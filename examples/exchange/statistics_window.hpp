// What was traded in the minute, the hour, the day that it is: one window of a symbol.
#pragma once

#include "engine/bytes.hpp"
#include "wide.hpp"

#include <runes/market_data.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace exchange {

/// The windows that are published, the shortest first.
struct window_length {
  std::string_view name;
  std::chrono::microseconds length;
};
inline constexpr window_length window_lengths[] = {{"1m", std::chrono::minutes(1)},
                                                   {"5m", std::chrono::minutes(5)},
                                                   {"1h", std::chrono::hours(1)},
                                                   {"24h", std::chrono::hours(24)}};

/// One window after the other of one length, aligned to the epoch: a minute's begin at each full
/// minute UTC. A window opens with its first trade, so one without a trade does not exist; it ends
/// at `close_time`, the first moment after it. Event time comes with each call; there is no clock
/// inside.
class statistics_window {
 public:
  /// Prices and quantities of the trades must fit these decimals.
  statistics_window(std::chrono::microseconds length, unsigned price_decimals,
                    unsigned quantity_decimals) noexcept
      : length_(length), price_decimals_(price_decimals), quantity_decimals_(quantity_decimals) {}

  /// Ends the open window when `now` has come to its end, and returns it, closed.
  std::optional<runes::statistics> advance(runes::timestamp now);

  /// Counts a trade; call advance(trade.ts) before. False, and not counted: its window has ended
  /// already. Throws runes::error(errc::bad_decimal) when the trade does not fit the decimals.
  bool add(runes::trade const& trade);

  /// The open window as it is now; nothing when none is open, or when a sum has grown past what a
  /// decimal holds exactly.
  std::optional<runes::statistics> current() const;

  bool open() const noexcept { return count_ > 0; }

  void save(engine::byte_writer& out) const;
  /// Into a new one. @throws std::runtime_error where the bytes end too early or can't be right.
  void load(engine::byte_reader& in);

 private:
  runes::decimal price(std::int64_t units) const noexcept { return {units, price_decimals_}; }

  std::chrono::microseconds length_;
  unsigned price_decimals_, quantity_decimals_;
  runes::timestamp begin_{};  // of the window that is open, or the earliest that may open
  std::uint64_t count_ = 0;   // 0: none is open
  std::int64_t open_ = 0, high_ = 0, low_ = 0, close_ = 0;
  int128 volume_ = 0;
  int128 quote_volume_ = 0;  // with the digits of both
  bool outgrown_ = false;    // quote_volume_ has
};

}  // namespace exchange
