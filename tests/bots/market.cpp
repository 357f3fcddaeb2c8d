#include "market.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace bots::test {

using runes::side;

namespace {

constexpr std::int64_t lots_of_a_quote = 5'000;

}  // namespace

runes::decimal price_of(std::int64_t ticks) { return {ticks * 10, 2}; }
runes::decimal quantity_of(std::int64_t lots) { return {lots, 4}; }

runes::awaitable<> market::move_to(std::int64_t price) {
  auto const old_bid = std::exchange(bid_, {});
  auto const old_ask = std::exchange(ask_, {});
  bid_ = co_await quote(side::buy, price - half_spread);
  ask_ = co_await quote(side::sell, price + half_spread);
  price_ = price;
  co_await cancel(old_bid);
  co_await cancel(old_ask);
}

runes::awaitable<> market::walk_to(std::int64_t price) {
  constexpr auto longest = half_spread;
  while (price_ != price) {
    auto const by = std::clamp(price - price_, -longest, longest);
    co_await move_to(price_ + by);
    co_await stage_.breathe();
  }
}

/// A perpetual has no mark price, and so is closed, until the exchange has looked at the spot
/// market.
runes::awaitable<std::optional<runes::order_ack>> market::quote(side which, std::int64_t price) {
  auto const wanted =
      runes::limit_order(symbol_, which, quantity_of(lots_of_a_quote), price_of(price));
  for (;;) {
    std::optional<runes::error> wrong;
    std::optional<runes::order_ack> made;
    try {
      auto const ack = co_await maker_.trader.place(wanted);
      made = ack;
    } catch (runes::error const& e) {
      wrong = e;
    }
    if (!wrong) co_return made;
    if (wrong->code() != runes::errc::market_closed) throw *wrong;
    co_await boost::asio::post(stage_.executor(), boost::asio::use_awaitable);
  }
}

runes::awaitable<> market::cancel(std::optional<runes::order_ack> which) {
  if (!which) co_return;
  std::optional<runes::error> wrong;
  try {
    co_await maker_.trader.cancel(*which);
  } catch (runes::error const& e) {
    wrong = e;
  }
  if (wrong && wrong->code() != runes::errc::order_closed) throw *wrong;
}

runes::awaitable<> market::take(side which, std::int64_t lots) {
  auto const wanted = runes::market_order(symbol_, which, quantity_of(lots));
  co_await taker_.trader.place(wanted);
}

}  // namespace bots::test
