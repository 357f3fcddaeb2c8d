#include "client/pending_requests.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace runes;
using detail::outcome;

BOOST_AUTO_TEST_SUITE(pending_requests)

BOOST_AUTO_TEST_CASE(each_is_finished_once) {
  detail::pending_requests pending(10);
  int done = 0;
  auto const id = pending.add("time", [&](outcome const& o) { done += o.wrong ? 100 : 1; });
  BOOST_REQUIRE(id);
  outcome const fine;
  BOOST_TEST(!pending.finish(*id + 1, fine));
  BOOST_TEST(pending.finish(*id, fine));
  BOOST_TEST(!pending.finish(*id, fine));
  BOOST_TEST(done == 1);
}

BOOST_AUTO_TEST_CASE(there_is_a_limit) {
  detail::pending_requests pending(2);
  auto const first = pending.add("a", [](outcome const&) {});
  BOOST_TEST(pending.add("b", [](outcome const&) {}).has_value());
  BOOST_TEST(!pending.add("c", [](outcome const&) {}));
  BOOST_TEST(pending.forget(*first));
  BOOST_TEST(pending.add("c", [](outcome const&) {}).has_value());
}

BOOST_AUTO_TEST_CASE(all_fail_with_a_sentence_of_their_own) {
  detail::pending_requests pending(10);
  std::vector<std::string> said;
  for (auto const* op : {"a", "b"}) {
    // One that asks again while it fails: of the next life.
    pending.add(op, [&](outcome const& o) {
      said.push_back(o.wrong->sentence());
      pending.add("again", [](outcome const&) {});
    });
  }
  pending.fail_all(errc::connection_lost, "it broke", 0);
  BOOST_REQUIRE(said.size() == 2u);
  BOOST_TEST(said[0] ==
             "'a' was sent, and it broke before its reply came: it may have been carried out");
  BOOST_TEST(pending.size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_has_not_left_in_full_was_not_sent) {
  detail::pending_requests pending(10);
  std::vector<std::pair<std::string, request_delivery>> failed;
  for (std::uint64_t const ends_at : {100u, 200u, 201u}) {
    auto const id = pending.add("place", [&](outcome const& o) {
      BOOST_TEST((o.wrong->code() == errc::connection_lost));
      failed.emplace_back(o.wrong->sentence(), o.wrong->delivery());
    });
    pending.leaves_with(*id, ends_at);
  }
  pending.fail_all(errc::connection_lost, "it broke", 200);
  BOOST_REQUIRE(failed.size() == 3u);
  BOOST_TEST((failed[0].second == request_delivery::sent));
  BOOST_TEST((failed[1].second == request_delivery::sent));
  BOOST_TEST((failed[2].second == request_delivery::not_sent));
  BOOST_TEST(failed[2].first == "'place' was not sent before it broke");
}

BOOST_AUTO_TEST_SUITE_END()
