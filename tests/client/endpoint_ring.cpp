#include "client/endpoint_ring.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using runes::detail::endpoint_ring;
using runes::detail::time_point;
using step = endpoint_ring::step;

namespace {
time_point at(std::chrono::milliseconds t) { return time_point(1h + t); }
}  // namespace

BOOST_AUTO_TEST_SUITE(endpoint_rings)

BOOST_AUTO_TEST_CASE(all_are_tried_and_then_it_is_waited) {
  endpoint_ring ring(3);
  BOOST_TEST(ring.current() == 0u);
  BOOST_TEST((ring.failed({}, {}, at(0ms)) == step::next));
  BOOST_TEST(ring.current() == 1u);
  BOOST_TEST((ring.failed(503u, {}, at(0ms)) == step::next));
  BOOST_TEST((ring.failed({}, {}, at(0ms)) == step::round_over));
  BOOST_TEST(ring.begin(100ms, at(0ms)).count() == 100);
  BOOST_TEST(ring.current() == 0u);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_first_made_again_where_it_was) {
  endpoint_ring ring(3);
  ring.failed({}, {}, at(0ms));
  ring.succeeded();
  BOOST_TEST(ring.current() == 1u);
  BOOST_TEST((ring.failed({}, {}, at(0ms)) == step::next));
  BOOST_TEST(ring.current() == 2u);
  BOOST_TEST((ring.failed({}, {}, at(0ms)) == step::next));
  BOOST_TEST(ring.current() == 0u);
  BOOST_TEST((ring.failed({}, {}, at(0ms)) == step::round_over));
}

BOOST_AUTO_TEST_CASE(one_that_refuses_for_good_is_not_tried_again) {
  endpoint_ring ring(2);
  BOOST_TEST((ring.failed(403u, {}, at(0ms)) == step::next));
  BOOST_TEST((ring.failed({}, {}, at(0ms)) == step::round_over));
  ring.begin(0ms, at(0ms));
  BOOST_TEST(ring.current() == 1u);
  BOOST_TEST((ring.failed({}, {}, at(0ms)) == step::round_over));
  ring.begin(0ms, at(0ms));
  BOOST_TEST((ring.failed(401u, {}, at(0ms)) == step::none));
}

BOOST_AUTO_TEST_CASE(the_last_one_does_not_speak_for_the_others) {
  endpoint_ring ring(2);
  BOOST_TEST((ring.failed({}, {}, at(0ms)) == step::next));
  BOOST_TEST((ring.failed(403u, {}, at(0ms)) == step::round_over));
  ring.begin(0ms, at(0ms));
  BOOST_TEST(ring.current() == 0u);
}

BOOST_AUTO_TEST_CASE(a_retry_after_is_honoured_by_whoever_gave_it) {
  endpoint_ring ring(2);
  ring.failed(429u, 60s, at(0ms));
  BOOST_TEST((ring.failed({}, {}, at(0ms)) == step::round_over));
  BOOST_TEST(ring.begin(100ms, at(0ms)).count() == 100);
  BOOST_TEST(ring.current() == 1u);  // the other
  BOOST_TEST((ring.failed({}, {}, at(100ms)) == step::round_over));
  ring.begin(100ms, at(100ms));
  BOOST_TEST(ring.current() == 1u);
  BOOST_TEST((ring.failed({}, {}, at(60s)) == step::next));  // its time has come
  BOOST_TEST(ring.current() == 0u);

  endpoint_ring alone(1);
  BOOST_TEST((alone.failed(429u, 2s, at(0ms)) == step::round_over));
  BOOST_TEST(alone.begin(50ms, at(0ms)).count() == 2'050);
  BOOST_TEST((alone.failed(503u, -2s, at(0ms)) == step::round_over));
  BOOST_TEST(alone.begin(150ms, at(0ms)).count() == 150);
  alone.failed(503u, std::chrono::milliseconds::max(), at(0ms));
  BOOST_TEST((alone.begin(0ms, at(0ms)) == 24h));
}

BOOST_AUTO_TEST_CASE(one_that_goes_away_is_left) {
  endpoint_ring ring(3);
  ring.leave();
  BOOST_TEST(ring.current() == 1u);
  ring.failed(403u, {}, at(0ms));
  ring.leave();
  BOOST_TEST(ring.current() == 0u);
  ring.leave();
  BOOST_TEST(ring.current() == 2u);  // 1 has refused
  endpoint_ring alone(1);
  alone.leave();
  BOOST_TEST(alone.current() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
