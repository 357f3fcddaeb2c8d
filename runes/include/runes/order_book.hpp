// A book of price levels, kept sorted.
#pragma once

#include <runes/decimal.hpp>
#include <runes/market_data.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace runes {

/// An order book of one symbol: levels by price, integers inside. Not thread-safe.
class order_book {
 public:
  /// A level in the instrument's smallest units.
  struct entry {
    std::int64_t price;
    std::int64_t quantity;
    bool operator==(entry const&) const = default;
  };

  order_book() = default;
  order_book(unsigned price_decimals, unsigned quantity_decimals) noexcept
      : price_decimals_(price_decimals), quantity_decimals_(quantity_decimals) {}

  unsigned price_decimals() const noexcept { return price_decimals_; }
  unsigned quantity_decimals() const noexcept { return quantity_decimals_; }

  /// How many levels a side the checksum covers.
  static constexpr std::size_t checksum_depth = 10;

  /// Sets what rests at a price; zero removes it. Returns whether the book changed. Cheap near the
  /// best price; a book is filled fastest from the worst price to the best. Precondition: the
  /// quantity is not negative.
  bool set(side which, entry level);
  /// Sets every level of a change; its checksum is not looked at. A book without levels takes over
  /// the decimals of the change. Throws error(errc::bad_decimal), the book being as it was, when a
  /// level has digits that this book has not.
  void apply(book_changes const& changes);
  void clear() noexcept;
  bool empty() const noexcept { return bids_.empty() && asks_.empty(); }
  std::size_t size(side which) const noexcept { return levels(which).size(); }

  /// The n-th best level, 0 being the best. Precondition: n < size(which).
  entry at(side which, std::size_t n) const noexcept {
    return levels(which)[levels(which).size() - 1 - n];
  }
  /// All levels of a side, *best last*.
  std::span<entry const> levels(side which) const noexcept {
    return which == side::buy ? bids_ : asks_;
  }

  std::optional<level> best_bid() const;
  std::optional<level> best_ask() const;
  /// The best `depth` levels (0 = all), best first.
  std::vector<level> bids(std::size_t depth = 0) const;
  std::vector<level> asks(std::size_t depth = 0) const;

  /// CRC-32 over the best 10 levels a side as protocol.md, "Events", lays down.
  std::uint32_t checksum() const noexcept;

  bool operator==(order_book const&) const = default;

 private:
  std::vector<level> best(side which, std::size_t depth) const;
  std::vector<entry>& mutable_levels(side which) noexcept {
    return which == side::buy ? bids_ : asks_;
  }

  std::vector<entry> bids_, asks_;
  unsigned price_decimals_ = 0, quantity_decimals_ = 0;
};

}  // namespace runes
