#include <replay_clock.hpp>

#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

using namespace exchange;
using namespace std::chrono_literals;

namespace {

replay_clock::time_point real(std::chrono::nanoseconds since) {
  return replay_clock::time_point(
      std::chrono::duration_cast<replay_clock::time_point::duration>(since));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replay_clock_pace)

BOOST_AUTO_TEST_CASE(the_first_step_is_due_at_once_and_the_others_at_their_pace) {
  replay_clock clock(2);
  BOOST_TEST((clock.wait(100s, real(7s)) == 0ns));
  BOOST_TEST((clock.wait(110s, real(7s)) == 5s));
  BOOST_TEST((clock.wait(110s, real(10s)) == 2s));
  BOOST_TEST((clock.wait(110s, real(20s)) == 0ns));  // late
}

BOOST_AUTO_TEST_CASE(as_fast_as_possible_never_waits) {
  replay_clock clock(replay_clock::max);
  BOOST_TEST((clock.wait(0s, real(0s)) == 0ns));
  BOOST_TEST((clock.wait(1'000'000s, real(0s)) == 0ns));
}

BOOST_AUTO_TEST_CASE(slowness_has_an_end) {
  replay_clock clock(1e-300);
  clock.wait(0s, real(0s));
  BOOST_TEST((clock.wait(1s, real(0s)) == 24h * 365));
}

BOOST_AUTO_TEST_CASE(each_round_begins_when_its_first_step_is_asked_for) {
  replay_clock clock(1, 2);
  clock.wait(100s, real(0s));
  clock.wait(160s, real(60s));
  BOOST_TEST(clock.again());
  BOOST_TEST((clock.wait(100s, real(75s)) == 0ns));
  BOOST_TEST((clock.wait(101s, real(75s)) == 1s));
  BOOST_TEST(!clock.again());
  BOOST_TEST(clock.played() == 2);
}

BOOST_AUTO_TEST_CASE(it_can_go_on_for_ever) {
  replay_clock clock(1, replay_clock::for_ever);
  for (int i = 0; i < 1'000; ++i) BOOST_TEST(clock.again());
}

BOOST_AUTO_TEST_CASE(speeds_are_read_from_text) {
  BOOST_TEST(speed_from("max").value() == replay_clock::max);
  BOOST_TEST(speed_from("10").value() == 10);
  BOOST_TEST(speed_from("0.5").value() == 0.5);
  for (auto const* wrong : {"", "0", "-1", "fast", "2x", "inf", "nan", "1e999"}) {
    BOOST_TEST(!speed_from(wrong).has_value(), wrong);
  }
  BOOST_CHECK_THROW(replay_clock(0), runes::error);
}

BOOST_AUTO_TEST_SUITE_END()
