#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

#include "channels/market.hpp"

using namespace runes;
using runes::test::text_of;

BOOST_AUTO_TEST_SUITE(log_model)

BOOST_AUTO_TEST_CASE(entries_are_a_list_and_are_counted) {
  std::vector<std::string> const entries{"1", "{\"a\":2}", "3"};
  auto const payload = log_payload(entries);
  BOOST_TEST(text_of(payload) == R"([1,{"a":2},3])");
  BOOST_TEST(payload->count() == 3u);
  BOOST_TEST(log_payload("7")->count() == 1u);
  BOOST_TEST(text_of(log_payload("7")) == "[7]");
}

BOOST_AUTO_TEST_CASE(a_log_without_entries_is_refused) {
  BOOST_CHECK_THROW(log_payload(std::span<std::string const>()), std::invalid_argument);
  BOOST_CHECK_THROW(to_payload(std::span<trade const>()), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_snapshot_begins_now) {
  auto const state = models::log()->make_state();
  auto const entry = log_payload("1");
  BOOST_TEST(state->apply(entry) == entry);
  BOOST_TEST(state->apply(entry) == entry);  // twice the same is two entries
  BOOST_TEST(text_of(state->snapshot()) == "[]");
  BOOST_TEST(state->snapshot()->count() == 0u);
}

BOOST_AUTO_TEST_CASE(merging_is_joining) {
  auto const model = models::log();
  auto const merged =
      model->merge(model->merge(log_payload("1"), log_payload("2")), log_payload("3"));
  BOOST_TEST(text_of(merged) == "[1,2,3]");
  BOOST_TEST(merged->count() == 3u);
  auto const nothing = model->make_state()->snapshot();
  BOOST_TEST(text_of(model->merge(nothing, merged)) == "[1,2,3]");
  BOOST_TEST(text_of(model->merge(merged, nothing)) == "[1,2,3]");
}

BOOST_AUTO_TEST_CASE(trades_are_entries) {
  trade one;
  one.trade_id = 1;
  trade two;
  two.trade_id = 2;
  std::vector const both{one, two};
  auto const payload = to_payload(both);
  BOOST_TEST(payload->count() == 2u);
  BOOST_TEST(text_of(payload) == text_of(models::log()->merge(to_payload(one), to_payload(two))));
  BOOST_TEST(to_payload(liquidation{})->count() == 1u);
}

BOOST_AUTO_TEST_CASE(payloads_of_another_model_are_refused) {
  auto const state = models::log()->make_state();
  BOOST_CHECK_THROW(state->apply(latest_payload("1")), error);
  BOOST_CHECK_THROW(state->apply(nullptr), error);
}

BOOST_AUTO_TEST_SUITE_END()
