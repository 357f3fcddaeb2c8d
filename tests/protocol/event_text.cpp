#include "protocol/event_text.hpp"

#include <runes/payloads.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>
#include <string>

using namespace runes;
using namespace runes::detail;

namespace {

timestamp at(std::int64_t us) { return timestamp(std::chrono::microseconds(us)); }

std::string event(std::string const& head, event_numbers const& numbers) {
  std::string out;
  append_event(out, head, numbers, *latest_payload(R"({"a":1})"));
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(event_text)

BOOST_AUTO_TEST_CASE(an_update_says_what_it_follows) {
  auto const head = event_head("market", "orderbook", "BTC-USD", "raw", 10);
  BOOST_TEST(event(head, {"k3x9", 130, 129, at(1'700'000'000'000'000)}) ==
             R"({"event":"market","channel":"orderbook","symbol":"BTC-USD","interval":"raw",)"
             R"("depth":10,"type":"update","epoch":"k3x9","seq":130,"prev":129,)"
             R"("ts":1700000000000000,"data":{"a":1}})");
}

BOOST_AUTO_TEST_CASE(a_snapshot_follows_nothing) {
  auto const head = event_head("market", "trades", "BTC-USD", {}, {});
  BOOST_TEST(event(head, {"0", 0, {}, at(0)}) ==
             R"({"event":"market","channel":"trades","symbol":"BTC-USD","type":"snapshot",)"
             R"("epoch":"0","seq":0,"ts":0,"data":{"a":1}})");
}

BOOST_AUTO_TEST_CASE(a_first_update_follows_zero) {
  BOOST_TEST(event("", {"e", 1, 0, at(5)}) ==
             R"("update","epoch":"e","seq":1,"prev":0,"ts":5,"data":{"a":1}})");
}

BOOST_AUTO_TEST_CASE(the_largest_numbers_fit) {
  auto const most = std::numeric_limits<std::uint64_t>::max();
  BOOST_TEST(event("", {"e", most, most - 1, at(-1)}) ==
             R"("update","epoch":"e","seq":18446744073709551615,"prev":18446744073709551614,)"
             R"("ts":-1,"data":{"a":1}})");
}

BOOST_AUTO_TEST_CASE(names_are_escaped) {
  BOOST_TEST(
      event_head("a\"b", "c\\d", "e\nf", "g\th", 0) ==
      R"({"event":"a\"b","channel":"c\\d","symbol":"e\nf","interval":"g\th","depth":0,"type":)");
}

BOOST_AUTO_TEST_CASE(a_gap_names_its_topic_and_range) {
  BOOST_TEST(
      gap_event("trades", "BTC-USD", {}, {}, "k3", 7, 9) ==
      R"({"event":"gap","channel":"trades","symbol":"BTC-USD","epoch":"k3","from":7,"to":9})");
  BOOST_TEST(gap_event("orderbook", "BTC-USD", "1s", 5, "k3", 7, 7) ==
             R"({"event":"gap","channel":"orderbook","symbol":"BTC-USD","interval":"1s","depth":5,)"
             R"("epoch":"k3","from":7,"to":7})");
}

BOOST_AUTO_TEST_CASE(an_epoch_is_written_in_base_36) {
  BOOST_TEST(epoch_text(0) == "0");
  BOOST_TEST(epoch_text(35) == "z");
  BOOST_TEST(epoch_text(36) == "10");
  BOOST_TEST(epoch_text(std::numeric_limits<std::uint64_t>::max()) == "3w5e11264sgsf");
}

BOOST_AUTO_TEST_SUITE_END()
