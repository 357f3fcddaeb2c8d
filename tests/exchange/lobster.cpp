// Lines and names of LOBSTER files.
#include "recordings.hpp"

#include <lobster_book.hpp>
#include <lobster_message.hpp>
#include <lobster_name.hpp>

#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

using namespace exchange;
using namespace exchange::test;
using namespace std::chrono_literals;
using kind = lobster_message::kind;

namespace {

std::string what_is_wrong_with(auto const& parse, std::string_view line) {
  try {
    parse(line);
  } catch (runes::error const& wrong) {
    return wrong.sentence();
  }
  return {};
}

std::chrono::sys_seconds utc(int year, unsigned month, unsigned day, int hour) {
  namespace chrono = std::chrono;
  return chrono::sys_days(chrono::year(year) / chrono::month(month) / chrono::day(day)) +
         chrono::hours(hour);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lobster)

BOOST_AUTO_TEST_CASE(a_submission_has_all_its_fields) {
  auto const one = parse_lobster_message("34713.685155243,1,206833312,100,118600,-1");
  BOOST_TEST((one.time == 34'713'685'155'243ns));
  BOOST_TEST((one.what == kind::submission));
  BOOST_TEST(one.order == 206'833'312u);
  BOOST_TEST(one.size == 100);
  BOOST_TEST(one.price == 118'600);
  BOOST_TEST((one.side == runes::side::sell));
}

BOOST_AUTO_TEST_CASE(every_type_of_event_is_known) {
  for (int type = 1; type <= 6; ++type) {
    auto const one = parse_lobster_message("0.5," + std::to_string(type) + ",9,1,1,1");
    BOOST_TEST((one.what == static_cast<kind>(type)));
    BOOST_TEST((one.time == 500ms));
    BOOST_TEST((one.side == runes::side::buy));
  }
}

BOOST_AUTO_TEST_CASE(a_hidden_order_needs_no_id) {
  BOOST_TEST(parse_lobster_message("1,5,0,10,5853300,1").order == 0u);
  BOOST_TEST(parse_lobster_message("1,6,-1,10,5853300,-1").order == 0u);
}

BOOST_AUTO_TEST_CASE(a_halt_has_its_step_where_others_have_a_price) {
  using step = lobster_message::halt_step;
  for (auto const to : {step::halted, step::quoting, step::trading}) {
    auto const price = std::to_string(static_cast<int>(to));
    auto const one = parse_lobster_message("34713.685155243,7,0,0," + price + ",-1");
    BOOST_TEST((one.what == kind::halt));
    BOOST_TEST((one.halted_to == to));
  }
}

BOOST_AUTO_TEST_CASE(times_may_have_fewer_digits_than_nanoseconds) {
  BOOST_TEST((parse_lobster_message("34200,3,1,1,1,1").time == 34'200s));
  BOOST_TEST((parse_lobster_message("34200.25,3,1,1,1,1").time == 34'200'250ms));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_line_is_named) {
  constexpr std::pair<std::string_view, std::string_view> lines[] = {
      {"", "the line has not six fields"},
      {"34200.1,1,7,100,1000000", "the line has not six fields"},
      {"34200.1,1,7,100,1000000,1,", "the line has not six fields"},
      {"-1,1,7,100,1000000,1", R"("-1" is no time of the day in seconds)"},
      {"86401,1,7,100,1000000,1", R"("86401" is no time of the day in seconds)"},
      {"34200.,1,7,100,1000000,1", R"("34200." is no time of the day in seconds)"},
      {"34200.0000000001,1,7,100,1000000,1",
       R"("34200.0000000001" is no time of the day in seconds)"},
      {"34200.-1,1,7,100,1000000,1", R"("-10000000" is no time of the day in seconds)"},
      {"1,0,7,100,1000000,1", R"("0" is no type of an event)"},
      {"1,8,7,100,1000000,1", R"("8" is no type of an event)"},
      {"1,1,0,100,1000000,1", R"("0" is no id of an order)"},
      {"1,4,2305843009213693952,100,1000000,1", R"("2305843009213693952" is no id of an order)"},
      {"1,1,7,0,1000000,1", R"("0" is no size)"},
      {"1,1,7,10x,1000000,1", R"("10x" is no size)"},
      {"1,1,7,10000000001,1000000,1", R"("10000000001" is no size)"},
      {"1,1,7,100,-5,1", R"("-5" is no price)"},
      {"1,1,7,100,58.53,1", R"("58.53" is no price)"},
      {"1,1,7,100,1000000,0", R"("0" is no direction)"},
      {"1,7,0,0,2,-1", R"("2" is no step of a halt)"}};
  for (auto const& [line, sentence] : lines) {
    BOOST_TEST_CONTEXT(line) {
      BOOST_TEST(what_is_wrong_with(parse_lobster_message, line) == sentence);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_row_of_the_book_has_ask_and_bid_in_turn) {
  auto const levels = parse_lobster_row(
      "1186600,9484,118500,8800,1187000,22700,-9999999999,0,9999999999,0,-9999999999,0");
  BOOST_TEST((levels == std::vector<lobster_level>{{runes::side::sell, 1'186'600, 9'484},
                                                   {runes::side::buy, 118'500, 8'800},
                                                   {runes::side::sell, 1'187'000, 22'700}}));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_row_is_named) {
  constexpr std::pair<std::string_view, std::string_view> rows[] = {
      {"", R"("" is no price)"},
      {"1000000", R"("" is no size)"},
      {"1000000,-1", R"("-1" is no size)"},
      {"x,1", R"("x" is no price)"},
      {"-9999999999,1", "a level has the price -9999999999"}};
  for (auto const& [row, sentence] : rows) {
    BOOST_TEST_CONTEXT(row) { BOOST_TEST(what_is_wrong_with(parse_lobster_row, row) == sentence); }
  }
}

BOOST_AUTO_TEST_CASE(a_name_has_the_symbol_and_the_day_in_new_york) {
  auto const summer =
      parse_lobster_name("some/where/AAPL_2012-06-21_34200000_57600000_message_50.csv").value();
  BOOST_TEST(summer.symbol == "AAPL");
  BOOST_TEST((summer.midnight == utc(2012, 6, 21, 4)));
  auto const winter = parse_lobster_name("BRK.B_2013-01-02_0_1_message_5.csv.gz").value();
  BOOST_TEST(winter.symbol == "BRK.B");
  BOOST_TEST((winter.midnight == utc(2013, 1, 2, 5)));
}

BOOST_AUTO_TEST_CASE(the_clocks_change_on_the_second_sunday_of_march_and_the_first_of_november) {
  auto const midnight_of = [](std::string const& day) {
    return parse_lobster_name("A_" + day + "_0_1_message_1.csv").value().midnight;
  };
  BOOST_TEST((midnight_of("2012-03-09") == utc(2012, 3, 9, 5)));
  BOOST_TEST((midnight_of("2012-03-12") == utc(2012, 3, 12, 4)));
  BOOST_TEST((midnight_of("2012-11-02") == utc(2012, 11, 2, 4)));
  BOOST_TEST((midnight_of("2012-11-05") == utc(2012, 11, 5, 5)));
}

BOOST_AUTO_TEST_CASE(other_names_are_none) {
  for (auto const* name :
       {"AAPL.csv", "AAPL_2012-06-21_34200000_57600000_orderbook_50.csv",
        "AAPL_2012-06-31_34200000_57600000_message_50.csv", "AAPL_2012-6-21_1_2_message_50.csv",
        "_2012-06-21_34200000_57600000_message_50.csv", "btc.gz"}) {
    BOOST_TEST_CONTEXT(name) { BOOST_TEST(!parse_lobster_name(name).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(any_name_begins_with_a_symbol_or_is_refused) {
  BOOST_TEST(lobster_name_of("flows/MSFT.csv.gz").symbol == "MSFT");
  BOOST_TEST((lobster_name_of("MSFT_part").midnight == std::chrono::sys_seconds()));
  BOOST_CHECK_THROW(lobster_name_of("two words.csv"), runes::error);
  BOOST_CHECK_THROW(lobster_name_of("_2012.csv"), runes::error);
}

BOOST_AUTO_TEST_CASE(a_file_is_known_by_its_first_line) {
  temporary_file const messages("34200.1,1,7,100,1000000,1\n");
  temporary_file const packed(gzip("34200.1,1,7,100,1000000,1\n"));
  temporary_file const levels(opening);
  temporary_file const empty("");
  BOOST_TEST(is_lobster(messages.path()));
  BOOST_TEST(is_lobster(packed.path()));
  BOOST_TEST(!is_lobster(levels.path()));
  BOOST_TEST(!is_lobster(empty.path()));
  BOOST_CHECK_THROW(is_lobster("nowhere/AAPL.csv"), runes::error);
}

BOOST_AUTO_TEST_CASE(a_file_is_known_by_its_name_though_its_first_line_be_damaged) {
  temporary_file const damaged("nonsense\n", "AAPL_2012-06-21_34200000_57600000_message_50.csv");
  BOOST_TEST(is_lobster(damaged.path()));
}

BOOST_AUTO_TEST_SUITE_END()
