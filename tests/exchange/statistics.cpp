#include <market_summary.hpp>
#include <statistics_window.hpp>
#include <ticker_state.hpp>
#include <wide.hpp>

#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

using namespace exchange;
using namespace std::chrono_literals;

namespace {

constexpr auto day = std::chrono::hours(24);

runes::timestamp at(std::chrono::microseconds since_epoch) { return runes::timestamp(since_epoch); }

runes::trade trade(std::chrono::microseconds ts, std::string_view price,
                   std::string_view quantity) {
  return {1, runes::decimal::from(price), runes::decimal::from(quantity), runes::side::buy, at(ts)};
}

runes::instrument const market("BTC-USD", "BTC", "USD", {1, 2}, {1, 3});

}  // namespace

BOOST_AUTO_TEST_SUITE(statistics)

BOOST_AUTO_TEST_CASE(a_window_sums_up_exactly) {
  statistics_window window(1min, 2, 3);
  BOOST_TEST(!window.current().has_value());
  BOOST_TEST(window.add(trade(61s, "100.10", "0.5")));
  BOOST_TEST(window.add(trade(62s, "100.30", "0.001")));
  BOOST_TEST(window.add(trade(119s, "99.90", "2")));
  auto const now = window.current().value();
  BOOST_TEST(now.open.str() == "100.10");
  BOOST_TEST(now.high.str() == "100.30");
  BOOST_TEST(now.low.str() == "99.90");
  BOOST_TEST(now.close.str() == "99.90");
  BOOST_TEST(now.volume.str() == "2.501");
  BOOST_TEST(now.quote_volume.str() == "249.95030");
  BOOST_TEST(now.count == 3);
  BOOST_TEST((now.open_time == at(1min)));
  BOOST_TEST((now.close_time == at(2min)));
  BOOST_TEST(!now.closed);
}

BOOST_AUTO_TEST_CASE(a_window_ends_at_the_first_moment_after_it) {
  statistics_window window(1min, 2, 3);
  window.add(trade(61s, "100", "1"));
  BOOST_TEST(!window.advance(at(120s - 1us)).has_value());
  auto const ended = window.advance(at(120s));
  BOOST_REQUIRE(ended);
  BOOST_TEST(ended->closed);
  BOOST_TEST(ended->count == 1);
  BOOST_TEST(!window.open());
  BOOST_TEST(!window.advance(at(500s)).has_value());  // nothing is open
}

BOOST_AUTO_TEST_CASE(the_next_window_begins_with_its_first_trade) {
  statistics_window window(5min, 2, 3);
  window.add(trade(10s, "100", "1"));
  window.advance(at(1h + 1s));
  window.add(trade(1h + 1s, "200", "1"));
  auto const now = window.current().value();
  BOOST_TEST(now.open.str() == "200.00");
  BOOST_TEST(now.volume.str() == "1.000");
  BOOST_TEST((now.open_time == at(1h)));
}

BOOST_AUTO_TEST_CASE(a_trade_of_a_window_that_was_closed_is_refused) {
  statistics_window window(1min, 2, 3);
  window.add(trade(61s, "100", "1"));
  window.advance(at(121s));
  BOOST_TEST(!window.add(trade(119s, "100", "1")));
  BOOST_TEST(window.add(trade(120s, "100", "1")));
}

BOOST_AUTO_TEST_CASE(a_trade_that_does_not_fit_is_never_rounded) {
  statistics_window window(1min, 2, 3);
  BOOST_CHECK_THROW(window.add(trade(1s, "1.001", "1")), runes::error);
  BOOST_CHECK_THROW(window.add(trade(1s, "1", "0.0001")), runes::error);
  BOOST_TEST(!window.open());
}

