#include "simulation/program/options.hpp"

#include "bench/arguments.hpp"
#include "simulation/mutants.hpp"
#include "simulation/plan.hpp"

#include <algorithm>
#include <limits>

namespace runes::simulation {
namespace {

using bench::flag;
using bench::parse_number;

template <class Target>
auto number_into(Target& target, std::string_view name, std::uint64_t least, std::uint64_t most) {
  return [&target, name, least, most](std::string_view value) {
    target = static_cast<unsigned>(parse_number<std::uint64_t>(name, value, least, most));
  };
}

std::vector<flag> flags_of(options& o) {
  constexpr auto any = std::numeric_limits<std::uint64_t>::max();
  return {
      {"--seeds", "N", "how many runs (100)",
       [&o](std::string_view v) { o.seeds = parse_number<std::uint64_t>("--seeds", v, 1, any); }},
      {"--from", "S", "the seed of the first; the others count on from it (1)",
       [&o](std::string_view v) { o.from = parse_number<std::uint64_t>("--from", v, 0, any); }},
      {"--scenario", "NAME", "one of those below, or any (any)",
       [&o](std::string_view v) { o.scenario = v; }},
      {"--seconds", "N", "simulated seconds with changes and faults (the scenario's)",
       number_into(o.seconds, "--seconds", 1, 10'000'000)},
      {"--clients", "N", "clients (2 to 5, by the seed)",
       number_into(o.clients, "--clients", 1, 1'000)},
      {"--mutant", "NAME", "a broken variant of docs/simulation.md in place of the library",
       [&o](std::string_view v) { o.mutant = v; }},
      {"--trace", "", "the trace of every run, with every frame",
       [&o](std::string_view) { o.trace = true; }},
      {"--list", "", "the scenarios and the broken variants",
       [&o](std::string_view) { o.list = true; }},
      {"--help", "", "this text", [&o](std::string_view) { o.help = true; }},
  };
}

void require_known(options const& o) {
  if (!make_plan(o.scenario, 1))
    throw bench::usage_error("there is no scenario '" + o.scenario + "'; --list lists them");
  auto const& all = mutants();
  bool const known = std::any_of(all.begin(), all.end(),
                                 [&](mutant const& each) { return each.broken.name == o.mutant; });
  if (!o.mutant.empty() && !known)
    throw bench::usage_error("there is no mutant '" + o.mutant + "'; --list lists them");
}

}  // namespace

options parse_options(std::vector<std::string_view> const& arguments) {
  options o;
  auto const rest = bench::read_flags(flags_of(o), arguments);
  if (!rest.empty())
    throw bench::usage_error("unexpected argument '" + std::string(rest.front()) + "'");
  require_known(o);
  return o;
}

std::string help_text() {
  options unused;
  std::string text =
      "usage: simulate [options]\n\n"
      "Runs servers, clients and a network under one virtual clock, and checks what the library\n"
      "promises. Of a run that breaks a promise it prints the seed, what was broken, and a trace.\n"
      "Exit status: 0; 1 if a promise was broken; 2 if the command line is wrong.\n\n" +
      bench::describe(flags_of(unused)) + "\nscenarios:\n";
  for (auto const& each : scenarios()) {
    std::string line = "  " + std::string(each.name);
    line.resize(26, ' ');
    text += line + std::string(each.about) + "\n";
  }
  return text;
}

}  // namespace runes::simulation
