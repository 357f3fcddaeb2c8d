#include "client/settlement.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::detail;
using namespace std::chrono_literals;
using step = settlement::step;

namespace {

time_point const start(1h);
timestamp at(std::chrono::milliseconds venue) { return timestamp(venue); }

/// Final from 1 s of the venue's time; given up after 10 s of ours.
struct settlement_fixture {
  settlement open{at(1s), start + 10s};
  bool is(step what, time_point now = start) const { return open.next(now) == what; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(settlements, settlement_fixture)

BOOST_AUTO_TEST_CASE(the_time_is_asked_before_the_order) {
  BOOST_TEST(is(step::ask_time));
  open.on_time(at(500ms));
  BOOST_TEST(is(step::ask_order));
  open.on_done();
  BOOST_TEST(is(step::done));
  BOOST_TEST(is(step::done, start + 20s));
}

BOOST_AUTO_TEST_CASE(nothing_is_final_only_when_the_time_was_over_before) {
  open.on_time(at(1s));  // at that very moment it may still be carried out
  open.on_nothing(start);
  BOOST_TEST(is(step::wait));
  BOOST_TEST((open.wait_until() == start + 1ms));
  BOOST_TEST(is(step::ask_time, start + 1ms));
  open.on_time(at(1s) + 1us);
  open.on_nothing(start + 1ms);
  BOOST_TEST(is(step::refuted));
}

BOOST_AUTO_TEST_CASE(what_is_left_of_its_time_is_waited_for_but_looked_at_now_and_then) {
  open.on_time(at(900ms));
  open.on_nothing(start);
  BOOST_TEST((open.wait_until() == start + 101ms));
  settlement longer(at(60s), start + 100s);
  longer.on_time(at(0ms));
  longer.on_nothing(start);
  BOOST_TEST((longer.wait_until() == start + settlement::first_pause));
}

BOOST_AUTO_TEST_CASE(failures_are_tried_again_less_and_less_often) {
  auto now = start;
  for (auto const pause : {250ms, 500ms, 1'000ms, 2'000ms, 2'000ms}) {
    open.on_failure(now, {});
    BOOST_TEST((open.wait_until() == now + pause));
    now = open.wait_until();
    BOOST_TEST(is(step::ask_time, now));
  }
  open.on_failure(now, 3s);  // the server has said so
  BOOST_TEST((open.wait_until() == now + 3s));
}

BOOST_AUTO_TEST_CASE(it_is_given_up_in_time) {
  open.on_failure(start, 1h);
  BOOST_TEST((open.wait_until() == start + 10s));
  BOOST_TEST(is(step::given_up, start + 10s));
  settlement other(at(1s), start + 10s);
  other.on_closed();
  BOOST_TEST((other.next(start) == step::given_up));
}

BOOST_AUTO_TEST_SUITE_END()
