// A data directory belongs to the markets it was begun with.
#include "../storage/memory_directory.hpp"
#include "../venue/venue_test.hpp"

#include <service/market_table.hpp>
#include <service/markets.hpp>

#include <functional>
#include <random>
#include <utility>

using namespace exchange::service;
namespace venue = exchange::venue;
namespace storage = exchange::storage;

namespace {

std::string changed(std::function<void(venue::venue_config&)> const& change) {
  auto config = venue::small_venue();
  change(config);
  return table_difference(table_text(venue::small_venue()), table_text(config));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(market_table)

BOOST_AUTO_TEST_CASE(a_table_is_itself) {
  BOOST_TEST(changed([](auto&) {}) == "");
  BOOST_TEST(table_difference(table_text(sample_markets()), table_text(sample_markets())) == "");
}

BOOST_AUTO_TEST_CASE(what_differs_is_named) {
  BOOST_TEST(changed([](auto& one) { one.instruments[0].steps.tick_units = 1; }) ==
             "BTC-USD has tickUnits 5 there, and 1 here");
  BOOST_TEST(changed([](auto& one) { one.instruments[1].market.maintenance_margin = 1; }) ==
             "BTC-USD-PERP has maintenanceMargin 25000 there, and 1 here");
  BOOST_TEST(changed([](auto& one) { one.instruments[1].funding.interval = 0; }) ==
             "BTC-USD-PERP has fundingInterval 28800000000 there, and 0 here");
  BOOST_TEST(changed([](auto& one) { one.instruments[0].market.symbol = "BTC-EUR"; }) ==
             "BTC-USD is there, and not here");
  BOOST_TEST(changed([](auto& one) { one.instruments.pop_back(); }) ==
             "ETH-USD-PERP is there, and not here");
  BOOST_TEST(changed([](auto& one) {
               one.instruments.push_back(
                   venue::small_market("SOL-USD", exchange::accounts::market_kind::spot));
             }) == "SOL-USD is here, and not there");
  BOOST_TEST(changed([](auto& one) { std::swap(one.instruments[1], one.instruments[2]); }) ==
             "BTC-USD-PERP has market 1 there, and 2 here");
  BOOST_TEST(changed([](auto& one) { one.assets[1].decimals = 9; }) ==
             "BTC has decimals 8 there, and 9 here");
  BOOST_TEST(changed([](auto& one) { one.max_fills = 7; }) ==
             "venue has maxFills 10000 there, and 7 here");
  BOOST_TEST(changed([](auto& one) {
               one.instruments[2].market.kind = exchange::accounts::market_kind::spot;
             }) == "ETH-USD-PERP has kind perpetual there, and spot here");
}

BOOST_AUTO_TEST_CASE(a_directory_keeps_the_one_it_was_begun_with) {
  storage::memory_directory where;
  keep_table(where, venue::small_venue());
  BOOST_TEST(where.read("markets") == table_text(venue::small_venue()));
  keep_table(where, venue::small_venue());
  auto other = venue::small_venue();
  other.instruments[0].steps.lot_units = 20;
  BOOST_CHECK_EXCEPTION(keep_table(where, other), std::runtime_error, [](auto const& why) {
    return why.what() ==
           std::string(
               "data/markets: the data is of other markets: BTC-USD has lotUnits 10 there, "
               "and 20 here; use the program that wrote it, or another directory (--data)");
  });
  BOOST_TEST(where.read("markets") == table_text(venue::small_venue()));
}

BOOST_AUTO_TEST_CASE(a_damaged_table_is_another_one) {
  storage::memory_directory where;
  for (auto const* const text : {"", "\n", "x", "venue", "venue maxAccounts", "a b c d\n\n"}) {
    where.put("markets", text);
    BOOST_CHECK_THROW(keep_table(where, venue::small_venue()), std::runtime_error);
  }
}

BOOST_AUTO_TEST_CASE(a_power_cut_leaves_all_of_it_or_nothing) {
  storage::memory_directory whole;
  keep_table(whole, venue::small_venue());
  std::mt19937_64 chance(7);
  for (std::size_t n = 1; n <= whole.operations(); ++n) {
    storage::memory_directory where;
    where.fail_at(n, storage::memory_directory::fault::power);
    try {
      keep_table(where, venue::small_venue());
    } catch (storage::power_cut const&) {
    }
    auto const left = where.after_power_cut(chance, storage::tail::holes);
    BOOST_CHECK_NO_THROW(keep_table(*left, venue::small_venue()));
  }
}

BOOST_AUTO_TEST_SUITE_END()
