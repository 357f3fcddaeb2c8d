// When a benchmark server publishes: no drift, no flood after a stall.
#include "bench/pacing.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>

BOOST_AUTO_TEST_SUITE(pacing)

using namespace std::chrono_literals;
using machine = runes::bench::pacing;

BOOST_AUTO_TEST_CASE(the_first_batch_is_due_at_the_start) {
  machine m(1000, 1, 5s);
  BOOST_TEST(m.due(5s - 1ns) == 0u);
  BOOST_TEST(m.due(5s) == 1u);
  m.take();
  BOOST_TEST(m.due(5s) == 0u);
  BOOST_TEST((m.next() == (5s + 1ms)));
}

BOOST_AUTO_TEST_CASE(a_batch_is_due_exactly_at_its_time) {
  for (std::uint64_t rate : {1u, 3u, 7u, 1000u, 333333u, 10000000u}) {
    for (std::uint64_t burst : {1u, 3u, 16u, 10000u}) {
      machine m(rate, burst, 0s);
      for (int i = 0; i < 100; ++i) {
        auto const at = m.next();
        if (i > 0) BOOST_TEST(m.due(at - 1ns) == 0u);
        BOOST_TEST(m.due(at) == 1u);
        m.take();
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(late_wake_ups_do_not_add_up) {
  machine m(3, 1, 0s);
  std::uint64_t published = 0;
  for (auto now = std::chrono::nanoseconds(0); now <= 1000s; now += 77777777ns) {
    auto const batches = m.due(now);
    m.take(batches);
    published += batches;
  }
  BOOST_TEST(published == 3000u);
}

BOOST_AUTO_TEST_CASE(owes_at_most_a_second_after_a_stall) {
  machine m(1000, 10, 0s);
  BOOST_TEST(m.due(1h) == 100u);
  BOOST_TEST(m.forgiven() == 360001u - 100u);
  m.take(100);
  BOOST_TEST(m.due(1h) == 0u);
  BOOST_TEST((m.next() == (1h + 10ms)));
}

BOOST_AUTO_TEST_CASE(a_batch_larger_than_a_seconds_rate_still_comes) {
  machine m(1, 10, 0s);
  m.take(m.due(0s));
  BOOST_TEST(m.due(10s - 1ns) == 0u);
  BOOST_TEST(m.due(10s) == 1u);
}

BOOST_AUTO_TEST_CASE(long_runs_do_not_overflow) {
  machine m(10'000'000, 1, 0s);
  auto const year = 24h * 365;
  BOOST_TEST(m.due(year) == 10'000'000u);
  m.take(10'000'000);
  BOOST_TEST((m.next() == (year + 100ns)));
}

BOOST_AUTO_TEST_CASE(saturating_always_has_a_batch) {
  machine m(0, 16, 3s);
  BOOST_TEST(m.saturating());
  for (int i = 0; i < 5; ++i) {
    BOOST_TEST(m.due(3s) == 1u);
    m.take();
  }
  BOOST_TEST((m.next() == (3s)));
}

BOOST_AUTO_TEST_SUITE_END()
