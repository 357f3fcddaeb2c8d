#include "client/venue_clock.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::detail;
using namespace std::chrono_literals;

namespace {

time_point const start(1h);
timestamp at(std::chrono::milliseconds venue) { return timestamp(venue); }

}  // namespace

BOOST_AUTO_TEST_SUITE(venue_clocks)

BOOST_AUTO_TEST_CASE(it_goes_on_from_what_was_said) {
  venue_clock clock;
  BOOST_TEST(!clock.now(start));
  clock.learn(at(100s), start);
  BOOST_TEST((clock.now(start + 7ms) == at(100'007ms)));
  clock.forget();
  BOOST_TEST(!clock.now(start));
}

BOOST_AUTO_TEST_CASE(a_word_that_was_long_on_its_way_does_not_set_it_back) {
  venue_clock clock;
  clock.learn(at(100s), start);
  clock.learn(at(100'900ms), start + 1s);
  BOOST_TEST((clock.now(start + 1s) == at(101s)));
  clock.learn(at(102'100ms), start + 2s);  // a better one
  BOOST_TEST((clock.now(start + 2s) == at(102'100ms)));
}

BOOST_AUTO_TEST_CASE(but_an_old_one_gives_way) {
  venue_clock clock;
  clock.learn(at(100s), start);
  auto const later = start + venue_clock::good_for;
  clock.learn(at(50s), later);  // it was set back
  BOOST_TEST((clock.now(later) == at(50s)));
}

BOOST_AUTO_TEST_SUITE_END()
