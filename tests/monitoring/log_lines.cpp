#include "monitoring/log_lines.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using namespace runes::detail;
using namespace std::string_literals;
using namespace std::string_view_literals;
using runes::severity;

namespace {

log_record saying(std::string_view text) {
  // 2024-02-29T12:34:56.000007Z
  return {severity::info, "server", 7, text,
          std::chrono::sys_time<std::chrono::microseconds>(1'709'210'096'000'007us)};
}

std::string visible(std::string_view text) {
  std::string out;
  append_visible(out, text);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(log_lines)

BOOST_AUTO_TEST_CASE(for_people) {
  BOOST_TEST(human_line(saying("listening")) ==
             "2024-02-29T12:34:56.000007Z info    server #7 listening\n");
  auto record = saying("slow");
  record.level = severity::warning;
  record.connection = 0;
  BOOST_TEST(human_line(record) == "2024-02-29T12:34:56.000007Z warning server slow\n");
}

BOOST_AUTO_TEST_CASE(for_programs) {
  BOOST_TEST(json_line(saying("listening")) ==
             R"({"ts":1709210096000007,"severity":"info","channel":"server","connection":7,)"
             R"("text":"listening"})"
             "\n");
}

BOOST_AUTO_TEST_CASE(before_the_epoch_too) {
  auto record = saying("x");
  record.at = std::chrono::sys_time<std::chrono::microseconds>(-1us);
  BOOST_TEST(human_line(record) == "1969-12-31T23:59:59.999999Z info    server #7 x\n");
}

BOOST_AUTO_TEST_CASE(what_could_fake_a_line_is_escaped) {
  BOOST_TEST(visible("a\nb\r\tc") == R"(a\nb\r\tc)");
  BOOST_TEST(visible("\x1b[2J\x7f\0"sv) == R"(\u001b[2J\u007f\u0000)");
  BOOST_TEST(visible("\u0085\u009b\u2028\u2029\u202e\u2066") ==
             R"(\u0085\u009b\u2028\u2029\u202e\u2066)");
  BOOST_TEST(visible("Grüße, 価格 🙂 C:\\x \"q\"") == "Grüße, 価格 🙂 C:\\x \"q\"");
}

BOOST_AUTO_TEST_CASE(what_is_no_utf8_is_replaced) {
  auto const replaced = "\uFFFD"s;
  BOOST_TEST(visible("a\xff"
                     "b") == "a" + replaced + "b");
  BOOST_TEST(visible("\xc3") == replaced);                                // ends too early
  BOOST_TEST(visible("\x9b") == replaced);                                // begins in the middle
  BOOST_TEST(visible("\xc0\x8a") == replaced + replaced);                 // overlong line feed
  BOOST_TEST(visible("\xe0\x80\x8a") == replaced + replaced + replaced);  // and longer still
  BOOST_TEST(visible("\xed\xa0\x80") == replaced + replaced + replaced);  // a surrogate
  BOOST_TEST(visible("\xf4\x90\x80\x80") == replaced + replaced + replaced + replaced);
}

BOOST_AUTO_TEST_CASE(any_bytes_make_one_line_of_valid_json) {
  std::string every;
  for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
  every += "\u2028\u202e";
  auto record = saying(every);
  record.channel = "\"\n";
  auto const line = json_line(record);
  BOOST_TEST(line.find('\n') == line.size() - 1);
  auto const object = boost::json::parse(line).as_object();
  BOOST_TEST(object.at("channel").as_string() == "\"\n");
  BOOST_TEST(object.at("text").as_string().starts_with(every.substr(0, 128)));
  BOOST_TEST(object.at("text").as_string().ends_with("\u2028\u202e"));
  BOOST_TEST(line.find("\u2028") == std::string::npos);

  auto const human = human_line(record);
  BOOST_TEST(human.find('\n') == human.size() - 1);
}

BOOST_AUTO_TEST_CASE(a_long_text_is_cut_between_two_characters) {
  std::string const exact(max_log_text, 'x');
  BOOST_TEST(human_line(saying(exact)).ends_with("x\n"));
  std::string const over = exact.substr(1) + "é and more";
  BOOST_TEST(human_line(saying(over)).ends_with("x … (11 bytes more)\n"));
  BOOST_TEST(json_line(saying(over)).ends_with("x … (11 bytes more)\"}\n"));
}

BOOST_AUTO_TEST_SUITE_END()
