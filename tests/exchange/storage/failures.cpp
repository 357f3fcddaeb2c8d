// Every operation fails once with an error: the journal stops with a sentence, and acknowledges
// nothing from then on; a snapshot that fails leaves what was there.
#include "memory_directory.hpp"
#include "storage_test.hpp"

#include <storage/snapshots.hpp>
#include <storage/store.hpp>

using namespace exchange::storage;

namespace {

constexpr sequence records = 30;
journal_config const small_segments{1'000, 10'000};

// One batch a record, so that every run has the same operations.
void append_each(memory_directory& where, waiting_listener& listener) {
  journal out(where, 1, small_segments, listener);
  for (sequence n = 1; n <= records; ++n) {
    auto const result = out.append(record_of(n));
    BOOST_TEST_REQUIRE((result.verdict == append_verdict::accepted));
    BOOST_TEST_REQUIRE(result.number == n);
    if (listener.wait_for(n)) continue;
    BOOST_TEST((out.append("more").verdict == append_verdict::stopped));
    BOOST_TEST(out.durable() == listener.durable());
    return;
  }
}

void fill_with_snapshots(directory& where) {
  waiting_listener listener;
  rebuilt_state nothing;
  store out(where, nothing, small_segments, listener);
  for (sequence n = 1; n <= 20; ++n) {
    out.append(record_of(n));
    BOOST_REQUIRE(listener.wait_for(n));
    if (n == 8 || n == 14) out.save_snapshot(n, state_after(n));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(failures)

BOOST_AUTO_TEST_CASE(any_failed_write_or_sync_stops_the_journal_for_good) {
  std::size_t all = 0;
  {
    memory_directory where;
    waiting_listener listener;
    append_each(where, listener);
    BOOST_TEST(listener.durable() == records);
    all = where.operations();
  }
  BOOST_TEST(all > 2 * records);
  std::mt19937_64 chance(5);
  for (std::size_t at = 1; at <= all; ++at) {
    BOOST_TEST_CONTEXT("operation " << at << " fails") {
      memory_directory where;
      waiting_listener listener;
      where.fail_at(at, memory_directory::fault::error);
      append_each(where, listener);
      BOOST_TEST(listener.durable() < records);
      BOOST_TEST(listener.wait_for_failure().find("The journal has stopped") != std::string::npos);
      // The next process finds the system's memory as it was, or the power went as well.
      rebuilt_state next, next_after_cut;
      auto const cut = where.after_power_cut(chance, tail::prefix);
      for (auto const& [place, found] :
           {std::pair<directory*, rebuilt_state*>(&where, &next), {cut.get(), &next_after_cut}}) {
        recover(*place, *found);
        BOOST_TEST(found->last >= listener.durable());
        BOOST_TEST(found->last <= listener.durable() + 1);
        BOOST_TEST((found->state == state_after(found->last)));
      }
      // What a recovery has given stays, though it was in the system's memory only.
      rebuilt_state later;
      recover(*where.after_power_cut(chance, tail::prefix), later);
      BOOST_TEST(later.last == next.last);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_fails_loses_nothing) {
  for (std::size_t at = 1; at <= 7; ++at) {
    BOOST_TEST_CONTEXT("operation " << at << " fails") {
      memory_directory where;
      fill_with_snapshots(where);
      where.fail_at(at, memory_directory::fault::error);
      BOOST_CHECK_THROW(save_snapshot(where, 20, state_after(20)), storage_error);
      rebuilt_state found;
      auto const result = recover(where, found);
      BOOST_TEST(result.snapshot >= 14u);
      BOOST_TEST((found.state == state_after(20)));
      BOOST_TEST(result.reports.empty());
      save_snapshot(where, 20, state_after(20));
      for (auto const& name : where.list()) BOOST_TEST(!name.ends_with(".tmp"));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_recovery_that_fails_can_be_done_again) {
  for (std::size_t at = 1; at <= 3; ++at) {
    memory_directory where;
    fill_with_snapshots(where);
    where.content(snapshot_name(14)).back() ^= 1;
    where.fail_at(at, memory_directory::fault::error);
    BOOST_TEST(!error_of_recovery(where).empty());
    rebuilt_state found;
    recover(where, found);
    BOOST_TEST((found.state == state_after(20)));
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_must_be_of_a_durable_record) {
  memory_directory where;
  waiting_listener listener;
  rebuilt_state nothing;
  store out(where, nothing, small_segments, listener);
  out.append("one");
  BOOST_REQUIRE(listener.wait_for(1));
  BOOST_CHECK_THROW(out.save_snapshot(2, "two"), storage_error);
  BOOST_CHECK_THROW(out.save_snapshot(0, ""), storage_error);
  out.save_snapshot(1, "one");
  BOOST_TEST(where.list().back() == snapshot_name(1));
}

BOOST_AUTO_TEST_SUITE_END()
