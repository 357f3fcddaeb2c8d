// Guards a position in a perpetual with a stop order that follows the price at a distance as long
// as that goes the right way, and stays where it is when it turns.
#pragma once

#include "desk.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bots {

// [decision]
/// What it looks at, in ticks and lots; a price of 0: there is none.
struct stop_view {
  std::int64_t last = 0;      ///< price that was traded at
  std::int64_t position = 0;  ///< below zero: short
  std::int64_t stop = 0;      ///< where the stop order of the position stands
};
struct stop_wish {
  runes::side side;
  std::int64_t price, quantity;
};

/// One stop for all of the position, or none without one. Where it stands is all that has to be
/// known of the past, and the venue remembers it.
inline std::optional<stop_wish> decide(std::int64_t distance, stop_view const& now) {
  if (now.position == 0) return std::nullopt;
  bool const is_long = now.position > 0;
  if (now.last == 0 && now.stop == 0) return std::nullopt;
  auto price = now.stop;
  if (now.last > 0) {
    auto const near = is_long ? now.last - distance : now.last + distance;
    price = now.stop == 0 ? near : is_long ? std::max(near, now.stop) : std::min(near, now.stop);
  }
  if (price <= 0) return std::nullopt;
  if (is_long) return stop_wish{runes::side::sell, price, now.position};
  return stop_wish{runes::side::buy, price, -now.position};
}
// [decision]

class trailing_stop final : public bot {
 public:
  trailing_stop(runes::asio::any_io_executor executor, runes::client& over, std::string symbol,
                runes::decimal distance, desk_settings settings)
      : bot(std::move(executor), over, {symbol}, std::move(settings)),
        symbol_(std::move(symbol)),
        distance_(distance) {}

 private:
  // [bot]
  runes::awaitable<> watch() override {
    auto prices = co_await client_.subscribe(runes::tickers(symbol_));
    for (;;) {
      auto const event = co_await prices.next();
      // After a lost connection the old price is none: the stop that stands stays where it is.
      last_ = event.has_data() ? steps_of(event.data().last, steps().tick_size) : 0;
      desk_.note();
      if (!event && event.why()) throw *event.why();
      if (!event) co_return;
    }
  }

  runes::awaitable<> trade() override {
    if (steps().kind != runes::instrument_kind::perpetual)
      throw runes::error(runes::errc::bad_config,
                         symbol_ + " has no positions: it is no perpetual");
    auto const distance = steps_of(distance_, steps().tick_size);
    while (co_await desk_.changed()) {
      auto const wanted = decide(distance, look());
      std::vector<runes::new_order> orders;
      if (wanted) orders.push_back(order(*wanted));
      co_await desk_.bring_about(std::move(orders));
    }
  }
  // [bot]

  runes::instrument const& steps() const { return desk_.instrument(symbol_); }

  stop_view look() const {
    stop_view now;
    now.last = last_;
    auto const* const held = desk_.tracker().position(symbol_);
    if (held != nullptr) now.position = steps_of(held->size, steps().lot_size);
    auto const closing = now.position > 0 ? runes::side::sell : runes::side::buy;
    for (auto const& each : desk_.tracker().open_orders()) {
      if (each.side == closing && each.stop_price)
        now.stop = steps_of(*each.stop_price, steps().tick_size);
    }
    return now;
  }

  runes::new_order order(stop_wish const& of) const {
    auto made = runes::stop_order(symbol_, of.side, from_steps(of.quantity, steps().lot_size),
                                  from_steps(of.price, steps().tick_size));
    return made.reduce_only();
  }

  std::string symbol_;
  runes::decimal distance_;
  std::int64_t last_ = 0;
};

}  // namespace bots
