// A recording at order level, step by step, and against the book of the venue that made it.
#include "lobster_market.hpp"
#include "recordings.hpp"

#include <merged_source.hpp>
#include <order_feed.hpp>

#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

#include <tuple>

using namespace exchange;
using namespace exchange::test;
using namespace std::chrono_literals;

namespace {

constexpr auto file_name = "AAPL_2012-06-21_34200000_57600000_message_50.csv";

feed_options room_for(std::uint32_t orders) {
  feed_options options;
  options.max_orders = orders;
  return options;
}

/// Its steps, to the end.
struct played {
  explicit played(std::string const& lines, std::uint32_t room = 100)
      : file(lines, file_name), feed(file.path(), room_for(room)), steps(play(feed)) {}
  std::string row() const { return lobster_row(feed.engine(), 2); }

  temporary_file file;
  order_feed feed;
  std::vector<step> steps;
};

std::string at(int second, std::string_view rest) {
  return std::to_string(34'200 + second) + ".000001," + std::string(rest) + '\n';
}

std::string const two_orders = at(0, "1,7,100,1000000,1") + at(1, "1,8,200,1000100,-1");
std::string const their_row = "1000100,200,1000000,100,9999999999,0,-9999999999,0";

std::string sentence(step const& made) {
  return made.problems.empty() ? std::string() : made.problems.front().sentence;
}

/// What a subscriber has who hears of the steps' books only.
class subscriber {
 public:
  void apply(book_update const& update) {
    if (update.whole) book_.clear();
    for (auto const& one : update.levels.bids) set(runes::side::buy, one);
    for (auto const& one : update.levels.asks) set(runes::side::sell, one);
    BOOST_REQUIRE_EQUAL(book_.checksum(), update.levels.checksum);
  }
  std::string row(std::size_t depth) const {
    bid_levels bids;
    ask_levels asks;
    for (auto const& [price, size] : book_.levels(runes::side::buy)) bids[price] = size;
    for (auto const& [price, size] : book_.levels(runes::side::sell)) asks[price] = size;
    return lobster_row(bids, asks, depth);
  }

 private:
  void set(runes::side which, runes::level const& one) {
    BOOST_REQUIRE_EQUAL(one.price.scale(), 4u);
    BOOST_REQUIRE_EQUAL(one.quantity.scale(), 0u);
    book_.set(which, {one.price.units(), one.quantity.units()});
  }
  runes::order_book book_{4, 0};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(order_feed_steps)

BOOST_AUTO_TEST_CASE(its_instrument_is_a_stock_in_dollars) {
  played const now(two_orders);
  auto const& of = now.feed.instruments().at(0);
  BOOST_TEST(of.symbol == "AAPL");
  BOOST_TEST(of.base == "AAPL");
  BOOST_TEST(of.quote == "USD");
  BOOST_TEST(of.tick_size.str() == "0.0001");
  BOOST_TEST(of.lot_size.str() == "1");
  BOOST_TEST((of.status == runes::instrument_status::suspended));  // nothing is known of it yet
  BOOST_TEST(now.feed.origin(0) == now.file.path().string());
}

BOOST_AUTO_TEST_CASE(a_line_is_a_step_at_its_time) {
  played const now(two_orders);
  BOOST_REQUIRE_EQUAL(now.steps.size(), 2u);
  auto const& [first, second] = std::tie(now.steps[0], now.steps[1]);
  auto const midnight = std::chrono::sys_days(std::chrono::year(2012) / 6 / 21) + 4h;
  BOOST_TEST((first.ts == midnight + 34'200s + 1us));
  BOOST_TEST((second.at - first.at == 1s));
  BOOST_REQUIRE(first.book && first.book->whole);
  BOOST_TEST((first.book->levels.bids == std::vector{level("100.0000", "100")}));
  BOOST_TEST((first.status == runes::instrument_status::active));
  BOOST_REQUIRE(second.book && !second.book->whole);
  BOOST_TEST((second.book->levels.asks == std::vector{level("100.0100", "200")}));
  BOOST_TEST(!second.status.has_value());
  BOOST_TEST(now.row() == their_row);
}

BOOST_AUTO_TEST_CASE(orders_are_cancelled_and_deleted_by_their_ids) {
  BOOST_TEST(played(two_orders + at(2, "2,8,50,1000100,-1")).row() ==
             "1000100,150,1000000,100,9999999999,0,-9999999999,0");
  BOOST_TEST(played(two_orders + at(2, "3,7,100,1000000,1")).row() ==
             "1000100,200,-9999999999,0,9999999999,0,-9999999999,0");
}

BOOST_AUTO_TEST_CASE(an_execution_is_a_trade_of_who_comes) {
  played const now(two_orders + at(2, "4,8,30,1000100,-1") + at(3, "4,7,100,1000000,1"));
  BOOST_TEST(now.row() == "1000100,170,-9999999999,0,9999999999,0,-9999999999,0");
  auto const& bought = now.steps.at(2).trades.at(0);
  BOOST_TEST(bought.price.str() == "100.0100");
  BOOST_TEST(bought.quantity.str() == "30");
  BOOST_TEST((bought.taker == runes::side::buy));
  BOOST_TEST((bought.ts == now.steps[2].ts));
  auto const& sold = now.steps.at(3).trades.at(0);
  BOOST_TEST((sold.taker == runes::side::sell));
  BOOST_TEST(sold.trade_id == bought.trade_id + 1);
  BOOST_TEST(now.steps[2].statistics.size() == 4u);
  BOOST_TEST(now.steps[3].ticker.value().last.str() == "100.0000");
  BOOST_TEST(now.feed.counters().trades == 2u);
}

BOOST_AUTO_TEST_CASE(a_hidden_execution_and_a_cross_are_trades_that_leave_the_book) {
  played const now(two_orders + at(2, "5,0,30,1000050,-1") + at(3, "6,-1,5000,1000000,1"));
  BOOST_TEST(now.row() == their_row);
  for (auto const n : {2u, 3u}) {
    BOOST_TEST(now.steps.at(n).trades.size() == 1u);
    BOOST_TEST(!now.steps[n].book.has_value());
    BOOST_TEST(now.steps[n].orders.size() == 2u);
  }
  BOOST_TEST(now.steps[2].trades[0].price.str() == "100.0050");
  BOOST_TEST(now.feed.counters().problems == 0u);
}

BOOST_AUTO_TEST_CASE(a_halt_halts_until_trading_resumes) {
  played const now(two_orders + at(2, "7,0,0,-1,-1") + at(3, "7,0,0,0,-1") +
                   at(4, "1,9,10,999900,1") + at(5, "7,0,0,1,-1"));
  BOOST_REQUIRE_EQUAL(now.steps.size(), 5u);  // that quoting resumes changes nothing
  BOOST_TEST((now.steps[2].status == runes::instrument_status::halted));
  BOOST_TEST(!now.steps[3].status.has_value());
  BOOST_TEST((now.steps[4].status == runes::instrument_status::active));
}

BOOST_AUTO_TEST_CASE(a_damaged_line_is_reported_and_survived) {
  played const now(at(0, "1,7,100,1000000,1") + "nonsense\n" + at(1, "1,8,200,1000100,-1") +
                   "34202.5,4,8\n");
  BOOST_TEST((problem_lines(now.steps) == std::vector<std::uint64_t>{2, 4}));
  BOOST_TEST(sentence(now.steps.at(1)) == "the line has not six fields");
  BOOST_TEST(now.row() == their_row);
  BOOST_TEST(now.feed.counters().problems == 2u);
  BOOST_TEST(now.feed.counters().lines == 4u);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_the_book_is_reported_and_left_out) {
  constexpr std::pair<std::string_view, std::string_view> lines[] = {
      {"1,7,5,1000000,1", "the order 7 is in the book already; the line is left out"},
      {"2,9,5,1000000,1", "the order 9 is not in the book; the line is left out"},
      {"3,9,5,1000000,1", "the order 9 is not in the book; the line is left out"},
      {"2,7,101,1000000,1",
       "the order 7 has less than the 101 that are taken away; the line is left out"}};
  for (auto const& [line, expected] : lines) {
    BOOST_TEST_CONTEXT(line) {
      played const now(two_orders + at(2, line));
      BOOST_REQUIRE_EQUAL(now.steps.size(), 3u);
      BOOST_TEST(sentence(now.steps[2]) == expected);
      BOOST_TEST(now.steps[2].problems[0].line == 3u);
      BOOST_TEST(now.steps[2].orders.empty());
      BOOST_TEST(now.row() == their_row);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_execution_of_what_is_not_in_the_book_is_told_all_the_same) {
  played const unknown(two_orders + at(2, "4,9,40,1000050,-1"));
  BOOST_TEST(sentence(unknown.steps.at(2)) == "the order 9 is not in the book; the trade is told");
  BOOST_TEST(unknown.steps[2].trades.at(0).quantity.str() == "40");
  BOOST_TEST(unknown.row() == their_row);
  played const too_much(two_orders + at(2, "4,8,250,1000100,-1"));
  BOOST_TEST(sentence(too_much.steps.at(2)) ==
             "the order 8 has less than the 250 that are taken away; the trade is told");
  BOOST_TEST(too_much.steps[2].trades.size() == 2u);
  BOOST_TEST(too_much.row() == "9999999999,0,1000000,100,9999999999,0,-9999999999,0");
}

BOOST_AUTO_TEST_CASE(a_line_that_contradicts_the_book_is_reported) {
  played const now(two_orders + at(2, "4,8,50,1000000,1"));
  BOOST_TEST(
      sentence(now.steps.at(2)) ==
      "the order 8 is in the book to sell at 100.0100, and not as the line says at 100.0000");
  BOOST_TEST(now.row() == "1000100,150,1000000,100,9999999999,0,-9999999999,0");
}

BOOST_AUTO_TEST_CASE(a_book_has_room_for_so_many_orders) {
  played const now(two_orders + at(2, "1,9,10,999900,1") + at(3, "5,0,30,1000050,-1"), 2);
  BOOST_TEST(sentence(now.steps.at(2)) ==
             "the book has no room for the order 9; the line is left out");
  BOOST_TEST(now.steps.at(3).trades.empty());
  BOOST_TEST((problem_lines(now.steps) == std::vector<std::uint64_t>{3, 4}));
  BOOST_TEST(now.row() == their_row);
}

BOOST_AUTO_TEST_CASE(times_never_fall) {
  played const now(at(9, "1,7,100,1000000,1") + at(0, "1,8,200,1000100,-1"));
  BOOST_TEST((now.steps.at(1).at == now.steps[0].at));
  BOOST_TEST((now.steps[1].ts == now.steps[0].ts));
}

BOOST_AUTO_TEST_CASE(a_truncated_gzip_ends_with_its_problem) {
  lobster_market market(3);
  std::string text;
  for (int i = 0; i < 2'000; ++i) text += market.next();
  auto const packed = gzip(text);
  temporary_file const file(packed.substr(0, packed.size() / 2), file_name);
  order_feed feed(file.path(), room_for(200));
  auto const steps = play(feed);
  BOOST_TEST(steps.size() > 100u);
  BOOST_REQUIRE_EQUAL(steps.back().problems.size(), 1u);
  BOOST_TEST(steps.back().problems[0].line == feed.counters().lines + 1);
  BOOST_TEST(feed.counters().problems == 1u);
  BOOST_TEST(!feed.next().has_value());
}

BOOST_AUTO_TEST_CASE(a_round_begins_with_an_empty_book_and_removes_what_was_left) {
  played now(two_orders + at(2, "7,0,0,-1,-1"));
  BOOST_TEST((now.steps.back().status == runes::instrument_status::halted));
  now.feed.rewind();
  now.feed.rewind();
  auto const again = play(now.feed);
  BOOST_REQUIRE_EQUAL(again.size(), 3u);
  using action = venue::outside_order::action;
  BOOST_REQUIRE_EQUAL(again[0].orders.size(), 3u);
  BOOST_TEST((again[0].orders[0].what == action::remove && again[0].orders[0].order == 7));
  BOOST_TEST((again[0].orders[1].what == action::remove && again[0].orders[1].order == 8));
  BOOST_TEST((again[0].orders[2].what == action::add));
  BOOST_REQUIRE(again[0].book && again[0].book->whole);
  BOOST_TEST(again[0].book->levels.asks.empty());
  BOOST_TEST((again[0].status == runes::instrument_status::active));
  BOOST_TEST(now.row() == their_row);
  BOOST_TEST(now.feed.counters().lines == 6u);
}

BOOST_AUTO_TEST_CASE(what_was_there_before_the_first_line_is_in_the_order_book_file) {
  temporary_file const file(at(0, "4,5,30,1000000,1") + at(1, "1,7,10,1000000,1") +
                                at(2, "3,4,70,1000000,1") + at(3, "2,3,200,1000100,-1") +
                                at(4, "3,2,1,1000100,-1"),
                            file_name);
  file.beside("AAPL_2012-06-21_34200000_57600000_orderbook_50.csv",
              "1000100,200,1000000,70,9999999999,0,999900,5\n");
  order_feed feed(file.path(), room_for(200));
  for (auto const* const row : {"1000100,200,1000000,70,9999999999,0,999900,5",
                                "1000100,200,1000000,80,9999999999,0,999900,5",
                                "1000100,200,1000000,10,9999999999,0,999900,5",
                                "9999999999,0,1000000,10,9999999999,0,999900,5"}) {
    auto const made = feed.next().value();
    BOOST_TEST(made.problems.empty());
    BOOST_TEST(lobster_row(feed.engine(), 2) == row);
  }
  auto const last = feed.next().value();
  BOOST_TEST(sentence(last) == "the order 2 is not in the book; the line is left out");
  BOOST_TEST(feed.counters().trades == 1u);
}

BOOST_AUTO_TEST_CASE(a_damaged_order_book_file_is_named) {
  temporary_file const file(two_orders, file_name);
  auto const path =
      file.beside("AAPL_2012-06-21_34200000_57600000_orderbook_50.csv", "1000100,x\n");
  BOOST_CHECK_EXCEPTION(order_feed(file.path(), room_for(1)), runes::error,
                        [&](runes::error const& wrong) {
                          return wrong.sentence() == path.string() + R"(:1: "x" is no size)";
                        });
}

BOOST_AUTO_TEST_CASE(it_plays_beside_a_recording_of_levels) {
  temporary_file const named(two_orders, file_name);
  temporary_file const levels(opening + trade_line(2, 1, "1", "1"));
  std::vector const files{levels.path(), named.path()};
  auto const source = open_recordings(files, room_for(100));
  BOOST_REQUIRE_EQUAL(source->instruments().size(), 2u);
  BOOST_TEST(source->instruments()[0].symbol == "BTC-USDT");
  BOOST_TEST(source->instruments()[1].symbol == "AAPL");
  auto const steps = play(*source);
  BOOST_TEST(steps.size() == 4u);
  BOOST_TEST(steps.back().market == 1u);
}

// From the middle of a day on, as files are that begin with regular trading.
BOOST_AUTO_TEST_CASE(with_an_order_book_file_nothing_is_missing) {
  constexpr auto levels = lobster_market::most_orders;
  lobster_market market(4);
  for (int i = 0; i < 1'000; ++i) market.next();
  std::string text;
  std::vector<std::string> rows;
  while (rows.size() < 2'000) {
    text += market.next();
    rows.push_back(market.row(levels));
  }
  temporary_file const file(text, file_name);
  file.beside("AAPL_2012-06-21_34200000_57600000_orderbook_50.csv", rows.front() + '\n');
  order_feed feed(file.path(), room_for(200));
  for (int round = 0; round < 2; ++round) {
    while (auto const made = feed.next()) {
      auto const line = (feed.counters().lines - 1) % rows.size();
      BOOST_TEST_CONTEXT("line " << line + 1) {
        BOOST_REQUIRE(made->problems.empty());
        BOOST_REQUIRE_EQUAL(lobster_row(feed.engine(), levels), rows[line]);
      }
    }
    feed.rewind();
  }
}

// Three books: the venue's, that of the engine, and that of who hears of its changes.
BOOST_AUTO_TEST_CASE(the_book_is_the_venues_after_every_line) {
  for (unsigned const seed : {1u, 2u}) {
    lobster_market market(seed);
    std::string text;
    std::vector<std::string> rows;
    for (int i = 0; i < 2'500; ++i) {
      text += market.next();
      rows.push_back(market.row());
    }
    temporary_file const file(seed == 2 ? gzip(text) : text, file_name);
    order_feed feed(file.path(), room_for(200));
    subscriber here;
    std::vector<runes::trade> trades;
    for (std::size_t line = 0; line < rows.size();) {
      auto const made = feed.next();
      auto const read = feed.counters().lines;
      // Lines that change nothing give no step: that quoting resumes.
      for (; line + 1 < read; ++line)
        BOOST_REQUIRE_EQUAL(rows[line], here.row(lobster_market::depth));
      if (!made) break;
      if (made->book) here.apply(*made->book);
      trades.insert(trades.end(), made->trades.begin(), made->trades.end());
      BOOST_TEST_CONTEXT("seed " << seed << ", line " << read) {
        BOOST_REQUIRE_EQUAL(lobster_row(feed.engine(), lobster_market::depth), rows[line]);
        BOOST_REQUIRE_EQUAL(here.row(lobster_market::depth), rows[line]);
      }
      ++line;
    }
    BOOST_TEST(feed.counters().lines == rows.size());
    BOOST_TEST(feed.counters().problems == 0u);
    BOOST_REQUIRE_EQUAL(trades.size(), market.trades().size());
    for (std::size_t i = 0; i < trades.size(); ++i) {
      auto const& [price, size, buyer_takes] = market.trades()[i];
      BOOST_REQUIRE_EQUAL(trades[i].price.units(), price);
      BOOST_REQUIRE_EQUAL(trades[i].quantity.units(), size);
      BOOST_REQUIRE((trades[i].taker == runes::side::buy) == buyer_takes);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
