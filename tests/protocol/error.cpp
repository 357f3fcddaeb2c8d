#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

using runes::errc;
using runes::retry;

BOOST_AUTO_TEST_SUITE(errors)

BOOST_AUTO_TEST_CASE(codes_have_the_names_of_the_protocol) {
  BOOST_TEST(name_of(errc::bad_json) == "bad_json");
  BOOST_TEST(name_of(errc::unknown_channel) == "unknown_channel");
  BOOST_TEST(name_of(errc::draining) == "draining");
  BOOST_TEST(name_of(static_cast<errc>(4999)) == "unknown");
}

BOOST_AUTO_TEST_CASE(only_numbers_of_the_wire_come_from_the_wire) {
  BOOST_TEST((runes::errc_from_wire(3001) == errc::rate_limited));
  BOOST_TEST((runes::errc_from_wire(9003) == errc::draining));
  for (int const number : {-1, 0, 1, 10, 999, 1000, 1005, 2006, 6000, 9004}) {
    BOOST_TEST(!runes::errc_from_wire(number).has_value(), number);
  }
}

BOOST_AUTO_TEST_CASE(every_number_of_the_protocol_is_known) {
  int known = 0;
  for (int number = 1000; number < 10000; ++number)
    known += runes::errc_from_wire(number).has_value();
  BOOST_TEST(known == 28);
}

BOOST_AUTO_TEST_CASE(advice_says_whether_to_try_again) {
  BOOST_TEST(name_of(retry_of(errc::rate_limited)) == "later");
  BOOST_TEST(name_of(retry_of(errc::overloaded)) == "later");
  BOOST_TEST(name_of(retry_of(errc::draining)) == "now");
  BOOST_TEST(name_of(retry_of(errc::bad_json)) == "never");
  // It may have been carried out.
  BOOST_TEST(name_of(retry_of(errc::timed_out)) == "never");
  BOOST_TEST(name_of(retry_of(static_cast<errc>(77))) == "never");
}

BOOST_AUTO_TEST_CASE(an_error_is_a_code_and_a_sentence) {
  runes::error e(errc::unknown_channel, "no channel 'bok'");
  BOOST_TEST((e.code() == errc::unknown_channel));
  BOOST_TEST(e.sentence() == "no channel 'bok'");
  BOOST_TEST(std::string(e.what()).find("no channel 'bok'") != std::string::npos);
  BOOST_TEST(!e.retry_after().has_value());
  e.retry_after(std::chrono::milliseconds(800));
  BOOST_TEST(e.retry_after()->count() == 800);
}

BOOST_AUTO_TEST_CASE(codes_are_error_codes) {
  boost::system::error_code const code = errc::timed_out;
  BOOST_TEST(code.category().name() == "runes");
  BOOST_TEST(code.message() == "timed_out");
  BOOST_TEST((code == errc::timed_out));
  BOOST_TEST((code != errc::closed));
}

BOOST_AUTO_TEST_SUITE_END()
