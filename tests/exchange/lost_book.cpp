// What is served while there is no book: nothing that looks like a market where nobody bids or
// asks.
#include "recordings.hpp"

#include <market_feed.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>

using namespace exchange;
using namespace exchange::test;

namespace {

using status = runes::instrument_status;

std::string best_line(int ms, std::string_view bid, std::string_view ask) {
  return line(ms, R"({"stream":"x@bookTicker","data":{"u":1,"s":"BTCUSDT","b":")" +
                      std::string(bid) + R"(","B":"2.5","a":")" + std::string(ask) +
                      R"(","A":"3.5"}})");
}

// A book that is joined and then lost in line 3.
std::string const loss = opening + diff_line(2, 101, 101, -1, R"([["0.99","1"]])", "[]") +
                         diff_line(3, 103, 104, -1, R"([["0.98","1"]])", "[]");

struct player {
  explicit player(std::string const& text) : file(text), feed(file.path()) {}

  step next() {
    auto made = feed.next();
    BOOST_REQUIRE(made.has_value());
    return std::move(*made);
  }
  step after(int steps) {
    while (steps-- > 0) next();
    return next();
  }
  void ends() { BOOST_TEST(!feed.next().has_value()); }

  temporary_file file;
  market_feed feed;
};

std::string bid_and_ask(step const& made) {
  auto const now = made.ticker.value();
  return now.bid.str() + ' ' + now.bid_quantity.str() + ' ' + now.ask.str() + ' ' +
         now.ask_quantity.str();
}

bool is(std::optional<status> told, status expected) { return told == expected; }

}  // namespace

BOOST_AUTO_TEST_SUITE(lost_book)

BOOST_AUTO_TEST_CASE(a_market_is_suspended_until_its_book_is_joined) {
  player of(trade_line(1, 1, "1.01", "1") + opening + trade_line(3, 2, "1.01", "1"));
  BOOST_TEST((of.feed.instruments()[0].status == status::suspended));
  BOOST_TEST(!of.next().status.has_value());
  auto const joined = of.next();
  BOOST_TEST(is(joined.status, status::active));
  BOOST_TEST(joined.book.value().whole);
  BOOST_TEST(!of.next().status.has_value());
}

BOOST_AUTO_TEST_CASE(a_ticker_waits_until_a_best_bid_and_ask_are_known) {
  player of(trade_line(1, 1, "1.01", "1") + best_line(2, "1.00", "1.03") +
            trade_line(3, 2, "1.02", "1") + snapshot_line(4, 9, R"([["0.97","1"]])", "[]"));
  BOOST_TEST(!of.next().ticker.has_value());
  auto const first = of.next();
  BOOST_TEST(bid_and_ask(first) == "1.00 2.5 1.03 3.5");
  BOOST_TEST(first.ticker->last.str() == "1.01");
  BOOST_TEST(bid_and_ask(of.next()) == "1.00 2.5 1.03 3.5");
  BOOST_TEST(bid_and_ask(of.next()) == "0.97 1.0 0.00 0.0");  // the book's, and it has no ask
}

BOOST_AUTO_TEST_CASE(a_lost_book_suspends_its_market_until_the_next_snapshot) {
  player of(loss + diff_line(4, 105, 105, -1, R"([["0.97","1"]])", "[]") +
            snapshot_line(5, 104, R"([["0.96","1"]])", "[]"));
  auto const lost = of.after(2);
  BOOST_TEST(is(lost.status, status::suspended));
  BOOST_TEST(lost.book.value().whole);
  BOOST_TEST(lost.problems.size() == 1);
  auto const again = of.next();
  BOOST_TEST(is(again.status, status::active));
  BOOST_TEST(again.book.value().levels.bids.size() == 2);
  of.ends();
}

BOOST_AUTO_TEST_CASE(a_lost_book_leaves_the_ticker_to_the_book_tickers_that_follow) {
  player of(opening + trade_line(1, 1, "1.01", "1") + best_line(2, "0.50", "0.60") +
            diff_line(3, 103, 104, -1, R"([["0.98","1"]])", "[]") + trade_line(4, 2, "1.01", "1") +
            best_line(5, "0.97", "0.99") + snapshot_line(6, 104, R"([["0.96","1"]])", "[]"));
  BOOST_TEST(bid_and_ask(of.after(1)) == "1.00 1.0 1.02 1.5");  // the book's, not the book ticker's
  auto const lost = of.next();
  BOOST_TEST(is(lost.status, status::suspended));
  BOOST_TEST(!lost.ticker.has_value());
  auto const trade = of.next();
  BOOST_TEST(trade.trades.size() == 1);
  BOOST_TEST(!trade.ticker.has_value());  // what is known is from before the hole
  BOOST_TEST(bid_and_ask(of.next()) == "0.97 2.5 0.99 3.5");
  BOOST_TEST(bid_and_ask(of.next()) == "0.96 1.0 0.00 0.0");
  of.ends();
}

BOOST_AUTO_TEST_CASE(a_book_ticker_that_does_not_fit_is_an_error_of_its_line) {
  std::string text = opening;
  for (int ms = 2; ms <= 200; ++ms) text += best_line(ms, ms == 50 ? "0.9700001" : "0.97", "0.99");
  player of(text);
  of.next();
  auto const odd = of.next();
  BOOST_REQUIRE_EQUAL(odd.problems.size(), 1);
  BOOST_TEST(odd.problems[0].line == 50);
  BOOST_TEST(odd.problems[0].sentence ==
             "the price 0.9700001 does not fit the market's 2 decimals; the book ticker is left "
             "out");
  of.ends();
}

BOOST_AUTO_TEST_CASE(diffs_without_any_snapshot_are_a_problem_at_the_end) {
  player of(diff_line(2, 101, 101, -1, R"([["0.99","1"]])", "[]") + trade_line(3, 1, "1.01", "1") +
            diff_line(1'723'161, 102, 102, -1, R"([["0.98","1"]])", "[]"));
  of.next();  // the trade
  of.next();  // the end of its shortest windows
  auto const end = of.next();
  BOOST_REQUIRE_EQUAL(end.problems.size(), 1);
  BOOST_TEST(end.problems[0].line == 0);
  BOOST_TEST(end.problems[0].sentence ==
             "no snapshot came that the 2 depth diffs could be joined to: there was no book of "
             "BTC-USDT");
  BOOST_TEST((end.ts == runes::timestamp(std::chrono::milliseconds(1'723'161))));
  BOOST_TEST((end.at == std::chrono::milliseconds(1'723'161)));
  BOOST_TEST(of.feed.counters().problems == 1);
  of.ends();
  of.feed.rewind();
  of.after(2);
  BOOST_TEST(of.feed.counters().problems == 2);
}

BOOST_AUTO_TEST_CASE(a_loss_that_was_told_is_not_told_again_at_the_end) {
  player of(loss);
  of.after(2);
  of.ends();
}

BOOST_AUTO_TEST_CASE(a_market_without_depth_diffs_may_have_no_book) {
  player of(trade_line(1, 1, "1.01", "1") + best_line(2, "1.00", "1.03"));
  BOOST_TEST(of.after(1).ticker.has_value());
  of.ends();
}

BOOST_AUTO_TEST_CASE(a_round_begins_without_the_last_ones_book) {
  player of(trade_line(1, 1, "1.01", "1") + opening);
  of.after(1);
  of.ends();
  of.feed.rewind();
  BOOST_TEST(is(of.next().status, status::suspended));
  BOOST_TEST(is(of.next().status, status::active));
}

BOOST_AUTO_TEST_SUITE_END()
