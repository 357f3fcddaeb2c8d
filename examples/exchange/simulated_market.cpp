#include "simulated_market.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace exchange {
namespace {

simulated_character character(std::string base, runes::decimal tick, runes::decimal lot,
                              double price, double volatility, double spread, double size) {
  auto symbol = base + "-USD";
  return {runes::instrument(std::move(symbol), std::move(base), "USD", tick, lot), price,
          volatility, spread, size};
}

// About the volatility a year that such markets have: 60 %, 70 %, 90 % and 7 %.
std::array<simulated_character, 4> characters() {
  return {character("BTC", {10, 2}, {1, 4}, 600'000, 64, 6, 5'000),
          character("ETH", {1, 2}, {1, 3}, 300'000, 37, 8, 8'000),
          character("SOL", {1, 2}, {1, 2}, 15'000, 2.4, 1.5, 6'000),
          character("EUR", {1, 5}, {100, 0}, 110'000, 1.4, 1.2, 3'000)};
}

}  // namespace

simulated_market::simulated_market(std::uint64_t seed, runes::timestamp begin)
    : seed_(seed), begin_(begin) {
  for (auto const& one : characters()) instruments_.push_back(one.of);
  build();
}

std::optional<step> simulated_market::next() {
  for (;;) {
    auto const first = std::ranges::min_element(symbols_, {}, &simulated_symbol::due);
    auto made = first->next();
    if (made.empty()) continue;
    made.at = made.ts - begin_;
    made.market = static_cast<std::size_t>(first - symbols_.begin());
    counters_.trades += made.trades.size();
    counters_.problems += made.problems.size();
    if (made.book) ++counters_.book_updates;
    return made;
  }
}

void simulated_market::rewind() { build(); }

void simulated_market::build() {
  symbols_.clear();
  for (auto& one : characters()) {
    auto const own_seed = seed_ * 1'000'003 + symbols_.size();
    symbols_.emplace_back(std::move(one), own_seed, begin_);
  }
}

}  // namespace exchange
