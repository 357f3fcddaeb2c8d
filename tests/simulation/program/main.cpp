// simulate: as many runs as one likes. See docs/simulation.md.
#include "bench/arguments.hpp"
#include "simulation/mutants.hpp"
#include "simulation/program/options.hpp"
#include "simulation/run.hpp"

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace simulation = runes::simulation;

/// So much of a broken run's trace is shown.
constexpr std::size_t shown_lines = 80;

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void list() {
  print("scenarios:\n");
  for (auto const& each : simulation::scenarios())
    print("  " + std::string(each.name) + ": " + std::string(each.about) + "\n");
  print("broken variants:\n");
  for (auto const& each : simulation::mutants())
    print("  " + std::string(each.broken.name) + ": " + std::string(each.broken.what) + "\n");
}

simulation::plan plan_of(simulation::options const& o, std::uint64_t seed) {
  simulation::plan made = *simulation::make_plan(o.scenario, seed);
  if (o.seconds) made.duration = std::chrono::seconds(*o.seconds);
  if (o.clients) made.clients = *o.clients;
  return made;
}

std::string again(simulation::options const& o, simulation::plan const& how, std::uint64_t seed) {
  std::string text =
      "tools/simulate --seeds 1 --from " + std::to_string(seed) + " --scenario " + how.scenario;
  // What "any" has drawn is said by its name; all else is drawn from the same seed again.
  if (o.seconds) text += " --seconds " + std::to_string(*o.seconds);
  if (o.clients) text += " --clients " + std::to_string(*o.clients);
  if (!o.mutant.empty()) text += " --mutant " + o.mutant;
  return text + " --trace";
}

/// Says what was broken, and what led to it: the same run again, this time with its trace.
void report(simulation::options const& o, simulation::plan const& how, std::uint64_t seed,
            simulation::run_result const& seen, simulation::mutation const& broken) {
  print("\nseed " + std::to_string(seed) + ", scenario " + how.scenario + ", broke:\n");
  for (auto const& each : seen.violations) {
    print("  " + simulation::seconds_text(each.at) + "  " + each.invariant + ": " + each.sentence +
          "\n");
  }
  auto const told = simulation::run(how, seed, simulation::trace_level::events, broken);
  print("what happened up to the first of them, without its single events:\n");
  std::string_view const text = told.lines.text();
  std::size_t const first = text.find("BROKEN");
  std::string_view const until = text.substr(0, text.find('\n', first));
  print(simulation::last_lines(until, shown_lines));
  print("\nthe whole of it: " + again(o, how, seed) + "\n\n");
}

int simulate(simulation::options const& o) {
  simulation::mutation broken;
  for (auto const& each : simulation::mutants()) {
    if (each.broken.name == o.mutant) broken = each.broken;
  }
  auto const level = o.trace ? simulation::trace_level::frames : simulation::trace_level::none;
  std::uint64_t bad = 0;
  std::uint64_t events = 0;
  std::chrono::nanoseconds simulated{};
  for (std::uint64_t i = 0; i < o.seeds; ++i) {
    std::uint64_t const seed = o.from + i;
    simulation::plan const how = plan_of(o, seed);
    auto const seen = simulation::run(how, seed, level, broken);
    print(seen.lines.text());
    events += seen.events;
    simulated += seen.simulated;
    if (seen.good()) continue;
    ++bad;
    report(o, how, seed, seen, broken);
    std::fflush(stdout);
  }
  print(std::to_string(o.seeds) + " runs from seed " + std::to_string(o.from) + ", scenario " +
        o.scenario + ": " + std::to_string(bad) + " broke a promise; " +
        simulation::seconds_text(simulated) + " simulated seconds, " + std::to_string(events) +
        " events read\n");
  return bad == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::vector<std::string_view> const arguments(argv + 1, argv + argc);
    auto const o = simulation::parse_options(arguments);
    if (o.help) return print(simulation::help_text()), 0;
    if (o.list) return list(), 0;
    return simulate(o);
  } catch (runes::bench::usage_error const& e) {
    std::fprintf(stderr, "simulate: %s\n", e.what());
    return 2;
  } catch (std::exception const& e) {
    std::fprintf(stderr, "simulate: %s\n", e.what());
    return 1;
  }
}
