#include <runes/error.hpp>
#include <runes/instrument.hpp>

#include <boost/test/unit_test.hpp>

using runes::decimal;
using runes::errc;

namespace {

runes::instrument bitcoin() { return {"BTC-USD", "BTC", "USD", decimal(50, 2), decimal(1, 5)}; }

auto fails_with(errc code, std::string word) {
  return [=](runes::error const& e) {
    return e.code() == code && e.sentence().find(word) != std::string::npos &&
           e.sentence().find("BTC-USD") != std::string::npos;
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(instruments)

BOOST_AUTO_TEST_CASE(its_steps_say_how_many_decimals_it_has) {
  BOOST_TEST(bitcoin().price_decimals() == 2u);
  BOOST_TEST(bitcoin().quantity_decimals() == 5u);
}

BOOST_AUTO_TEST_CASE(prices_and_quantities_are_read_at_its_decimals) {
  BOOST_TEST(bitcoin().price("50000.5").str() == "50000.50");
  BOOST_TEST(bitcoin().quantity("0.1").str() == "0.10000");
}

BOOST_AUTO_TEST_CASE(what_is_off_the_step_is_refused) {
  auto const of = bitcoin();
  BOOST_CHECK_EXCEPTION(of.price("50000.25"), runes::error, fails_with(errc::bad_price, "0.50"));
  BOOST_CHECK_EXCEPTION(of.price("50000.001"), runes::error,
                        fails_with(errc::bad_price, "50000.001"));
  BOOST_CHECK_EXCEPTION(of.price("much"), runes::error, fails_with(errc::bad_price, "much"));
  BOOST_CHECK_EXCEPTION(of.quantity("0.000001"), runes::error,
                        fails_with(errc::bad_quantity, "0.00001"));
}

BOOST_AUTO_TEST_CASE(steps_must_be_above_zero) {
  auto const make = [](decimal tick, decimal lot) {
    return runes::instrument("BTC-USD", "BTC", "USD", tick, lot);
  };
  BOOST_CHECK_EXCEPTION(make(decimal(0, 2), decimal(1, 0)), runes::error,
                        fails_with(errc::bad_decimal, "tick"));
  BOOST_CHECK_EXCEPTION(make(decimal(1, 2), decimal(-1, 0)), runes::error,
                        fails_with(errc::bad_decimal, "lot"));
}

BOOST_AUTO_TEST_CASE(kinds_and_states_have_names) {
  BOOST_TEST(name_of(runes::instrument_kind::spot) == "spot");
  BOOST_TEST(name_of(runes::instrument_kind::perpetual) == "perpetual");
  BOOST_TEST(name_of(runes::instrument_status::active) == "active");
  BOOST_TEST(name_of(runes::instrument_status::suspended) == "suspended");
  BOOST_TEST(name_of(runes::instrument_status::halted) == "halted");
  BOOST_TEST(name_of(runes::instrument_status::closed) == "closed");
}

BOOST_AUTO_TEST_SUITE_END()
