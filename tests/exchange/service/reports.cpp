// What follows from outcomes: books that can be followed, entries of the accounts that somebody
// follows, marks.
#include "../venue/random_requests.hpp"
#include "service_test.hpp"

#include <service/mark_prices.hpp>
#include <service/markets.hpp>
#include <wire/market_values.hpp>

#include <runes/order_book.hpp>

#include <map>

using namespace exchange::service;
namespace venue = exchange::venue;
using venue::buy;
using venue::perp;
using venue::sell;
using venue::spot;

namespace {

runes::order_book followed(runes::order_book book, std::vector<exchange::step> const& steps,
                           std::size_t market) {
  for (auto const& each : steps) {
    if (each.market != market || !each.book) continue;
    if (each.book->whole) book.clear();
    book.apply(each.book->levels);
  }
  return book;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reports)

BOOST_AUTO_TEST_CASE(whoever_follows_the_steps_has_the_book) {
  venue::trading_venue floor(venue::small_venue());
  reporter reports(floor, false);
  venue::random_requests requests(3);
  std::vector<exchange::step> told = reports.begin(venue::start).markets;
  std::size_t trades = 0;
  for (int i = 0; i < 6'000; ++i) {
    auto made = reports.report(floor.apply(requests.next()));
    for (auto& each : made.markets) {
      trades += each.trades.size();
      told.push_back(std::move(each));
    }
    if (i % 500 != 499) continue;
    auto const whole = reporter(floor, false).begin(floor.now()).markets;
    for (std::size_t market = 0; market < 3; ++market) {
      runes::order_book const none(2, 2);
      BOOST_TEST((followed(none, told, market) == followed(none, whole, market)));
    }
  }
  BOOST_TEST(trades > 100u);
}

BOOST_FIXTURE_TEST_CASE(a_price_is_named_once_in_a_change, service_fixture) {
  for (auto const price : {9'000, 8'995, 8'990}) run(buy(spot, 100, price).of(2));
  sync();
  heard.steps.clear();
  run(sell(spot, 1'000, 8'990));  // takes all three, and rests with what is left
  sync();
  BOOST_REQUIRE(heard.steps.size() == 1u);
  auto const& one = heard.steps.front();
  BOOST_TEST(one.trades.size() == 3u);
  BOOST_TEST(one.book->levels.bids.size() == 3u);
  BOOST_TEST(one.book->levels.asks.size() == 1u);
  BOOST_REQUIRE(one.ticker.has_value());
  BOOST_TEST(one.ticker->last.str() == "89.90");
  BOOST_TEST(one.ticker->ask_quantity.str() == "7.00");
  BOOST_TEST(one.statistics.size() == 4u);
}

BOOST_FIXTURE_TEST_CASE(time_alone_closes_a_window, service_fixture) {
  run(buy(spot, 100, 9'000).of(2));
  run(sell(spot, 100, 9'000));
  sync();
  heard.steps.clear();
  subject.tell(reports.advance(now + 30 * venue::second));
  auto const open = heard.steps.size();
  subject.tell(reports.advance(now + 120 * venue::second));
  BOOST_REQUIRE(heard.steps.size() == open + 1);
  auto const& closed = heard.steps.back().statistics;
  BOOST_REQUIRE(!closed.empty());
  BOOST_TEST(closed.front().window == "1m");
  BOOST_TEST(closed.front().value.closed);
}

BOOST_AUTO_TEST_CASE(nobody_is_told_of_an_account_that_nobody_follows) {
  venue::trading_venue floor(venue::small_venue());
  reporter reports(floor, false);
  auto const run = [&](venue::command what) {
    return reports.report(floor.apply({std::move(what), venue::start, 0}));
  };
  run(venue::open_account{"ann"});
  run(venue::deposit{1, venue::usd, 1'000'000'000});
  BOOST_TEST(run(buy(spot, 100, 500)).accounts.empty());
  auto const begun = reports.follow(1, venue::start);
  BOOST_TEST(begun.accounts.size() == 2u);  // the order and the balance
  BOOST_TEST(reports.follow(1, venue::start).empty());
  BOOST_TEST(run(buy(spot, 100, 500)).accounts.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_new_mark_shows_every_holder_his_position, service_fixture) {
  run(buy(perp, 100, 10'000));
  run(sell(perp, 100, 10'000).of(2));
  sync();
  heard.entries.clear();
  run(venue::set_mark{perp, 10'100});
  sync();
  std::map<venue::account_id, std::string> shown;
  for (auto const& each : heard.entries) {
    BOOST_TEST((each.channel == account_channel::positions));
    BOOST_TEST(each.about == perp);
    shown[each.account] = each.entry.json;
  }
  BOOST_REQUIRE(shown.size() == 2u);
  BOOST_TEST(shown[1].find(R"("markPrice":"101.00")") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(marks)

BOOST_FIXTURE_TEST_CASE(a_mark_is_the_middle_of_the_spot_market, service_fixture) {
  mark_prices const marks(floor.config());
  BOOST_TEST(marks.changed(floor).empty());  // nothing rests, nothing was traded
  run(buy(spot, 100, 9'005));
  BOOST_TEST(marks.changed(floor).empty());  // one side is no middle
  run(sell(spot, 100, 9'010).of(2));
  auto const changed = marks.changed(floor);
  // In small_venue() both perpetuals are of the same base.
  BOOST_REQUIRE(changed.size() == 2u);
  BOOST_TEST(changed.front().market == perp);
  BOOST_TEST(changed.front().price == 9'005);  // 90.075, down to the tick of 0.05
  run(changed.front());
  run(changed.back());
  BOOST_TEST(marks.changed(floor).empty());
}

BOOST_FIXTURE_TEST_CASE(without_a_middle_the_last_price_counts, service_fixture) {
  mark_prices const marks(floor.config());
  run(buy(spot, 100, 9'200));
  run(sell(spot, 100, 9'200).of(2));
  BOOST_REQUIRE(!marks.changed(floor).empty());
  BOOST_TEST(marks.changed(floor).front().price == 9'200);
}

BOOST_AUTO_TEST_CASE(decimals_that_do_not_fit_are_named) {
  auto config = venue::small_venue();
  config.instruments[perp].price_decimals = 3;
  BOOST_CHECK_EXCEPTION(mark_prices{config}, std::invalid_argument, [](auto const& why) {
    return why.what() == std::string("BTC-USD-PERP: price_decimals must be those of BTC-USD");
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(markets)

BOOST_AUTO_TEST_CASE(the_table_is_one_that_a_venue_takes) {
  auto const config = sample_markets();
  BOOST_CHECK_NO_THROW(exchange::wire::validate(config));
  BOOST_CHECK_NO_THROW(mark_prices{config});
  venue::trading_venue const floor(config);
  names symbols;
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    auto const one = exchange::wire::instrument_of(static_cast<venue::market_id>(i), floor);
    symbols.push_back(one.symbol + " " + one.tick_size.str() + " " + one.lot_size.str());
    BOOST_TEST((one.status == runes::instrument_status::active));
  }
  BOOST_TEST(symbols ==
             (names{"BTC-USD 0.10 0.0001", "ETH-USD 0.01 0.001", "SOL-USD 0.01 0.01",
                    "EUR-USD 0.00001 100", "BTC-USD-PERP 0.10 0.0001", "ETH-USD-PERP 0.01 0.001"}));
}

BOOST_AUTO_TEST_SUITE_END()
