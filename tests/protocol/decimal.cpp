#include <runes/decimal.hpp>
#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>
#include <random>
#include <sstream>

using runes::decimal;

namespace {

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();

bool is_bad_decimal(runes::error const& e) { return e.code() == runes::errc::bad_decimal; }

void check_parsed(std::string_view text, std::int64_t units, unsigned scale) {
  auto const parsed = decimal::parse(text);
  BOOST_TEST_REQUIRE(parsed.has_value(), text);
  BOOST_TEST(parsed->units() == units);
  BOOST_TEST(parsed->scale() == scale);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decimal_numbers)

BOOST_AUTO_TEST_CASE(text_keeps_its_digits) {
  check_parsed("0", 0, 0);
  check_parsed("1.50", 150, 2);
  check_parsed("-1.5", -15, 1);
  check_parsed("-0", 0, 0);
  check_parsed("-0.00", 0, 2);
  check_parsed("007", 7, 0);
  check_parsed("0000000000000000000000000000012.5", 125, 1);
  check_parsed("0.000000000000000001", 1, 18);
  check_parsed("9223372036854775807", highest, 0);
  check_parsed("-9223372036854775808", lowest, 0);
  check_parsed("-9.223372036854775808", lowest, 18);
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  for (auto const* text : {"",
                           "-",
                           ".",
                           ".5",
                           "5.",
                           "-.5",
                           "+1",
                           " 1",
                           "1 ",
                           "1e5",
                           "1.5e3",
                           "0x10",
                           "1,5",
                           "1.2.3",
                           "--1",
                           "1-",
                           "NaN",
                           "Infinity",
                           "1.",
                           "１",
                           "9223372036854775808",
                           "-9223372036854775809",
                           "99999999999999999999",
                           "0.0000000000000000001",
                           "10.000000000000000000",
                           "92233720368547758.080"}) {
    BOOST_TEST(!decimal::parse(text).has_value(), text);
  }
  BOOST_TEST(!decimal::parse(std::string_view("1\0", 2)).has_value());
}

BOOST_AUTO_TEST_CASE(a_scale_that_was_asked_for_is_kept_without_rounding) {
  BOOST_TEST(decimal::parse("1.5", 2).value().str() == "1.50");
  BOOST_TEST(decimal::parse("1.500", 2).value().str() == "1.50");
  BOOST_TEST(decimal::parse("1.50000000000000000000000000", 1).value().str() == "1.5");
  BOOST_TEST(decimal::parse("7.0", 0).value().str() == "7");
  BOOST_TEST(!decimal::parse("1.555", 2).has_value());
  BOOST_TEST(!decimal::parse("1", 19).has_value());
  BOOST_TEST(!decimal::parse("10", 18).has_value());
  BOOST_TEST(decimal::parse("-9.223372036854775808", 18).value().units() == lowest);
  BOOST_TEST(decimal::parse("0", 18).value().units() == 0);
}

BOOST_AUTO_TEST_CASE(from_quotes_the_text_it_cannot_read) {
  BOOST_TEST(decimal::from("2.50").str() == "2.50");
  BOOST_CHECK_EXCEPTION(decimal::from("12x"), runes::error, [](auto const& e) {
    return is_bad_decimal(e) && e.sentence().find("'12x'") != std::string::npos;
  });
  BOOST_CHECK_EXCEPTION(decimal::from("1.234", 2), runes::error, [](auto const& e) {
    return is_bad_decimal(e) && e.sentence().find("at most 2 decimals") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(all_digits_of_the_scale_are_written) {
  BOOST_TEST(decimal().str() == "0");
  BOOST_TEST(decimal(5000025, 2).str() == "50000.25");
  BOOST_TEST(decimal(5, 3).str() == "0.005");
  BOOST_TEST(decimal(-5, 3).str() == "-0.005");
  BOOST_TEST(decimal(0, 4).str() == "0.0000");
  BOOST_TEST(decimal(100, 2).str() == "1.00");
  BOOST_TEST(decimal(lowest, 0).str() == "-9223372036854775808");
  BOOST_TEST(decimal(lowest, 18).str() == "-9.223372036854775808");
  BOOST_TEST(decimal(highest, 1).str() == "922337203685477580.7");
  std::string text = "price ";
  decimal(15, 1).append_to(text);
  BOOST_TEST(text == "price 1.5");
  std::ostringstream stream;
  stream << decimal(15, 1);
  BOOST_TEST(stream.str() == "1.5");
}

BOOST_AUTO_TEST_CASE(a_scale_out_of_range_is_refused) {
  static_assert(decimal(1, decimal::max_scale).scale() == 18);
  unsigned const scale = 19;
  BOOST_CHECK_EXCEPTION(decimal(1, scale), runes::error, is_bad_decimal);
}

BOOST_AUTO_TEST_CASE(rescaling_loses_nothing) {
  BOOST_TEST(decimal(15, 1).rescaled(3).value().str() == "1.500");
  BOOST_TEST(decimal(1500, 3).rescaled(1).value().str() == "1.5");
  BOOST_TEST(decimal(-1500, 3).rescaled(1).value().str() == "-1.5");
  BOOST_TEST(!decimal(1501, 3).rescaled(1).has_value());
  BOOST_TEST(!decimal(highest, 0).rescaled(1).has_value());
  BOOST_TEST(!decimal(1, 0).rescaled(19).has_value());
  BOOST_TEST(!decimal(10, 0).rescaled(18).has_value());
  BOOST_TEST(decimal(lowest, 5).rescaled(5).value().units() == lowest);
  BOOST_TEST(decimal(0, 18).rescaled(0).value().scale() == 0u);
}

BOOST_AUTO_TEST_CASE(order_is_by_value_across_scales) {
  BOOST_TEST(decimal(15, 1) == decimal(1500, 3));
  BOOST_TEST(decimal(15, 1) < decimal(1501, 3));
  BOOST_TEST(decimal(-15, 1) > decimal(-1501, 3));
  BOOST_TEST(decimal(highest, 0) > decimal(highest, 18));
  BOOST_TEST(decimal(lowest, 0) < decimal(lowest, 18));
  BOOST_TEST(decimal(0, 0) == decimal(0, 18));
  BOOST_TEST(decimal(lowest, 3) < decimal(highest, 3));
}

BOOST_AUTO_TEST_CASE(sums_and_differences_are_exact_or_refused) {
  BOOST_TEST((decimal(15, 1) + decimal(25, 2)).str() == "1.75");
  BOOST_TEST((decimal(15, 1) - decimal(25, 2)).str() == "1.25");
  BOOST_TEST((decimal(-1, 0) - decimal(lowest, 0)).units() == highest);
  BOOST_TEST(decimal(5, 1).negated().str() == "-0.5");
  BOOST_CHECK_EXCEPTION(decimal(highest, 0) + decimal(1, 0), runes::error, is_bad_decimal);
  BOOST_CHECK_EXCEPTION(decimal(lowest, 0) - decimal(1, 0), runes::error, is_bad_decimal);
  BOOST_CHECK_EXCEPTION(decimal(highest, 0) + decimal(1, 18), runes::error, is_bad_decimal);
  BOOST_CHECK_EXCEPTION(decimal(lowest, 0).negated(), runes::error, is_bad_decimal);
}

BOOST_AUTO_TEST_CASE(products_are_exact_or_refused) {
  BOOST_TEST((decimal(15, 1) * decimal(25, 2)).str() == "0.375");
  BOOST_TEST((decimal(5000025, 2) * decimal(200000000, 8)).str() == "100000.5000000000");
  BOOST_TEST((decimal(1000000000, 9) * decimal(10000000000, 10)).str() == "1.000000000000000000");
  // 25 with 20 digits behind the point is too long for both the scale and the integer: as many as
  // fit stay.
  BOOST_TEST((decimal(50000000000, 10) * decimal(50000000000, 10)).str() == "25.00000000000000000");
  BOOST_CHECK_EXCEPTION(decimal(1, 10) * decimal(1, 9), runes::error, is_bad_decimal);
  BOOST_CHECK_EXCEPTION(decimal(lowest, 0) * decimal(lowest, 0), runes::error, is_bad_decimal);
  BOOST_CHECK_EXCEPTION(decimal(lowest, 0) * decimal(-1, 0), runes::error, is_bad_decimal);
  BOOST_TEST((decimal(lowest, 18) * decimal(1, 0)).units() == lowest);
}

BOOST_AUTO_TEST_CASE(every_number_survives_the_way_through_text) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    auto const units = static_cast<std::int64_t>(random()) >> (random() % 64);
    decimal const number(units, static_cast<unsigned>(random() % (decimal::max_scale + 1)));
    auto const again = decimal::from(number.str());
    BOOST_TEST_REQUIRE(again.units() == number.units());
    BOOST_TEST_REQUIRE(again.scale() == number.scale());
  }
}

BOOST_AUTO_TEST_CASE(order_agrees_with_subtraction) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 20000; ++i) {
    auto const number = [&] {
      return decimal(static_cast<std::int64_t>(random() % 2001) - 1000,
                     static_cast<unsigned>(random() % 5));
    };
    auto const a = number(), b = number();
    BOOST_TEST_REQUIRE(((a <=> b) == ((a - b).units() <=> 0)));
    BOOST_TEST_REQUIRE((a - b) + b == a);
  }
}

BOOST_AUTO_TEST_SUITE_END()
