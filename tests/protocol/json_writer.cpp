#include "protocol/json_writer.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <random>

using namespace runes::detail;

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_writer)

BOOST_AUTO_TEST_CASE(plain_text_is_copied) {
  BOOST_TEST(quoted("") == R"("")");
  BOOST_TEST(quoted("BTC-USD") == R"("BTC-USD")");
  BOOST_TEST(quoted("größer 中 / \x7f") == "\"größer 中 / \x7f\"");
}

BOOST_AUTO_TEST_CASE(what_json_forbids_is_escaped) {
  BOOST_TEST(quoted("a\"b\\c") == R"("a\"b\\c")");
  BOOST_TEST(quoted("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  BOOST_TEST(quoted(std::string_view("\0\x1f", 2)) == R"("\u0000\u001f")");
}

BOOST_AUTO_TEST_CASE(a_parser_reads_back_what_was_written) {
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string text(random() % 20, ' ');
    for (auto& c : text) c = static_cast<char>(random() % 128);
    auto const read = boost::json::parse(quoted(text));
    BOOST_TEST_REQUIRE(std::string(read.as_string()) == text);
  }
}

BOOST_AUTO_TEST_CASE(integers_at_their_limits) {
  std::string out;
  append_integer(out, std::numeric_limits<std::int64_t>::min());
  out += ' ';
  append_integer(out, std::numeric_limits<std::uint64_t>::max());
  out += ' ';
  append_integer(out, 0);
  BOOST_TEST(out == "-9223372036854775808 18446744073709551615 0");
}

BOOST_AUTO_TEST_CASE(decimals_travel_as_strings) {
  std::string out = "[";
  append_decimal(out, {std::numeric_limits<std::int64_t>::min(), 18});
  out += ',';
  append_decimal(out, {5, 2});
  BOOST_TEST(out == R"(["-9.223372036854775808","0.05")");
}

BOOST_AUTO_TEST_SUITE_END()
