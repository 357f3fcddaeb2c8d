#include "client/departure.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace runes;
using namespace std::chrono_literals;
using detail::departure;

namespace {

detail::time_point at(std::chrono::milliseconds t) { return detail::time_point(1h + t); }

}  // namespace

BOOST_AUTO_TEST_SUITE(departure_from_a_server_that_drains)

BOOST_AUTO_TEST_CASE(is_spread_over_the_first_half_of_the_time) {
  for (std::uint64_t random = 0; random < 1'000; ++random) {
    departure const d(at(0s), 400ms, random);
    BOOST_TEST((d.begins() == at(std::chrono::milliseconds(random % 201))));
  }
  departure const last(at(0s), 400ms, std::numeric_limits<std::uint64_t>::max());
  BOOST_TEST((last.begins() <= at(200ms)));
}

BOOST_AUTO_TEST_CASE(who_waits_for_nothing_goes_when_it_begins) {
  departure const d(at(0s), 400ms, 100);
  BOOST_TEST((d.next(at(99ms), false) == at(100ms)));
  BOOST_TEST(!d.next(at(100ms), false));
  BOOST_TEST(!d.next(at(1h), false));
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_reply_looks_again_until_the_time_is_over) {
  departure const d(at(0s), 400ms, 100);
  BOOST_TEST((d.next(at(50ms), true) == at(100ms)));
  BOOST_TEST((d.next(at(100ms), true) == at(100ms) + departure::look_again));
  BOOST_TEST((d.next(at(399ms), true) == at(400ms)));
  BOOST_TEST(!d.next(at(400ms), true));
  departure const none(at(0s), 0ms, 7);
  BOOST_TEST(!none.next(at(0s), true));
}

BOOST_AUTO_TEST_SUITE_END()
