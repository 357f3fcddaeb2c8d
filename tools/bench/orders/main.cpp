// runes-bench-orders: how long a durable order takes, and how many an exchange takes. See
// docs/benchmarking.md.
#include "bench/arguments.hpp"
#include "bench/clock.hpp"
#include "bench/load/json_object.hpp"
#include "bench/load/server_usage.hpp"
#include "bench/load/swarm.hpp"
#include "bench/local/median.hpp"
#include "bench/orders/options.hpp"
#include "bench/orders/trader.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace runes::bench;

constexpr double second_ns = 1e9;

double microseconds_of(trader& one, void (trader::*ask)()) {
  auto const begin = monotonic_ns();
  (one.*ask)();
  one.await();
  return static_cast<double>(monotonic_ns() - begin) / 1'000;
}

struct round_trips {
  std::vector<double> pings, orders;
};

// Turn by turn on one connection, so that the machine's mood is the same for both.
round_trips measure_latency(orders_options const& o) {
  trader one(o);
  round_trips all;
  auto const end = monotonic_ns() + o.seconds * 1'000'000'000;
  while (monotonic_ns() < end) {
    all.pings.push_back(microseconds_of(one, &trader::ping));
    all.orders.push_back(microseconds_of(one, &trader::place));
    microseconds_of(one, &trader::cancel);
  }
  return all;
}

/// What one run of many connections gave.
struct throughput {
  double requests_a_second = 0;
  double server_cpu_us = 0;  // a request, of all its threads; 0: not asked for
  double own_cpu_us = 0;
};

double cpu_us_of(int pid) {
  if (pid == 0) return 0;
  auto const usage = usage_of(pid);
  if (!usage) throw run_error("there is no process " + std::to_string(pid));
  return static_cast<double>(usage->cpu.count()) / 1'000;
}

// Of every two answers one is a placed order's, one a cancel's.
throughput ask_for_a_while(orders_options const& o, std::vector<std::unique_ptr<trader>>& traders,
                           descriptor const& ready) {
  std::array<epoll_event, 256> events;
  std::uint64_t answers = 0;
  auto const server_before = cpu_us_of(o.pid), own_before = cpu_us_of(::getpid());
  for (auto const& each : traders) each->next();
  auto const begin = monotonic_ns();
  auto const end = begin + o.seconds * 1'000'000'000;
  std::size_t under_way = traders.size();
  bool going_on = true;
  while (under_way > 0) {
    auto const count = checked(
        epoll_wait(ready.get(), events.data(), static_cast<int>(events.size()), -1), "epoll_wait");
    going_on = going_on && monotonic_ns() < end;
    for (int i = 0; i < count; ++i) {
      auto& one = *static_cast<trader*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (one.read() == 0) continue;
      ++answers;
      if (going_on) {
        one.next();
      } else {
        --under_way;
      }
    }
  }
  auto const took = static_cast<double>(monotonic_ns() - begin);
  auto const count = static_cast<double>(answers);
  return {count * second_ns / took, (cpu_us_of(o.pid) - server_before) / count,
          (cpu_us_of(::getpid()) - own_before) / count};
}

std::vector<throughput> measure_throughput(orders_options const& o) {
  std::vector<std::unique_ptr<trader>> traders;
  descriptor const ready(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
  for (std::size_t i = 0; i < o.connections; ++i) {
    auto& made = *traders.emplace_back(std::make_unique<trader>(o));
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.ptr = &made;
    checked(epoll_ctl(ready.get(), EPOLL_CTL_ADD, made.socket(), &interest), "epoll_ctl");
  }
  std::vector<throughput> runs;
  for (std::size_t i = 0; i < o.rounds; ++i) runs.push_back(ask_for_a_while(o, traders, ready));
  return runs;
}

std::vector<double> each_of(std::vector<throughput> const& runs, double throughput::* figure) {
  std::vector<double> values;
  for (auto const& one : runs) values.push_back(one.*figure);
  return values;
}

double percentile(std::vector<double> values, double part) {
  auto const at =
      values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

void run(orders_options const& o) {
  auto const trips = measure_latency(o);
  auto const runs = measure_throughput(o);
  auto const rates = each_of(runs, &throughput::requests_a_second);
  auto const ping = median(trips.pings), order = median(trips.orders);
  json_object json;
  json.add("orders", std::uint64_t{trips.orders.size()})
      .add("ping_us", ping)
      .add("order_us", order)
      .add("order_less_ping_us", order - ping)
      .add("order_p99_us", percentile(trips.orders, 0.99))
      .add("connections", std::uint64_t{o.connections})
      .add("in_flight_a_connection", std::uint64_t{1})
      .add("durable_requests_a_second", median(rates))
      .add("least", *std::ranges::min_element(rates))
      .add("most", *std::ranges::max_element(rates))
      .add("own_cpu_us_a_request", median(each_of(runs, &throughput::own_cpu_us)));
  if (o.pid != 0) {
    json.add("server_cpu_us_a_request", median(each_of(runs, &throughput::server_cpu_us)));
  }
  std::puts(json.text().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    auto const options = parse_orders_options(std::vector<std::string_view>(argv + 1, argv + argc));
    if (options.help) {
      std::fputs(orders_help().c_str(), stdout);
      return 0;
    }
    run(options);
    return 0;
  } catch (usage_error const& error) {
    std::fprintf(stderr, "runes-bench-orders: %s\nTry runes-bench-orders --help.\n", error.what());
    return 2;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "runes-bench-orders: %s\n", error.what());
    return 1;
  }
}
