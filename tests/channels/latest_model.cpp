#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

#include "channels/market.hpp"

using namespace runes;
using runes::test::text_of;

BOOST_AUTO_TEST_SUITE(latest_model)

BOOST_AUTO_TEST_CASE(the_state_is_the_last_object) {
  auto const state = models::latest()->make_state();
  BOOST_TEST(text_of(state->snapshot()) == "null");
  auto const one = latest_payload(R"({"n":1})");
  BOOST_TEST(state->apply(one) == one);
  BOOST_TEST(state->snapshot() == one);
  auto const two = latest_payload(R"({"n":2})");
  BOOST_TEST(state->apply(two) == two);
  BOOST_TEST(text_of(state->snapshot()) == R"({"n":2})");
  BOOST_TEST(two->count() == 1u);
  BOOST_TEST(two->bytes() > 7u);
}

BOOST_AUTO_TEST_CASE(the_same_again_is_no_change) {
  auto const state = models::latest()->make_state();
  state->apply(latest_payload("{}"));
  BOOST_TEST(!state->apply(latest_payload("{}")));
  BOOST_TEST(state->apply(latest_payload("{}", true)));  // a last word is always said
}

BOOST_AUTO_TEST_CASE(the_newer_takes_the_place_of_the_older) {
  auto const model = models::latest();
  auto const older = latest_payload("1"), newer = latest_payload("2");
  BOOST_TEST(model->merge(older, newer) == newer);
}

BOOST_AUTO_TEST_CASE(what_is_to_be_kept_is_never_merged) {
  auto const model = models::latest();
  auto const kept = latest_payload("1", true), other = latest_payload("2");
  BOOST_TEST(!model->merge(kept, other));
  BOOST_TEST(!model->merge(other, kept));
}

BOOST_AUTO_TEST_CASE(a_closed_window_is_kept) {
  statistics window;
  auto const model = models::latest();
  auto const open = to_payload(window);
  window.closed = true;
  auto const closed = to_payload(window);
  BOOST_TEST(model->merge(open, open) == open);
  BOOST_TEST(!model->merge(closed, open));
}

BOOST_AUTO_TEST_CASE(payloads_of_another_model_are_refused) {
  auto const model = models::latest();
  auto const state = model->make_state();
  auto const mine = latest_payload("1"), other = log_payload("1");
  state->apply(mine);
  BOOST_CHECK_THROW(state->apply(other), error);
  BOOST_CHECK_THROW(model->merge(mine, other), error);
  BOOST_CHECK_THROW(model->merge(other, mine), error);
  BOOST_TEST(state->snapshot() == mine);
  BOOST_CHECK_THROW(model->project(*state, *state, 10), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
