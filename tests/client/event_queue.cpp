#include "client/event_queue.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace runes;
using detail::any_event;
using detail::event_queue;
using verdict = detail::event_queue::verdict;

namespace {

any_event make(event_kind kind, char const* symbol, std::uint64_t prev, std::uint64_t seq) {
  any_event e;
  e.kind = kind;
  e.symbol = symbol;
  e.epoch = "e";
  e.prev = prev;
  e.seq = seq;
  return e;
}
any_event update(char const* symbol, std::uint64_t seq) {
  return make(event_kind::update, symbol, seq - 1, seq);
}
any_event control(event_kind kind) { return make(kind, "", 0, 0); }

std::vector<std::string> drain(event_queue& q) {
  std::vector<std::string> all;
  while (!q.empty()) {
    auto const e = q.pop();
    all.push_back(std::string(name_of(e.kind)) + e.symbol +
                  (e.seq ? ":" + std::to_string(e.prev) + "-" + std::to_string(e.seq) : ""));
  }
  return all;
}
using list = std::vector<std::string>;

}  // namespace

#define CHECK_LISTS(a, b) BOOST_TEST((a) == (b), boost::test_tools::per_element())

BOOST_AUTO_TEST_SUITE(event_queue_when_full)

BOOST_AUTO_TEST_CASE(keeps_all_in_order_while_there_is_room) {
  event_queue q(event_model::log, 3);
  q.push(make(event_kind::snapshot, "A", 0, 1));
  q.push(update("A", 2));
  q.push_stale(control(event_kind::stale));
  q.push_always(control(event_kind::resumed));
  CHECK_LISTS(drain(q), (list{"snapshotA:0-1", "updateA:1-2", "stale", "resumed"}));
}

BOOST_AUTO_TEST_CASE(the_latest_state_takes_the_place_of_older_ones) {
  event_queue q(event_model::latest, 3);
  for (std::uint64_t i = 5; i <= 7; ++i) q.push(update("A", i));
  BOOST_TEST((q.push(update("A", 8)) == verdict::reduced));
  CHECK_LISTS(drain(q), (list{"updateA:4-8"}));
  q.push(make(event_kind::snapshot, "A", 0, 5));
  q.push(update("B", 3));
  q.push(update("A", 6));
  q.push(update("A", 7));
  CHECK_LISTS(drain(q), (list{"updateB:2-3", "snapshotA:0-7"}));
}

BOOST_AUTO_TEST_CASE(closed_windows_are_not_merged_away) {
  event_queue q(event_model::latest, 3);
  auto closed = update("A", 5);
  statistics window;
  window.closed = true;
  closed.data = std::make_shared<detail::event_data const>(window);
  q.push(update("A", 4));
  q.push(closed);
  q.push(update("A", 6));
  q.push(update("A", 7));
  CHECK_LISTS(drain(q), (list{"updateA:4-5", "updateA:5-7"}));
}

BOOST_AUTO_TEST_CASE(closed_windows_are_kept_as_json_too) {
  auto const closed = [](std::uint64_t seq, char const* data) {
    auto e = update("A", seq);
    e.data = std::make_shared<detail::event_data const>(boost::json::parse(data));
    return e;
  };
  event_queue q(event_model::latest, 4, event_queue::contents::windows);
  q.push(closed(4, R"({"closed":false})"));
  q.push(closed(5, R"({"closed":true})"));
  q.push(closed(6, R"({"closed":"no flag"})"));
  q.push(closed(7, "null"));
  q.push(closed(8, R"({"closed":false})"));
  CHECK_LISTS(drain(q), (list{"updateA:4-5", "updateA:5-8"}));
  // In other channels the word means nothing that we know of.
  event_queue other(event_model::latest, 2);
  for (std::uint64_t i = 5; i <= 7; ++i) other.push(closed(i, R"({"closed":true})"));
  CHECK_LISTS(drain(other), (list{"updateA:4-7"}));
}

BOOST_AUTO_TEST_CASE(a_log_says_what_was_dropped) {
  event_queue q(event_model::log, 3);
  for (std::uint64_t i = 5; i <= 7; ++i) q.push(update("A", i));
  BOOST_TEST((q.push(update("A", 8)) == verdict::reduced));
  CHECK_LISTS(drain(q), (list{"gapA:4-7", "updateA:7-8"}));
}

BOOST_AUTO_TEST_CASE(gaps_grow_together) {
  event_queue q(event_model::log, 2);
  for (std::uint64_t i = 5; i <= 20; ++i) q.push(update("A", i));
  auto const all = drain(q);
  BOOST_TEST(all.size() <= 2u);
  BOOST_TEST(all.front().rfind("gapA:4-", 0) == 0u);
  BOOST_TEST(all.back() == "updateA:19-20");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_merged_asks_for_a_new_start) {
  event_queue q(event_model::keyed, 2);
  q.push(update("A", 5));
  q.push(update("A", 6));
  BOOST_TEST((q.push(update("A", 7)) == verdict::lost));
  CHECK_LISTS(drain(q), (list{"gapA:4-7"}));
}

BOOST_AUTO_TEST_CASE(outages_nobody_has_read_of_become_one) {
  event_queue q(event_model::log, 4);
  q.push(update("A", 5));
  for (int i = 0; i < 50; ++i) {
    q.push_stale(control(event_kind::stale));
    q.push_always(control(event_kind::resumed));
    q.push(make(event_kind::snapshot, "A", 0, 5));
  }
  BOOST_TEST(q.size() <= 7u);
  auto const all = drain(q);
  BOOST_TEST(all.front() == "updateA:4-5");
  BOOST_TEST(all[1] == "stale");
  BOOST_TEST(all.back() == "snapshotA:0-5");
}

BOOST_AUTO_TEST_CASE(it_is_bounded_and_never_silently_wrong_whatever_comes) {
  // A reader of a log who adds up what it has and what it was told is missing.
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    event_queue q(event_model::log, 1 + random() % 5);
    std::uint64_t seq[2] = {10, 20};
    std::uint64_t read[2] = {10, 20};
    for (int i = 0; i < 200; ++i) {
      auto const which = random() % 2;
      if (random() % 3 > 0 || q.empty()) {
        ++seq[which];
        q.push(update(which ? "B" : "A", seq[which]));
        BOOST_REQUIRE(q.size() <= 5u + 2 * 2);
      } else {
        auto const e = q.pop();
        auto& last = read[e.symbol == "B" ? 1 : 0];
        BOOST_REQUIRE(e.prev == last);
        last = e.seq;
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
