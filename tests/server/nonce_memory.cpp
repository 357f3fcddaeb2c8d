#include "server/nonce_memory.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using memory = runes::detail::nonce_memory;
using verdict = memory::verdict;
using std::chrono::milliseconds;

namespace {

milliseconds const t0 = 1'700'000'000'000ms;
constexpr auto window = 30'000ms;

struct nonces {
  memory of;
  explicit nonces(std::size_t per_key = 100, std::size_t overall = 1000)
      : of(window, per_key, overall) {}

  memory::answer take(std::string_view nonce, milliseconds timestamp, milliseconds now,
                      std::string_view key = "k") {
    return of.take(key, nonce, timestamp, now);
  }
  bool fresh(std::string_view nonce, milliseconds timestamp, milliseconds now,
             std::string_view key = "k") {
    return take(nonce, timestamp, now, key).is == verdict::fresh;
  }
  bool replayed(std::string_view nonce, milliseconds timestamp, milliseconds now,
                std::string_view key = "k") {
    return take(nonce, timestamp, now, key).is == verdict::replayed;
  }
  /// How long to wait where it can't be told; -1: it could.
  int unknown(std::string_view nonce, milliseconds timestamp, milliseconds now,
              std::string_view key = "k") {
    auto const answer = take(nonce, timestamp, now, key);
    return answer.is == verdict::unknown ? int(answer.wait.count()) : -1;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(nonce_memory)

BOOST_AUTO_TEST_CASE(once_each) {
  nonces all;
  BOOST_TEST(all.fresh("a", t0, t0));
  BOOST_TEST(all.replayed("a", t0, t0));
  BOOST_TEST(all.replayed("a", t0 + 1ms, t0 + 5s));  // with another timestamp
  BOOST_TEST(all.fresh("b", t0, t0 + 5s));
  BOOST_TEST(all.fresh("a", t0, t0 + 5s, "another key"));
  BOOST_TEST(all.of.size() == 3u);
}

// A timestamp may come as long as it isn't further away than the window, and so long it is known.
BOOST_AUTO_TEST_CASE(is_remembered_as_long_as_it_may_come) {
  for (auto const ahead : {-window, 0ms, window}) {
    nonces all;
    milliseconds const timestamp = t0 + ahead;
    BOOST_TEST(all.fresh("a", timestamp, t0));
    BOOST_TEST(all.replayed("a", timestamp, timestamp + window));
    auto const after = timestamp + window + 1ms;
    BOOST_TEST(all.fresh("b", after, after));
    BOOST_TEST(all.of.size() == 1u);
    BOOST_TEST(all.fresh("a", after, after));
  }
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_back_lets_nothing_in_again) {
  nonces all;
  BOOST_TEST(all.fresh("a", t0, t0));
  BOOST_TEST(all.fresh("b", t0 + 1h, t0 + 1h));  // "a" is forgotten
  BOOST_TEST(all.of.size() == 1u);
  BOOST_TEST(all.unknown("a", t0, t0) == 1);
  BOOST_TEST(all.unknown("a", t0 - 20s, t0) == 20'001);
  BOOST_TEST(all.fresh("a", t0 + 1ms, t0));
}

BOOST_AUTO_TEST_CASE(where_it_is_full_the_oldest_goes_and_its_time_with_it) {
  nonces all(3);
  BOOST_TEST(all.fresh("a", t0, t0));
  BOOST_TEST(all.fresh("c", t0 + 2ms, t0));
  BOOST_TEST(all.fresh("b", t0 + 1ms, t0));
  BOOST_TEST(all.fresh("d", t0 + 3ms, t0));  // for "a"
  BOOST_TEST(all.of.size() == 3u);
  BOOST_TEST(all.unknown("a", t0, t0) == 2);  // it would have to be younger than "b" is
  BOOST_TEST(all.unknown("e", t0 - 10ms, t0) == 12);
  BOOST_TEST(all.replayed("b", t0 + 1ms, t0));
  BOOST_TEST(all.fresh("e", t0 + 2ms, t0));  // for "b"
  BOOST_TEST(all.unknown("b", t0 + 1ms, t0) == 2);
  BOOST_TEST(all.fresh("a", t0 + 4ms, t0));  // for "c" and "e", of the same time
  BOOST_TEST(all.of.size() == 2u);
  BOOST_TEST(all.unknown("c", t0 + 2ms, t0) == 1);
  BOOST_TEST(all.unknown("e", t0 + 2ms, t0) == 1);
  BOOST_TEST(all.replayed("d", t0 + 3ms, t0));
}

BOOST_AUTO_TEST_CASE(who_waits_as_long_as_told_is_let_in) {
  nonces all(2);
  BOOST_TEST(all.fresh("a", t0 + 50ms, t0));
  BOOST_TEST(all.fresh("b", t0 + 50ms, t0));
  BOOST_TEST(all.unknown("c", t0, t0) == 51);
  BOOST_TEST(all.fresh("c", t0 + 51ms, t0 + 51ms));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_used_a_lot_takes_nothing_from_another) {
  nonces all(10, 20);
  all.of.share_among(2);
  BOOST_TEST(all.fresh("quiet", t0, t0, "quiet"));
  for (int i = 0; i < 1000; ++i)
    BOOST_REQUIRE(all.fresh(std::to_string(i), t0 + milliseconds(i), t0, "loud"));
  BOOST_TEST(all.of.size() == 11u);
  BOOST_TEST(all.replayed("quiet", t0, t0, "quiet"));
  BOOST_TEST(all.fresh("again", t0 - 30s, t0, "quiet"));
}

BOOST_AUTO_TEST_CASE(the_room_is_shared_evenly) {
  nonces all(10, 20);
  auto const fill = [&](std::string const& key) {
    for (int i = 0; i < 20; ++i) all.take(key + std::to_string(i), t0 + milliseconds(i), t0, key);
  };
  fill("a");
  BOOST_TEST(all.of.size() == 10u);
  all.of.share_among(4);
  BOOST_TEST(all.of.size() == 5u);
  BOOST_TEST(all.replayed("a15", t0 + 15ms, t0, "a"));
  BOOST_TEST(all.unknown("a14", t0 + 14ms, t0, "a") >= 1);
  for (auto const* key : {"b", "c", "d"}) fill(key);
  BOOST_TEST(all.of.size() == 20u);
  all.of.share_among(1000);  // more than there is room for: one each
  BOOST_TEST(all.of.size() == 4u);
  BOOST_TEST(all.replayed("a19", t0 + 19ms, t0, "a"));
  all.of.share_among(0);
  BOOST_TEST(all.fresh("new", t0 + 20ms, t0, "a"));
}

BOOST_AUTO_TEST_CASE(keys_that_are_not_used_any_more_are_forgotten_and_still_safe) {
  nonces all;
  BOOST_TEST(all.fresh("a", t0, t0, "gone"));
  BOOST_TEST(all.fresh("b", t0 + window, t0 + window));
  all.of.share_among(1);
  BOOST_TEST(all.of.size() == 2u);  // it may still come
  BOOST_TEST(all.replayed("a", t0, t0 + window, "gone"));
  BOOST_TEST(all.fresh("c", t0 + 1h, t0 + 1h));
  all.of.share_among(1);
  BOOST_TEST(all.of.size() == 1u);
  BOOST_TEST(all.unknown("a", t0, t0, "gone") >= 1);  // after a jump back
}

BOOST_AUTO_TEST_CASE(bounds_of_zero_are_one) {
  nonces all(0, 0);
  BOOST_TEST(all.fresh("a", t0, t0));
  BOOST_TEST(all.replayed("a", t0, t0));
  BOOST_TEST(all.unknown("b", t0, t0) == 1);
  BOOST_TEST(all.fresh("b", t0 + 1ms, t0));
  BOOST_TEST(all.of.size() == 1u);
}

// Whatever comes, in whatever order and with whatever clock: what was let in is let in once.
BOOST_AUTO_TEST_CASE(nothing_is_let_in_twice) {
  struct request {
    std::string key, nonce;
    milliseconds timestamp;
  };
  nonces all(5, 12);
  std::vector<request> accepted;
  std::uint32_t random = 1;
  auto const draw = [&random](std::size_t below) {
    random = random * 1'664'525U + 1'013'904'223U;
    return int((random >> 8) % below);
  };
  milliseconds now = t0;
  int replays = 0;
  for (int i = 0; i < 20'000; ++i) {
    now += milliseconds(draw(100) == 0 ? draw(120'000) - 60'000 : draw(4000));
    if (draw(500) == 0) all.of.share_among(std::size_t(draw(6)));
    request const made{std::to_string(draw(4)), std::to_string(i),
                       now + milliseconds((draw(31) - 15) * 2000)};
    if (all.fresh(made.nonce, made.timestamp, now, made.key)) accepted.push_back(made);
    BOOST_REQUIRE(all.of.size() <= 20u);
    if (accepted.empty()) continue;
    auto const recent = std::min(accepted.size(), std::size_t{40});
    auto const& again = accepted[accepted.size() - 1 - std::size_t(draw(recent))];
    if (again.timestamp < now - window || again.timestamp > now + window) continue;
    ++replays;
    BOOST_REQUIRE(!all.fresh(again.nonce, again.timestamp, now, again.key));
  }
  BOOST_TEST(accepted.size() > 1000u);
  BOOST_TEST(replays > 1000);
}

BOOST_AUTO_TEST_SUITE_END()
