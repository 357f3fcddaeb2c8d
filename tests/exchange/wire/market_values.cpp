#include "wire_test.hpp"

#include <wire/market_values.hpp>

#include <runes/payloads.hpp>

#include <stdexcept>

namespace exchange::wire {
namespace {

std::string text_of(runes::payload_ptr const& data) {
  std::string out;
  data->encode(out);
  return out;
}

BOOST_FIXTURE_TEST_SUITE(market_values, wire_fixture)

BOOST_AUTO_TEST_CASE(instruments) {
  auto const one = instrument_of(spot, venue);
  BOOST_TEST(one.symbol == "BTC-USD");
  BOOST_TEST(one.base == "BTC");
  BOOST_TEST(one.quote == "USD");
  BOOST_TEST((one.kind == runes::instrument_kind::spot));
  BOOST_TEST(one.tick_size.str() == "0.05");
  BOOST_TEST(one.lot_size.str() == "0.10");
  BOOST_TEST((one.status == runes::instrument_status::active));
  BOOST_TEST((instrument_of(perp, venue).kind == runes::instrument_kind::perpetual));
  run(change_state{spot, market_state::suspended});
  BOOST_TEST((instrument_of(spot, venue).status == runes::instrument_status::suspended));
}

BOOST_AUTO_TEST_CASE(an_auction_is_shown_as_halted) {
  using runes::instrument_status;
  BOOST_TEST((status_of(market_state::auction) == instrument_status::halted));
  BOOST_TEST((status_of(market_state::halted) == instrument_status::halted));
  BOOST_TEST((status_of(market_state::active) == instrument_status::active));
  BOOST_TEST((status_of(market_state::suspended) == instrument_status::suspended));
  BOOST_TEST((status_of(market_state::closed) == instrument_status::closed));
}

BOOST_AUTO_TEST_CASE(a_trade_with_its_levels_and_ticker) {
  id(sell(spot, 100, 5'005));
  auto const& config = venue.config();
  auto const rested = told<level_changed>();
  BOOST_REQUIRE_EQUAL(rested.size(), 1u);
  BOOST_TEST((side_of(rested[0].side) == runes::side::sell));
  BOOST_TEST(level_of(rested[0], config).price.str() == "50.05");
  BOOST_TEST(level_of(rested[0], config).quantity.str() == "1.00");
  auto const done = run(buy(spot, 100, 5'005).of(2));
  auto const trades = told<traded>();
  BOOST_REQUIRE_EQUAL(trades.size(), 1u);
  BOOST_TEST(
      text_of(runes::to_payload(trade_of(trades[0], done.ts, config))) ==
      R"([{"tradeId":1,"price":"50.05","quantity":"1.00","side":"buy","ts":1700000000000000}])");
  BOOST_TEST(level_of(told<level_changed>().at(0), config).quantity.str() == "0.00");
  runes::ticker ticker;
  ticker.high_24h = runes::decimal(5, 0);
  show(told<ticker_changed>().at(0), config, ticker);
  BOOST_TEST(ticker.last.str() == "50.05");
  BOOST_TEST(ticker.ask.str() == "0.00");
  BOOST_TEST(ticker.ask_quantity.str() == "0.00");
  BOOST_TEST(ticker.high_24h.str() == "5");
  id(buy(spot, 100, 5'000).of(2));
  show(told<ticker_changed>().at(0), config, ticker);
  BOOST_TEST(ticker.bid.str() == "50.00");
  BOOST_TEST(ticker.bid_quantity.str() == "1.00");
}

BOOST_AUTO_TEST_CASE(a_liquidation_does_not_show_the_account) {
  run(venue::deposit{4, usd, 12'000'000});
  run(set_leverage{4, perp, 20, margin_mode::cross});
  id(sell(perp, 100, 10'000).of(2));
  id(buy(perp, 100, 10'000).of(4));
  id(buy(perp, 200, 8'990).of(3));
  auto const done = run(set_mark{perp, 9'000});
  auto const parts = told<liquidated>();
  BOOST_REQUIRE_EQUAL(parts.size(), 1u);
  BOOST_TEST(text_of(runes::to_payload(liquidation_of(parts[0], done.ts, venue.config()))) ==
             R"([{"price":"89.90","quantity":"1.00","side":"sell","ts":1700000000000000}])");
}

BOOST_AUTO_TEST_CASE(a_price_of_a_mark) {
  run(set_mark{perp, 10'105});
  auto const& market = venue.config().instruments[perp];
  BOOST_TEST(price_of(told<mark_changed>().at(0).price, market).str() == "101.05");
  BOOST_TEST(quantity_of(-15, market).str() == "-1.50");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_the_decimals_is_refused_beforehand) {
  auto config = small_venue();
  validate(config);
  auto& engine = config.instruments[1].engine;
  engine.max_price = INT64_MAX / 5 + 1;
  auto const says = [](std::string const& sentence) {
    return [sentence](std::invalid_argument const& e) { return e.what() == sentence; };
  };
  BOOST_CHECK_EXCEPTION(
      validate(config), std::invalid_argument,
      says("BTC-USD-PERP: max_price times the tick does not fit 64 bits in the wire's decimals"));
  engine.max_price = INT64_MAX / 5;
  validate(config);
  engine.max_quantity = INT64_MAX / 10 / 500 + 1;
  BOOST_CHECK_EXCEPTION(validate(config), std::invalid_argument,
                        says("BTC-USD-PERP: max_quantity times max_orders times the lot does not "
                             "fit 64 bits in the wire's decimals"));
  BOOST_CHECK_THROW(price_of(INT64_MAX, config.instruments[0]), std::out_of_range);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace exchange::wire
