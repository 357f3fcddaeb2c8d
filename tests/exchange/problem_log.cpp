#include <problem_log.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace exchange;

namespace {

runes::timestamp const some_time(std::chrono::microseconds(1'723'161'602'007'999));

}  // namespace

BOOST_AUTO_TEST_SUITE(problem_logs)

BOOST_AUTO_TEST_CASE(a_problem_is_told_with_its_file_and_line) {
  problem_log log("data/btc.gz");
  BOOST_TEST(log.add({17, "it is bent"}, some_time).value() == "data/btc.gz:17: it is bent");
  BOOST_TEST(!log.end().has_value());
}

BOOST_AUTO_TEST_CASE(a_problem_of_no_line_is_told_with_its_time) {
  problem_log log("data/btc.gz");
  BOOST_TEST(log.add({0, "it is bent"}, some_time).value() ==
             "data/btc.gz, at 2024-08-09T00:00:02.007Z: it is bent");
}

BOOST_AUTO_TEST_CASE(the_first_problems_are_told_and_the_others_summed_up) {
  problem_log log("f", 3);
  for (std::uint64_t line = 1; line <= 3; ++line) {
    BOOST_TEST(log.add({line, "bent"}, some_time).value() ==
               "f:" + std::to_string(line) + ": bent");
  }
  BOOST_TEST(log.add({4, "bent"}, some_time).value() ==
             "f:4: more problems; from here on they are only counted");
  for (std::uint64_t line = 5; line <= 12'020; ++line) {
    BOOST_REQUIRE(!log.add({line, "bent"}, some_time).has_value());
  }
  BOOST_TEST(log.end().value() == "f: 12020 problems in all, the first 3 of them above");
}

BOOST_AUTO_TEST_CASE(as_many_as_are_told_need_no_sum) {
  problem_log log("f", 2);
  BOOST_TEST(log.add({1, "bent"}, some_time).has_value());
  BOOST_TEST(log.add({2, "bent"}, some_time).has_value());
  BOOST_TEST(!log.end().has_value());
}

BOOST_AUTO_TEST_CASE(what_comes_again_with_each_round_is_told_in_the_first) {
  problem_log log("f", 3);
  BOOST_TEST(log.add({1, "bent"}, some_time).has_value());
  log.end();
  BOOST_TEST(!log.add({1, "bent"}, some_time).has_value());
  BOOST_TEST(!log.end().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
