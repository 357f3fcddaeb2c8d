#include <book_joiner.hpp>

#include <runes/decimal.hpp>

#include <boost/test/unit_test.hpp>

using namespace exchange;

namespace {

using levels = std::vector<runes::level>;
using state = book_joiner::state;

runes::instrument const market("BTC-USDT", "BTC", "USDT", {1, 1}, {1, 0});

runes::level at(int price, int quantity) { return {{price, 0}, {quantity, 0}}; }

depth_diff spot(std::uint64_t first, std::uint64_t last, levels bids = {}, levels asks = {}) {
  return {"BTCUSDT", first, last, std::nullopt, {}, std::move(bids), std::move(asks)};
}

depth_diff futures(std::uint64_t previous, std::uint64_t first, std::uint64_t last,
                   levels bids = {}, levels asks = {}) {
  return {"BTCUSDT", first, last, previous, {}, std::move(bids), std::move(asks)};
}

rest_snapshot snapshot(std::uint64_t id, levels bids = {at(10, 1)}, levels asks = {at(20, 1)}) {
  return {id, std::nullopt, std::move(bids), std::move(asks)};
}

bool lost(joined const& result) {
  return result.gap && result.book && result.book->whole && result.book->levels.bids.empty() &&
         result.book->levels.asks.empty() && result.problems.size() == 1;
}

bool nothing(joined const& result) {
  return !result.gap && !result.book && result.problems.empty();
}

struct fixture {
  book_joiner joiner{market};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(book_joiner_rules, fixture)

BOOST_AUTO_TEST_CASE(a_snapshot_first_is_published_whole_with_the_instruments_decimals) {
  auto const result = joiner.add(snapshot(100, {at(9, 2), at(10, 1)}, {at(21, 2), at(20, 1)}));
  BOOST_REQUIRE(result.book);
  BOOST_TEST(result.book->whole);
  BOOST_TEST(result.book->update_id == 100);
  BOOST_TEST((result.book->levels.bids == levels{at(10, 1), at(9, 2)}));
  BOOST_TEST((result.book->levels.asks == levels{at(20, 1), at(21, 2)}));
  BOOST_TEST(result.book->levels.bids[0].price.str() == "10.0");
  BOOST_TEST(result.book->levels.checksum == joiner.book().checksum());
  BOOST_TEST((joiner.now() == state::joining));
}

BOOST_AUTO_TEST_CASE(spot_joins_the_diffs_around_its_snapshot) {
  BOOST_TEST(nothing(joiner.add(spot(90, 95, {at(10, 5)}))));    // before it
  BOOST_TEST(nothing(joiner.add(spot(96, 100, {at(10, 6)}))));   // up to it
  BOOST_TEST(nothing(joiner.add(spot(101, 103, {at(10, 7)}))));  // follows it
  auto const result = joiner.add(snapshot(100));
  BOOST_REQUIRE(result.book && result.book->whole);
  BOOST_TEST(result.book->update_id == 103);
  BOOST_TEST((result.book->levels.bids == levels{at(10, 7)}));
  BOOST_TEST((joiner.now() == state::live));
  BOOST_TEST(joiner.buffered() == 0);
}

BOOST_AUTO_TEST_CASE(spot_takes_a_diff_that_straddles_the_snapshot) {
  joiner.add(snapshot(100));
  BOOST_TEST(nothing(joiner.add(spot(95, 100, {at(10, 6)}))));
  auto const result = joiner.add(spot(98, 104, {at(10, 7), at(9, 0)}));
  BOOST_REQUIRE(result.book && !result.book->whole);
  BOOST_TEST((result.book->levels.bids == levels{at(10, 7)}));  // the 9 was not there
  BOOST_TEST(result.book->levels.checksum == joiner.book().checksum());
  BOOST_TEST(!joiner.add(spot(105, 105, {}, {at(20, 0)})).gap);
  BOOST_TEST(joiner.last_update_id() == 105);
}

BOOST_AUTO_TEST_CASE(spot_with_a_hole_loses_the_book_until_the_next_snapshot) {
  joiner.add(snapshot(100));
  joiner.add(spot(101, 101));
  auto const result = joiner.add(spot(103, 104, {at(11, 1)}));
  BOOST_TEST(lost(result));
  BOOST_TEST(result.problems.at(0) ==
             "updates are missing between 101 and 103: the book of BTC-USDT is lost until the next "
             "snapshot");
  BOOST_TEST(joiner.book().empty());
  BOOST_TEST(nothing(joiner.add(spot(105, 106, {at(12, 1)}))));  // kept, not applied
  auto const again = joiner.add(snapshot(104, {at(11, 1)}));
  BOOST_REQUIRE(again.book && again.book->whole);
  BOOST_TEST((again.book->levels.bids == levels{at(12, 1), at(11, 1)}));
}

BOOST_AUTO_TEST_CASE(a_first_diff_that_does_not_follow_the_snapshot_is_a_gap) {
  joiner.add(snapshot(100));
  BOOST_TEST(lost(joiner.add(spot(102, 103))));
  BOOST_TEST((joiner.now() == state::waiting));
}

BOOST_AUTO_TEST_CASE(a_snapshot_older_than_the_diffs_kept_is_not_published) {
  joiner.add(spot(110, 111));
  joiner.add(spot(112, 113, {at(10, 3)}));
  auto const result = joiner.add(snapshot(100));
  BOOST_TEST(result.gap);
  BOOST_TEST(!result.book);
  BOOST_TEST(joiner.buffered() == 2);
  auto const better = joiner.add(snapshot(111));
  BOOST_REQUIRE(better.book);
  BOOST_TEST(better.book->update_id == 113);
}

BOOST_AUTO_TEST_CASE(a_hole_among_the_diffs_kept_matters_only_after_the_snapshot) {
  joiner.add(spot(90, 91));
  joiner.add(spot(95, 100));
  joiner.add(spot(101, 102));
  BOOST_TEST(!joiner.add(snapshot(99)).gap);

  book_joiner other(market);
  other.add(spot(101, 102));
  other.add(spot(105, 106));
  BOOST_TEST(other.add(snapshot(101)).gap);
  BOOST_TEST(other.buffered() == 1);
}

BOOST_AUTO_TEST_CASE(futures_join_by_the_one_before) {
  joiner.add(futures(80, 85, 90, {at(10, 8)}));
  joiner.add(futures(90, 95, 105, {at(10, 9)}));
  joiner.add(futures(105, 110, 115, {}, {at(20, 9)}));
  auto const result = joiner.add(snapshot(100));
  BOOST_REQUIRE(result.book && result.book->whole);
  BOOST_TEST((result.book->levels.bids == levels{at(10, 9)}));
  BOOST_TEST((result.book->levels.asks == levels{at(20, 9)}));
  BOOST_TEST(!joiner.add(futures(115, 130, 131)).gap);  // numbers have holes, the chain has none
  BOOST_TEST(lost(joiner.add(futures(132, 133, 134))));
}

BOOST_AUTO_TEST_CASE(futures_keep_a_diff_that_ends_with_the_snapshot) {
  joiner.add(snapshot(100));
  BOOST_TEST(nothing(joiner.add(futures(80, 85, 99))));
  BOOST_TEST(joiner.add(futures(99, 100, 100, {at(10, 4)})).book.has_value());
  BOOST_TEST((joiner.now() == state::live));
}

BOOST_AUTO_TEST_CASE(futures_follow_a_snapshot_from_between_two_diffs) {
  joiner.add(snapshot(100));
  BOOST_TEST(joiner.add(futures(98, 103, 104, {at(10, 4)})).book.has_value());
  joiner.add(snapshot(200));
  BOOST_TEST(lost(joiner.add(futures(201, 203, 204))));
}

BOOST_AUTO_TEST_CASE(a_repeated_diff_is_left_out_and_said) {
  joiner.add(snapshot(100));
  joiner.add(spot(101, 102, {at(10, 2)}));
  joiner.add(spot(103, 103, {at(10, 3)}));
  auto const result = joiner.add(spot(101, 102, {at(10, 2)}));
  BOOST_TEST(!result.gap);
  BOOST_TEST(!result.book);
  BOOST_TEST(result.problems.size() == 1);
  BOOST_TEST(joiner.book().at(runes::side::buy, 0).quantity == 3);
}

BOOST_AUTO_TEST_CASE(a_later_snapshot_replaces_the_book_and_an_older_one_does_not) {
  joiner.add(snapshot(100));
  joiner.add(spot(101, 110));
  BOOST_TEST(nothing(joiner.add(snapshot(105, {at(5, 5)}))));
  auto const result = joiner.add(snapshot(120, {at(6, 6)}));
  BOOST_REQUIRE(result.book && result.book->whole);
  BOOST_TEST(nothing(joiner.add(spot(111, 120, {at(6, 7)}))));
  BOOST_TEST(!joiner.add(spot(121, 121)).gap);
}

BOOST_AUTO_TEST_CASE(a_value_that_does_not_fit_is_never_rounded) {
  joiner.add(snapshot(100));
  depth_diff odd = spot(101, 101, {at(10, 2)});
  odd.bids.push_back({runes::decimal::from("9.55"), runes::decimal::from("1")});
  auto const result = joiner.add(odd);
  BOOST_TEST(result.gap);
  BOOST_TEST(result.problems.at(0) ==
             "the price 9.55 does not fit the market's 1 decimals; the diff is left out");
  BOOST_REQUIRE(result.book);
  BOOST_TEST(result.book->levels.bids.empty());

  auto const refused =
      joiner.add(snapshot(200, {{runes::decimal::from("1"), runes::decimal::from("0.5")}}));
  BOOST_TEST(!refused.book);
  BOOST_TEST(refused.problems.size() == 1);
}

BOOST_AUTO_TEST_CASE(a_diff_that_changes_nothing_publishes_nothing) {
  joiner.add(snapshot(100));
  BOOST_TEST(nothing(joiner.add(spot(101, 101, {at(10, 1)}, {at(30, 0)}))));
}

BOOST_AUTO_TEST_CASE(what_is_kept_is_bounded) {
  for (auto const limits : {joiner_limits{3, 1'000}, joiner_limits{100, 3}}) {
    book_joiner small(market, limits);
    std::size_t problems = 0;
    for (std::uint64_t id = 1; id <= 20; ++id) {
      problems += small.add(spot(id, id, {at(10, static_cast<int>(id))})).problems.size();
    }
    BOOST_TEST(small.buffered() == 3);
    BOOST_TEST(problems == 1);
    BOOST_TEST(small.add(snapshot(10)).gap);
    BOOST_TEST(small.add(snapshot(17)).book.has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()
