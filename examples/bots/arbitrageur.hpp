// Buys where it is cheaper and sells where it is dearer, on two markets of one asset.
#pragma once

#include "desk.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bots {

/// In ticks and lots, which both markets have in common.
struct arbitrage_style {
  std::int64_t edge = 100;      ///< least difference of the prices that is worth both fees
  std::int64_t quantity = 100;  ///< at most, at a time
  std::int64_t limit = 1'000;   ///< the largest position in either market, either way
};

// [decision]
struct leg_view {
  std::int64_t bid = 0, ask = 0;  ///< of others; 0: there is none
  std::int64_t position = 0;
  std::int64_t to_sell = 0;  ///< on a spot market: what there is
};
/// To be taken at once or not at all; `market` is 0 or 1.
struct leg_order {
  std::size_t market;
  runes::side side;
  std::int64_t price, quantity;
};

/// Buys in that market, or sells, where there is room for it; at most so much.
inline std::optional<leg_order> take(arbitrage_style const& how, runes::side side,
                                     std::array<leg_view, 2> const& now, std::size_t market,
                                     std::int64_t most) {
  auto const& in = now.at(market);
  bool const buys = side == runes::side::buy;
  auto const room = buys ? how.limit - in.position : std::min(how.limit + in.position, in.to_sell);
  auto const price = buys ? in.ask : in.bid;
  auto const quantity = std::min(room, most);
  if (price == 0 || quantity <= 0) return std::nullopt;
  return leg_order{market, side, price, quantity};
}

/// One leg at a time. Where both positions don't add up to zero, the second leg is missing, or a
/// part of it: it goes first, at the best price there is. So nothing has to be remembered.
inline std::optional<leg_order> decide(arbitrage_style const& how,
                                       std::array<leg_view, 2> const& now) {
  using runes::side;
  if (auto const open = now[0].position + now[1].position; open != 0) {
    auto const which = open > 0 ? side::sell : side::buy;
    auto const most = std::min(std::abs(open), how.quantity);
    auto const one = take(how, which, now, 0, most);
    auto const other = take(how, which, now, 1, most);
    if (!one || !other) return one ? one : other;
    return (one->price > other->price) == (open > 0) ? one : other;
  }
  for (std::size_t const cheap : {0u, 1u}) {
    auto const first = take(how, side::buy, now, cheap, how.quantity);
    auto const second = take(how, side::sell, now, 1 - cheap, how.quantity);
    if (!first || !second || second->price - first->price < how.edge) continue;
    return take(how, side::buy, now, cheap, second->quantity);
  }
  return std::nullopt;
}
// [decision]

class arbitrageur final : public bot {
 public:
  arbitrageur(runes::asio::any_io_executor executor, runes::client& over,
              std::array<std::string, 2> symbols, arbitrage_style how, desk_settings settings)
      : bot(std::move(executor), over, {symbols[0], symbols[1]}, std::move(settings)),
        symbols_(std::move(symbols)),
        how_(how) {}

 private:
  // [bot]
  runes::awaitable<> watch() override {
    books_ = co_await client_.subscribe(runes::orderbook(symbols_[0], symbols_[1]).depth(1));
    co_await desk_.follow(books_);
  }

  runes::awaitable<> trade() override {
    check();
    while (co_await desk_.changed()) {
      std::array<leg_view, 2> const now{look(symbols_[0]), look(symbols_[1])};
      auto const wanted = decide(how_, now);
      if (wanted) co_await desk_.carry_out(order(*wanted));
    }
  }
  // [bot]

  void check() const {
    auto const &a = desk_.instrument(symbols_[0]), &b = desk_.instrument(symbols_[1]);
    if (a.base == b.base && a.quote == b.quote && a.tick_size == b.tick_size &&
        a.lot_size == b.lot_size)
      return;
    throw runes::error(runes::errc::bad_config,
                       symbols_[0] + " and " + symbols_[1] + " must be of one asset, in one step");
  }

  leg_view look(std::string const& symbol) const {
    leg_view now;
    now.bid = desk_.best(books_.book(symbol), symbol, runes::side::buy);
    now.ask = desk_.best(books_.book(symbol), symbol, runes::side::sell);
    now.position = desk_.position(symbol);
    now.to_sell = desk_.to_sell(symbol);
    return now;
  }

  runes::new_order order(leg_order const& of) const {
    auto const& symbol = symbols_.at(of.market);
    auto const& steps = desk_.instrument(symbol);
    auto made = runes::limit_order(symbol, of.side, from_steps(of.quantity, steps.lot_size),
                                   from_steps(of.price, steps.tick_size));
    return made.tif(runes::time_in_force::ioc);
  }

  std::array<std::string, 2> symbols_;
  arbitrage_style how_;
  runes::subscription<runes::book_changes> books_;
};

}  // namespace bots