BOOST_AUTO_TEST_CASE(sums_past_64_bits_lose_zeros_or_are_withheld) {
  BOOST_TEST(to_decimal(int128{1'000'000'000'000} * 1'000'000'000'000, 12).value().str() ==
             "1000000000000.000000");
  BOOST_TEST(to_decimal(12345, 20).has_value() == false);
  BOOST_TEST(!to_decimal(int128{9'223'372'036'854'775'807} + 1, 0).has_value());

  statistics_window window(1min, 0, 0);
  for (int i = 0; i < 5; ++i) window.add(trade(1s, "9000000000000000001", "9000000000000000001"));
  BOOST_TEST(window.open());
  BOOST_TEST(!window.current().has_value());
  BOOST_TEST(!window.advance(at(1min)).has_value());
  window.add(trade(1min, "2", "3"));
  BOOST_TEST(window.current().value().quote_volume.str() == "6");
}

BOOST_AUTO_TEST_CASE(a_ticker_needs_a_trade_and_takes_the_best_of_the_book) {
  ticker_state ticker(market);
  runes::order_book book(2, 3);
  book.set(runes::side::buy, {10'000, 500});
  ticker.top(top_of(book));
  BOOST_TEST(!ticker.value().has_value());
  ticker.add(trade(1s, "100.01", "0.2"));
  auto const now = ticker.value().value();
  BOOST_TEST(now.last.str() == "100.01");
  BOOST_TEST(now.bid.str() == "100.00");
  BOOST_TEST(now.bid_quantity.str() == "0.500");
  BOOST_TEST(now.ask_quantity.str() == "0.000");  // no ask
  BOOST_TEST(now.volume_24h.str() == "0.200");
}

BOOST_AUTO_TEST_CASE(a_ticker_waits_until_the_best_bid_and_ask_are_known) {
  ticker_state ticker(market);
  ticker.add(trade(1s, "100", "1"));
  BOOST_TEST(!ticker.value().has_value());
  ticker.top(top_of_book{{9'900, 100}, {}});
  BOOST_TEST(ticker.value().value().bid.str() == "99.00");
  BOOST_TEST(ticker.value().value().ask.str() == "0.00");  // known to be empty
  ticker.top(std::nullopt);
  BOOST_TEST(!ticker.value().has_value());
}

BOOST_AUTO_TEST_CASE(a_tickers_day_rolls_by_the_minute) {
  ticker_state ticker(market);
  ticker.top(top_of_book{});
  ticker.add(trade(0s, "100", "1"));
  ticker.add(trade(30s, "300", "1"));
  ticker.add(trade(60s, "50", "1"));
  ticker.add(trade(12h, "200", "1"));
  auto now = ticker.value().value();
  BOOST_TEST(now.open_24h.str() == "100.00");
  BOOST_TEST(now.high_24h.str() == "300.00");
  BOOST_TEST(now.low_24h.str() == "50.00");
  BOOST_TEST(now.volume_24h.str() == "4.000");

  ticker.advance(at(day));  // the first minute is over
  now = ticker.value().value();
  BOOST_TEST(now.open_24h.str() == "50.00");
  BOOST_TEST(now.high_24h.str() == "200.00");
  BOOST_TEST(now.volume_24h.str() == "2.000");

  ticker.advance(at(day * 3));
  now = ticker.value().value();
  BOOST_TEST(now.last.str() == "200.00");
  BOOST_TEST(now.open_24h.str() == "200.00");
  BOOST_TEST(now.low_24h.str() == "200.00");
  BOOST_TEST(now.volume_24h.str() == "0.000");
}

BOOST_AUTO_TEST_CASE(a_summary_publishes_every_window_and_closes_the_shortest_first) {
  market_summary summary(market);
  top_of_book const best{{9'900, 100}, {10'100, 100}};
  step first;
  summary.add(trade(10s, "100", "1"), 1, first);
  summary.finish(best, first);
  BOOST_TEST(first.trades.size() == 1);
  BOOST_TEST(first.ticker.has_value());
  BOOST_REQUIRE_EQUAL(first.statistics.size(), 4);
  BOOST_TEST(first.statistics[0].window == "1m");
  BOOST_TEST(first.statistics[3].window == "24h");

  step minute_over;
  summary.advance(at(60s), minute_over);
  BOOST_REQUIRE_EQUAL(minute_over.statistics.size(), 1);
  BOOST_TEST(minute_over.statistics[0].value.closed);
  summary.finish(best, minute_over);
  BOOST_TEST(minute_over.statistics.size() == 1);
  BOOST_TEST(!minute_over.ticker.has_value());  // as it was
}

BOOST_AUTO_TEST_CASE(a_trade_closes_the_window_before_it) {
  market_summary summary(market);
  step made;
  summary.add(trade(10s, "100", "1"), 1, made);
  summary.add(trade(61s, "101", "1"), 2, made);
  summary.finish(std::nullopt, made);
  std::vector<statistics_update> minutes;
  for (auto const& one : made.statistics) {
    if (one.window == "1m") minutes.push_back(one);
  }
  BOOST_REQUIRE_EQUAL(minutes.size(), 2);
  BOOST_TEST(minutes[0].value.closed);
  BOOST_TEST(minutes[0].value.close.str() == "100.00");
  BOOST_TEST(minutes[1].value.open.str() == "101.00");
}

BOOST_AUTO_TEST_CASE(a_late_trade_is_published_and_named) {
  market_summary summary(market);
  step made;
  summary.add(trade(70s, "100", "1"), 1, made);
  step late;
  summary.add(trade(59s, "101", "1"), 2, late);
  BOOST_TEST(late.trades.size() == 1);
  BOOST_REQUIRE_EQUAL(late.problems.size(),
                      1);  // of the minute only; the longer windows still hold it
  BOOST_TEST(late.problems[0].line == 2);
}

BOOST_AUTO_TEST_CASE(a_window_that_has_outgrown_is_named_once_in_its_life) {
  market_summary summary(market);
  std::vector<std::vector<std::uint64_t>> lines;
  auto const play = [&](std::chrono::microseconds ts, std::string_view price, std::uint64_t line) {
    step made;
    summary.add(trade(ts, price, "9000000000000"), line, made);
    summary.finish(top_of_book{}, made);
    lines.emplace_back();
    for (auto const& one : made.problems) lines.back().push_back(one.line);
  };
  using of_steps = std::vector<std::vector<std::uint64_t>>;
  play(1s, "90000000000000.01", 1);  // all four windows
  play(2s, "90000000000000.01", 2);
  BOOST_TEST((lines == of_steps{{1, 1, 1, 1}, {}}));
  lines.clear();
  play(61s, "90000000000000.01", 3);  // the next minute; the others still live
  play(62s, "90000000000000.01", 4);
  BOOST_TEST((lines == of_steps{{3}, {}}));
}

BOOST_AUTO_TEST_CASE(a_days_volume_that_has_outgrown_withholds_the_ticker_and_is_named_once) {
  market_summary summary(market);
  std::vector<std::string> sentences;
  std::size_t tickers = 0;
  auto const play = [&](std::chrono::microseconds ts, std::string_view price) {
    step made;
    summary.add(trade(ts, price, "9000000000000000.001"), 1, made);
    summary.finish(top_of_book{}, made);
    tickers += made.ticker.has_value();
    for (auto const& one : made.problems) {
      if (one.sentence.starts_with("the volume")) sentences.push_back(one.sentence);
    }
  };
  for (int second = 0; second < 5; ++second) play(std::chrono::seconds(second), "1");
  BOOST_TEST(tickers == 1);
  BOOST_REQUIRE_EQUAL(sentences.size(), 1);
  BOOST_TEST(sentences[0] ==
             "the volume of the last 24 hours has outgrown what can be written exactly; nothing of "
             "it is published for now");
  play(day * 2, "2");  // the trades of the first day have left
  BOOST_TEST(tickers == 2);
}

BOOST_AUTO_TEST_SUITE_END()
