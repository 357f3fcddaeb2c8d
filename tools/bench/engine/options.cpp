#include "bench/engine/options.hpp"

#include "bench/arguments.hpp"

#include <cstdint>

namespace runes::bench {
namespace {

std::vector<flag> flags_of(engine_options& o) {
  using u32 = std::uint32_t;
  auto& mix = o.mix;
  return {
      {"--events", "N", "events of a run (20000)",
       number_into<std::uint64_t>(mix.events, "--events", 1, 100'000'000)},
      {"--resting", "N", "orders in the book (10000)",
       number_into<u32>(mix.resting, "--resting", 100, 10'000'000)},
      {"--adds", "N", "percent of orders that rest (50)",
       number_into<u32>(mix.adds, "--adds", 0, 100)},
      {"--cancels", "N", "percent of cancels (40); the rest is aggressive",
       number_into<u32>(mix.cancels, "--cancels", 0, 100)},
      {"--distance", "N", "mean ticks from the other side's best to a new order (100)",
       number_into<double>(mix.mean_distance, "--distance", 1, 1e9)},
      {"--seed", "N", "of the flow (1)",
       number_into<std::uint64_t>(mix.seed, "--seed", 0, UINT64_MAX)},
      {"--rounds", "N", "runs for throughput, of which the median counts (401)",
       number_into<std::size_t>(o.rounds, "--rounds", 1, 10'000)},
      {"--latency-rounds", "N", "runs for latency (101)",
       number_into<std::size_t>(o.latency_rounds, "--latency-rounds", 1, 1'000)},
      {"--help", "", "this text", [&o](std::string_view) { o.help = true; }},
  };
}

}  // namespace

engine_options parse_engine_options(std::vector<std::string_view> const& arguments) {
  engine_options o;
  require_none(read_flags(flags_of(o), arguments));
  if (o.mix.adds + o.mix.cancels > 100) {
    throw usage_error("--adds and --cancels must not be more than 100 together");
  }
  return o;
}

std::string engine_help() {
  engine_options unused;
  return "usage: runes-bench-engine [options]\n\n"
         "What the matching engine alone does on one core. One JSON object on standard output.\n"
         "Exit status: 0; 1 if runs differed, an event was refused or memory was asked for; 2 if\n"
         "the command line is wrong.\n\n" +
         describe(flags_of(unused));
}

}  // namespace runes::bench
