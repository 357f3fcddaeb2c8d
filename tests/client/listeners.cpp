#include "client/listeners.hpp"

#include "support/manual_time.hpp"

#include <boost/test/unit_test.hpp>

#include "client/bell.hpp"

using namespace runes;

namespace {

struct with_listeners {
  test::manual_strand strand;
  std::optional<detail::listeners> all{std::in_place, strand.context.get_executor()};
  detail::bell go{strand.context.get_executor()};
  ~with_listeners() {
    all.reset();
    BOOST_TEST(strand.idle());
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(listeners, with_listeners)

BOOST_AUTO_TEST_CASE(they_may_leave_while_they_are_told) {
  int told = 0;
  std::uint64_t second = 0;
  all->add("state", [&](notice const&) {
    ++told;
    all->remove(second);
    all->add("state", [&](notice const&) { told += 100; });
  });
  second = all->add("state", [&](notice const&) { told += 10; });
  BOOST_TEST(all->any("state"));
  BOOST_TEST(!all->any("error"));
  all->tell(notice("state"));
  BOOST_TEST(told == 1);
}

BOOST_AUTO_TEST_CASE(calls_of_a_coroutine_do_not_overlap) {
  int running = 0, most = 0, done = 0;
  all->add_coroutine("order", [&](notice const&) -> awaitable<> {
    most = std::max(most, ++running);
    co_await go.wait();
    --running;
    ++done;
  });
  for (int i = 0; i < 3; ++i) all->tell(notice("order"));
  for (int i = 1; i <= 3; ++i) {
    strand.settle();
    go.ring();
    strand.settle();
    BOOST_TEST(done == i);
  }
  BOOST_TEST(most == 1);
  // And it starts again after a pause.
  all->tell(notice("order"));
  strand.settle();
  go.ring();
  strand.settle();
  BOOST_TEST(done == 4);
}

BOOST_AUTO_TEST_CASE(a_slow_coroutine_is_told_what_it_missed) {
  std::size_t missed = 0, calls = 0;
  all->add_coroutine("order", [&](notice const& what) -> awaitable<> {
    ++calls;
    missed += what.missed();
    if (calls == 1) co_await go.wait();
  });
  all->tell(notice("order"));
  strand.settle();
  std::size_t const more = detail::listeners::most_waiting + 10;
  for (std::size_t i = 0; i < more; ++i) all->tell(notice("order"));
  go.ring();
  strand.settle();
  BOOST_TEST(missed == 10u);
  BOOST_TEST(calls + missed == more + 1);
}

BOOST_AUTO_TEST_CASE(one_that_is_removed_is_cancelled) {
  bool cancelled = false;
  auto const id = all->add_coroutine(
      "order", [&](notice const&) -> awaitable<> { cancelled = !co_await go.wait(); });
  all->tell(notice("order"));
  strand.settle();
  all->remove(id);
  strand.settle();
  BOOST_TEST(cancelled);
}

BOOST_AUTO_TEST_SUITE_END()
