#include "bench/engine/runs.hpp"

#include "bench/clock.hpp"
#include "bench/load/histogram.hpp"
#include "bench/resume/allocations.hpp"

#include <x86intrin.h>

#include <ctime>

#include <span>

namespace runes::bench {

namespace engine = exchange::engine;

namespace {

std::uint64_t hashed(std::uint64_t hash, void const* data, std::size_t size) {
  auto const* const bytes = static_cast<unsigned char const*>(data);
  for (std::size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 0x100000001B3u;
  return hash;
}
constexpr std::uint64_t hash_of_nothing = 0xCBF29CE484222325u;

// What a consumer does at least: it looks at every event.
class tally final : public engine::event_sink {
 public:
  void on_events(std::span<engine::event const> events) noexcept override {
    for (auto const& one : events) {
      if (one.kind != engine::event_kind::trade) continue;
      ++trades;
      volume += static_cast<std::uint64_t>(one.quantity);
    }
  }
  std::uint64_t trades = 0;
  std::uint64_t volume = 0;
};

class careful_tally final : public engine::event_sink {
 public:
  void on_events(std::span<engine::event const> events) noexcept override {
    for (auto const& one : events) {
      ++out.events_out;
      out.hash = hashed(out.hash, &one, sizeof one);
      if (one.kind == engine::event_kind::trade) {
        ++out.trades;
        out.volume += static_cast<std::uint64_t>(one.quantity);
      }
      out.aggressive_filled += one.kind == engine::event_kind::filled_taker && one.remaining == 0;
    }
  }
  flow_outcome out;
};

void fill_book(engine::matching_engine& engine, order_flow const& flow) {
  for (auto const& one : flow.before) one.apply(engine);
}

double cpu_seconds() {
  std::timespec at{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
}

// Everything before is done when the counter is read, and nothing after it has begun.
std::uint64_t counter_before() {
  _mm_lfence();
  auto const now = __rdtsc();
  _mm_lfence();
  return now;
}
std::uint64_t counter_after() {
  unsigned core = 0;
  auto const now = __rdtscp(&core);
  _mm_lfence();
  return now;
}

}  // namespace

flow_outcome outcome_of(flow_mix const& mix, order_flow const& flow) {
  careful_tally seen;
  engine::matching_engine engine(config_for(mix), seen);
  fill_book(engine, flow);
  seen.out = {};
  seen.out.hash = hash_of_nothing;
  for (auto const& one : flow.events) {
    seen.out.refused += one.apply(engine) != engine::error::none;
  }
  auto out = seen.out;
  out.book_hash = hash_of_nothing;
  for (auto const which : {engine::side::buy, engine::side::sell}) {
    std::vector<engine::level_view> levels(engine.open_orders() + 1);
    levels.resize(engine.levels(which, levels));
    for (auto const& level : levels) {
      out.book_hash = hashed(out.book_hash, &level.price, sizeof level.price);
      out.book_hash = hashed(out.book_hash, &level.quantity, sizeof level.quantity);
    }
    out.levels += levels.size();
  }
  return out;
}

flow_timing time_flow(flow_mix const& mix, order_flow const& flow) {
  tally seen;
  engine::matching_engine engine(config_for(mix), seen);
  fill_book(engine, flow);
  seen.trades = 0;
  auto const allocated = allocations();
  count_allocations(true);
  auto const began = cpu_seconds();
  for (auto const& one : flow.events) one.apply(engine);
  auto const took = cpu_seconds() - began;
  count_allocations(false);
  return {static_cast<double>(flow.events.size()) / took, seen.trades, allocations() - allocated};
}

std::vector<std::uint32_t> event_ticks(flow_mix const& mix, order_flow const& flow) {
  tally seen;
  engine::matching_engine engine(config_for(mix), seen);
  fill_book(engine, flow);
  std::vector<std::uint32_t> took(flow.events.size());
  auto* next = took.data();
  for (auto const& one : flow.events) {
    auto const before = counter_before();
    one.apply(engine);
    *next++ = static_cast<std::uint32_t>(counter_after() - before);
  }
  return took;
}

std::uint64_t clock_ticks() {
  histogram readings;
  for (int i = 0; i < 100'000; ++i) {
    auto const before = counter_before();
    readings.add(counter_after() - before);
  }
  return readings.quantile(0.5);
}

double ns_a_tick() {
  auto const ticks = counter_before();
  auto const began = monotonic_ns();
  while (monotonic_ns() - began < 20'000'000) {
  }
  auto const took = monotonic_ns() - began;
  return static_cast<double>(took) / static_cast<double>(counter_after() - ticks);
}

}  // namespace runes::bench
