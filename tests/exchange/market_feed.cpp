#include "recordings.hpp"

#include <market_feed.hpp>
#include <merged_source.hpp>

#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

using namespace exchange;
using namespace exchange::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::uint64_t> trade_ids(std::vector<step> const& steps) {
  std::vector<std::uint64_t> ids;
  for (auto const& one : steps) {
    for (auto const& trade : one.trades) ids.push_back(trade.trade_id);
  }
  return ids;
}

using numbers = std::vector<std::uint64_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(market_feed_steps)

BOOST_AUTO_TEST_CASE(gives_what_happens_in_order) {
  temporary_file const file(opening + trade_line(2, 7, "1.02", "0.5") + ticker_line(3, 101) +
                            diff_line(4, 101, 102, -1, R"([["1.01","2.0"]])", "[]"));
  market_feed feed(file.path());
  BOOST_REQUIRE_EQUAL(feed.instruments().size(), 1);
  BOOST_TEST(feed.instruments()[0].symbol == "BTC-USDT");
  auto const steps = play(feed);
  BOOST_REQUIRE_EQUAL(steps.size(), 3);
  BOOST_REQUIRE(steps[0].book && steps[0].book->whole);
  BOOST_TEST(!steps[0].ticker.has_value());
  BOOST_TEST((trade_ids(steps) == numbers{7}));
  BOOST_TEST((steps[1].at == 2ms));
  BOOST_TEST((steps[1].ts == runes::timestamp(2ms)));
  BOOST_TEST(steps[1].statistics.size() == 4);
  BOOST_TEST(steps[1].ticker.value().ask_quantity.str() == "1.5");
  BOOST_REQUIRE(steps[2].book && !steps[2].book->whole);
  BOOST_TEST(steps[2].ticker.value().bid.str() == "1.01");
  auto const counted = feed.counters();
  BOOST_TEST(counted.lines == 4);
  BOOST_TEST(counted.trades == 1);
  BOOST_TEST(counted.book_updates == 2);
  BOOST_TEST(counted.problems == 0);
}

BOOST_AUTO_TEST_CASE(a_trade_shows_the_decimals_of_its_instrument) {
  temporary_file const file(opening + trade_line(2, 7, "1.02000000", "0.50000000") +
                            trade_line(3, 8, "1", "2"));
  market_feed feed(file.path());
  auto const steps = play(feed);
  BOOST_REQUIRE_EQUAL(steps.size(), 3);
  BOOST_TEST(steps[1].trades.at(0).price.str() == "1.02");
  BOOST_TEST(steps[1].trades.at(0).quantity.str() == "0.5");
  BOOST_TEST(steps[2].trades.at(0).price.str() == "1.00");
  BOOST_TEST(steps[2].trades.at(0).quantity.str() == "2.0");
}

BOOST_AUTO_TEST_CASE(damage_is_reported_with_its_line_and_survived) {
  temporary_file const file(opening + "broken\n" + trade_line(2, 1, "1", "1") + "12 {]\n" +
                            trade_line(3, 2, "1", "1"));
  market_feed feed(file.path());
  auto const steps = play(feed);
  BOOST_TEST((problem_lines(steps) == numbers{2, 4}));
  BOOST_TEST((trade_ids(steps) == numbers{1, 2}));
  BOOST_TEST(feed.counters().problems == 2);
}

BOOST_AUTO_TEST_CASE(a_gap_empties_the_book_until_the_next_snapshot) {
  temporary_file const file(opening + diff_line(2, 101, 101, -1, R"([["0.99","1"]])", "[]") +
                            diff_line(3, 103, 104, -1, R"([["0.98","1"]])", "[]") +
                            diff_line(4, 105, 105, -1, R"([["0.97","1"]])", "[]") +
                            snapshot_line(5, 104, R"([["0.96","1"]])", "[]"));
  market_feed feed(file.path());
  auto const steps = play(feed);
  BOOST_REQUIRE_EQUAL(steps.size(), 4);
  BOOST_REQUIRE(steps[2].book && steps[2].book->whole);
  BOOST_TEST(steps[2].book->levels.bids.empty());
  BOOST_TEST((problem_lines(steps) == numbers{3}));
  BOOST_REQUIRE(steps[3].book && steps[3].book->whole);
  BOOST_TEST((steps[3].book->levels.bids == std::vector{level("0.97", "1"), level("0.96", "1")}));
  BOOST_TEST(feed.counters().gaps == 1);
}

BOOST_AUTO_TEST_CASE(each_trade_comes_once_and_missing_ones_are_named) {
  temporary_file const file(trade_line(1, 1, "1", "1") + trade_line(2, 1, "1", "1") +
                            trade_line(3, 4, "1", "1") + trade_line(4, 3, "1", "1") +
                            trade_line(5, 5, "1", "1"));
  market_feed feed(file.path());
  auto const steps = play(feed);
  BOOST_TEST((trade_ids(steps) == numbers{1, 4, 5}));
  BOOST_TEST((problem_lines(steps) == numbers{2, 3, 4}));
  BOOST_TEST(feed.counters().trade_gaps == 1);
}

BOOST_AUTO_TEST_CASE(another_market_in_the_recording_is_left_out_and_said_once) {
  temporary_file const file(
      trade_line(1, 1, "1", "1") + trade_line(2, 9, "1", "1", false, "ETHUSDT") +
      trade_line(3, 10, "1", "1", false, "ETHUSDT") + trade_line(4, 2, "1", "1"));
  market_feed feed(file.path());
  auto const steps = play(feed);
  BOOST_TEST((trade_ids(steps) == numbers{1, 2}));
  BOOST_TEST((problem_lines(steps) == numbers{2}));
  BOOST_TEST(feed.counters().skipped == 2);
}

