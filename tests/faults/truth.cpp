#include "truth.hpp"

#include "book_digest.hpp"

#include <utility>
#include <vector>

namespace faults {
namespace json = boost::json;
namespace {

constexpr unsigned price_decimals = 2;
constexpr unsigned quantity_decimals = 3;
constexpr std::int64_t middle = 10'000;
constexpr std::int64_t width = 40;  // prices a side

std::string numbered(std::uint64_t n, std::size_t padding) {
  std::string entry = R"({"n":)" + std::to_string(n);
  if (padding > 0) entry += R"(,"padding":")" + std::string(padding, '.') + '"';
  return entry + "}";
}

json::object place(runes::topic_ref const& of) {
  json::object told;
  told["seq"] = of.seq();
  return told;
}

}  // namespace

truth::truth(runes::server& server)
    : broker_(server.broker()),
      instrument_(symbol, "BTC", "USD", runes::decimal(1, price_decimals),
                  runes::decimal(1, quantity_decimals)),
      book_(price_decimals, quantity_decimals) {
  broker_.add_channel(runes::channel("numbers", runes::models::log()).event("numbers"));
  numbers_ = broker_.topic("numbers", symbol);
  fills_ = broker_.topic("fills", symbol, {}, account);
  orders_ = broker_.topic("orders", symbol, {}, account);
  levels_ = broker_.topic("orderbook", symbol);
  server.add_instrument(instrument_);
}

runes::awaitable<> truth::step(std::size_t padding) {
  ++count_;
  auto const number = runes::log_payload(numbered(count_, padding));
  auto const fill = runes::log_payload(numbered(count_, 0));
  auto const order = next_order();
  auto const levels = next_levels();
  co_await broker_.publish(numbers_, number);
  co_await broker_.publish(fills_, fill);
  co_await broker_.publish(orders_, order);
  co_await broker_.publish(levels_, levels);
}

/// One that is there goes about every third time.
runes::payload_ptr truth::next_order() {
  runes::keyed_entry entry;
  entry.key = std::to_string(random_() % 50);
  entry.json = R"({"orderId":")" + entry.key + R"(","n":)" + std::to_string(count_) + "}";
  entry.removed = open_orders_.contains(entry.key) && random_() % 3 == 0;
  if (entry.removed) {
    open_orders_.erase(entry.key);
  } else {
    open_orders_[entry.key] = count_;
  }
  std::vector<runes::keyed_entry> one;
  one.push_back(std::move(entry));
  return runes::keyed_payload(std::move(one));
}

/// A level or two a side; every fourth goes.
runes::payload_ptr truth::next_levels() {
  runes::book_changes changes;
  auto const add = [this](std::vector<runes::level>& side, std::int64_t price) {
    auto const quantity = static_cast<std::int64_t>(random_() % 4 == 0 ? 0 : 1 + random_() % 1'000);
    side.push_back(
        {runes::decimal(price, price_decimals), runes::decimal(quantity, quantity_decimals)});
  };
  for (auto levels = 1 + random_() % 2; levels > 0; --levels) {
    auto const away = static_cast<std::int64_t>(1 + random_() % width);
    add(changes.bids, middle - away);
    add(changes.asks, middle + away);
  }
  book_.apply(changes);
  return runes::book_payload(instrument_, changes);
}

json::object truth::tell() const {
  json::object orders = place(orders_);
  json::object open;
  for (auto const& [key, n] : open_orders_) open[key] = n;
  orders["open"] = std::move(open);
  json::object book = place(levels_);
  book["digest"] = digest(book_);
  json::object all;
  all["numbers"] = place(numbers_);
  all["fills"] = place(fills_);
  all["orders"] = std::move(orders);
  all["orderbook"] = std::move(book);
  return all;
}

}  // namespace faults
