#include "broker/timer_queue.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace runes::detail;
using namespace std::chrono_literals;

namespace {

time_point at(std::chrono::milliseconds after) { return time_point(1h) + after; }

/// Deadlines that write their names down.
struct diary {
  timer_queue queue;
  std::string lines;

  timer_queue::id add(std::chrono::milliseconds after, char name) {
    return queue.add(at(after), [this, name] { lines += name; });
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(timers, diary)

BOOST_AUTO_TEST_CASE(an_empty_queue_waits_for_nothing) {
  BOOST_TEST(!queue.next().has_value());
  BOOST_TEST(queue.run_due(at(1h)) == 0u);
  queue.cancel({});
}

BOOST_AUTO_TEST_CASE(what_is_due_runs_in_order_of_deadlines) {
  add(30ms, 'c');
  add(10ms, 'a');
  add(20ms, 'b');
  add(10ms, 'A');  // of one deadline: in the order they came
  BOOST_TEST((queue.next() == at(10ms)));
  BOOST_TEST(queue.run_due(at(9ms)) == 0u);
  BOOST_TEST(queue.run_due(at(20ms)) == 3u);
  BOOST_TEST(lines == "aAb");
  BOOST_TEST((queue.next() == at(30ms)));
  BOOST_TEST(queue.run_due(at(1h)) == 1u);
  BOOST_TEST(queue.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_cancelled_deadline_does_not_come) {
  auto const a = add(10ms, 'a');
  auto const b = add(10ms, 'b');
  queue.cancel(a);
  queue.cancel(a);
  queue.run_due(at(10ms));
  queue.cancel(b);  // it has fired
  BOOST_TEST(lines == "b");
}

BOOST_AUTO_TEST_CASE(an_action_may_cancel_another_that_is_due) {
  timer_queue::id second;
  queue.add(at(1ms), [&] { queue.cancel(second); });
  second = add(2ms, 'b');
  add(3ms, 'c');
  BOOST_TEST(queue.run_due(at(5ms)) == 2u);
  BOOST_TEST(lines == "c");
}

BOOST_AUTO_TEST_CASE(what_an_action_adds_waits_for_the_next_call) {
  queue.add(at(1ms), [this] {
    add(0ms, 'x');
    add(2ms, 'y');
  });
  add(3ms, 'z');
  BOOST_TEST(queue.run_due(at(5ms)) == 2u);
  BOOST_TEST(lines == "z");
  BOOST_TEST(queue.run_due(at(5ms)) == 2u);
  BOOST_TEST(lines == "zxy");
}

BOOST_AUTO_TEST_CASE(an_action_may_clear_the_queue) {
  queue.add(at(1ms), [this] { queue.clear(); });
  add(2ms, 'b');
  BOOST_TEST(queue.run_due(at(5ms)) == 1u);
  BOOST_TEST(lines.empty());
}

BOOST_AUTO_TEST_SUITE_END()
