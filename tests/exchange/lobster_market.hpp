// A stock's market as LOBSTER writes it down, made up by a plain table of orders and a seed: the
// line of each event, and the row of the order book file after it.
#pragma once

#include <engine/matching_engine.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace exchange::test {

/// `34200.000000001,1,7,100,1000000,1`
inline std::string lobster_line(std::int64_t ns, int type, std::uint64_t order, std::int64_t size,
                                std::int64_t price, int direction) {
  auto fraction = std::to_string(ns % 1'000'000'000);
  fraction.insert(0, 9 - fraction.size(), '0');
  return std::to_string(ns / 1'000'000'000) + '.' + fraction + ',' + std::to_string(type) + ',' +
         std::to_string(order) + ',' + std::to_string(size) + ',' + std::to_string(price) + ',' +
         std::to_string(direction) + '\n';
}

using bid_levels = std::map<std::int64_t, std::int64_t, std::greater<>>;
using ask_levels = std::map<std::int64_t, std::int64_t>;

/// A row of the order book file: ask, its size, bid, its size, the best first.
inline std::string lobster_row(bid_levels const& bids, ask_levels const& asks, std::size_t depth) {
  std::string row;
  auto bid = bids.begin();
  auto ask = asks.begin();
  auto const put = [&row](auto& at, auto const& all, char const* nobody) {
    row += row.empty() ? "" : ",";
    if (at == all.end()) {
      row += std::string(nobody) + ",0";
    } else {
      row += std::to_string(at->first) + ',' + std::to_string(at->second);
      ++at;
    }
  };
  for (std::size_t i = 0; i < depth; ++i) {
    put(ask, asks, "9999999999");
    put(bid, bids, "-9999999999");
  }
  return row;
}

/// The same of an engine whose ticks and lots are the file's.
inline std::string lobster_row(engine::matching_engine const& of, std::size_t depth) {
  bid_levels bids;
  ask_levels asks;
  std::vector<engine::level_view> levels(of.open_orders());
  auto const read = [&](engine::side which, auto& into) {
    auto const count = of.levels(which, levels);
    for (std::size_t i = 0; i < count; ++i) into[levels[i].price] = levels[i].quantity;
  };
  read(engine::side::buy, bids);
  read(engine::side::sell, asks);
  return lobster_row(bids, asks, depth);
}

class lobster_market {
 public:
  explicit lobster_market(unsigned seed) : bits_(seed) {}

  static constexpr std::size_t depth = 20, most_orders = 120;
  struct trade {
    std::int64_t price, size;
    bool buyer_takes;
  };

  /// The next event's line.
  std::string next() {
    time_ += below(50'000'000);
    if (halted_ < 1 && below(3) == 0) return halt(halted_ + 1);
    auto const chance = halted_ < 1 ? below(75) : below(100);  // nothing is traded in a halt
    if (orders_.size() < 10 || (chance < 45 && orders_.size() < most_orders)) return submit();
    if (chance < 55) return cancel();
    if (chance < 75) return remove();
    if (chance < 95) return execute();
    if (chance < 98) return trade_unseen(5, 0);
    return chance < 99 ? trade_unseen(6, 0) : halt(-1);
  }
  /// After it.
  std::string row(std::size_t levels = depth) const {
    bid_levels bids;
    ask_levels asks;
    for (auto const& [id, one] : orders_) {
      (one.direction > 0 ? bids[one.price] : asks[one.price]) += one.size;
    }
    return lobster_row(bids, asks, levels);
  }
  std::vector<trade> const& trades() const { return trades_; }
  bool halted() const { return halted_ < 1; }

 private:
  struct order {
    std::int64_t price, size;
    int direction;
  };
  using table = std::map<std::uint64_t, order>;  // by id, so the oldest first

  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(bits_() % static_cast<std::uint64_t>(n));
  }
  table::iterator any() { return std::next(orders_.begin(), below(std::ssize(orders_))); }
  std::string line(int type, std::uint64_t id, std::int64_t size, std::int64_t price,
                   int direction) const {
    return lobster_line(time_, type, id, size, price, direction);
  }
  // Nothing: nobody is there.
  table::iterator best(int direction) {
    auto found = orders_.end();
    for (auto at = orders_.begin(); at != orders_.end(); ++at) {
      if (at->second.direction != direction) continue;
      bool const better =
          found == orders_.end() || direction * at->second.price > direction * found->second.price;
      if (better) found = at;
    }
    return found;
  }

  // It rests: it is beyond the best of the other side by a tick at least.
  std::string submit() {
    int const direction = below(2) == 0 ? 1 : -1;
    auto const other = best(-direction);
    auto const from = other == orders_.end() ? 1'000'000 : other->second.price;
    order const one{from - direction * 100 * (1 + below(40)), 1 + below(300), direction};
    last_ += static_cast<std::uint64_t>(1 + below(1'000));
    orders_[last_] = one;
    return line(1, last_, one.size, one.price, direction);
  }
  std::string take(table::iterator from, int type, std::int64_t size) {
    auto const [price, left, direction] = from->second;
    auto text = line(type, from->first, size, price, direction);
    from->second.size -= size;
    if (left == size) orders_.erase(from);
    return text;
  }
  std::string cancel() {
    auto const which = any();
    if (which->second.size == 1) return remove();
    return take(which, 2, 1 + below(which->second.size - 1));
  }
  std::string remove() {
    auto const which = any();
    return take(which, 3, which->second.size);
  }
  std::string execute() {
    int const direction = below(2) == 0 ? 1 : -1;
    auto const which = best(direction);
    if (which == orders_.end()) return submit();
    auto const size = std::min(which->second.size, 1 + below(200));
    trades_.push_back({which->second.price, size, direction < 0});
    return take(which, 4, size);
  }
  std::string trade_unseen(int type, std::uint64_t id) {
    int const direction = below(2) == 0 ? 1 : -1;
    trade const one{999'950 + below(100), 1 + below(500), direction < 0};
    trades_.push_back(one);
    return line(type, id, one.size, one.price, direction);
  }
  std::string halt(int to) {
    halted_ = to;
    return line(7, 0, 0, to, -1);
  }

  std::mt19937_64 bits_;
  table orders_;
  std::vector<trade> trades_;
  std::int64_t time_ = 34'200'000'000'000;
  std::uint64_t last_ = 0;
  int halted_ = 1;
};

}  // namespace exchange::test
