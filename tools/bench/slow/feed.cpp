#include "bench/slow/feed.hpp"

#include "bench/clock.hpp"
#include "bench/pacing.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace runes::bench {
namespace {

constexpr std::int64_t middle = 6'180'000;
constexpr std::chrono::milliseconds look_again{1};

}  // namespace

book_feed::book_feed(runes::server& house, std::uint64_t rate, std::uint64_t batch,
                     std::size_t levels)
    : server_(house),
      rate_(rate),
      batch_(batch),
      levels_(levels),
      instrument_("BTC-USD", "BTC", "USD", decimal(1, feed_price_decimals),
                  decimal(1, feed_quantity_decimals)),
      topic_(house.broker().topic("orderbook", "BTC-USD")),
      book_(feed_price_decimals, feed_quantity_decimals) {
  server_.spawn([this] { return run(); });
}

void book_feed::resume() {
  resting_ = false;
  wanted_ = true;
}

void book_feed::pause() {
  wanted_ = false;
  while (!resting_) std::this_thread::sleep_for(look_again);
}

awaitable<> book_feed::run() {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  for (;;) {
    while (!wanted_) {
      resting_ = true;
      timer.expires_after(look_again);
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
    pacing pace(rate_, batch_, monotonic_now());
    while (wanted_) {
      for (auto due = pace.due(monotonic_now()); due > 0 && wanted_; --due) {
        for (std::uint64_t i = 0; i < batch_; ++i) co_await publish_one();
        pace.take();
      }
      timer.expires_at(std::chrono::steady_clock::time_point(pace.next()));
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
  }
}

awaitable<> book_feed::publish_one() {
  book_changes const change = some_change();
  payload_ptr const ready = book_payload(instrument_, change);
  if (server_.broker().try_publish(topic_, ready) == push_result::accepted) co_return;
  co_await server_.broker().publish(topic_, ready);
}

// Most changes are near the best price.
book_changes book_feed::some_change() {
  auto const distance = [this] {
    return static_cast<std::int64_t>(std::min(random_() % levels_, random_() % levels_));
  };
  book_changes change;
  change.bids.push_back(some_level(side::buy, middle - distance()));
  change.asks.push_back(some_level(side::sell, middle + 1 + distance()));
  return change;
}

level book_feed::some_level(side which, std::int64_t price) {
  auto const quantity =
      random_() % 16 == 0 ? 0 : static_cast<std::int64_t>(1'000 + random_() % 9'000);
  book_.set(which, {price, quantity});
  return {decimal(price, feed_price_decimals), decimal(quantity, feed_quantity_decimals)};
}

std::size_t book_feed::largest_change() const {
  book_changes all;
  for (std::size_t i = 0; i < levels_; ++i) {
    auto const far = static_cast<std::int64_t>(i);
    auto const one = decimal(1, feed_quantity_decimals);
    all.bids.push_back({decimal(middle - far, feed_price_decimals), one});
    all.asks.push_back({decimal(middle + 1 + far, feed_price_decimals), one});
  }
  return book_payload(instrument_, all)->bytes();
}

}  // namespace runes::bench
