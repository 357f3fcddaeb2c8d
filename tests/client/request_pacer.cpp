#include "client/request_pacer.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes::detail;
using namespace std::chrono_literals;
using verdict = request_pacer::verdict;

namespace {

time_point const start(1h);

struct pacer_fixture {
  request_pacer pacer{3};
  pacer_fixture() { pacer.begin(60); }  // one a second, 60 at once

  request_pacer::ticket join(std::chrono::milliseconds most = 10s, time_point now = start) {
    auto const ticket = pacer.join(now + most);
    BOOST_REQUIRE(ticket);
    return *ticket;
  }
  bool goes(time_point now = start) { return pacer.ask(join(10s, now), now).what == verdict::go; }
  void spend(int count) {
    for (int i = 0; i < count; ++i) BOOST_REQUIRE(goes());
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(request_pacers, pacer_fixture)

BOOST_AUTO_TEST_CASE(who_finds_no_token_is_told_when_there_will_be_one) {
  spend(60);
  auto const ticket = join();
  auto const answer = pacer.ask(ticket, start);
  BOOST_TEST((answer.what == verdict::wait));
  BOOST_TEST((answer.until == start + 1s));
  BOOST_TEST((pacer.ask(ticket, start + 1s).what == verdict::go));
  BOOST_TEST(pacer.waiting() == 0U);
}

BOOST_AUTO_TEST_CASE(who_came_first_goes_first) {
  spend(60);
  auto const one = join();
  auto const two = join();
  BOOST_TEST((pacer.ask(two, start + 1s).what == verdict::wait));  // though there is a token
  BOOST_TEST((pacer.ask(one, start + 1s).what == verdict::go));
  BOOST_TEST((pacer.ask(two, start + 2s).what == verdict::go));
}

BOOST_AUTO_TEST_CASE(who_would_come_too_late_is_told_at_once) {
  spend(60);
  auto const ticket = join(999ms);
  BOOST_TEST((pacer.ask(ticket, start).what == verdict::too_late));
  // Behind others, when it is.
  auto const first = join();
  auto const second = join(500ms);
  BOOST_TEST((pacer.ask(second, start).until == start + 500ms));
  BOOST_TEST((pacer.ask(second, start + 500ms).what == verdict::too_late));
  BOOST_TEST((pacer.ask(first, start + 1s).what == verdict::go));
}

BOOST_AUTO_TEST_CASE(the_line_is_bounded_and_can_be_left) {
  auto const one = join();
  join();
  join();
  BOOST_TEST(!pacer.join(start + 1s));
  pacer.leave(one);
  BOOST_TEST(pacer.join(start + 1s).has_value());
}

BOOST_AUTO_TEST_CASE(what_the_server_said_holds_for_all) {
  pacer.pause(start + 800ms);
  pacer.pause(start + 300ms);  // an earlier word about a shorter time
  auto const ticket = join();
  BOOST_TEST((pacer.ask(ticket, start).until == start + 800ms));
  BOOST_TEST((pacer.ask(ticket, start + 800ms).what == verdict::go));
}

BOOST_AUTO_TEST_CASE(a_new_connection_begins_anew_and_may_be_without_a_bound) {
  spend(60);
  pacer.pause(start + 1h);
  pacer.begin(0);
  spend(1'000);
}

BOOST_AUTO_TEST_SUITE_END()
