#include "client/heartbeat_watch.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using runes::detail::heartbeat_watch;
using runes::detail::time_point;

namespace {
time_point at(std::chrono::milliseconds t) { return time_point(1h + t); }
}  // namespace

BOOST_AUTO_TEST_SUITE(heartbeat_watches)

BOOST_AUTO_TEST_CASE(three_missing_heartbeats_are_an_end) {
  heartbeat_watch watch(1s, at(0s));
  BOOST_TEST((watch.next() == at(3s)));
  BOOST_TEST(!watch.is_lost(at(2'999ms)));
  watch.heard(at(2'999ms));
  BOOST_TEST(!watch.is_lost(at(3s)));
  BOOST_TEST((watch.next() == at(5'999ms)));
  BOOST_TEST(watch.is_lost(at(5'999ms)));
}

BOOST_AUTO_TEST_CASE(without_heartbeats_nothing_is_watched) {
  heartbeat_watch watch(0s, at(0s));
  BOOST_TEST(!watch.next());
  BOOST_TEST(!watch.is_lost(at(24h)));
}

BOOST_AUTO_TEST_SUITE_END()
