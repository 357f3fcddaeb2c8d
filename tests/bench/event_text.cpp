// The events of the benchmark servers: exactly the size asked for, whatever their numbers are.
#include "bench/event_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <string>

BOOST_AUTO_TEST_SUITE(event_text)

using maker = runes::bench::event_text;

BOOST_AUTO_TEST_CASE(is_json_of_the_size_asked_for) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  for (std::size_t size : {64u, 65u, 200u, 1024u, 1048576u}) {
    maker const make(size);
    for (std::uint64_t number :
         {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{1'000'000}, most}) {
      auto const text = make(number, most - number);
      BOOST_TEST(text.size() == size);
      auto const value = boost::json::parse(text);
      BOOST_TEST(value.at("ts").to_number<std::uint64_t>() == number);
      BOOST_TEST(value.at("seq").to_number<std::uint64_t>() == most - number);
    }
  }
}

BOOST_AUTO_TEST_CASE(appends_without_touching_what_is_there) {
  maker const make(64);
  std::string out = "before";
  make.append(out, 1, 2);
  BOOST_TEST(out == "before" + make(1, 2));
}

BOOST_AUTO_TEST_CASE(begins_as_load_generators_expect) {
  BOOST_TEST(maker(80)(123, 45).starts_with(R"({"ts":123,"seq":45,)"));
}

BOOST_AUTO_TEST_CASE(refuses_sizes_out_of_range) {
  BOOST_CHECK_THROW(maker(63), std::length_error);
  BOOST_CHECK_THROW(maker(1048577), std::length_error);
}

BOOST_AUTO_TEST_SUITE_END()
