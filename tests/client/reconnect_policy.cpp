#include "client/reconnect_policy.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace runes;
using namespace std::chrono_literals;
using detail::reconnect_policy;

namespace {

constexpr auto most = std::numeric_limits<std::uint64_t>::max();

detail::time_point at(std::chrono::milliseconds t) { return detail::time_point(1h + t); }

reconnect_policy policy(unsigned max_attempts = 0) {
  detail::reconnect_rules rules;
  rules.base = 100ms;
  rules.cap = 1'000ms;
  rules.stable = 5s;
  rules.max_attempts = max_attempts;
  return reconnect_policy(rules);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reconnect_policy_decisions)

BOOST_AUTO_TEST_CASE(the_limit_doubles_up_to_the_cap) {
  detail::backoff b(100ms, 1'000ms);
  for (auto const limit : {100, 200, 400, 800, 1'000, 1'000}) BOOST_TEST(b.next().count() == limit);
  b.reset();
  BOOST_TEST(b.next().count() == 100);
  detail::backoff never_beyond(24h, 24h);
  for (int i = 0; i < 100; ++i) BOOST_TEST((never_beyond.next() == 24h));
}

BOOST_AUTO_TEST_CASE(jitter_is_full_and_within_the_limit) {
  for (std::uint64_t random = 0; random < 1'000; ++random) {
    detail::backoff b(100ms, 1'000ms);
    BOOST_TEST(b.next(random).count() == static_cast<int>(random % 101));
  }
  detail::backoff b(100ms, 1'000ms);
  BOOST_TEST(b.next(most).count() <= 100);
}

BOOST_AUTO_TEST_CASE(close_codes_are_followed) {
  for (auto const code : {4000, 4001, 4003, 4008, 4009, 4099}) {
    auto p = policy();
    BOOST_TEST(!p.closed(static_cast<close_code>(code), at(0s), 7));
  }
  for (auto const code : {0, 1000, 1001, 1006, 1011, 4100, 4103, 4199}) {
    auto p = policy();
    BOOST_TEST((p.closed(static_cast<close_code>(code), at(0s), 70) == 70ms));
    BOOST_TEST((p.closed(static_cast<close_code>(code), at(0s), 170) == 170ms));
  }
}

BOOST_AUTO_TEST_CASE(draining_is_spread_over_the_time_given_once) {
  auto p = policy();
  p.live(at(0s));
  p.drain(5'000ms);
  BOOST_TEST((p.closed(close_code::draining, at(1s), 4'000) == 4'000ms));
  // Again and again without a stable connection between: backoff as for any other.
  BOOST_TEST((p.closed(close_code::draining, at(2s), 150) == 150ms));
  BOOST_TEST((p.closed(close_code::draining, at(3s), 399) == 399ms));
}

BOOST_AUTO_TEST_CASE(a_server_that_drains_is_left_at_once_and_not_stormed) {
  auto p = policy();
  p.live(at(0s));
  BOOST_TEST((p.moved(at(1s), 50) == 0ms));
  p.live(at(1s));
  BOOST_TEST((p.moved(at(2s), 50) == 50ms));
  BOOST_TEST((p.moved(at(3s), 150) == 150ms));  // one that was never live
  p.live(at(4s));
  BOOST_TEST((p.closed(close_code::draining, at(5s), 399) == 399ms));
  p.live(at(6s));
  BOOST_TEST((p.moved(at(11s), 50) == 0ms));  // it was stable
  BOOST_TEST(p.failures() == 0u);
}

BOOST_AUTO_TEST_CASE(who_could_not_connect_does_not_move_at_once) {
  auto p = policy();
  p.failed(0);
  p.live(at(0s));
  BOOST_TEST((p.moved(at(1s), 170) == 170ms));
}

BOOST_AUTO_TEST_CASE(only_a_stable_connection_starts_anew) {
  auto p = policy();
  p.closed(close_code::none, at(0s), 0);
  p.closed(close_code::none, at(0s), 0);
  p.live(at(1s));
  p.closed(close_code::none, at(5'999ms), 0);
  BOOST_TEST(p.failures() == 3u);
  p.live(at(10s));
  p.closed(close_code::none, at(15s), 0);
  BOOST_TEST(p.failures() == 1u);
}

BOOST_AUTO_TEST_CASE(gives_up_after_as_many_failures_as_it_is_told) {
  auto p = policy(3);
  BOOST_TEST(p.failed(0).has_value());
  BOOST_TEST(p.closed(close_code::none, at(0s), 0).has_value());
  BOOST_TEST(!p.failed(0));
}

BOOST_AUTO_TEST_SUITE_END()
