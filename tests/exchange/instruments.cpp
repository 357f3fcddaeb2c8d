#include "recordings.hpp"

#include <instruments.hpp>

#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

using namespace exchange;
using namespace exchange::test;

BOOST_AUTO_TEST_SUITE(instruments)

BOOST_AUTO_TEST_CASE(a_symbol_is_split_by_the_quote_assets_that_are_known) {
  auto const split = [](std::string_view symbol) {
    auto const [base, quote] = split_symbol(symbol);
    return base + '/' + quote;
  };
  BOOST_TEST(split("BTCUSDT") == "BTC/USDT");
  BOOST_TEST(split("ETHBTC") == "ETH/BTC");
  BOOST_TEST(split("BTCFDUSD") == "BTC/FDUSD");
  BOOST_TEST(split("BTCUSD") == "BTC/USD");
  BOOST_TEST(split("USDTTRY") == "USDT/TRY");
  BOOST_TEST(split("USDT") == "USDT/");
  BOOST_TEST(split("BTCUSDT_240927") == "BTCUSDT_240927/");
}

BOOST_AUTO_TEST_CASE(spot_needs_fewer_digits_than_it_writes) {
  temporary_file const file(diff_line(1, 1, 2, -1, R"([["61737.63000000","0.00000000"]])",
                                      R"([["61737.7","1.54698000"]])") +
                            trade_line(2, 1, "61737.60000000", "2.00000000"));
  auto const [recorded, of] = survey(file.path(), 100);
  BOOST_TEST(recorded == "BTCUSDT");
  BOOST_TEST(of.symbol == "BTC-USDT");
  BOOST_TEST((of.kind == runes::instrument_kind::spot));
  BOOST_TEST(of.tick_size.str() == "0.01");
  BOOST_TEST(of.lot_size.str() == "0.00001");
}

BOOST_AUTO_TEST_CASE(futures_are_known_by_their_diffs) {
  temporary_file const file(trade_line(1, 1, "100.0", "3") + diff_line(2, 1, 2, 0, "[]", "[]"));
  auto const of = survey(file.path(), 100).instrument;
  BOOST_TEST(of.symbol == "BTC-USDT-PERP");
  BOOST_TEST((of.kind == runes::instrument_kind::perpetual));
  BOOST_TEST(of.tick_size.str() == "1");
  BOOST_TEST(of.lot_size.str() == "1");
}

BOOST_AUTO_TEST_CASE(only_the_lines_asked_for_are_surveyed) {
  temporary_file const file(trade_line(1, 1, "1.5", "1") + "damage\n" +
                            trade_line(2, 2, "1.55", "1"));
  BOOST_TEST(survey(file.path(), 2).instrument.tick_size.str() == "0.1");
  BOOST_TEST(survey(file.path(), 3).instrument.tick_size.str() == "0.01");
}

BOOST_AUTO_TEST_CASE(a_few_records_with_more_decimals_than_all_the_others_do_not_count) {
  auto const decimals = [](int records, int odd) {
    decimals_survey survey;
    for (int i = 0; i < records; ++i) {
      survey.add(runes::decimal::from("61852.10000000"));
      if (i % (records / 2) < odd) survey.add(runes::decimal::from("61852.00000000123"));
      survey.next_record();
    }
    return survey.result();
  };
  BOOST_TEST(decimals(100, 0) == 1);
  BOOST_TEST(decimals(3'000, 1) == 1);  // 2 records
  BOOST_TEST(decimals(3'000, 2) == 11);
  BOOST_TEST(decimals(90, 1) == 11);  // too few to tell
}

BOOST_AUTO_TEST_CASE(a_rare_value_as_fine_as_the_exchange_writes_counts) {
  decimals_survey survey;
  for (int i = 0; i < 50'000; ++i) {
    survey.add(runes::decimal::from("0.00001000"));
    if (i == 40'000) survey.add(runes::decimal::from("244.56630400"));
    survey.next_record();
  }
  BOOST_TEST(survey.result() == 6);
}

BOOST_AUTO_TEST_CASE(nothing_surveyed_needs_no_decimals) {
  decimals_survey survey;
  survey.next_record();
  BOOST_TEST(survey.result() == 0);
  survey.add({0, 8});
  survey.next_record();
  BOOST_TEST(survey.result() == 0);
}

BOOST_AUTO_TEST_CASE(a_file_without_market_data_is_an_error) {
  temporary_file const file("what\nis this\n");
  BOOST_CHECK_THROW(survey(file.path(), 100), runes::error);
}

BOOST_AUTO_TEST_SUITE_END()