BOOST_AUTO_TEST_CASE(a_value_finer_than_the_survey_found_is_an_error_of_its_line) {
  temporary_file const file(opening + trade_line(2, 1, "1.00", "1") +
                            trade_line(3, 2, "1.001", "1") + trade_line(4, 3, "1.00", "1"));
  feed_options options;
  options.survey_lines = 2;
  market_feed feed(file.path(), options);
  auto const steps = play(feed);
  BOOST_TEST((trade_ids(steps) == numbers{1, 3}));
  BOOST_TEST((problem_lines(steps) == numbers{3}));
}

BOOST_AUTO_TEST_CASE(one_odd_number_is_an_error_of_its_line_and_not_the_markets_decimals) {
  std::string text = opening;
  for (int id = 1; id <= 200; ++id) {
    text += trade_line(id, id, id == 150 ? "1.01000000123" : "1.01000000", "2.00000000");
  }
  temporary_file const file(text);
  market_feed feed(file.path());
  BOOST_TEST(feed.instruments()[0].price_decimals() == 2);
  auto const steps = play(feed);
  BOOST_TEST((problem_lines(steps) == numbers{151}));
  BOOST_TEST(feed.counters().problems == 1);
  BOOST_TEST(feed.counters().trades == 199);
  BOOST_TEST(feed.counters().trade_gaps == 0);
}

BOOST_AUTO_TEST_CASE(a_window_waits_a_grace_for_trades_on_their_way) {
  temporary_file const file(
      trade_line(59'000, 1, "1", "1") + diff_line(60'020, 1, 2, 0, "[]", "[]") +
      trade_line(59'990, 2, "1", "1") + diff_line(60'999, 3, 4, 2, "[]", "[]") +
      diff_line(61'000, 5, 6, 4, "[]", "[]"));
  market_feed feed(file.path());
  auto const steps = play(feed);
  BOOST_REQUIRE_EQUAL(steps.size(), 4);  // the last: there was no snapshot
  BOOST_REQUIRE_EQUAL(steps[2].statistics.size(), 1);
  BOOST_TEST(steps[2].statistics[0].value.closed);
  BOOST_TEST(steps[2].statistics[0].value.count == 2);
  BOOST_TEST((steps[1].at == 60'020ms));  // never falls
  BOOST_TEST(feed.counters().problems == 1);
}

BOOST_AUTO_TEST_CASE(a_truncated_gzip_ends_with_its_problem) {
  std::string text = opening;
  for (int id = 1; id <= 1'000; ++id) text += trade_line(id + 1, id, "1", std::to_string(id));
  auto const packed = gzip(text);
  temporary_file const file(packed.substr(0, packed.size() / 2));
  market_feed feed(file.path());
  auto const steps = play(feed);
  BOOST_TEST(steps.size() > 100);
  BOOST_REQUIRE_EQUAL(steps.back().problems.size(), 1);
  BOOST_TEST(steps.back().problems[0].line == steps.size());
  BOOST_TEST(feed.counters().trades == steps.size() - 2);
  BOOST_TEST(!feed.next().has_value());
}

BOOST_AUTO_TEST_CASE(rewinds_to_the_same_steps_and_counts_on) {
  temporary_file const file(opening + trade_line(2, 1, "1", "1") + "broken\n");
  market_feed feed(file.path());
  auto const first = play(feed);
  feed.rewind();
  BOOST_TEST(feed.book().empty());
  auto const second = play(feed);
  BOOST_REQUIRE_EQUAL(first.size(), second.size());
  BOOST_TEST((first[0].book->levels == second[0].book->levels));
  BOOST_TEST((trade_ids(second) == numbers{1}));
  BOOST_TEST(feed.counters().lines == 6);
  BOOST_TEST(feed.counters().problems == 2);
}

BOOST_AUTO_TEST_CASE(several_recordings_play_in_the_order_of_their_times) {
  temporary_file const one(trade_line(1, 1, "1", "1") + trade_line(5, 2, "1", "1"));
  temporary_file const two(trade_line(3, 11, "1", "1", false, "ETHUSDT") +
                           trade_line(9, 12, "1", "1", false, "ETHUSDT"));
  std::vector const files{one.path(), two.path()};
  auto const source = open_recordings(files);
  BOOST_REQUIRE_EQUAL(source->instruments().size(), 2);
  for (int round = 0; round < 2; ++round) {
    auto const steps = play(*source);
    BOOST_TEST((trade_ids(steps) == numbers{1, 11, 2, 12}));
    BOOST_TEST(source->instruments()[steps.at(1).market].symbol == "ETH-USDT");
    BOOST_TEST(source->origin(steps.at(0).market) == one.path().string());
    BOOST_TEST(source->origin(steps.at(1).market) == two.path().string());
    source->rewind();
  }
  BOOST_TEST(source->counters().trades == 8);
}

BOOST_AUTO_TEST_CASE(two_recordings_of_one_market_are_refused) {
  temporary_file const one(trade_line(1, 1, "1", "1"));
  std::vector const files{one.path(), one.path()};
  BOOST_CHECK_THROW(open_recordings(files), runes::error);
}

BOOST_AUTO_TEST_SUITE_END()
