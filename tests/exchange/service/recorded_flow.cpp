// A recorded market as the venue's outside flow: made up, and the real
// recordings.
#include "../lobster_market.hpp"
#include "../recordings.hpp"
#include "../venue/venue_test.hpp"

#include <market_feed.hpp>
#include <order_feed.hpp>
#include <service/markets.hpp>
#include <service/recorded_flow.hpp>
#include <wire/market_values.hpp>

#include <deque>
#include <initializer_list>

using namespace exchange::service;
namespace venue = exchange::venue;
namespace wire = exchange::wire;
using exchange::engine::level_view;

namespace {

runes::instrument const spot_market("BTC-USDT", "BTC", "USDT", {5, 1}, {1, 2});
runes::instrument const perpetual_market("BTC-USDT-PERP", "BTC", "USDT", {5, 1}, {1, 2},
                                         runes::instrument_kind::perpetual);

using book_side = std::vector<std::pair<std::int64_t, std::int64_t>>;  // in units, best first

/// A venue with recorded markets, and an account that trades in their midst.
struct recorded_floor {
  explicit recorded_floor(std::vector<runes::instrument> const& all)
      : floor(recorded_markets(all)), flow(floor) {
    wire::validate(floor.config());
    run(venue::open_account{"ann"});
    for (auto const asset : {venue::usd, venue::btc})
      run(venue::deposit{1, asset, venue::amount{1} << 60});
  }
  venue::result run(venue::command const& what) {
    auto const done = floor.apply({what, now, 0});
    for (auto const& one : done.outcomes) {
      if (auto const* const trade = std::get_if<venue::traded>(&one)) trades.push_back(*trade);
      if (auto const* const mine = std::get_if<venue::filled>(&one)) fills.push_back(mine->fill);
    }
    refused += !done.result.ok();
    return done.result;
  }
  void follow(exchange::step const& what) {
    flow.follow(what, [this](venue::command const& each) { run(each); });
  }
  book_side book(venue::market_id market, venue::side which) const {
    auto const& engine = floor.engine(market);
    std::vector<level_view> levels(engine.open_orders());
    levels.resize(engine.levels(which, levels));
    auto const& steps = floor.config().instruments[market].steps;
    book_side shown;
    for (auto const& one : levels) {
      shown.emplace_back(static_cast<std::int64_t>(steps.price_units(one.price)),
                         static_cast<std::int64_t>(steps.quantity_units(one.quantity)));
    }
    return shown;
  }

