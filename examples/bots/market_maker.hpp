// Quotes both sides of a market, and leans against its position: the more it holds, the lower it
// bids and the cheaper it sells.
#pragma once

#include "desk.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace bots {

struct maker_style {
  std::int64_t quantity = 100;  ///< lots of a quote
  std::int64_t limit = 1'000;   ///< the largest position either way, in lots
  std::int64_t spread = 10;     ///< ticks between bid and ask
  std::int64_t skew = 20;       ///< ticks by which a full position moves both
  std::int64_t patience = 2;    ///< ticks that a quote may be off before it is moved
};

// [decision]
/// What it looks at, in ticks and lots; a price of 0: there is none.
struct maker_view {
  std::int64_t bid = 0, ask = 0;          ///< of others
  std::int64_t own_bid = 0, own_ask = 0;  ///< of the quotes that stand
  std::int64_t position = 0;
  std::int64_t to_sell = 0;  ///< on a spot market: what there is
};
struct maker_quote {
  runes::side side;
  std::int64_t price, quantity;
};

/// At most a bid and an ask, the bid below the ask. Whatever is filled of them, the position stays
/// within its limit.
inline std::vector<maker_quote> decide(maker_style const& how, maker_view const& now) {
  if (now.bid == 0 || now.ask == 0) return {};  // nobody to measure by
  // Twice the price in the middle, so that half a tick is not lost.
  auto const middle = now.bid + now.ask - 2 * how.skew * now.position / how.limit;
  auto bid = std::min((middle - how.spread) / 2, now.ask - 1);
  auto ask = std::max(bid + how.spread, now.bid + 1);
  if (now.own_bid < now.ask && std::abs(now.own_bid - bid) <= how.patience) bid = now.own_bid;
  if (now.own_ask > now.bid && std::abs(now.own_ask - ask) <= how.patience) ask = now.own_ask;
  std::vector<maker_quote> wanted;
  auto const buy = std::min(how.quantity, how.limit - now.position);
  auto const sell = std::min({how.quantity, how.limit + now.position, now.to_sell});
  if (buy > 0 && bid > 0) wanted.push_back({runes::side::buy, bid, buy});
  if (sell > 0 && ask > bid) wanted.push_back({runes::side::sell, ask, sell});
  return wanted;
}
// [decision]

class market_maker final : public bot {
 public:
  market_maker(runes::asio::any_io_executor executor, runes::client& over, std::string symbol,
               maker_style how, desk_settings settings)
      : bot(std::move(executor), over, {symbol}, std::move(settings)),
        symbol_(std::move(symbol)),
        how_(how) {}

 private:
  // [bot]
  runes::awaitable<> watch() override {
    book_ = co_await client_.subscribe(runes::orderbook(symbol_).depth(20));
    co_await desk_.follow(book_);
  }

  runes::awaitable<> trade() override {
    // Nobody is left alone with its quotes: the venue cancels them when the connection is lost.
    co_await desk_.trader().cancel_on_disconnect(true);
    while (co_await desk_.changed()) {
      auto const quotes = decide(how_, look());
      std::vector<runes::new_order> orders;
      orders.reserve(quotes.size());
      for (auto const& each : quotes) orders.push_back(order(each));
      co_await desk_.bring_about(std::move(orders));
    }
  }
  // [bot]

  maker_view look() const {
    maker_view now;
    now.bid = desk_.best(book_.book(symbol_), symbol_, runes::side::buy);
    now.ask = desk_.best(book_.book(symbol_), symbol_, runes::side::sell);
    now.position = desk_.position(symbol_);
    now.to_sell = desk_.to_sell(symbol_);
    for (auto const& each : desk_.tracker().open_orders()) {
      if (!each.price) continue;
      auto const price = steps_of(*each.price, desk_.instrument(symbol_).tick_size);
      (each.side == runes::side::buy ? now.own_bid : now.own_ask) = price;
    }
    return now;
  }

  runes::new_order order(maker_quote const& of) const {
    auto const& steps = desk_.instrument(symbol_);
    auto made = runes::limit_order(symbol_, of.side, from_steps(of.quantity, steps.lot_size),
                                   from_steps(of.price, steps.tick_size));
    return made.post_only();
  }

  std::string symbol_;
  maker_style how_;
  runes::subscription<runes::book_changes> book_;
};

}  // namespace bots
