// Shares of amounts against plain division, and where the product does not fit.
#include "accounts_test.hpp"

#include <accounts/arithmetic.hpp>

#include <random>

using namespace exchange::accounts;

BOOST_AUTO_TEST_SUITE(arithmetic)

BOOST_AUTO_TEST_CASE(shares_are_rounded_as_they_say) {
  BOOST_TEST(number(share_down(10, 1, 3)) == 3);
  BOOST_TEST(number(share_up(10, 1, 3)) == 4);
  BOOST_TEST(number(share_up(9, 1, 3)) == 3);
  BOOST_TEST(number(share_down(10, 3, 3)) == 10);
  BOOST_TEST(number(share_up(10, 0, 3)) == 0);
  BOOST_TEST(number(rate_up(1, 1)) == 1);
  BOOST_TEST(number(rate_up(1'000'000, 1)) == 1);
  BOOST_TEST(number(rate_up(1'000'001, 1)) == 2);
  BOOST_TEST(number(divide_up(7, 7)) == 1);
  BOOST_TEST(number(divide_up(8, 7)) == 2);
}

BOOST_AUTO_TEST_CASE(a_product_that_does_not_fit_is_worked_out_exactly) {
  constexpr amount huge = amount{1} << 120;
  BOOST_TEST((share_down(huge, huge - 1, huge) == huge - 1));
  BOOST_TEST((share_down(huge, huge / 2, huge) == huge / 2));
  BOOST_TEST((share_down(huge, huge / 3, huge - 1) == huge / 3));
  BOOST_TEST((share_up(huge - 1, huge / 2 + 1, huge) == huge / 2 + 1));
}

// Scaled by a power of two, both ways have to agree.
BOOST_AUTO_TEST_CASE(both_ways_agree) {
  std::mt19937_64 bits(3);
  for (int i = 0; i < 2'000; ++i) {
    auto const whole = static_cast<amount>(bits() >> 24);
    auto const of = static_cast<amount>(bits() >> 24) + 1;
    auto const part = static_cast<amount>(bits()) % (of + 1);
    auto const expected = whole * part / of;
    BOOST_REQUIRE((share_down(whole, part, of) == expected));
    constexpr amount scale = amount{1} << 84;
    BOOST_REQUIRE((share_down(whole, part * scale, of * scale) == expected));
    BOOST_REQUIRE((share_up(whole, part * scale, of * scale) == (whole * part + of - 1) / of));
  }
}

BOOST_AUTO_TEST_SUITE_END()