  venue::trading_venue floor;
  recorded_flow flow;
  venue::micros now = venue::start;
  std::vector<venue::traded> trades;
  std::vector<venue::fill> fills;
  std::size_t refused = 0;
};

/// A step in units: prices with one decimal, quantities with two.
struct made_step : exchange::step {
  made_step& levels(book_side const& bids, book_side const& asks, bool whole = false) {
    book.emplace().whole = whole;
    for (auto const& [p, q] : bids) book->levels.bids.push_back({{p, 1}, {q, 2}});
    for (auto const& [p, q] : asks) book->levels.asks.push_back({{p, 1}, {q, 2}});
    return *this;
  }
  made_step& trade(std::int64_t price, std::int64_t quantity, runes::side taker) {
    trades.push_back({1, {price, 1}, {quantity, 2}, taker, {}});
    return *this;
  }
  made_step& with(runes::instrument_status to) {
    status = to;
    return *this;
  }
};

struct spot_floor : recorded_floor {
  spot_floor() : recorded_floor({spot_market}) {
    follow(made_step()
               .levels({{1'000, 500}, {995, 300}}, {{1'010, 400}}, true)
               .with(runes::instrument_status::active));
  }
  book_side bids() const { return book(0, venue::side::buy); }
  book_side asks() const { return book(0, venue::side::sell); }
};

using action = venue::outside_order::action;
using venue::side;

/// A recording at order level, of one bid of 100.
struct stock_floor : recorded_floor {
  stock_floor() : recorded_floor({runes::instrument("AAPL", "AAPL", "USD", {1, 4}, {1, 0})}) {
    order(action::add, 7, 1'000'000, 100);
    follow(made_step().with(runes::instrument_status::active));
  }
  void order(action what, venue::order_id id, venue::units price, venue::units quantity,
             side which = side::buy) {
    exchange::step one;
    one.orders.push_back({0, what, id, price, quantity, which});
    follow(one);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(recorded_flows)

BOOST_FIXTURE_TEST_CASE(the_book_is_the_recorded_one, spot_floor) {
  BOOST_TEST((bids() == book_side{{1'000, 500}, {995, 300}}));
  BOOST_TEST((asks() == book_side{{1'010, 400}}));
  BOOST_TEST((floor.engine(0).state() == venue::market_state::active));
  follow(made_step().levels({{1'000, 700}, {995, 0}}, {{1'010, 100}, {1'005, 50}}));
  BOOST_TEST((bids() == book_side{{1'000, 700}}));
  BOOST_TEST((asks() == book_side{{1'005, 50}, {1'010, 100}}));
  follow(made_step().levels({{990, 10}}, {}, true));
  BOOST_TEST((bids() == book_side{{990, 10}}));
  BOOST_TEST(asks().empty());
}

BOOST_FIXTURE_TEST_CASE(a_book_that_is_lost_suspends_the_market, spot_floor) {
  follow(made_step().levels({}, {}, true).with(runes::instrument_status::suspended));
  BOOST_TEST(bids().empty());
  BOOST_TEST(asks().empty());
  auto order = venue::buy(0, 100, 1'000);
  BOOST_TEST(run(order).error == venue::error::market_closed);
}

BOOST_FIXTURE_TEST_CASE(a_trade_takes_from_the_front_and_is_told_as_it_was, spot_floor) {
  follow(made_step().levels({{1'000, 800}}, {}));  // 500, and 300 behind
  follow(made_step().trade(1'000, 600, runes::side::sell));
  BOOST_TEST((bids() == book_side{{1'000, 200}, {995, 300}}));
  venue::lots sum = 0;
  for (auto const& one : trades) {
    BOOST_TEST(one.price == 200);  // of 0.5
    BOOST_TEST((one.side == venue::side::sell));
    sum += one.quantity;
  }
  BOOST_TEST(sum == 600);
  // The book shows no more of it than before, as it was told already.
  follow(made_step().levels({{1'000, 200}}, {}));
  BOOST_TEST((bids() == book_side{{1'000, 200}, {995, 300}}));
}

BOOST_FIXTURE_TEST_CASE(a_trade_whose_level_is_gone_already_is_told_all_the_same, spot_floor) {
  follow(made_step().levels({{1'000, 0}}, {}));
  follow(made_step().trade(1'000, 500, runes::side::sell));
  BOOST_REQUIRE(trades.size() == 1u);
  BOOST_TEST(trades.front().quantity == 500);
  BOOST_TEST((bids() == book_side{{995, 300}}));
}

BOOST_FIXTURE_TEST_CASE(who_waits_in_a_queue_is_filled_after_those_before, spot_floor) {
  BOOST_TEST(run(venue::buy(0, 100, 1'000)).ok());
  BOOST_TEST((bids().front() == std::pair<std::int64_t, std::int64_t>{1'000, 600}));
  follow(made_step().levels({{1'000, 900}}, {}));  // 400 more, behind
  follow(made_step().trade(1'000, 500, runes::side::sell));
  BOOST_TEST(fills.empty());
  follow(made_step().trade(1'000, 30, runes::side::sell));
  BOOST_REQUIRE(fills.size() == 1u);
  BOOST_TEST(fills.front().quantity == 30);
  BOOST_TEST(fills.front().maker);
}

BOOST_FIXTURE_TEST_CASE(what_an_account_takes_comes_back_with_the_next_word_of_it, spot_floor) {
  BOOST_TEST(run(venue::buy(0, 150, 1'010)).ok());
  BOOST_REQUIRE(fills.size() == 1u);
  BOOST_TEST((asks() == book_side{{1'010, 250}}));
  follow(made_step().levels({}, {{1'010, 380}}));
  BOOST_TEST((asks() == book_side{{1'010, 380}}));
}

BOOST_FIXTURE_TEST_CASE(a_recorded_order_meets_who_stands_in_its_way, spot_floor) {
  BOOST_TEST(run(venue::buy(0, 100, 1'005)).ok());  // better than any recorded
  follow(made_step().levels({}, {{1'005, 250}}));
  BOOST_REQUIRE(fills.size() == 1u);
  BOOST_TEST(fills.front().quantity == 100);
  BOOST_TEST((asks() == book_side{{1'005, 150}, {1'010, 400}}));
  follow(made_step().levels({}, {{1'005, 250}}));
  BOOST_TEST((asks() == book_side{{1'005, 250}, {1'010, 400}}));
}

BOOST_AUTO_TEST_CASE(a_perpetual_is_marked_at_the_middle) {
  recorded_floor at({spot_market, perpetual_market});
  exchange::step first = made_step()
                             .levels({{1'000, 500}}, {{1'015, 400}}, true)
                             .with(runes::instrument_status::active);
  first.market = 1;
  at.follow(first);
  BOOST_TEST(at.floor.accounts().mark(1) == 201);  // 100.75, down to 100.5
  BOOST_TEST(at.run(venue::buy(1, 100, 1'015)).ok());
  BOOST_TEST(at.floor.accounts().position_size(1, 1) == 100);
  exchange::step other = made_step().levels({{1'000, 0}}, {});
  other.market = 1;
  at.follow(other);
  BOOST_TEST(at.floor.accounts().mark(1) == 201);  // no middle
  other = made_step().levels({{980, 5}}, {{1'015, 0}, {990, 5}});
  other.market = 1;
  at.follow(other);
  BOOST_TEST(at.floor.accounts().mark(1) == 197);
  BOOST_TEST(at.floor.check() == "");
}

BOOST_FIXTURE_TEST_CASE(recorded_orders_stand_where_they_stood, stock_floor) {
  BOOST_TEST(run(venue::buy(0, 10, 1'000'000)).ok());
  order(action::add, 9, 1'000'000, 50);
  order(action::execute, 7, 1'000'000, 100);
  BOOST_TEST(fills.empty());
  order(action::execute, 9, 1'000'000, 4);
  BOOST_REQUIRE(fills.size() == 1u);
  BOOST_TEST(fills.front().quantity == 4);
  BOOST_TEST((book(0, side::buy) == book_side{{1'000'000, 6 + 46}}));
  order(action::reduce, 9, 1'000'000, 6);
  order(action::remove, 9, 1'000'000, 40);
  BOOST_TEST((book(0, side::buy) == book_side{{1'000'000, 6}}));
  BOOST_TEST(refused == 0u);
}

BOOST_FIXTURE_TEST_CASE(what_accounts_met_of_a_recorded_order_is_traded_all_the_same, stock_floor) {
  order(action::add, 8, 1'000'100, 100, side::sell);
  BOOST_TEST(run(venue::buy(0, 30, 1'000'100)).ok());
  BOOST_TEST((book(0, side::sell) == book_side{{1'000'100, 70}}));
  trades.clear();
  order(action::execute, 8, 1'000'100, 90, side::sell);
  venue::lots traded = 0;
  for (auto const& one : trades) traded += one.quantity;
  BOOST_TEST(traded == 90);
  BOOST_TEST(book(0, side::sell).empty());
  order(action::remove, 8, 1'000'100, 10, side::sell);  // of which nothing is there
  order(action::reduce, 8, 1'000'100, 5, side::sell);
  BOOST_TEST(refused == 0u);
  BOOST_TEST(floor.check() == "");
}

BOOST_FIXTURE_TEST_CASE(a_halt_of_a_recording_lets_nobody_trade, stock_floor) {
  follow(made_step().with(runes::instrument_status::halted));
  BOOST_TEST(run(venue::buy(0, 10, 1'000'000)).error == venue::error::market_closed);
  order(action::add, 9, 1'000'000, 50);  // quotes may come
  follow(made_step().with(runes::instrument_status::active));
  BOOST_TEST(run(venue::buy(0, 10, 1'000'000)).ok());
  BOOST_TEST(refused == 1u);
}

// Twice, since a round removes what the one before has left.
BOOST_AUTO_TEST_CASE(a_recording_at_order_level_gives_the_venues_book) {
  exchange::test::lobster_market market(7);
  std::string text;
  std::vector<std::string> rows;
  for (int i = 0; i < 1'500; ++i) {
    text += market.next();
    rows.push_back(market.row());
  }
  exchange::test::temporary_file const file(text, "AAPL.csv");
  exchange::order_feed feed(file.path());
  recorded_floor at(feed.instruments());
  for (std::uint64_t round = 0; round < 2; ++round) {
    at.trades.clear();
    while (auto const made = feed.next()) {
      at.follow(*made);
      auto const line = feed.counters().lines - round * rows.size();
      BOOST_REQUIRE_EQUAL(exchange::test::lobster_row(at.floor.engine(0), 20), rows[line - 1]);
    }
    feed.rewind();
    BOOST_REQUIRE_EQUAL(at.trades.size(), market.trades().size());
    for (std::size_t i = 0; i < at.trades.size(); ++i) {
      BOOST_REQUIRE_EQUAL(at.trades[i].price, market.trades()[i].price);
      BOOST_REQUIRE_EQUAL(at.trades[i].quantity, market.trades()[i].size);
    }
  }
  BOOST_TEST(at.refused == 0u);
  BOOST_TEST(at.floor.check() == "");
}

// Of each recording as much as takes a second or two: the venue's book is the
// recorded one at each step, and each trade is told once, whole, in its order.
BOOST_AUTO_TEST_CASE(the_real_recordings) {
  for (auto const* const name :
       {"binance_usdm_btcusdt_20240808.gz", "binance_spot_btcusdt_20240808.gz"}) {
    auto const file = exchange::test::recording_folder() / name;
    if (!std::filesystem::exists(file)) {
      BOOST_TEST_MESSAGE("skipped: there is no "
                         << file.string() << "; RUNES_DATA names the folder of the recordings");
      continue;
    }
    exchange::market_feed feed(file);
    recorded_floor at(feed.instruments());
    auto const& steps = at.floor.config().instruments[0].steps;
    std::deque<std::pair<std::int64_t, std::int64_t>> recorded;  // price and what is left of it
    std::size_t books = 0, trades = 0;
    while (auto const made = feed.next()) {
      for (auto const& one : made->trades) {
        recorded.emplace_back(one.price.units(), one.quantity.units());
      }
      at.trades.clear();
      at.follow(*made);
      for (auto const& one : at.trades) {
        BOOST_REQUIRE(!recorded.empty());
        BOOST_REQUIRE(static_cast<std::int64_t>(steps.price_units(one.price)) ==
                      recorded.front().first);
        recorded.front().second -= static_cast<std::int64_t>(steps.quantity_units(one.quantity));
        BOOST_REQUIRE(recorded.front().second >= 0);
        if (recorded.front().second == 0) recorded.pop_front();
        ++trades;
      }
      BOOST_REQUIRE(recorded.empty() || !feed.counters().book_updates);
      recorded.clear();
      if (!made->book || ++books % 50 != 0) continue;
      for (auto const which : {runes::side::buy, runes::side::sell}) {
        auto const& there = feed.book();
        auto const here =
            at.book(0, which == runes::side::buy ? venue::side::buy : venue::side::sell);
        BOOST_REQUIRE_EQUAL(here.size(), there.size(which));
        for (std::size_t n = 0; n < here.size(); ++n) {
          BOOST_REQUIRE_EQUAL(here[n].first, there.at(which, n).price);
          BOOST_REQUIRE_EQUAL(here[n].second, there.at(which, n).quantity);
        }
      }
      if (books == 1'500) break;
    }
    BOOST_TEST(books > 1'000u);
    BOOST_TEST(trades > 1'000u);
    BOOST_TEST(at.floor.check() == "");
  }
}

BOOST_AUTO_TEST_SUITE_END()
