// What a server says of itself: the objects of protocol.md and Prometheus' text.
#pragma once

#include "monitoring/counters.hpp"

#include <runes/server.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace runes::detail {

/// The sum of all loops' counters at one moment.
struct totals {
  std::uint64_t connections_active = 0;
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_refused = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t events_sent = 0;
  std::uint64_t replies_sent = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t compressions = 0;
  std::uint64_t compression_input_bytes = 0;
  std::uint64_t compression_output_bytes = 0;
  std::uint64_t writes = 0;
  std::uint64_t writes_blocked = 0;
  std::uint64_t write_batches = 0;
  std::uint64_t loops = 0;
  std::uint64_t loops_by_uring = 0;  ///< of which write to many sockets by one call
  std::uint64_t errors = 0;
  std::uint64_t events_merged = 0;
  std::uint64_t gaps_sent = 0;
  std::uint64_t subscriptions_resumed = 0;
  std::uint64_t history_bytes = 0;
  std::uint64_t slow_consumers = 0;
  std::uint64_t rate_limited = 0;
  std::uint64_t subscriptions = 0;
  std::uint64_t largest_outbox_bytes = 0;
  std::uint64_t largest_backlog_bytes = 0;
  std::uint64_t latency_p50_us = 0;  ///< of the last minute, from publishing to the kernel
  std::uint64_t latency_p99_us = 0;
  std::chrono::seconds uptime{0};
};

/// Adds one loop's counters; the latencies are not filled in.
void add(totals& to, loop_counters const& from) noexcept;

/// The WebSocketMetrics object.
std::string metrics_object(totals const& t);

using component_list = std::vector<std::pair<std::string, component_health>>;
/// The worst of them; healthy when there are none.
component_health::state worst_of(component_list const& components) noexcept;
/// The SystemHealth object.
std::string health_object(component_list const& components);

/// A metric of the user's.
struct user_metric {
  std::string name;
  std::string help;
  std::function<double()> value;
};
/// Prometheus' text format, version 0.0.4.
std::string prometheus_text(totals const& t, std::vector<user_metric> const& own);
inline constexpr char const* prometheus_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace runes::detail
