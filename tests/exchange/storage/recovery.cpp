// Torn tails are cut and told, damage is an error with file and offset, snapshots are fallen back
// from.
#include "memory_directory.hpp"
#include "storage_test.hpp"

#include <storage/segment_writer.hpp>
#include <storage/snapshots.hpp>

using namespace exchange::storage;

namespace {

// So many batches of three records each.
void write_batches(directory& where, sequence first, int batches, std::uint64_t segment_bytes,
                   std::uint64_t room_bytes = 0) {
  segment_writer out(where, first, segment_bytes, room_bytes);
  for (int i = 0; i < batches; ++i, first += 3) {
    std::string batch;
    for (auto n = first; n < first + 3; ++n) put_record(batch, n, record_of(n));
    out.write(batch, first + 2);
  }
}

std::size_t offset_of(sequence number, sequence first = 1) {
  auto at = segment_header;
  for (auto n = first; n < number; ++n) at += record_header + record_of(n).size();
  return at;
}

struct one_segment {
  one_segment() { write_batches(where, 1, 4, 1'000'000); }
  std::string& content() { return where.content(segment_name(1)); }
  // Expects records up to `last`, and that the rest is reported and gone.
  void expect_cut_after(sequence last) {
    auto const size = content().find_last_not_of('\0') + 1;
    rebuilt_state found;
    auto const result = recover(where, found);
    BOOST_TEST(result.last == last);
    BOOST_TEST((found.state == state_after(last)));
    BOOST_TEST_REQUIRE(result.reports.size() == 1u);
    auto const at = offset_of(last + 1);
    BOOST_TEST(result.reports[0] == "data/" + segment_name(1) + " is torn at offset " +
                                        std::to_string(at) + ": " + std::to_string(size - at) +
                                        " bytes after record " + std::to_string(last) +
                                        " are cut off");
    BOOST_TEST(content().size() == at);
    rebuilt_state again;
    BOOST_TEST(recover(where, again).reports.empty());
  }
  memory_directory where;
};

struct two_snapshots {
  two_snapshots() {
    write_batches(where, 1, 4, 600);
    save_snapshot(where, 6, state_after(6));
    save_snapshot(where, 9, state_after(9));
  }
  memory_directory where;
};

void damage(memory_directory& where, std::string const& name) {
  auto& bytes = where.content(name);
  bytes[bytes.size() / 2] ^= 4;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recovery)

BOOST_AUTO_TEST_CASE(an_empty_directory_has_nothing) {
  memory_directory where;
  rebuilt_state found;
  auto const result = recover(where, found);
  BOOST_TEST(result.last == 0u);
  BOOST_TEST(result.snapshot == 0u);
  BOOST_TEST(result.reports.empty());
}

BOOST_FIXTURE_TEST_CASE(a_record_cut_anywhere_in_the_last_batch_is_cut_off, one_segment) {
  auto const whole = content();
  for (auto size = offset_of(10) + 1; size < whole.size(); ++size) {
    if (size == offset_of(11) || size == offset_of(12)) continue;
    where.put(segment_name(1), whole.substr(0, size));
    expect_cut_after(size < offset_of(11) ? 9 : size < offset_of(12) ? 10 : 11);
  }
}

BOOST_FIXTURE_TEST_CASE(room_at_the_end_is_cut_off_without_a_word, one_segment) {
  content() += std::string(5'000, '\0');
  rebuilt_state found;
  auto const result = recover(where, found);
  BOOST_TEST((found.state == state_after(12)));
  BOOST_TEST(result.reports.empty());
  BOOST_TEST(content().size() == offset_of(13));
}

BOOST_FIXTURE_TEST_CASE(a_record_that_is_torn_in_its_room_is_told_without_the_room, one_segment) {
  auto const whole = content();
  content().resize(offset_of(11) + record_header);
  auto const size = content().find_last_not_of('\0') + 1;
  content().resize(whole.size() + 5'000);
  rebuilt_state found;
  auto const result = recover(where, found);
  BOOST_TEST((found.state == state_after(10)));
  BOOST_TEST_REQUIRE(result.reports.size() == 1u);
  BOOST_TEST(result.reports[0].find(" " + std::to_string(size - offset_of(11)) + " bytes after") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(segments_have_room_and_use_it) {
  memory_directory where;
  write_batches(where, 1, 4, 1'000, 700);
  for (auto const& name : where.list()) {
    auto const& bytes = where.content(name);
    BOOST_TEST(bytes.size() > bytes.find_last_not_of('\0') + 1);
  }
  rebuilt_state found;
  BOOST_TEST(recover(where, found).reports.empty());
  BOOST_TEST((found.state == state_after(12)));
}

BOOST_FIXTURE_TEST_CASE(a_wrong_checksum_in_the_last_batch_is_cut_off_with_what_follows,
                        one_segment) {
  content()[offset_of(10) + 1] ^= 1;  // 11 and 12 are good, and of the same batch
  expect_cut_after(9);
}

BOOST_FIXTURE_TEST_CASE(damage_before_a_later_batch_is_an_error, one_segment) {
  auto const whole = content();
  for (auto at = segment_header; at < offset_of(10); ++at) {
    where.put(segment_name(1), whole);
    content()[at] ^= 0x40;
    sequence damaged = 1;
    while (offset_of(damaged + 1) <= at) ++damaged;
    auto const text = error_of_recovery(where);
    auto const expected = "data/" + segment_name(1) + " is damaged at offset " +
                          std::to_string(offset_of(damaged)) + ": record " +
                          std::to_string(damaged) + " is not right, and record ";
    BOOST_TEST(text.starts_with(expected), text);
    BOOST_TEST(content().size() == whole.size());
  }
}

BOOST_FIXTURE_TEST_CASE(a_header_that_is_damaged_is_an_error, one_segment) {
  content()[9] ^= 1;
  BOOST_TEST(error_of_recovery(where) ==
             "data/" + segment_name(1) + " is damaged at offset 0: the header is not right");
}

BOOST_FIXTURE_TEST_CASE(a_segment_under_another_name_is_an_error, one_segment) {
  where.rename(segment_name(1), segment_name(0));
  BOOST_TEST(!error_of_recovery(where).empty());
}

BOOST_FIXTURE_TEST_CASE(another_version_is_told_from_damage, one_segment) {
  auto bytes = header_of_segment(1).substr(0, 20);
  bytes[8] = 2;
  auto const sum = checksum(bytes);
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(sum >> shift & 0xFF);
  content().replace(0, bytes.size(), bytes);
  BOOST_TEST(error_of_recovery(where) ==
             "data/" + segment_name(1) + " is of a version that this program doesn't know");
}

BOOST_AUTO_TEST_CASE(damage_at_the_end_of_a_segment_that_has_a_next_one_is_an_error) {
  memory_directory where;
  write_batches(where, 1, 4, 1);
  where.content(segment_name(4)).pop_back();
  BOOST_TEST(error_of_recovery(where) ==
             "data/" + segment_name(4) + " is damaged at offset " +
                 std::to_string(offset_of(6, 4)) +
                 ": record 6 is not right, and another segment was begun later");
}

BOOST_AUTO_TEST_CASE(a_segment_that_is_missing_is_an_error) {
  memory_directory where;
  write_batches(where, 1, 4, 1);
  where.remove(segment_name(4));
  BOOST_TEST(error_of_recovery(where) ==
             "records 4 to 6 are missing before data/" + segment_name(7));
}

BOOST_AUTO_TEST_CASE(a_segment_that_was_begun_is_removed) {
  for (auto const& half :
       {std::string(), header_of_segment(13).substr(0, 11), std::string(24, '\0'),
        header_of_segment(13).substr(0, 11) + std::string(500, '\0')}) {
    memory_directory where;
    write_batches(where, 1, 4, 1);
    where.put(segment_name(13), half);
    rebuilt_state found;
    auto const result = recover(where, found);
    BOOST_TEST((found.state == state_after(12)));
    BOOST_TEST_REQUIRE(result.reports.size() == 1u);
    BOOST_TEST(result.reports[0] ==
               "data/" + segment_name(13) + " was begun and has no record; it is removed");
    write_batches(where, 13, 1, 1);
    rebuilt_state more;
    BOOST_TEST(recover(where, more).last == 15u);
  }
}

BOOST_FIXTURE_TEST_CASE(the_newest_snapshot_and_what_is_after_it_are_taken, two_snapshots) {
  rebuilt_state found;
  auto const result = recover(where, found);
  BOOST_TEST(result.snapshot == 9u);
  BOOST_TEST(found.records == 3u);
  BOOST_TEST((found.state == state_after(12)));
}

BOOST_FIXTURE_TEST_CASE(two_snapshots_and_the_segments_they_need_are_kept, two_snapshots) {
  write_batches(where, 13, 4, 1);
  save_snapshot(where, 18, state_after(18));
  std::vector<std::string> snapshots;
  for (auto const& name : where.list()) {
    if (snapshot_of(name)) snapshots.push_back(name);
    BOOST_TEST(segment_of(name).value_or(7) >= 7u);
  }
  auto const expected = {snapshot_name(9), snapshot_name(18)};
  BOOST_TEST(snapshots == std::vector<std::string>(expected), boost::test_tools::per_element());
  damage(where, snapshot_name(18));
  rebuilt_state found;
  recover(where, found);
  BOOST_TEST((found.state == state_after(24)));
}

BOOST_FIXTURE_TEST_CASE(a_damaged_snapshot_is_set_aside_and_the_one_before_taken, two_snapshots) {
  auto const whole = where.content(snapshot_name(9));
  for (std::size_t at = 0; at < whole.size() + 40; at += 7) {
    auto damaged = whole;
    if (at < whole.size()) {
      damaged[at] ^= 1;
    } else {
      damaged.resize(at - whole.size());
    }
    where.put(snapshot_name(9), damaged);
    rebuilt_state found;
    auto const result = recover(where, found);
    BOOST_TEST(result.snapshot == 6u);
    BOOST_TEST((found.state == state_after(12)));
    BOOST_TEST_REQUIRE(result.reports.size() == 1u);
    BOOST_TEST(result.reports[0].starts_with("data/" + snapshot_name(9) + " is damaged; "));
  }
  // It doesn't count as one of two that are kept.
  save_snapshot(where, 12, state_after(12));
  damage(where, snapshot_name(12));
  rebuilt_state found;
  BOOST_TEST(recover(where, found).snapshot == 6u);
  BOOST_TEST((found.state == state_after(12)));
}

BOOST_AUTO_TEST_CASE(without_a_good_snapshot_all_records_are_needed) {
  memory_directory where;
  write_batches(where, 1, 4, 1'000'000);
  save_snapshot(where, 6, state_after(6));
  damage(where, snapshot_name(6));
  rebuilt_state found;
  recover(where, found);
  BOOST_TEST((found.state == state_after(12)));

  write_batches(where, 13, 2, 1);
  save_snapshot(where, 15, state_after(15));
  save_snapshot(where, 16, state_after(16));
  damage(where, snapshot_name(15));
  damage(where, snapshot_name(16));
  BOOST_TEST(error_of_recovery(where) ==
             "records 1 to 15 are missing before data/" + segment_name(16));
}

BOOST_FIXTURE_TEST_CASE(damaged_snapshots_alone_are_never_an_empty_venue, two_snapshots) {
  damage(where, snapshot_name(6));
  damage(where, snapshot_name(9));
  for (auto const& name : where.list()) {
    if (segment_of(name)) where.remove(name);
  }
  for (int i = 0; i < 2; ++i) {  // the second time they are set aside already
    BOOST_TEST(error_of_recovery(where).find("nothing else to recover from") != std::string::npos);
  }
}

BOOST_FIXTURE_TEST_CASE(a_journal_that_ends_before_the_snapshot_is_told, two_snapshots) {
  for (auto const& name : where.list()) {
    if (segment_of(name).value_or(0) > 6) where.remove(name);
  }
  rebuilt_state found;
  auto const result = recover(where, found);
  BOOST_TEST(result.last == 9u);
  BOOST_TEST(result.reports.size() == 1u);
  write_batches(where, 10, 1, 1);
  rebuilt_state more;
  BOOST_TEST(recover(where, more).last == 12u);
  BOOST_TEST((more.state == state_after(12)));
}

BOOST_AUTO_TEST_SUITE_END()
