// The flow that runes-bench-engine measures is the mix it says, and what it counts adds up.
#include <bench/arguments.hpp>
#include <bench/engine/options.hpp>
#include <bench/engine/runs.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace runes::bench;

namespace {

flow_mix short_mix(std::uint64_t seed = 1) {
  flow_mix mix;
  mix.events = 20'000;
  mix.resting = 1'000;
  mix.seed = seed;
  return mix;
}

double share(order_flow const& flow, flow_event::kind what) {
  auto const count = std::count_if(flow.events.begin(), flow.events.end(),
                                   [&](flow_event const& one) { return one.what == what; });
  return static_cast<double>(count) / static_cast<double>(flow.events.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_flow)

BOOST_AUTO_TEST_CASE(the_mix_is_the_one_asked_for) {
  auto const flow = make_flow(short_mix());
  BOOST_TEST(flow.events.size() == 20'000u);
  BOOST_TEST(flow.before.size() == 1'000u);
  BOOST_TEST(share(flow, flow_event::kind::add) == 0.5, boost::test_tools::tolerance(0.05));
  BOOST_TEST(share(flow, flow_event::kind::cancel) == 0.4, boost::test_tools::tolerance(0.05));
  BOOST_TEST(share(flow, flow_event::kind::aggressive) == 0.1, boost::test_tools::tolerance(0.1));
  BOOST_TEST(flow.least_resting > 800u);
  BOOST_TEST(flow.most_resting < 1'200u);
}

BOOST_AUTO_TEST_CASE(every_event_is_carried_out_and_aggressive_orders_fill) {
  auto const mix = short_mix();
  auto const flow = make_flow(mix);
  auto const out = outcome_of(mix, flow);
  BOOST_TEST(out.refused == 0u);
  auto const aggressive = share(flow, flow_event::kind::aggressive) * 20'000;
  BOOST_TEST(static_cast<double>(out.aggressive_filled) > 0.98 * aggressive);
  BOOST_TEST(out.trades >= out.aggressive_filled);
  BOOST_TEST(out.volume >= out.trades);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bytes) {
  auto const a = outcome_of(short_mix(), make_flow(short_mix()));
  auto const b = outcome_of(short_mix(), make_flow(short_mix()));
  auto const other = outcome_of(short_mix(2), make_flow(short_mix(2)));
  BOOST_TEST(a.hash == b.hash);
  BOOST_TEST(a.book_hash == b.book_hash);
  BOOST_TEST(a.hash != other.hash);
}

BOOST_AUTO_TEST_CASE(in_the_steady_state_the_engine_asks_for_no_memory) {
  auto const mix = short_mix();
  auto const flow = make_flow(mix);
  auto const timing = time_flow(mix, flow);
  BOOST_TEST(timing.allocations == 0u);
  BOOST_TEST(timing.trades == outcome_of(mix, flow).trades);
}

BOOST_AUTO_TEST_CASE(each_event_has_its_latency) {
  auto const mix = short_mix();
  BOOST_TEST(event_ticks(mix, make_flow(mix)).size() == mix.events);
}

BOOST_AUTO_TEST_CASE(a_mix_beyond_a_hundred_percent_is_refused) {
  BOOST_CHECK_THROW(parse_engine_options({"--adds", "70", "--cancels", "40"}), usage_error);
  BOOST_TEST(parse_engine_options({"--adds", "60", "--cancels", "40"}).mix.adds == 60u);
}

BOOST_AUTO_TEST_SUITE_END()
