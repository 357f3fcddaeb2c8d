#include "session/keep_alive.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using runes::detail::keep_alive;
using runes::detail::time_point;
using action = keep_alive::action;

namespace {

time_point at(std::chrono::milliseconds after) { return time_point(1h) + after; }

void check(keep_alive& watched, std::chrono::milliseconds now, action what,
           std::optional<std::chrono::milliseconds> next) {
  auto const verdict = watched.check(at(now));
  BOOST_TEST_CONTEXT("at " << now.count() << " ms") {
    BOOST_TEST((verdict.what == what));
    BOOST_TEST((verdict.next == (next ? std::optional(at(*next)) : std::nullopt)));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(keep_alives)

BOOST_AUTO_TEST_CASE(silence_is_asked_about_and_then_given_up) {
  keep_alive watched(20s, 10s, at(0ms));
  check(watched, 0ms, action::wait, 20s);
  check(watched, 19'999ms, action::wait, 20s);
  check(watched, 20s, action::ping, 30s);
  check(watched, 21s, action::wait, 30s);  // asked once
  check(watched, 29'999ms, action::wait, 30s);
  check(watched, 30s, action::give_up, {});
  check(watched, 31s, action::give_up, {});
}

BOOST_AUTO_TEST_CASE(whatever_is_heard_starts_it_anew) {
  keep_alive watched(20s, 10s, at(0ms));
  watched.heard(at(5s));
  check(watched, 20s, action::wait, 25s);
  check(watched, 25s, action::ping, 35s);
  watched.heard(at(34'999ms));
  check(watched, 35s, action::wait, 54'999ms);
  check(watched, 54'999ms, action::ping, 64'999ms);
}

BOOST_AUTO_TEST_CASE(a_late_look_gives_the_whole_time_for_the_pong) {
  keep_alive watched(20s, 10s, at(0ms));
  check(watched, 100s, action::ping, 110s);
}

// However long a pong may take: the next ping is due after the silence that was asked for.
BOOST_AUTO_TEST_CASE(a_long_wait_for_pongs_does_not_make_pings_rarer) {
  keep_alive watched(1s, 60s, at(0ms));
  check(watched, 1s, action::ping, 2s);
  watched.heard(at(1'010ms));
  check(watched, 2s, action::wait, 2'010ms);
  check(watched, 2'010ms, action::ping, 3'010ms);
}

// Nor does it bring the verdict nearer that pings are sent often.
BOOST_AUTO_TEST_CASE(the_verdict_falls_when_the_pong_is_late_and_not_before) {
  keep_alive watched(1s, 60s, at(0ms));
  check(watched, 1s, action::ping, 2s);
  for (auto now = 2s; now < 60s; now += 1s) check(watched, now, action::wait, now + 1s);
  check(watched, 60s, action::wait, 61s);
  check(watched, 61s, action::give_up, {});
}

BOOST_AUTO_TEST_CASE(other_times_count_from_then_on) {
  keep_alive watched(20s, 10s, at(0ms));
  watched.set_times(5s, 1s);
  check(watched, 4s, action::wait, 5s);
  check(watched, 5s, action::ping, 6s);
  watched.set_times(5s, 3s);
  check(watched, 6s, action::wait, 8s);
  watched.set_times(0s, 3s);
  check(watched, 9s, action::wait, {});
}

BOOST_AUTO_TEST_CASE(without_pings_nobody_is_watched) {
  keep_alive watched(0s, 10s, at(0ms));
  check(watched, 24h, action::wait, {});
}

BOOST_AUTO_TEST_SUITE_END()
