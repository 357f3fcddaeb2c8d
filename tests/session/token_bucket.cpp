#include "session/token_bucket.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace std::chrono_literals;

namespace {

using limiter = runes::detail::token_bucket;
using bucket_time = limiter::time_point;

bucket_time at(std::chrono::nanoseconds since_start) { return bucket_time(1h + since_start); }

bool allowed(limiter& bucket, std::chrono::nanoseconds since_start) {
  return !bucket.take(at(since_start));
}

std::chrono::milliseconds wait(limiter& bucket, std::chrono::nanoseconds since_start) {
  auto const answer = bucket.take(at(since_start));
  BOOST_REQUIRE(answer);
  return *answer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(token_bucket)

BOOST_AUTO_TEST_CASE(zero_is_no_limit) {
  limiter bucket(0);
  for (int i = 0; i < 100'000; ++i) BOOST_REQUIRE(allowed(bucket, 0ns));
}

BOOST_AUTO_TEST_CASE(starts_full_and_then_says_how_long) {
  limiter bucket(60);
  for (int i = 0; i < 60; ++i) BOOST_REQUIRE(allowed(bucket, 0ns));
  BOOST_TEST(wait(bucket, 0ns).count() == 1000);
  BOOST_TEST(wait(bucket, 250ms).count() == 750);
  BOOST_TEST(wait(bucket, 999'999us).count() == 1);
  BOOST_TEST(allowed(bucket, 1s));
  BOOST_TEST(wait(bucket, 1s).count() == 1000);
}

BOOST_AUTO_TEST_CASE(a_refusal_costs_nothing) {
  limiter bucket(60, 1);
  BOOST_TEST(allowed(bucket, 0ns));
  for (int i = 1; i < 1000; ++i) BOOST_REQUIRE(!allowed(bucket, i * 1ms));
  BOOST_TEST(allowed(bucket, 1s));
}

BOOST_AUTO_TEST_CASE(waiting_as_long_as_told_is_enough) {
  for (std::uint32_t rate : {1u, 7u, 61u, 999u, 1'000'003u}) {
    limiter bucket(rate, 1);
    std::chrono::nanoseconds now = 0ns;
    for (int i = 0; i < 100; ++i) {
      BOOST_REQUIRE(allowed(bucket, now));
      now += wait(bucket, now);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_burst_is_all_that_is_saved_up) {
  limiter bucket(6'000, 10);
  for (int i = 0; i < 10; ++i) BOOST_REQUIRE(allowed(bucket, 0ns));
  BOOST_TEST(wait(bucket, 0ns).count() == 10);
  for (int i = 0; i < 10; ++i) BOOST_REQUIRE(allowed(bucket, 1h));
  BOOST_TEST(wait(bucket, 1h).count() == 10);
}

// ---- another rate

bucket_time at(std::chrono::nanoseconds since) { return bucket_time(1h) + since; }

BOOST_AUTO_TEST_CASE(a_lower_rate_takes_away_what_was_saved_above_it) {
  limiter bucket(6'000);
  BOOST_TEST(!bucket.take(at(0s)));
  bucket.set_rate(2, at(0s));
  BOOST_TEST(!bucket.take(at(0s)));
  BOOST_TEST(!bucket.take(at(0s)));
  BOOST_TEST(bucket.take(at(0s)).value().count() == 30'000);
}

BOOST_AUTO_TEST_CASE(a_higher_rate_counts_from_then_on) {
  limiter bucket(1);
  BOOST_TEST(!bucket.take(at(0s)));
  bucket.set_rate(60, at(30s));  // half a token has been refilled
  BOOST_TEST(bucket.take(at(30s)).value().count() == 500);
  BOOST_TEST(!bucket.take(at(30'500ms)));
  int taken = 0;
  while (!bucket.take(at(10min))) ++taken;
  BOOST_TEST(taken == 60);
}

BOOST_AUTO_TEST_CASE(a_limit_where_there_was_none_begins_full) {
  limiter bucket(0);
  for (int i = 0; i < 100; ++i) BOOST_REQUIRE(!bucket.take(at(0s)));
  bucket.set_rate(60, at(0s));
  int taken = 0;
  while (!bucket.take(at(0s))) ++taken;
  BOOST_TEST(taken == 60);
  BOOST_TEST(bucket.take(at(0s)).value().count() == 1'000);
  bucket.set_rate(0, at(0s));
  for (int i = 0; i < 100; ++i) BOOST_REQUIRE(!bucket.take(at(0s)));
}

BOOST_AUTO_TEST_CASE(the_same_rate_changes_nothing) {
  limiter bucket(60);
  for (int i = 0; i < 60; ++i) BOOST_REQUIRE(!bucket.take(at(0s)));
  bucket.set_rate(60, at(0s));
  BOOST_TEST(bucket.take(at(0s)).value().count() == 1'000);
}

BOOST_AUTO_TEST_CASE(a_burst_of_none_is_one) {
  limiter bucket(60, 0);
  BOOST_TEST(allowed(bucket, 0ns));
  BOOST_TEST(!allowed(bucket, 0ns));
}

BOOST_AUTO_TEST_CASE(the_rate_is_exact_where_it_does_not_divide_a_minute) {
  // Seven a minute, asked every 10.3 ms for an hour: 420 refilled, and the one it began with.
  limiter bucket(7, 1);
  int taken = 0;
  for (auto now = 0ns; now <= 1h; now += 10'300us) taken += allowed(bucket, now) ? 1 : 0;
  BOOST_TEST(taken >= 418);
  BOOST_TEST(taken <= 421);
}

BOOST_AUTO_TEST_CASE(fractions_of_a_microsecond_are_not_lost) {
  limiter bucket(60'000, 1);
  BOOST_TEST(allowed(bucket, 0ns));
  bool early = false;
  for (auto now = 300ns; now < 1ms; now += 300ns) early = early || allowed(bucket, now);
  BOOST_TEST(!early);
  BOOST_TEST(allowed(bucket, 1ms));
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_back_is_survived) {
  limiter bucket(60, 1);
  BOOST_TEST(allowed(bucket, 10s));
  BOOST_TEST(wait(bucket, 0s).count() == 1000);
  BOOST_TEST(wait(bucket, 500ms).count() == 500);
  BOOST_TEST(allowed(bucket, 1s));
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_clock_and_the_largest_limit_do_not_overflow) {
  constexpr auto largest = std::numeric_limits<std::uint32_t>::max();
  limiter bucket(largest);
  BOOST_TEST(!bucket.take(bucket_time::min()));
  BOOST_TEST(!bucket.take(bucket_time::max()));
  BOOST_TEST(!bucket.take(bucket_time::min()));

  limiter slow(1, largest);
  BOOST_TEST(!slow.take(bucket_time::min()));
  BOOST_TEST(!slow.take(bucket_time::max()));
}

BOOST_AUTO_TEST_SUITE_END()
