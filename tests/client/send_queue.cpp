#include "client/send_queue.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using namespace runes::detail;

namespace {

time_point at(std::chrono::milliseconds t) { return time_point(1h + t); }

waiting_request request(std::string op) {
  waiting_request made;
  made.op = std::move(op);
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(send_queues)

BOOST_AUTO_TEST_CASE(they_leave_in_order) {
  send_queue queue(10'000);
  for (auto const* op : {"a", "b", "c"}) BOOST_TEST(queue.push(request(op), at(1s)).has_value());
  BOOST_TEST(queue.front().op == "a");
  BOOST_TEST(queue.pop().op == "a");
  BOOST_TEST(queue.pop().op == "b");
  BOOST_TEST(queue.size() == 1u);
}

BOOST_AUTO_TEST_CASE(it_is_bounded_in_bytes) {
  send_queue queue(3 * send_queue::entry_bytes);
  auto large = request("place");
  large.fields["text"] = std::string(send_queue::entry_bytes, 'x');
  BOOST_TEST(queue.push(large, at(1s)).has_value());
  BOOST_TEST(queue.bytes() > 2 * send_queue::entry_bytes);
  BOOST_TEST(queue.bytes() <= 3 * send_queue::entry_bytes);
  BOOST_TEST(!queue.push(large, at(1s)));
  BOOST_TEST(!queue.push(request("a"), at(1s)));
  queue.pop();
  BOOST_TEST(queue.bytes() == 0u);
  auto larger = request("place");
  larger.fields["text"] = std::string(3 * send_queue::entry_bytes, 'x');
  BOOST_TEST(!queue.push(larger, at(1s)));
  BOOST_TEST(queue.push(request("a"), at(1s)).has_value());
}

BOOST_AUTO_TEST_CASE(each_has_an_end_of_its_own) {
  send_queue queue(10'000);
  BOOST_TEST(!queue.next_expiry());
  queue.push(request("a"), at(3s));
  queue.push(request("b"), at(1s));
  queue.push(request("c"), at(2s));
  BOOST_TEST((queue.next_expiry() == at(1s)));
  BOOST_TEST(queue.expire(at(999ms)).empty());
  auto const over = queue.expire(at(2s));
  BOOST_REQUIRE(over.size() == 2u);
  BOOST_TEST(over[0].op == "b");
  BOOST_TEST(over[1].op == "c");
  BOOST_TEST((queue.next_expiry() == at(3s)));
}

BOOST_AUTO_TEST_CASE(one_can_be_withdrawn) {
  send_queue queue(10'000);
  auto const a = queue.push(request("a"), at(1s));
  auto const b = queue.push(request("b"), at(1s));
  BOOST_TEST(queue.withdraw(*a));
  BOOST_TEST(!queue.withdraw(*a));
  BOOST_TEST(queue.pop().op == "b");
  BOOST_TEST(!queue.withdraw(*b));
  BOOST_TEST(queue.bytes() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
