// What the mirror is told of what has changed several times between two looks.
#include "service_test.hpp"

using namespace exchange::service;
namespace venue = exchange::venue;

namespace {

struct mirrored : service_fixture {
  mirrored() { rows.of(reports.changes().take()); }
  exchange::storage::mirror_batch next() { return rows.of(reports.changes().take()); }
  mirror_rows rows{floor.config()};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(what_the_mirror_is_told, mirrored)

BOOST_AUTO_TEST_CASE(of_an_order_that_came_and_went_is_one_row) {
  auto const placed = run(venue::buy(venue::spot, 100, 9'000).named("a")).result.order;
  BOOST_TEST(reports.changes().rows() == 2u);  // the order, and the money that is locked
  run(venue::cancel_order{1, placed, {}});
  auto const told = next();
  BOOST_TEST(told.rows() == 2u);
  BOOST_TEST_REQUIRE(told.orders.size() == 1u);
  BOOST_TEST(told.orders[0].status == "cancelled");
  BOOST_TEST(told.orders[0].client_order_id == "a");
  BOOST_TEST(told.orders[0].account == "ann");
  BOOST_TEST_REQUIRE(told.accounts.size() == 1u);
  BOOST_TEST(told.accounts[0].locked == "0.000000");
  BOOST_TEST(next().rows() == 0u);
}

BOOST_AUTO_TEST_CASE(every_fill_has_its_row) {
  run(venue::buy(venue::spot, 300, 9'000));
  for (int i = 0; i < 3; ++i) run(venue::sell(venue::spot, 100, 9'000).of(2));
  auto const told = next();
  BOOST_TEST(told.fills.size() == 6u);
  BOOST_TEST(told.orders.size() == 4u);
  BOOST_TEST(told.orders[0].status == "filled");
  BOOST_TEST(told.orders[0].filled == "3.00");
}

BOOST_AUTO_TEST_CASE(an_account_that_is_opened_later_has_its_name) {
  run(venue::open_account{"eve"});
  run(venue::deposit{3, venue::usd, 5});
  auto const told = next();
  BOOST_TEST_REQUIRE(told.accounts.size() == 1u);
  BOOST_TEST(told.accounts[0].account == "eve");
}

BOOST_AUTO_TEST_SUITE_END()
