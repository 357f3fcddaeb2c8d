// A line of a LOBSTER message file: what happened to one order of one stock on Nasdaq.
// The format: https://lobsterdata.com/info/DataStructure.php
#pragma once

#include <runes/market_data.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>

namespace exchange {

/// The decimals of its prices, which are whole numbers of them; a size is a number of shares.
inline constexpr unsigned lobster_price_decimals = 4;
/// Ids of orders are below it, so that there is room for some that no line names.
inline constexpr std::uint64_t lobster_id_end = std::uint64_t{1} << 61;

struct lobster_message {
  /// As they are numbered in the file.
  enum class kind : std::uint8_t {
    submission = 1,
    cancellation,  ///< of a part
    deletion,
    execution,
    hidden_execution,  ///< of an order that was in no book
    cross_trade,       ///< of an auction
    halt
  };
  enum class halt_step : std::int8_t { halted = -1, quoting, trading };

  std::chrono::nanoseconds time{};  ///< since midnight
  kind what = kind::submission;
  std::uint64_t order = 0;                  ///< of the first four kinds
  std::int64_t size = 0;                    ///< of all but a halt; above zero
  std::int64_t price = 0;                   ///< the same
  runes::side side = runes::side::buy;      ///< of the order that stood
  halt_step halted_to = halt_step::halted;  ///< of a halt
};

/// Whether it names the order, one that everybody saw in the book.
constexpr bool names_an_order(lobster_message::kind what) noexcept {
  return what <= lobster_message::kind::execution;
}

/// Throws runes::error(errc::bad_event), whose sentence says what is wrong with the line.
lobster_message parse_lobster_message(std::string_view line);

}  // namespace exchange
