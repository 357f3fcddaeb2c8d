#include "monitoring/log_pause.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using runes::detail::log_pause;

BOOST_AUTO_TEST_SUITE(log_pauses)

BOOST_AUTO_TEST_CASE(the_first_line_is_written_and_the_others_are_counted) {
  log_pause::time_point const start(1h);
  log_pause pause(1s);
  BOOST_TEST(pause.write(start).value() == 0u);
  for (int i = 0; i < 100; ++i) BOOST_TEST(!pause.write(start + 999ms).has_value());
  BOOST_TEST(pause.write(start + 1s).value() == 100u);
  BOOST_TEST(!pause.write(start + 1s).has_value());
  BOOST_TEST(pause.write(start + 10s).value() == 1u);
  BOOST_TEST(pause.write(start + 20s).value() == 0u);
}

BOOST_AUTO_TEST_CASE(a_line_says_how_many_came_before_it) {
  BOOST_TEST(runes::detail::and_more(0).empty());
  BOOST_TEST(runes::detail::and_more(3) == " (and 3 more before)");
}

BOOST_AUTO_TEST_SUITE_END()
