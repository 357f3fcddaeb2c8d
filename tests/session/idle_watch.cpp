#include "session/idle_watch.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using runes::detail::idle_watch;
using runes::detail::time_point;

namespace {

time_point at(std::chrono::milliseconds after) { return time_point(1h) + after; }

void check(idle_watch& watched, std::chrono::milliseconds now, bool in_use,
           std::optional<std::chrono::milliseconds> next) {
  auto const verdict = watched.check(at(now), in_use);
  BOOST_TEST_CONTEXT("at " << now.count() << " ms") {
    BOOST_TEST(!verdict.idle);
    BOOST_TEST((verdict.next == (next ? std::optional(at(*next)) : std::nullopt)));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(idle_watches)

BOOST_AUTO_TEST_CASE(who_does_nothing_is_idle_when_the_time_is_over) {
  idle_watch watched(60s, at(0ms));
  check(watched, 0s, false, 60s);
  check(watched, 59'999ms, false, 60s);
  BOOST_TEST(watched.check(at(60s), false).idle);
}

BOOST_AUTO_TEST_CASE(each_use_starts_it_anew) {
  idle_watch watched(60s, at(0ms));
  watched.used(at(10s));
  check(watched, 60s, false, 70s);
  watched.used(at(69s));
  check(watched, 70s, false, 129s);
  BOOST_TEST(watched.check(at(129s), false).idle);
}

BOOST_AUTO_TEST_CASE(who_holds_something_is_never_idle) {
  idle_watch watched(60s, at(0ms));
  for (auto now = 0s; now < 600s; now += 60s) check(watched, now, true, now + 60s);
  check(watched, 570s, false, 600s);  // it has let go of it meanwhile
  BOOST_TEST(watched.check(at(600s), false).idle);
}

BOOST_AUTO_TEST_CASE(without_a_limit_nobody_is_watched) {
  idle_watch watched(0s, at(0ms));
  check(watched, 24h, false, {});
}

BOOST_AUTO_TEST_CASE(another_limit_counts_from_the_last_use_that_was_seen) {
  idle_watch watched(0s, at(0ms));
  watched.set_limit(60s, at(48h));  // whatever was done before, nobody has noted
  check(watched, 48h, false, 48h + 60s);
  watched.set_limit(30s, at(48h + 20s));
  check(watched, 48h + 20s, false, 48h + 30s);
  BOOST_TEST(watched.check(at(48h + 30s), false).idle);
  watched.set_limit(0s, at(72h));
  BOOST_TEST(!watched.watches());
  check(watched, 72h, false, {});
}

BOOST_AUTO_TEST_SUITE_END()
