// What the channel tests share: a seeded market, and a client that believes the wire only.
#pragma once

#include <runes/channel.hpp>
#include <runes/order_book.hpp>
#include <runes/payloads.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <random>
#include <string>

#include "protocol/market_codec.hpp"

namespace runes::test {

inline std::string text_of(payload_ptr const& data) {
  std::string text;
  data->encode(text);
  return text;
}

inline book_changes changes_of(payload_ptr const& data) {
  book_changes changes;
  detail::decode(boost::json::parse(text_of(data)), changes);
  return changes;
}

/// An instrument with a tick of 0.01 and a lot of 0.001.
inline instrument some_instrument() {
  return {"BTC-USD", "BTC", "USD", decimal(1, 2), decimal(1, 3)};
}

inline level level_at(std::int64_t price, std::int64_t quantity) {
  return {decimal(price, 2), decimal(quantity, 3)};
}

/// Changes of a book as a careless feed might send them: unsorted, with doubles, with removals of
/// what is not there.
class random_market {
 public:
  explicit random_market(unsigned seed) : random_(seed) {}

  book_changes changes(std::size_t most = 6) {
    book_changes result;
    for (auto n = below(most + 1); n > 0; --n) result.bids.push_back(any_level(1000 - 60));
    for (auto n = below(most + 1); n > 0; --n) result.asks.push_back(any_level(1000));
    return result;
  }

  std::size_t below(std::size_t end) { return random_() % end; }

 private:
  level any_level(std::size_t lowest) {
    auto const quantity = below(3) == 0 ? 0 : below(5);
    return level_at(static_cast<std::int64_t>(lowest + below(60)),
                    static_cast<std::int64_t>(quantity));
  }

  std::mt19937 random_;
};

/// A subscriber's book, built from encoded events.
class book_reader {
 public:
  void snapshot(payload_ptr const& data) {
    book_.clear();
    update(data);
  }
  /// Returns whether the checksum sent is that of the book it led to.
  bool update(payload_ptr const& data) {
    auto const changes = changes_of(data);
    book_.apply(changes);
    return changes.checksum == book_.checksum();
  }
  order_book const& book() const noexcept { return book_; }

 private:
  order_book book_;
};

}  // namespace runes::test
