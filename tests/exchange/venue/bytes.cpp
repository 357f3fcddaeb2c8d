// Commands and snapshots as bytes, whole and damaged.
#include "random_requests.hpp"
#include "venue_test.hpp"

#include <stdexcept>

using namespace exchange::venue;

BOOST_AUTO_TEST_SUITE(bytes)

BOOST_AUTO_TEST_CASE(a_command_that_was_cut_or_changed_is_refused_or_is_another_one) {
  random_requests requests(11);
  for (int i = 0; i < 300; ++i) {
    auto const journal = encode(requests.next());
    for (std::size_t size = 0; size < journal.size(); ++size) {
      BOOST_CHECK_THROW(decode(std::string_view(journal).substr(0, size)), std::runtime_error);
    }
    BOOST_CHECK_THROW(decode(journal + 'x'), std::runtime_error);
    for (std::size_t bit = 0; bit < 8 * journal.size(); ++bit) {
      auto broken = journal;
      broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << bit % 8));
      try {
        BOOST_REQUIRE((encode(decode(broken)) == broken));
        BOOST_REQUIRE(bit >= 8);  // never one of another version
      } catch (std::runtime_error const& e) {
        BOOST_REQUIRE(std::string(e.what()).starts_with("the command "));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_was_cut_or_changed_is_refused_or_is_another_state) {
  random_requests requests(12);
  trading_venue venue(small_venue());
  for (int i = 0; i < 150; ++i) venue.apply(requests.next());
  auto const whole = venue.save();
  auto const load = [](std::string_view what) { trading_venue(small_venue()).load(what); };
  for (std::size_t size = 0; size < whole.size(); size += 41) {
    BOOST_CHECK_THROW(load(std::string_view(whole).substr(0, size)), std::runtime_error);
  }
  BOOST_CHECK_THROW(load(whole + 'x'), std::runtime_error);
  int refusals = 0;
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    auto broken = whole;
    broken[at] = static_cast<char>(broken[at] ^ 0x80);
    try {
      trading_venue loaded(small_venue());
      loaded.load(broken);
      BOOST_REQUIRE((loaded.save() == broken));
    } catch (std::runtime_error const&) {
      ++refusals;
    }
  }
  BOOST_TEST(refusals > 100);
}

BOOST_AUTO_TEST_CASE(a_snapshot_of_another_configuration_is_refused) {
  auto const whole = trading_venue(small_venue()).save();
  auto config = small_venue();
  config.instruments.pop_back();
  trading_venue other(config);
  BOOST_CHECK_THROW(other.load(whole), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
