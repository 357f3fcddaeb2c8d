#include "protocol/interval.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace runes::detail;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(interval)

BOOST_AUTO_TEST_CASE(reads_what_the_protocol_writes) {
  std::vector<std::pair<std::string, std::chrono::milliseconds>> const cases{
      {"raw", 0ms}, {"1ms", 1ms},    {"100ms", 100ms},    {"1000ms", 1s}, {"1s", 1s},
      {"90s", 90s}, {"5m", 5min},    {"1h", 1h},          {"24h", 24h},   {"1440m", 24h},
      {"01s", 1s},  {"86400s", 24h}, {"86400000ms", 24h},
  };
  for (auto const& [text, expected] : cases) {
    BOOST_TEST_CONTEXT(text) {
      auto const read = parse_interval(text);
      BOOST_REQUIRE(read.has_value());
      BOOST_TEST((*read == expected));
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_everything_else) {
  for (std::string const text : {"",
                                 "RAW",
                                 "0",
                                 "0ms",
                                 "0s",
                                 "100",
                                 "ms",
                                 "s",
                                 "-1s",
                                 "+1s",
                                 " 1s",
                                 "1s ",
                                 "1 s",
                                 "1.5s",
                                 "1S",
                                 "1d",
                                 "25h",
                                 "1441m",
                                 "86401s",
                                 "86400001ms",
                                 "1e3ms",
                                 "0x1s",
                                 "99999999999999999999s",
                                 "9223372036854775807h",
                                 "1ms1s",
                                 "raw1s"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!parse_interval(text).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(refuses_a_text_with_a_zero_in_it) {
  BOOST_TEST(!parse_interval(std::string_view("1s\0", 3)).has_value());
}

BOOST_AUTO_TEST_CASE(is_written_in_the_largest_unit_that_is_exact) {
  std::vector<std::pair<std::chrono::milliseconds, std::string>> const cases{
      {0ms, "raw"}, {1ms, "1ms"}, {999ms, "999ms"}, {1s, "1s"},     {1500ms, "1500ms"},
      {60s, "1m"},  {90s, "90s"}, {60min, "1h"},    {90min, "90m"}, {24h, "24h"},
  };
  for (auto const& [interval, text] : cases) BOOST_TEST(format_interval(interval) == text);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  for (std::int64_t ms = 0; ms <= 86'400'000; ms = ms * 3 / 2 + 1) {
    std::chrono::milliseconds const interval(ms);
    auto const read = parse_interval(format_interval(interval));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((*read == interval));
  }
}

BOOST_AUTO_TEST_SUITE_END()
