#include "client/book_keeper.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using detail::book_keeper;

namespace {

level at(char const* price, char const* quantity) {
  return {decimal::from(price), decimal::from(quantity)};
}

/// The checksum of protocol.md, by an order_book of our own.
book_changes levels(std::vector<level> bids, std::vector<level> asks, order_book const& after) {
  book_changes c;
  c.bids = std::move(bids);
  c.asks = std::move(asks);
  c.checksum = after.checksum();
  return c;
}

struct with_book {
  order_book served{2, 1};
  book_keeper keeper;
  with_book() {
    served.set(side::buy, {10'000, 10});
    served.set(side::buy, {9'900, 20});
    served.set(side::sell, {10'100, 5});
    BOOST_TEST(!keeper.replace(
        levels({at("100.00", "1.0"), at("99.00", "2.0")}, {at("101.00", "0.5")}, served)));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(book_keeper_truth, with_book)

BOOST_AUTO_TEST_CASE(keeps_what_is_served) {
  BOOST_REQUIRE(keeper.book());
  BOOST_TEST((*keeper.book() == served));
  served.set(side::buy, {9'950, 7});
  served.set(side::buy, {9'900, 0});
  BOOST_TEST(!keeper.apply(levels({at("99.50", "0.7"), at("99.00", "0.0")}, {}, served)));
  BOOST_TEST((*keeper.book() == served));
}

BOOST_AUTO_TEST_CASE(its_image_makes_the_same_book) {
  book_keeper other;
  BOOST_TEST(!other.replace(keeper.image()));
  BOOST_TEST((*other.book() == *keeper.book()));
}

BOOST_AUTO_TEST_CASE(a_wrong_checksum_takes_the_book_away) {
  auto wrong = levels({at("99.50", "0.7")}, {}, served);
  auto const why = keeper.apply(wrong);
  BOOST_REQUIRE(why);
  BOOST_TEST(why->find("checksum") != std::string::npos);
  BOOST_TEST(!keeper.book());
}

BOOST_AUTO_TEST_CASE(levels_of_another_scale_fit_exactly_or_not_at_all) {
  served.set(side::buy, {9'950, 70});
  BOOST_TEST(!keeper.apply(levels({at("99.5", "7")}, {}, served)));
  BOOST_TEST(keeper.apply(levels({at("99.505", "7")}, {}, served)).has_value());
  BOOST_TEST(!keeper.book());
}

BOOST_AUTO_TEST_CASE(a_negative_quantity_is_refused) {
  BOOST_TEST(keeper.apply(levels({at("99.50", "-0.7")}, {}, served)).has_value());
}

BOOST_AUTO_TEST_CASE(an_empty_book_learns_its_decimals_later) {
  book_keeper empty;
  BOOST_TEST(!empty.replace(levels({}, {}, order_book())));
  BOOST_REQUIRE(empty.book());
  BOOST_TEST(empty.book()->empty());
  order_book one(3, 2);
  one.set(side::sell, {1'500, 25});
  BOOST_TEST(!empty.apply(levels({}, {at("1.500", "0.25")}, one)));
  BOOST_TEST((*empty.book() == one));
}

BOOST_AUTO_TEST_CASE(a_new_snapshot_heals) {
  keeper.distrust();
  BOOST_TEST(!keeper.book());
  BOOST_TEST(!keeper.replace(
      levels({at("100.00", "1.0"), at("99.00", "2.0")}, {at("101.00", "0.5")}, served)));
  BOOST_TEST((*keeper.book() == served));
}

BOOST_AUTO_TEST_SUITE_END()
