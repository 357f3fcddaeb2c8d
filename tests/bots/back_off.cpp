// When a refused order may be asked for again.
#include "back_off.hpp"

#include <boost/test/unit_test.hpp>

namespace bots::test {
namespace {

using namespace std::chrono_literals;
using runes::side;

asked_order bid_at(std::int64_t price, std::string symbol = "BTC-USD") {
  return {std::move(symbol), side::buy, 0, runes::decimal(price, 0), {}, runes::decimal(1, 0)};
}

back_off::time const start{};

}  // namespace

BOOST_AUTO_TEST_SUITE(backing_off)

BOOST_AUTO_TEST_CASE(a_refused_order_waits_twice_as_long_each_time) {
  back_off refusals;
  auto now = start;
  for (auto const pause : {100ms, 200ms, 400ms, 800ms, 1'600ms, 3'200ms, 5'000ms, 5'000ms}) {
    BOOST_TEST(refusals.allows(bid_at(100), now));
    refusals.refused(bid_at(100), now);
    BOOST_TEST(!refusals.allows(bid_at(100), now + pause - 1ms));
    now += pause;
  }
}

BOOST_AUTO_TEST_CASE(another_order_may_go_at_once_a_few_times) {
  back_off refusals;
  for (int n = 0; n < 3; ++n) {
    BOOST_TEST(refusals.allows(bid_at(100 - n), start));
    refusals.refused(bid_at(100 - n), start);
    BOOST_TEST(!refusals.allows(bid_at(100 - n), start));
  }
  BOOST_TEST(!refusals.allows(bid_at(97), start));
  BOOST_TEST(!refusals.allows(bid_at(97), start + 399ms));
  BOOST_TEST(refusals.allows(bid_at(97), start + 400ms));
}

BOOST_AUTO_TEST_CASE(another_quantity_or_an_amendment_is_another_order) {
  back_off refusals;
  refusals.refused(bid_at(100), start);
  auto other = bid_at(100);
  other.quantity = runes::decimal(2, 0);
  BOOST_TEST(refusals.allows(other, start));
  other = bid_at(100);
  other.order_id = 7;
  BOOST_TEST(refusals.allows(other, start));
}

BOOST_AUTO_TEST_CASE(other_sides_and_markets_are_free) {
  back_off refusals;
  for (int n = 0; n < 5; ++n) refusals.refused(bid_at(100), start);
  BOOST_TEST(refusals.allows(bid_at(100, "ETH-USD"), start));
  auto ask = bid_at(100);
  ask.side = side::sell;
  BOOST_TEST(refusals.allows(ask, start));
}

BOOST_AUTO_TEST_CASE(an_order_that_is_taken_ends_it) {
  back_off refusals;
  for (int n = 0; n < 5; ++n) refusals.refused(bid_at(100), start);
  refusals.taken(bid_at(99));
  BOOST_TEST(refusals.allows(bid_at(100), start));
  refusals.refused(bid_at(100), start);
  BOOST_TEST(refusals.allows(bid_at(100), start + 100ms));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace bots::test
