#include "broker/backlog.hpp"

#include <runes/payloads.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace runes;
using namespace runes::detail;

namespace {

update change(std::uint64_t prev, payload_ptr data) {
  update made;
  made.prev = prev;
  made.seq = prev + data->count();
  made.data = std::move(data);
  made.frame = frame::make(opcode::text, "as published");
  return made;
}

update entry(std::uint64_t prev, std::string text = "1") {
  return change(prev, log_payload(std::move(text)));
}

std::string text_of(update const& what) {
  std::string text;
  what.data->encode(text);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(backlogs)

BOOST_AUTO_TEST_CASE(an_empty_one_owes_nothing) {
  backlog owed(models::latest().get(), overflow::conflate);
  BOOST_TEST(owed.empty());
  BOOST_TEST(!owed.take().has_value());
  BOOST_TEST(owed.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(conflated_updates_span_all_that_they_merge) {
  backlog owed(models::latest().get(), overflow::conflate);
  for (std::uint64_t prev = 7; prev < 10; ++prev) {
    BOOST_TEST(owed.absorb(change(prev, latest_payload(std::to_string(prev)))));
  }
  auto const item = owed.take();
  BOOST_REQUIRE(item.has_value());
  BOOST_TEST(!item->gap.has_value());
  BOOST_TEST(item->merged.prev == 7u);
  BOOST_TEST(item->merged.seq == 10u);
  BOOST_TEST(text_of(item->merged) == "9");
  BOOST_TEST(!item->merged.frame);
  BOOST_TEST(owed.empty());
  BOOST_TEST(owed.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(one_that_was_not_merged_keeps_its_bytes) {
  backlog owed(models::latest().get(), overflow::conflate);
  BOOST_TEST(owed.absorb(change(1, latest_payload("1"))));
  auto const item = owed.take();
  BOOST_REQUIRE(item.has_value());
  BOOST_TEST(item->merged.frame != nullptr);
}

BOOST_AUTO_TEST_CASE(what_the_model_keeps_is_never_merged_away) {
  backlog owed(models::latest().get(), overflow::conflate);
  owed.absorb(change(1, latest_payload("1")));
  owed.absorb(change(2, latest_payload("2", true)));
  owed.absorb(change(3, latest_payload("3")));
  owed.absorb(change(4, latest_payload("4")));
  std::string seen;
  std::uint64_t seq = 1;
  while (auto const item = owed.take()) {
    BOOST_TEST(item->merged.prev == seq);
    seq = item->merged.seq;
    seen += text_of(item->merged) + ' ';
  }
  BOOST_TEST(seen == "1 2 4 ");
  BOOST_TEST(seq == 5u);
}

BOOST_AUTO_TEST_CASE(conflation_of_what_cannot_be_merged_is_bounded) {
  backlog owed(models::latest().get(), overflow::conflate);
  for (std::uint64_t i = 0; i < backlog::most_unmerged; ++i) {
    BOOST_REQUIRE(owed.absorb(change(i, latest_payload("1", true))));
  }
  BOOST_TEST(!owed.absorb(change(backlog::most_unmerged, latest_payload("1", true))));
}

BOOST_AUTO_TEST_CASE(conflation_is_bounded_by_keys_and_not_by_time) {
  backlog owed(models::keyed().get(), overflow::conflate);
  std::size_t after_first_round = 0;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    auto const key = std::to_string(i % 10);
    keyed_entry one{key, R"({"key":)" + key + "}"};
    std::vector<keyed_entry> entries;
    entries.push_back(std::move(one));
    BOOST_REQUIRE(owed.absorb(change(i, keyed_payload(std::move(entries)))));
    if (i == 9) after_first_round = owed.bytes();
  }
  BOOST_TEST(owed.bytes() <= 2 * after_first_round);
  auto const item = owed.take();
  BOOST_REQUIRE(item.has_value());
  BOOST_TEST(item->merged.prev == 0u);
  BOOST_TEST(item->merged.seq == 1'000u);
  BOOST_TEST(owed.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(under_gap_the_oldest_go_and_their_range_is_named) {
  auto const one = entry(0).data->bytes();
  backlog owed(models::log().get(), overflow::gap, 3 * one);
  for (std::uint64_t prev = 20; prev < 23; ++prev) BOOST_TEST(owed.absorb(entry(prev)));
  BOOST_TEST(owed.bytes() == 3 * one);
  BOOST_TEST(owed.absorb(entry(23)));
  BOOST_TEST(owed.absorb(entry(24)));
  BOOST_TEST(owed.bytes() == 3 * one);

  auto const gap = owed.take();
  BOOST_REQUIRE(gap.has_value());
  BOOST_REQUIRE(gap->gap.has_value());
  BOOST_TEST(gap->gap->from == 21u);
  BOOST_TEST(gap->gap->to == 22u);
  for (std::uint64_t prev = 22; prev < 25; ++prev) {
    auto const item = owed.take();
    BOOST_REQUIRE(item.has_value());
    BOOST_TEST(!item->gap.has_value());
    BOOST_TEST(item->merged.prev == prev);
    BOOST_TEST(item->merged.frame != nullptr);
  }
  BOOST_TEST(!owed.take().has_value());
}

BOOST_AUTO_TEST_CASE(a_gap_in_entries_of_several_numbers) {
  std::vector<std::string> const three{"1", "2", "3"};
  backlog owed(models::log().get(), overflow::gap, 1);
  owed.absorb(change(10, log_payload(three)));
  owed.absorb(change(13, log_payload(three)));
  auto const gap = owed.take();
  BOOST_REQUIRE(gap.has_value());
  BOOST_REQUIRE(gap->gap.has_value());
  BOOST_TEST(gap->gap->from == 11u);
  BOOST_TEST(gap->gap->to == 13u);
  auto const rest = owed.take();  // the newest stays however large it is
  BOOST_REQUIRE(rest.has_value());
  BOOST_TEST(rest->merged.prev == 13u);
  BOOST_TEST(rest->merged.seq == 16u);
}

BOOST_AUTO_TEST_CASE(a_second_gap_goes_on_where_the_first_ended) {
  backlog owed(models::log().get(), overflow::gap, 1);
  owed.absorb(entry(1));
  owed.absorb(entry(2));
  auto const first = owed.take();
  owed.absorb(entry(3));
  auto const second = owed.take();
  BOOST_REQUIRE((first && first->gap && second && second->gap));
  BOOST_TEST(first->gap->to == 2u);
  BOOST_TEST(second->gap->from == 3u);
  BOOST_TEST(second->gap->to == 3u);
}

BOOST_AUTO_TEST_CASE(under_disconnect_nothing_is_kept) {
  backlog owed(models::log().get(), overflow::disconnect);
  BOOST_TEST(!owed.absorb(entry(1)));
  BOOST_TEST(owed.empty());
}

BOOST_AUTO_TEST_SUITE_END()
