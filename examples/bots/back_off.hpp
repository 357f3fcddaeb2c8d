// When what the venue has refused may be asked for again. No I/O; the time is passed in.
#pragma once

#include <runes/runes.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace bots {

/// An order as it is asked for, new or amended.
struct asked_order {
  std::string symbol;
  runes::side side = runes::side::buy;
  std::uint64_t order_id = 0;  ///< of the order that is amended; 0: a new one
  std::optional<runes::decimal> price, stop_price, quantity;

  friend bool operator==(asked_order const&, asked_order const&) = default;
};

/// What was in the way of an order is there still when the book changes the next time, most often:
/// a bot that sends it again with every change uses up its rate limit and is none the wiser. So the
/// same order waits, twice as long with each refusal; another one, on the same side of that market,
/// may go at once, until there have been `chances` refusals in a row. An order that is taken ends
/// it. Cancels don't come here: what takes risk away never waits.
class back_off {
 public:
  using time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds shortest{100}, longest{5'000};
  static constexpr unsigned chances = 3;

  bool allows(asked_order const& wanted, time now) const;
  void refused(asked_order const& what, time now);
  void taken(asked_order const& what);

 private:
  struct refusals {
    asked_order last;
    unsigned in_a_row = 0;
    time until{};
  };
  using side_of_market = std::pair<std::string, runes::side>;
  std::map<side_of_market, refusals> all_;
};

}  // namespace bots
