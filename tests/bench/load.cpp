// The load generator's decisions: options, histogram, numbers in messages, the server's usage, the
// report.
#include "bench/arguments.hpp"
#include "bench/load/histogram.hpp"
#include "bench/load/number_finder.hpp"
#include "bench/load/options.hpp"
#include "bench/load/report.hpp"
#include "bench/load/server_usage.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(load)

using namespace runes::bench;

static std::string complaint(std::vector<std::string_view> const& arguments) {
  try {
    parse_load_options(arguments);
    return "";
  } catch (usage_error const& error) {
    return error.what();
  }
}

BOOST_AUTO_TEST_CASE(defaults_fit_the_mode) {
  auto const fanout = parse_load_options({"--port", "1"});
  BOOST_TEST(fanout.subscribe->front() == "s");
  BOOST_TEST(*fanout.start == "p1000,1");
  BOOST_TEST(*fanout.stop == "q");
  auto const echo = parse_load_options({"--port=1", "--mode=echo", "--depth=16", "--host=::1"});
  BOOST_TEST(echo.subscribe->empty());
  BOOST_TEST(echo.start->empty());
  BOOST_TEST(echo.depth == 16u);
  auto const own = parse_load_options({"--port", "1", "--subscribe", "a", "--subscribe", "b"});
  BOOST_TEST(own.subscribe->size() == 2u);
  BOOST_TEST(parse_load_options({"--port", "1", "--subscribe", ""}).subscribe->empty());
}

BOOST_AUTO_TEST_CASE(errors_name_the_option) {
  BOOST_TEST(complaint({}) == "--port must be given");
  BOOST_TEST(complaint({"--port"}) == "--port needs a value: N");
  BOOST_TEST(complaint({"--port", "0"}) == "--port must be a number from 1 to 65535, not '0'");
  BOOST_TEST(complaint({"--port", "1x"}) == "--port must be a number from 1 to 65535, not '1x'");
  BOOST_TEST(complaint({"--prot", "1"}) == "there is no option '--prot'");
  BOOST_TEST(complaint({"--port", "1", "x"}) == "unexpected argument 'x'");
  BOOST_TEST(complaint({"--port", "1", "--spin=1"}) == "--spin takes no value");
  BOOST_TEST(complaint({"--mode", "sub"}) == "--mode must be fanout, echo or idle, not 'sub'");
  BOOST_TEST(complaint({"--port", "1", "--host", "example.org"}) ==
             "--host must be a numeric IPv4 or IPv6 address, not 'example.org'");
  BOOST_TEST(complaint({"--path", "ws"}) ==
             "--path must begin with '/' and have no blanks, not 'ws'");
  BOOST_TEST(complaint({"--header", "a\r\nb: c"}).starts_with("--header must look like"));
  BOOST_TEST(complaint({"--duration", "nan"}).starts_with("--duration must be a number"));
  BOOST_TEST(complaint({"--duration", "-1"}).starts_with("--duration must be a number"));
  BOOST_TEST(complaint({"--port", "1", "--host", "::1", "--sources", "2"}) ==
             "--sources needs a server at a 127.x.x.x address");
}

BOOST_AUTO_TEST_CASE(the_help_needs_nothing_else) {
  BOOST_TEST(parse_load_options({"--help"}).help);
  BOOST_TEST(load_help().find("--request-bytes N") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(quantiles_are_within_a_hundredth) {
  histogram h;
  BOOST_TEST(h.quantile(0.5) == 0u);
  for (std::uint64_t i = 1; i <= 1'000'000; ++i) h.add(i);
  for (double q : {0.001, 0.5, 0.9, 0.99, 0.999}) {
    auto const found = static_cast<double>(h.quantile(q));
    BOOST_TEST(found >= q * 1e6);
    BOOST_TEST(found <= q * 1e6 * 1.01);
  }
  BOOST_TEST(h.quantile(1) == 1'000'000u);
  BOOST_TEST(h.least() == 1u);
  BOOST_TEST(h.mean() == 500'000.5);
}

BOOST_AUTO_TEST_CASE(the_histogram_takes_any_number) {
  histogram h;
  for (int bit = 0; bit < 64; ++bit) h.add(std::uint64_t{1} << bit);
  h.add(0);
  h.add(~std::uint64_t{0});
  BOOST_TEST(h.count() == 66u);
  BOOST_TEST(h.quantile(1) == ~std::uint64_t{0});
  BOOST_TEST(h.quantile(0) == 0u);
}

BOOST_AUTO_TEST_CASE(finds_numbers_wherever_they_move) {
  number_finder finder("\"seq\":");
  BOOST_TEST(finder.find(R"({"ts":1,"seq":42})").value() == 42u);
  BOOST_TEST(finder.find(R"({"ts":12,"seq":43})").value() == 43u);
  BOOST_TEST(finder.find(R"({"seq":7})").value() == 7u);
  BOOST_TEST(!finder.find(R"({"seq":"x"})").has_value());
  BOOST_TEST(!finder.find("").has_value());
  BOOST_TEST(!number_finder("").find("1").has_value());
}

BOOST_AUTO_TEST_CASE(reads_a_process_whose_name_is_awkward) {
  process_usage usage;
  BOOST_TEST(read_stat("12 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 20 0 3 0 99", usage));
  BOOST_TEST(usage.user_ticks == 11u);
  BOOST_TEST(usage.system_ticks == 12u);
  BOOST_TEST(usage.threads == 3u);
  BOOST_TEST(!read_stat("12 (a", usage));
}

BOOST_AUTO_TEST_CASE(the_report_is_json_with_null_for_what_was_not_measured) {
  load_options options;
  options.label = "a \"b\"\n";
  load_result result;
  auto const idle = boost::json::parse(as_json(options, result));
  BOOST_TEST(idle.at("label").as_string() == "a \"b\"\n");
  BOOST_TEST(idle.at("server").is_null());
  BOOST_TEST(idle.at("latency_us").is_null());
  BOOST_TEST(idle.at("messages_per_second").is_null());

  result.measured = std::chrono::seconds(2);
  result.counts.messages = 1000;
  result.server.emplace();
  result.server->to.cpu = std::chrono::milliseconds(5);
  result.server->idle.resident_bytes = 200000;
  auto const busy = boost::json::parse(as_json(options, result));
  BOOST_TEST(busy.at("messages_per_second").as_double() == 500);
  BOOST_TEST(busy.at("server").at("cpu_us_per_message").as_double() == 5);
  BOOST_TEST(busy.at("server").at("rss_per_connection_bytes").as_double() == 2000);
}

BOOST_AUTO_TEST_SUITE_END()
