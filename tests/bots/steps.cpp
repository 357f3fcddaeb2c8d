// From what is open to what is wanted.
#include "steps.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace bots::test {
namespace {

using runes::side;

runes::order open_order(std::uint64_t id, side which, std::string const& price,
                        std::string const& remaining, std::string const& filled = "0.0") {
  runes::order made;
  made.order_id = id;
  made.symbol = "BTC-USD";
  made.side = which;
  made.price = runes::decimal::from(price);
  made.remaining = runes::decimal::from(remaining);
  made.filled = runes::decimal::from(filled);
  made.quantity = made.remaining + made.filled;
  return made;
}

runes::new_order wish(side which, std::string const& price, std::string const& quantity) {
  return runes::limit_order("BTC-USD", which, quantity, price);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(steps)

BOOST_AUTO_TEST_CASE(whole_steps) {
  BOOST_TEST(steps_of(runes::decimal(125, 2), runes::decimal(5, 1)) == 2);
  BOOST_TEST(steps_of(runes::decimal(-125, 2), runes::decimal(5, 1)) == -2);
  BOOST_TEST(steps_of(runes::decimal(3, 0), runes::decimal(25, 2)) == 12);
  BOOST_TEST(from_steps(12, runes::decimal(25, 2)) == runes::decimal(3, 0));
}

BOOST_AUTO_TEST_CASE(what_stands_as_it_is_wanted_is_let_be) {
  BOOST_TEST(
      !next_step({open_order(1, side::buy, "10.0", "1.0")}, {wish(side::buy, "10.00", "1")}));
  BOOST_TEST(!next_step({}, {}));
}

BOOST_AUTO_TEST_CASE(what_is_not_allowed_holds_no_other_up) {
  runes::order_list const open{open_order(1, side::buy, "10.0", "1.0")};
  std::vector<runes::new_order> const wanted{wish(side::buy, "11.0", "1.0"),
                                             wish(side::sell, "13.0", "1.0")};
  auto const no_amendment = [](step const& what) {
    return !std::holds_alternative<runes::amendment>(what);
  };
  auto const next = next_step(open, wanted, no_amendment);
  BOOST_TEST((std::get<runes::new_order>(next.value()).side() == side::sell));
  BOOST_TEST(!next_step(open, wanted, [](step const&) { return false; }));
}

BOOST_AUTO_TEST_CASE(first_it_cancels_then_it_amends_then_it_places) {
  runes::order_list open{open_order(1, side::buy, "10.0", "1.0", "0.5"),
                         open_order(2, side::buy, "9.0", "1.0"),
                         open_order(3, side::sell, "12.0", "1.0")};
  std::vector<runes::new_order> const wanted{wish(side::buy, "11.0", "1.0"),
                                             wish(side::sell, "12.0", "1.0"),
                                             wish(side::sell, "13.0", "1.0")};
  auto const first = next_step(open, wanted);
  BOOST_REQUIRE(first);
  BOOST_TEST(std::get<runes::order_ref>(*first).order_id() == 2u);
  open.erase(open.begin() + 1);
  auto const second = next_step(open, wanted);
  auto const& change = std::get<runes::amendment>(second.value());
  BOOST_TEST(change.which().order_id() == 1u);
  BOOST_TEST(change.price().value() == runes::decimal(11, 0));
  BOOST_TEST(change.quantity().value() == runes::decimal(15, 1));  // the filled part included
  open[0] = open_order(1, side::buy, "11.0", "1.0", "0.5");
  auto const third = next_step(open, wanted);
  BOOST_TEST(std::get<runes::new_order>(third.value()).price().value() == runes::decimal(13, 0));
}

BOOST_AUTO_TEST_CASE(a_step_that_would_cross_waits) {
  runes::order_list open{open_order(1, side::buy, "10.0", "1.0"),
                         open_order(2, side::sell, "11.0", "1.0")};
  std::vector<runes::new_order> const up{wish(side::buy, "11.0", "1.0"),
                                         wish(side::sell, "12.0", "1.0")};
  auto const first = next_step(open, up);
  BOOST_TEST(std::get<runes::amendment>(first.value()).which().order_id() == 2u);
  std::vector<runes::new_order> const down{wish(side::sell, "10.0", "1.0"),
                                           wish(side::buy, "9.0", "1.0")};
  auto const other = next_step(open, down);
  BOOST_TEST(std::get<runes::amendment>(other.value()).which().order_id() == 1u);
  // Nothing is left to be done but what has to wait.
  BOOST_TEST(!next_step({open_order(2, side::sell, "11.0", "1.0")},
                        {wish(side::buy, "11.0", "1.0"), wish(side::sell, "11.0", "1.0")}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace bots::test
