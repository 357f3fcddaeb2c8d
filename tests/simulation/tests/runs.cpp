// Whole runs: the library keeps its promises, and broken variants of it do not.
#include "simulation/mutants.hpp"
#include "simulation/plan.hpp"
#include "simulation/run.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

using namespace runes::simulation;

namespace {

std::string words(run_result const& seen) {
  std::string text;
  for (violation const& each : seen.violations)
    text += "\n  " + seconds_text(each.at) + " " + each.invariant + ": " + each.sentence;
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulated_runs)

BOOST_AUTO_TEST_CASE(a_seed_is_a_run_byte_for_byte) {
  for (auto const& [name, about] : scenarios()) {
    BOOST_TEST_CONTEXT(name) {
      plan const how = *make_plan(name, 11);
      auto const first = run(how, 11, trace_level::frames);
      auto const again = run(how, 11, trace_level::frames);
      BOOST_TEST(first.good(), words(first));
      BOOST_TEST(first.lines.text().size() > 10'000u);
      BOOST_TEST((first.lines.text() == again.lines.text()));
      // Nor does it matter how much of it is written down.
      BOOST_TEST(run(how, 11).events == first.events);
    }
  }
}

BOOST_AUTO_TEST_CASE(another_seed_is_another_run) {
  auto const first = run(*make_plan("calm", 1), 1, trace_level::events);
  auto const second = run(*make_plan("calm", 1), 2, trace_level::events);
  BOOST_TEST((first.lines.text() != second.lines.text()));
}

BOOST_AUTO_TEST_CASE(there_is_no_other_scenario) {
  BOOST_TEST(!make_plan("sunny", 1));
  std::set<std::string> drawn;
  for (std::uint64_t seed = 0; seed < 100; ++seed) drawn.insert(make_plan("any", seed)->scenario);
  BOOST_TEST(drawn.size() == scenarios().size());
}

BOOST_AUTO_TEST_CASE(each_mutant_is_caught_by_its_seed) {
  for (mutant const& each : mutants()) {
    BOOST_TEST_CONTEXT(each.broken.name) {
      plan const how = *make_plan(each.scenario, each.seed);
      auto const seen = run(how, each.seed, trace_level::none, each.broken);
      BOOST_TEST(seen.broke(each.caught_by), words(seen));
      auto const sound = run(how, each.seed);
      BOOST_TEST(sound.good(), words(sound));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
