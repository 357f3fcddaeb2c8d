// A market of the stage that goes where its test says.
#pragma once

#include "stage.hpp"

#include <cstdint>
#include <optional>
#include <random>
#include <string>

namespace bots::test {

/// In ticks of 0.10 and lots of 0.0001, as all markets of BTC have them.
runes::decimal price_of(std::int64_t ticks);
runes::decimal quantity_of(std::int64_t lots);

/// One party quotes both sides around a price, which is moved; another one takes.
class market {
 public:
  static constexpr std::int64_t half_spread = 20;

  market(stage& on, std::string symbol, party& maker, party& taker)
      : stage_(on), symbol_(std::move(symbol)), maker_(maker), taker_(taker) {}

  /// Quotes around this price; what is in the way is taken. The new quotes stand before the old
  /// ones go, so the market is never without; but it moves by less than the spread at a time.
  runes::awaitable<> move_to(std::int64_t price);
  runes::awaitable<> walk_to(std::int64_t price);
  /// What there is for so much.
  runes::awaitable<> take(runes::side which, std::int64_t lots);
  std::int64_t price() const noexcept { return price_; }

 private:
  runes::awaitable<std::optional<runes::order_ack>> quote(runes::side which, std::int64_t price);
  runes::awaitable<> cancel(std::optional<runes::order_ack> which);

  stage& stage_;
  std::string symbol_;
  party& maker_;
  party& taker_;
  std::int64_t price_ = 0;
  std::optional<runes::order_ack> bid_, ask_;
};

}  // namespace bots::test
