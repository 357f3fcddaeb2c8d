#include "memory_directory.hpp"
#include "storage_test.hpp"

#include <storage/journal.hpp>

using namespace exchange::storage;

BOOST_AUTO_TEST_SUITE(journal_tests)

BOOST_AUTO_TEST_CASE(what_waits_is_written_and_synced_together) {
  memory_directory where;
  waiting_listener listener;
  listener.hold(true);
  {
    journal out(where, 1, {}, listener);
    out.append("first");
    BOOST_REQUIRE(listener.wait_for(1));
    auto const before = where.operations();
    for (sequence n = 2; n <= 101; ++n) {
      auto const put = out.append(record_of(n));
      BOOST_TEST(put.number == n);
      BOOST_TEST(put.joins == (n > 2));
    }
    BOOST_TEST(out.durable() == 1u);
    listener.hold(false);
    BOOST_REQUIRE(listener.wait_for(101));
    BOOST_TEST(where.operations() == before + 2);
    BOOST_TEST(out.durable() == 101u);
  }
  BOOST_TEST(listener.durable() == 101u);
}

BOOST_AUTO_TEST_CASE(it_says_when_it_is_full_and_goes_on_later) {
  memory_directory where;
  waiting_listener listener;
  listener.hold(true);
  journal out(where, 1, {1'000'000, 500}, listener);
  out.append("first");
  BOOST_REQUIRE(listener.wait_for(1));
  std::string const record(100, 'x');
  sequence taken = 1;
  while (out.append(record).verdict == append_verdict::accepted) ++taken;
  BOOST_TEST(taken == 5u);  // 4 of 120 bytes are below 500
  BOOST_TEST((out.append(record).verdict == append_verdict::full));
  listener.hold(false);
  BOOST_REQUIRE(listener.wait_for(taken));
  auto const next = out.append(record);
  BOOST_TEST((next.verdict == append_verdict::accepted));
  BOOST_TEST(next.number == taken + 1);
}

BOOST_AUTO_TEST_CASE(one_that_is_larger_than_may_wait_is_taken_alone) {
  memory_directory where;
  waiting_listener listener;
  {
    journal out(where, 1, {1'000'000, 500}, listener);
    BOOST_TEST((out.append(std::string(1'000, 'x')).verdict == append_verdict::accepted));
  }
  BOOST_TEST(listener.durable() == 1u);
}

BOOST_AUTO_TEST_CASE(one_that_is_too_large_is_refused) {
  memory_directory where;
  waiting_listener listener;
  journal out(where, 1, {}, listener);
  BOOST_TEST((out.append(std::string(max_record + 1, 'x')).verdict == append_verdict::too_large));
  BOOST_TEST(out.append("next").number == 1u);
}

BOOST_AUTO_TEST_CASE(its_end_writes_what_waits) {
  memory_directory where;
  waiting_listener listener;
  {
    journal out(where, 1, {}, listener);
    for (sequence n = 1; n <= 50; ++n) out.append(record_of(n));
  }
  BOOST_TEST(listener.durable() == 50u);
  rebuilt_state found;
  recover(where, found);
  BOOST_TEST((found.state == state_after(50)));
}

BOOST_AUTO_TEST_CASE(a_journal_that_nobody_wrote_leaves_no_file) {
  memory_directory where;
  waiting_listener listener;
  {
    journal const out(where, 1, {}, listener);
  }
  BOOST_TEST(where.list().empty());
}

BOOST_AUTO_TEST_CASE(segments_begin_when_they_are_large_enough) {
  memory_directory where;
  waiting_listener listener;
  journal out(where, 1, {300, 10'000}, listener);
  for (sequence n = 1; n <= 9; ++n) {
    out.append(std::string(80, 'x'));
    BOOST_REQUIRE(listener.wait_for(n));
  }
  auto const expected = {segment_name(1), segment_name(4), segment_name(7)};
  BOOST_TEST(where.list() == std::vector<std::string>(expected), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_configuration_that_cannot_be_is_refused) {
  memory_directory where;
  waiting_listener listener;
  BOOST_CHECK_THROW(journal(where, 1, {0, 1}, listener), storage_error);
}

BOOST_AUTO_TEST_SUITE_END()
