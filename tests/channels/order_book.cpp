#include <runes/error.hpp>
#include <runes/order_book.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>
#include <map>

#include "channels/market.hpp"

using runes::decimal;
using runes::order_book;
using runes::side;
using runes::test::level_at;

BOOST_AUTO_TEST_SUITE(order_books)

BOOST_AUTO_TEST_CASE(an_empty_book) {
  order_book const book(2, 3);
  BOOST_TEST(book.empty());
  BOOST_TEST(!book.best_bid().has_value());
  BOOST_TEST(!book.best_ask().has_value());
  BOOST_TEST(book.bids().empty());
  BOOST_TEST(book.checksum() == 0u);
}

BOOST_AUTO_TEST_CASE(levels_are_kept_best_first) {
  order_book book(2, 3);
  for (std::int64_t const price : {100, 103, 101, 102}) {
    BOOST_TEST(book.set(side::buy, {price, 1}));
    BOOST_TEST(book.set(side::sell, {price + 100, 1}));
  }
  BOOST_TEST((book.best_bid() == level_at(103, 1)));
  BOOST_TEST((book.best_ask() == level_at(200, 1)));
  BOOST_TEST((book.bids(2) == std::vector{level_at(103, 1), level_at(102, 1)}));
  BOOST_TEST((book.asks(9) ==
              std::vector{level_at(200, 1), level_at(201, 1), level_at(202, 1), level_at(203, 1)}));
  BOOST_TEST((book.at(side::buy, 3) == order_book::entry{100, 1}));
  BOOST_TEST((book.levels(side::sell).front() == order_book::entry{203, 1}));
}

BOOST_AUTO_TEST_CASE(set_says_whether_anything_changed) {
  order_book book(2, 3);
  BOOST_TEST(book.set(side::buy, {100, 1}));
  BOOST_TEST(!book.set(side::buy, {100, 1}));
  BOOST_TEST(book.set(side::buy, {100, 2}));
  BOOST_TEST(!book.set(side::buy, {99, 0}));
  BOOST_TEST(book.set(side::buy, {100, 0}));
  BOOST_TEST(book.empty());
}

BOOST_AUTO_TEST_CASE(it_does_what_a_map_does) {
  std::mt19937 random(5);
  order_book book(2, 3);
  std::map<std::int64_t, std::int64_t> bids, asks;
  for (int i = 0; i < 20000; ++i) {
    auto const which = random() % 2 ? side::buy : side::sell;
    auto& model = which == side::buy ? bids : asks;
    std::int64_t const price = random() % 200, quantity = random() % 4;
    bool const differs = model.contains(price) ? model[price] != quantity : quantity != 0;
    if (quantity == 0)
      model.erase(price);
    else
      model[price] = quantity;
    BOOST_TEST_REQUIRE(book.set(which, {price, quantity}) == differs);
    BOOST_TEST_REQUIRE(book.size(which) == model.size());
  }
  std::size_t n = bids.size();
  for (auto const& [price, quantity] : bids)
    BOOST_TEST((book.at(side::buy, --n) == order_book::entry{price, quantity}));
  for (auto const& [price, quantity] : asks)
    BOOST_TEST((book.at(side::sell, n++) == order_book::entry{price, quantity}));
}

BOOST_AUTO_TEST_CASE(a_checksum_made_by_hand) {
  // Digits of price, then quantity, bids best to worst, then asks: "12345" "6789" is a text whose
  // CRC-32 is well known.
  order_book digits(0, 0);
  digits.set(side::buy, {12345, 6789});
  BOOST_TEST(digits.checksum() == 0xCBF43926u);

  order_book split(2, 1);
  split.set(side::buy, {12, 3});   // 0.12 x 0.3
  split.set(side::buy, {4, 5});    // 0.04 x 0.5: leading zeros don't count
  split.set(side::sell, {89, 1});  // the worse ask comes last
  split.set(side::sell, {6, 7});
  split.set(side::sell, {89, 0});
  split.set(side::sell, {8, 9});
  BOOST_TEST(split.checksum() == 0xCBF43926u);
}

BOOST_AUTO_TEST_CASE(a_checksum_covers_ten_levels_a_side) {
  order_book book(0, 0);
  for (std::int64_t price = 1; price <= 10; ++price) {
    book.set(side::buy, {100 + price, 1});
    book.set(side::sell, {200 + price, 1});
  }
  auto const before = book.checksum();
  book.set(side::buy, {100, 5});
  book.set(side::sell, {211, 5});
  BOOST_TEST(book.checksum() == before);
  book.set(side::sell, {210, 2});
  BOOST_TEST(book.checksum() != before);
}

BOOST_AUTO_TEST_CASE(the_longest_levels_have_room) {
  constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
  constexpr auto highest = std::numeric_limits<std::int64_t>::max();
  order_book book(18, 18);
  for (std::int64_t n = 0; n < 12; ++n) {
    book.set(side::buy, {lowest + n, highest});
    book.set(side::sell, {lowest + 20 + n, highest});
  }
  BOOST_TEST(book.checksum() != 0u);
}

BOOST_AUTO_TEST_CASE(applying_changes) {
  order_book book;
  book.apply(
      {.bids = {level_at(100, 1), level_at(99, 2)}, .asks = {level_at(101, 3)}, .checksum = 0});
  BOOST_TEST(book.price_decimals() == 2u);
  BOOST_TEST(book.quantity_decimals() == 3u);
  book.apply({.bids = {level_at(100, 0), level_at(98, 1)},
              .asks = {level_at(101, 7), level_at(101, 4)},
              .checksum = 0});
  BOOST_TEST((book.bids() == std::vector{level_at(99, 2), level_at(98, 1)}));
  BOOST_TEST((book.asks() == std::vector{level_at(101, 4)}));  // the last one counts
}

BOOST_AUTO_TEST_CASE(changes_that_cannot_be_held_change_nothing) {
  order_book book;
  book.apply({.bids = {level_at(100, 1)}, .asks = {}, .checksum = 0});
  auto const before = book;
  BOOST_CHECK_THROW(
      book.apply(
          {.bids = {level_at(50, 1), {decimal(1, 3), decimal(1, 0)}}, .asks = {}, .checksum = 0}),
      runes::error);
  BOOST_TEST((book == before));
}

BOOST_AUTO_TEST_SUITE_END()
