#include "transport/http_date.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using namespace runes::detail;

namespace {

constexpr sys_seconds sample = sys_days(1994y / 11 / 6) + 8h + 49min + 37s;
constexpr sys_seconds now = sys_days(2024y / 2 / 29) + 23h + 59min + 50s;

}  // namespace

BOOST_AUTO_TEST_SUITE(http_dates)

BOOST_AUTO_TEST_CASE(are_written_in_the_fixed_form) {
  BOOST_TEST(http_date(sample) == "Sun, 06 Nov 1994 08:49:37 GMT");
  BOOST_TEST(http_date(now) == "Thu, 29 Feb 2024 23:59:50 GMT");
}

BOOST_AUTO_TEST_CASE(are_read_in_all_three_forms) {
  for (auto const text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                          "Sun Nov  6 08:49:37 1994"}) {
    auto const read = parse_http_date(text, now);
    BOOST_REQUIRE_MESSAGE(read.has_value(), text);
    BOOST_TEST((*read == sample), text);
  }
  BOOST_TEST((parse_http_date("Sun Nov 16 08:49:37 1994", now) == sample + 240h));
  // A year of two digits is not far in the future.
  BOOST_TEST((parse_http_date("Monday, 01-Jan-74 00:00:00 GMT", now) == sys_days(2074y / 1 / 1)));
  BOOST_TEST((parse_http_date("Tuesday, 01-Jan-75 00:00:00 GMT", now) == sys_days(1975y / 1 / 1)));
}

BOOST_AUTO_TEST_CASE(that_are_none_are_not_read) {
  for (auto const text : {"", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT ",
                          "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
                          "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
                          "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
                          "Son, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Okt 1994 08:49:37 GMT"}) {
    BOOST_TEST(!parse_http_date(text, now), text);
  }
}

BOOST_AUTO_TEST_CASE(or_seconds_say_when_to_try_again) {
  BOOST_TEST((parse_retry_after("0", now) == 0s));
  BOOST_TEST((parse_retry_after("120", now) == 120s));
  BOOST_TEST((parse_retry_after("86401", now) == 86'401s));
  BOOST_TEST((parse_retry_after("99999999999999999999999", now) == 24h * 365));
  BOOST_TEST((parse_retry_after("Fri, 01 Mar 2024 00:00:20 GMT", now) == 30s));
  BOOST_TEST((parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now) == 0s));
  BOOST_TEST((parse_retry_after("Fri, 01 Mar 2999 00:00:20 GMT", now) == 24h * 365));
  for (auto const text : {"", "-1", "1.5", "soon", "12 s"})
    BOOST_TEST(!parse_retry_after(text, now), text);
}

BOOST_AUTO_TEST_SUITE_END()
