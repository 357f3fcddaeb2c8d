// The book that is published.
#pragma once

#include <runes/broker.hpp>
#include <runes/instrument.hpp>
#include <runes/order_book.hpp>
#include <runes/server.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <random>

namespace runes::bench {

inline constexpr unsigned feed_price_decimals = 2;
inline constexpr unsigned feed_quantity_decimals = 3;

/// Publishes changes of one level a side, each side having a fixed number of prices, at a given
/// rate from a coroutine of the server.
class book_feed {
 public:
  /// `house` runs it once it runs itself. Nothing is published before resume().
  book_feed(runes::server& house, std::uint64_t rate, std::uint64_t batch, std::size_t levels);

  topic_ref const& topic() const { return topic_; }
  /// Publishes from here on.
  void resume();
  /// Publishes no more when this returns.
  void pause();
  /// The book as it was published; while it is paused.
  order_book const& book() const { return book_; }
  /// Bytes of a change of every level there can be: what conflated changes can come to.
  std::size_t largest_change() const;

 private:
  awaitable<> run();
  awaitable<> publish_one();
  book_changes some_change();
  level some_level(side which, std::int64_t price);

  runes::server& server_;
  std::uint64_t rate_, batch_;
  std::size_t levels_;
  instrument instrument_;
  topic_ref topic_;
  order_book book_;
  std::mt19937 random_{20240501};  // the same book in every run
  std::atomic<bool> wanted_{false};
  std::atomic<bool> resting_{true};
};

}  // namespace runes::bench
