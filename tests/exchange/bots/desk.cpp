// What a bot has, told by states and answers that may overtake each other.
#include <bots/desk.hpp>

#include <boost/test/unit_test.hpp>

namespace exchange::bots {
namespace {

using engine::side;

own_order bid(order_id id, ticks price, lots remaining, micros ts) {
  return {id, side::buy, price, remaining, 0, ts};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_desk)

BOOST_AUTO_TEST_CASE(an_answer_that_comes_late_changes_nothing) {
  desk mine;
  mine.told(bid(1, 100, 5, 20));
  mine.answered(bid(1, 90, 9, 10));
  BOOST_TEST(mine.find(1)->price == 100);
  mine.answered(bid(1, 90, 9, 20));
  BOOST_TEST(mine.find(1)->price == 100);
  mine.answered(bid(1, 90, 9, 21));
  BOOST_TEST(mine.find(1)->price == 90);
}

BOOST_AUTO_TEST_CASE(a_state_that_comes_late_changes_nothing) {
  desk mine;
  mine.answered(bid(1, 100, 5, 20));
  mine.told(bid(1, 90, 4, 19));
  BOOST_TEST(mine.find(1)->price == 100);
  mine.told(bid(1, 100, 3, 20));
  BOOST_TEST(mine.find(1)->remaining == 3);
}

BOOST_AUTO_TEST_CASE(an_order_that_is_closed_is_not_brought_back) {
  desk mine;
  mine.told(bid(1, 100, 0, 20));
  mine.answered(bid(1, 100, 5, 20));
  BOOST_TEST(mine.orders().empty());
  mine.told(bid(2, 100, 5, 21));
  mine.forget(2);
  mine.answered(bid(2, 100, 5, 30));
  BOOST_TEST(mine.orders().empty());
}

BOOST_AUTO_TEST_CASE(a_snapshot_is_all_there_is) {
  desk mine;
  mine.told(bid(1, 100, 5, 20));
  mine.snapshot({bid(2, 101, 6, 25), bid(3, 102, 7, 26)});
  BOOST_TEST(mine.find(1) == nullptr);
  BOOST_TEST(mine.open(side::buy) == 13);
  BOOST_TEST(mine.open(side::sell) == 0);
  BOOST_TEST(mine.orders_of(side::buy).front().id == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace exchange::bots
