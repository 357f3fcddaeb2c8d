#include "bench/load/json_object.hpp"
#include "bench/local/median.hpp"
#include "bench/slow/trial.hpp"

#include <algorithm>
#include <utility>

namespace runes::bench {
namespace {

template <class Figure>
double median_of(slow_result const& r, Figure figure) {
  std::vector<double> values;
  for (auto const& each : r.rounds) values.push_back(figure(each));
  return median(std::move(values));
}

double p99(slow_phase const& of) { return static_cast<double>(of.latency_us.quantile(0.99)); }

/// Updates a second in the slowest measurement: below the rate asked for the server was overloaded,
/// and latencies tell for how long.
std::uint64_t lowest_rate(slow_result const& r) {
  double lowest = 1e18;
  for (auto const& each : r.rounds) {
    for (auto const* phase : {&each.without, &each.with}) {
      lowest = std::min(lowest, static_cast<double>(phase->published) / phase->seconds);
    }
  }
  return static_cast<std::uint64_t>(lowest);
}

json_object phase_json(slow_result const& r, slow_options const& o,
                       slow_phase slow_round::* which) {
  auto const of = [&](auto figure) {
    return median_of(r, [&](slow_round const& each) { return figure(each.*which); });
  };
  auto const others = static_cast<double>(o.subscribers - o.slow);
  auto const rate = [](slow_phase const& p, std::uint64_t n) {
    return static_cast<double>(n) / p.seconds;
  };
  json_object latency;
  latency.add("p50", of([](auto const& p) { return double(p.latency_us.quantile(0.5)); }))
      .add("p99", of(p99))
      .add("p999", of([](auto const& p) { return double(p.latency_us.quantile(0.999)); }));
  json_object json;
  json.add("latency_us", latency)
      .add("published_per_second", of([&](auto const& p) { return rate(p, p.published); }))
      .add("delivered_per_second", of([&](auto const& p) { return rate(p, p.delivered); }))
      .add("delivered_share",
           of([&](auto const& p) { return double(p.delivered) / (double(p.published) * others); }))
      .add("held_back_per_second", of([&](auto const& p) { return rate(p, p.held_back); }))
      .add("slow_events_per_second_each",
           of([&](auto const& p) { return rate(p, p.slow_events) / double(o.slow); }))
      .add("slow_bytes_per_second_each",
           of([&](auto const& p) { return rate(p, p.slow_bytes) / double(o.slow); }))
      .add("server_cpu", of([](auto const& p) { return p.server_cpu; }))
      .add("load_cpu", of([](auto const& p) { return p.load_cpu; }));
  return json;
}

json_object memory_json(slow_result const& r) {
  json_object json;
  json.add("largest_outbox_bytes", r.largest_outbox)
      .add("outbox_bound_bytes", r.outbox_bound)
      .add("largest_backlog_bytes", r.largest_backlog)
      .add("backlog_bound_bytes", r.backlog_bound);
  return json;
}

json_object books_json(slow_result const& r) {
  std::uint64_t caught_up = 0, same = 0;
  for (auto const& each : r.rounds) caught_up += each.caught_up, same += each.books_same;
  json_object json;
  json.add("caught_up", caught_up)
      .add("same_book", same)
      .add("median_seconds_to_catch_up",
           median_of(r, [](auto const& each) { return each.caught_up_after; }))
      .add("slow_events_verified", r.slow_verified)
      .add("slow_events_merged", r.slow_merged)
      .add("events_verified", r.verified)
      .add("fast_events_merged", r.fast_merged)
      .add("wrong", r.wrong);
  return json;
}

}  // namespace

std::string as_json(slow_options const& o, slow_result const& r) {
  json_object json;
  json.add("subscribers", std::uint64_t{o.subscribers})
      .add("slow", std::uint64_t{o.slow})
      .add("rate", o.rate)
      .add("batch", o.batch)
      .add("fraction", o.fraction)
      .add("rounds", std::uint64_t{r.rounds.size()})
      .add("kept_up", o.rate * 95 <= lowest_rate(r) * 100 ? "yes" : "no")
      .add("p99_ratio",
           median_of(r, [](auto const& each) { return p99(each.with) / p99(each.without); }))
      .add("without_slow", phase_json(r, o, &slow_round::without))
      .add("with_slow", phase_json(r, o, &slow_round::with))
      .add("memory", memory_json(r))
      .add("books", books_json(r))
      .add("lost", std::uint64_t{r.lost});
  return json.text();
}

}  // namespace runes::bench
