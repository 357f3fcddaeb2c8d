#include <wire/decimals.hpp>

#include <accounts/types.hpp>

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

namespace exchange::wire {

inline std::ostream& operator<<(std::ostream& out, decimal_fault fault) {
  return out << static_cast<int>(fault);
}

namespace {

// 10^n.
venue::amount ten_to(unsigned n) {
  venue::amount value = 1;
  for (; n > 0; --n) value *= 10;
  return value;
}

BOOST_AUTO_TEST_SUITE(decimals)

BOOST_AUTO_TEST_CASE(amounts_are_written_with_all_their_decimals) {
  struct {
    venue::amount units;
    unsigned decimals;
    char const* text;
  } const all[] = {
      {0, 0, "0"},
      {0, 3, "0.000"},
      {5, 3, "0.005"},
      {-5, 3, "-0.005"},
      {5'000'025, 2, "50000.25"},
      {-1'000, 3, "-1.000"},
      {7, 0, "7"},
      {ten_to(30) + 1, 18, "1000000000000.000000000000000001"},
      {accounts::max_amount, 18, "1267650600228.229401496703205376"},
      {-accounts::max_amount, 0, "-1267650600228229401496703205376"},
      {venue::amount{1} << 126, 18, "85070591730234615865.843651857942052864"},
  };
  for (auto const& one : all) BOOST_TEST(decimal_text(one.units, one.decimals) == one.text);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  for (unsigned decimals = 0; decimals <= 18; ++decimals) {
    for (venue::amount units = 1; units < accounts::max_amount / 7; units = units * 7 + 3) {
      for (auto const value : {units, -units}) {
        auto const text = decimal_text(value, decimals);
        auto const read = read_decimal(text, decimals, accounts::max_amount);
        BOOST_TEST((read.fault == decimal_fault::none && read.units == value), text);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(fewer_decimals_are_filled_up_and_zeros_too_many_are_no_fault) {
  for (auto const* const text : {"1.5", "1.50", "1.500000000000000000000000000", "01.5"}) {
    auto const read = read_decimal(text, 2, 1'000);
    BOOST_TEST((read.fault == decimal_fault::none && read.units == 150), text);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_decimal_is_told) {
  for (auto const* const text : {"", "-", ".", "1.", ".5", "+1", "1e3", " 1", "1 ", "0x1", "1,5",
                                 "1.5.1", "--1", "-.5", "NaN", "1.-5", "\xd9\xa1"}) {
    BOOST_TEST(read_decimal(text, 2, 1'000).fault == decimal_fault::no_decimal, text);
  }
}

BOOST_AUTO_TEST_CASE(too_many_decimals_and_too_much_are_told_apart) {
  BOOST_TEST(read_decimal("1.501", 2, 1'000).fault == decimal_fault::too_fine);
  BOOST_TEST(read_decimal("1.1", 0, 1'000).fault == decimal_fault::too_fine);
  BOOST_TEST(read_decimal("99999999.001", 2, 1'000).fault == decimal_fault::too_fine);
  BOOST_TEST(read_decimal("10.00", 2, 1'000).fault == decimal_fault::none);
  BOOST_TEST(read_decimal("-10", 2, 1'000).fault == decimal_fault::none);
  BOOST_TEST(read_decimal("10.01", 2, 1'000).fault == decimal_fault::too_large);
  BOOST_TEST(read_decimal("-10.01", 2, 1'000).fault == decimal_fault::too_large);
  BOOST_TEST(read_decimal("1267650600228.229401496703205377", 18, accounts::max_amount).fault ==
             decimal_fault::too_large);
  BOOST_TEST(read_decimal(std::string(60'000, '9'), 18, accounts::max_amount).fault ==
             decimal_fault::too_large);
  BOOST_TEST(read_decimal(std::string(60'000, '0'), 18, accounts::max_amount).fault ==
             decimal_fault::none);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace exchange::wire
