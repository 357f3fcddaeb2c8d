// runes-bench-engine: what the sample exchange's matching engine does alone on one core. See
// docs/benchmarking.md.
#include "bench/arguments.hpp"
#include "bench/engine/options.hpp"
#include "bench/engine/runs.hpp"
#include "bench/load/histogram.hpp"
#include "bench/load/json_object.hpp"
#include "bench/local/median.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace runes::bench;

std::string hex(std::uint64_t value) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(value));
  return digits;
}

json_object mix_json(flow_mix const& mix, order_flow const& flow) {
  json_object json;
  json.add("adds_percent", std::uint64_t{mix.adds})
      .add("cancels_percent", std::uint64_t{mix.cancels})
      .add("aggressive_percent", std::uint64_t{100 - mix.adds - mix.cancels})
      .add("events", mix.events)
      .add("seed", mix.seed)
      .add("mean_distance_ticks", mix.mean_distance)
      .add("resting_at_first", std::uint64_t{mix.resting})
      .add("resting_least", std::uint64_t{flow.least_resting})
      .add("resting_most", std::uint64_t{flow.most_resting});
  return json;
}

json_object outcome_json(flow_outcome const& out) {
  json_object json;
  json.add("trades", out.trades)
      .add("volume", out.volume)
      .add("aggressive_filled", out.aggressive_filled)
      .add("refused", out.refused)
      .add("events_out", out.events_out)
      .add("levels", out.levels)
      .add("hash", hex(out.hash))
      .add("book_hash", hex(out.book_hash));
  return json;
}

// Each quantile is the median of the rounds'.
json_object latency_json(engine_options const& o, order_flow const& flow) {
  auto const ns = ns_a_tick();
  std::vector<std::pair<char const*, double>> const wanted{
      {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}};
  std::vector<std::vector<double>> seen(wanted.size());
  for (std::size_t round = 0; round < o.latency_rounds; ++round) {
    histogram ticks;
    for (auto const took : event_ticks(o.mix, flow)) ticks.add(took);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      seen[i].push_back(static_cast<double>(ticks.quantile(wanted[i].second)) * ns);
    }
  }
  json_object json;
  json.add("rounds", std::uint64_t{o.latency_rounds});
  for (std::size_t i = 0; i < wanted.size(); ++i) json.add(wanted[i].first, median(seen[i]));
  json.add("p99_least", *std::min_element(seen[2].begin(), seen[2].end()));
  json.add("of_which_clock", static_cast<double>(clock_ticks()) * ns);
  return json;
}

/// Prints the figures; whether all was as it must be.
bool run(engine_options const& o) {
  auto const flow = make_flow(o.mix);
  auto const outcome = outcome_of(o.mix, flow);
  bool right = outcome.refused == 0;
  std::vector<double> speeds;
  std::uint64_t allocated = 0;
  for (std::size_t i = 0; i < o.rounds; ++i) {
    auto const timing = time_flow(o.mix, flow);
    speeds.push_back(timing.events_a_second);
    allocated += timing.allocations;
    right = right && timing.trades == outcome.trades;
  }
  json_object throughput;
  throughput.add("rounds", std::uint64_t{o.rounds})
      .add("median", median(speeds))
      .add("least", *std::min_element(speeds.begin(), speeds.end()))
      .add("most", *std::max_element(speeds.begin(), speeds.end()));
  json_object json;
  json.add("mix", mix_json(o.mix, flow))
      .add("outcome", outcome_json(outcome))
      .add("events_per_cpu_second", throughput)
      .add("latency_ns", latency_json(o, flow))
      .add("allocations", allocated);
  std::puts(json.text().c_str());
  return right && allocated == 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    auto const options = parse_engine_options(std::vector<std::string_view>(argv + 1, argv + argc));
    if (options.help) {
      std::fputs(engine_help().c_str(), stdout);
      return 0;
    }
    return run(options) ? 0 : 1;
  } catch (usage_error const& error) {
    std::fprintf(stderr, "runes-bench-engine: %s\nTry runes-bench-engine --help.\n", error.what());
    return 2;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "runes-bench-engine: %s\n", error.what());
    return 1;
  }
}
