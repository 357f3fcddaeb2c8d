// Buys as a market falls and sells as it rises, at the prices of a grid, and earns one of its steps
// with each way down and up.
#pragma once

#include "desk.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace bots {

/// In ticks and lots. The position goes from `quantity * cells / 2` at the lowest price to as much
/// below zero at the highest, and is zero in the middle.
struct grid_style {
  std::int64_t low = 0, high = 0;  ///< the prices at both ends
  std::int64_t cells = 10;         ///< even, 2 to 200
  std::int64_t quantity = 100;     ///< of each cell

  std::int64_t limit() const noexcept { return quantity * cells / 2; }
  /// The lower end of a cell; that of `cells` is the upper end of the last one.
  std::int64_t price(std::int64_t cell) const noexcept { return low + (high - low) * cell / cells; }
  /// Throws std::invalid_argument.
  void validate() const {
    if (cells < 2 || cells > 200 || cells % 2 != 0)
      throw std::invalid_argument("--cells must be even, from 2 to 200");
    if (low <= 0 || high - low < cells || high > 1'000'000'000'000)
      throw std::invalid_argument("HIGH must be above LOW, by at least a tick for each cell");
  }
};

// [decision]
struct grid_order {
  runes::side side;
  std::int64_t price, quantity;
};

/// A cell is bought at its lower end and sold at its upper one. How much of which cells is held
/// follows from the position alone: as the market falls they are filled from the top. So a grid
/// that comes back after a restart or a broken connection needs to remember nothing.
inline std::vector<grid_order> decide(grid_style const& how, std::int64_t position) {
  std::vector<grid_order> wanted;
  auto left = std::clamp<std::int64_t>(how.limit() + position, 0, 2 * how.limit());
  for (auto cell = how.cells - 1; cell >= 0; --cell) {
    auto const held = std::min(left, how.quantity);
    left -= held;
    if (held > 0) wanted.push_back({runes::side::sell, how.price(cell + 1), held});
    if (held < how.quantity)
      wanted.push_back({runes::side::buy, how.price(cell), how.quantity - held});
  }
  return wanted;
}
// [decision]

class grid final : public bot {
 public:
  /// Prices as they stand on the wire; `how` has the rest.
  grid(runes::asio::any_io_executor executor, runes::client& over, std::string symbol,
       runes::decimal low, runes::decimal high, grid_style how, desk_settings settings)
      : bot(std::move(executor), over, {symbol}, std::move(settings)),
        symbol_(std::move(symbol)),
        low_(low),
        high_(high),
        how_(how) {}

 private:
  // [bot]
  runes::awaitable<> trade() override {
    auto const tick = desk_.instrument(symbol_).tick_size;
    how_.low = steps_of(low_, tick);
    how_.high = steps_of(high_, tick);
    how_.validate();
    while (co_await desk_.changed()) {
      auto const wanted = decide(how_, desk_.position(symbol_));
      std::vector<runes::new_order> orders;
      orders.reserve(wanted.size());
      for (auto const& each : wanted) orders.push_back(order(each));
      co_await desk_.bring_about(std::move(orders));
    }
  }
  // [bot]

  runes::new_order order(grid_order const& of) const {
    auto const& steps = desk_.instrument(symbol_);
    return runes::limit_order(symbol_, of.side, from_steps(of.quantity, steps.lot_size),
                              from_steps(of.price, steps.tick_size));
  }

  std::string symbol_;
  runes::decimal low_, high_;
  grid_style how_;
};

}  // namespace bots
