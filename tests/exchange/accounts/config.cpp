// Each configuration that makes no sense is refused with a sentence that names the field.
#include "accounts_test.hpp"

#include <functional>
#include <stdexcept>

using namespace exchange::accounts;

namespace {

// What is wrong with the small venue once it was changed; empty if nothing is.
std::string wrong(std::function<void(accounts_config&)> const& change) {
  auto config = small_venue();
  change(config);
  try {
    config.validate();
    return {};
  } catch (std::invalid_argument const& refused) {
    return refused.what();
  }
}

std::string wrong_perpetual(std::function<void(market_config&)> const& change) {
  return wrong([&](accounts_config& c) { change(c.markets[btc_perp]); });
}

bool says(std::string const& sentence, std::string const& field) {
  if (sentence.find(field) != std::string::npos) return true;
  BOOST_TEST_MESSAGE("not about " << field << ": " << sentence);
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config)

BOOST_AUTO_TEST_CASE(the_small_venue_is_right) {
  BOOST_TEST(wrong([](accounts_config&) {}) == "");
}

BOOST_AUTO_TEST_CASE(assets_and_markets_are_named_once_and_bounded) {
  BOOST_TEST(says(wrong([](auto& c) { c.assets.clear(); }), "number of assets"));
  BOOST_TEST(says(wrong([](auto& c) { c.markets.clear(); }), "number of markets"));
  BOOST_TEST(says(wrong([](auto& c) { c.assets[1].name = "USD"; }), "USD twice"));
  BOOST_TEST(says(wrong([](auto& c) { c.assets[1].name = ""; }), "assets[1]"));
  BOOST_TEST(says(wrong([](auto& c) { c.markets[1].symbol = "BTC-USD"; }), "BTC-USD twice"));
  BOOST_TEST(says(wrong([](auto& c) { c.assets[0].decimals = 19; }), "USD: decimals"));
  BOOST_TEST(says(wrong([](auto& c) { c.max_accounts = 0; }), "max_accounts"));
  BOOST_TEST(says(wrong([](auto& c) { c.max_accounts = 1u << 24; }), "max_accounts"));
  BOOST_TEST(says(wrong([](auto& c) { c.max_orders = 0; }), "max_orders"));
  BOOST_TEST(says(wrong([](auto& c) { c.max_orders_an_account = 501; }), "max_orders_an_account"));
}

BOOST_AUTO_TEST_CASE(a_market_has_two_assets_and_steps) {
  BOOST_TEST(says(wrong([](auto& c) { c.markets[0].base = 3; }), "BTC-USD: base"));
  BOOST_TEST(says(wrong([](auto& c) { c.markets[0].quote = 3; }), "BTC-USD: quote"));
  BOOST_TEST(says(wrong([](auto& c) { c.markets[0].base = usd; }), "same asset"));
  BOOST_TEST(says(wrong([](auto& c) { c.markets[0].kind = market_kind{2}; }), "kind"));
  BOOST_TEST(says(wrong([](auto& c) { c.markets[0].tick_lot_value = 0; }), "tick_lot_value"));
  BOOST_TEST(says(wrong([](auto& c) { c.markets[0].lot_units = 0; }), "lot_units"));
  BOOST_TEST(says(wrong([](auto& c) { c.markets[0].max_price = 0; }), "max_price"));
  BOOST_TEST(says(wrong([](auto& c) { c.markets[0].max_quantity = 0; }), "max_quantity"));
  BOOST_TEST(says(wrong([](auto& c) { c.markets[0].maker_fee = 1'000'000; }), "maker_fee"));
  BOOST_TEST(says(wrong([](auto& c) { c.markets[0].taker_fee = 1'000'000; }), "taker_fee"));
}

BOOST_AUTO_TEST_CASE(a_perpetual_has_margins_that_leave_room) {
  BOOST_TEST(says(wrong_perpetual([](auto& m) { m.max_position = 0; }), "max_position"));
  BOOST_TEST(says(wrong_perpetual([](auto& m) { m.max_leverage = 0; }), "max_leverage"));
  BOOST_TEST(says(wrong_perpetual([](auto& m) { m.default_leverage = 21; }), "default_leverage"));
  BOOST_TEST(
      says(wrong_perpetual([](auto& m) { m.default_mode = margin_mode{2}; }), "default_mode"));
  BOOST_TEST(
      says(wrong_perpetual([](auto& m) { m.maintenance_margin = 0; }), "maintenance_margin"));
  BOOST_TEST(says(wrong_perpetual([](auto& m) { m.maintenance_margin = 50'000; }),
                  "maintenance_margin must be from 1 to 49999"));
  BOOST_TEST(
      says(wrong_perpetual([](auto& m) { m.liquidation_fee = 1'000'000; }), "liquidation_fee"));
}

BOOST_AUTO_TEST_CASE(values_that_could_overflow_are_refused) {
  constexpr auto large = std::int64_t{1} << 53;
  auto const dear = [](market_config& m) { m.max_price = std::int64_t{1} << 45; };
  BOOST_TEST(wrong_perpetual(dear) == "");
  BOOST_TEST(says(wrong_perpetual([&](auto& m) { dear(m), m.max_quantity = large; }),
                  "max_price times max_quantity"));
  BOOST_TEST(says(wrong_perpetual([&](auto& m) { dear(m), m.max_position = large; }),
                  "max_price times max_position"));
  BOOST_TEST(
      says(wrong_perpetual([](auto& m) { m.lot_units = std::int64_t{1} << 60; }), "lot_units"));
  BOOST_TEST(
      says(wrong_perpetual([](auto& m) { m.max_price = m.tick_lot_value = std::int64_t{1} << 60; }),
           "max_price"));
}

BOOST_AUTO_TEST_CASE(no_accounts_are_made_of_a_wrong_one) {
  recorder out;
  auto config = small_venue();
  config.max_orders = 0;
  BOOST_CHECK_THROW(clearing_house(config, out), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
