#include "monitoring/report.hpp"

#include "protocol/json_writer.hpp"

#include <runes/decimal.hpp>

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <string_view>

namespace runes::detail {
namespace {

std::string_view name_of(component_health::state s) noexcept {
  switch (s) {
    case component_health::state::healthy:
      return "healthy";
    case component_health::state::degraded:
      return "degraded";
    case component_health::state::unhealthy:
      return "unhealthy";
  }
  return "unhealthy";
}

void append_field(std::string& out, std::string_view name, std::uint64_t value) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += name;
  out += "\":";
  append_integer(out, value);
}

void append_ms(std::string& out, std::string_view name, std::uint64_t us) {
  out += ",\"";
  out += name;
  out += "\":";
  decimal(static_cast<std::int64_t>(us), 3).append_to(out);
}

/// "mixed" when io_uring has failed on some of the threads.
std::string_view flush_of(totals const& t) noexcept {
  if (t.loops_by_uring == 0) return "send";
  return t.loops_by_uring == t.loops ? "uring" : "mixed";
}

/// One line of the table below: a counter of the totals and what Prometheus calls it.
struct column {
  char const* name;
  char const* help;
  prometheus::MetricType type;
  std::uint64_t totals::* value;
};

constexpr auto rising = prometheus::MetricType::Counter;
constexpr auto level = prometheus::MetricType::Gauge;
constexpr column columns[] = {
    {"runes_connections_active", "Connections open now", level, &totals::connections_active},
    {"runes_connections_opened_total", "Connections upgraded to WebSocket", rising,
     &totals::connections_opened},
    {"runes_connections_refused_total", "Connections refused at accept", rising,
     &totals::connections_refused},
    {"runes_messages_received_total", "Messages from peers", rising, &totals::messages_received},
    {"runes_bytes_received_total", "Bytes of messages from peers", rising, &totals::bytes_received},
    {"runes_events_sent_total", "Events queued, one a subscriber", rising, &totals::events_sent},
    {"runes_replies_sent_total", "Replies and single messages queued", rising,
     &totals::replies_sent},
    {"runes_bytes_sent_total", "Bytes the kernel took", rising, &totals::bytes_sent},
    {"runes_compressions_total", "Messages compressed, each once a thread for all subscribers",
     rising, &totals::compressions},
    {"runes_compression_input_bytes_total", "Bytes of these messages before", rising,
     &totals::compression_input_bytes},
    {"runes_compression_output_bytes_total", "Bytes of these messages after", rising,
     &totals::compression_output_bytes},
    {"runes_writes_total", "Writes to sockets", rising, &totals::writes},
    {"runes_writes_blocked_total", "Writes that a socket did not take whole", rising,
     &totals::writes_blocked},
    {"runes_write_batches_total", "Calls of io_uring, each with the writes of several sockets",
     rising, &totals::write_batches},
    {"runes_threads", "Threads that serve connections", level, &totals::loops},
    {"runes_threads_flushing_by_uring", "Threads that flush by io_uring; the others by send", level,
     &totals::loops_by_uring},
    {"runes_errors_total", "Requests answered with an error, and handlers that failed", rising,
     &totals::errors},
    {"runes_events_merged_total", "Events held back for a lagging subscriber", rising,
     &totals::events_merged},
    {"runes_gaps_sent_total", "Gap events sent", rising, &totals::gaps_sent},
    {"runes_subscriptions_resumed_total", "Subscriptions given all they had missed", rising,
     &totals::subscriptions_resumed},
    {"runes_history_bytes", "Bytes held for subscribers that come back", level,
     &totals::history_bytes},
    {"runes_slow_consumers_total", "Connections closed with 4100", rising, &totals::slow_consumers},
    {"runes_rate_limited_total", "Requests refused by the rate limit", rising,
     &totals::rate_limited},
    {"runes_subscriptions", "Subscriptions held now", level, &totals::subscriptions},
    {"runes_largest_outbox_bytes", "Most that was ever queued for one connection", level,
     &totals::largest_outbox_bytes},
    {"runes_largest_backlog_bytes", "Most that was ever held back for one lagging subscription",
     level, &totals::largest_backlog_bytes},
};

prometheus::MetricFamily family(std::string name, std::string help, prometheus::MetricType type,
                                double value) {
  prometheus::ClientMetric metric;
  if (type == rising) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return {std::move(name), std::move(help), type, {std::move(metric)}};
}

}  // namespace

void add(totals& to, loop_counters const& from) noexcept {
  std::uint64_t const opened = from.connections_opened.get();
  std::uint64_t const closed = from.connections_closed.get();
  to.connections_opened += opened;
  to.connections_active += opened > closed ? opened - closed : 0;
  to.messages_received += from.messages_received.get();
  to.bytes_received += from.bytes_received.get();
  to.events_sent += from.events_sent.get();
  to.replies_sent += from.replies_sent.get();
  to.bytes_sent += from.bytes_sent.get();
  to.compressions += from.compressions.get();
  to.compression_input_bytes += from.compression_input_bytes.get();
  to.compression_output_bytes += from.compression_output_bytes.get();
  to.writes += from.writes.get();
  to.writes_blocked += from.writes_blocked.get();
  to.errors += from.errors.get();
  to.events_merged += from.events_merged.get();
  to.gaps_sent += from.gaps_sent.get();
  to.subscriptions_resumed += from.subscriptions_resumed.get();
  to.slow_consumers += from.slow_consumers.get();
  to.rate_limited += from.rate_limited.get();
  to.subscriptions += from.subscriptions.get();
  to.largest_outbox_bytes = std::max(to.largest_outbox_bytes, from.largest_outbox.get());
  to.largest_backlog_bytes = std::max(to.largest_backlog_bytes, from.largest_backlog.get());
}

std::string metrics_object(totals const& t) {
  std::string out = "{";
  append_field(out, "messageCount", t.messages_received + t.events_sent + t.replies_sent);
  append_field(out, "errorCount", t.errors);
  append_field(out, "activeConnections", t.connections_active);
  append_ms(out, "latency", t.latency_p50_us);
  append_ms(out, "latencyP99", t.latency_p99_us);
  append_field(out, "messagesReceived", t.messages_received);
  append_field(out, "eventsSent", t.events_sent);
  append_field(out, "repliesSent", t.replies_sent);
  append_field(out, "bytesReceived", t.bytes_received);
  append_field(out, "bytesSent", t.bytes_sent);
  append_field(out, "compressions", t.compressions);
  append_field(out, "compressionInputBytes", t.compression_input_bytes);
  append_field(out, "compressionOutputBytes", t.compression_output_bytes);
  append_field(out, "writes", t.writes);
  append_field(out, "writeBatches", t.write_batches);
  out += R"(,"flush":)";
  append_string(out, flush_of(t));
  append_field(out, "connectionsOpened", t.connections_opened);
  append_field(out, "connectionsRefused", t.connections_refused);
  append_field(out, "subscriptions", t.subscriptions);
  append_field(out, "eventsMerged", t.events_merged);
  append_field(out, "gapsSent", t.gaps_sent);
  append_field(out, "subscriptionsResumed", t.subscriptions_resumed);
  append_field(out, "historyBytes", t.history_bytes);
  append_field(out, "slowConsumers", t.slow_consumers);
  append_field(out, "rateLimited", t.rate_limited);
  append_field(out, "largestOutboxBytes", t.largest_outbox_bytes);
  append_field(out, "largestBacklogBytes", t.largest_backlog_bytes);
  append_field(out, "uptimeSeconds", static_cast<std::uint64_t>(t.uptime.count()));
  out += '}';
  return out;
}

component_health::state worst_of(component_list const& components) noexcept {
  auto worst = component_health::state::healthy;
  for (auto const& [name, component] : components) worst = std::max(worst, component.status);
  return worst;
}

std::string health_object(component_list const& components) {
  std::string out = R"({"status":)";
  append_string(out, name_of(worst_of(components)));
  out += R"(,"components":{)";
  for (auto const& [name, component] : components) {
    if (out.back() != '{') out += ',';
    append_string(out, name);
    out += R"(:{"status":)";
    append_string(out, name_of(component.status));
    out += R"(,"details":)";
    append_string(out, component.details);
    out += '}';
  }
  out += "}}";
  return out;
}

namespace {

/// What fails says no number, and the rest is told all the same.
double value_of(user_metric const& metric) noexcept {
  try {
    return metric.value();
  } catch (...) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace

std::string prometheus_text(totals const& t, std::vector<user_metric> const& own) {
  std::vector<prometheus::MetricFamily> families;
  for (column const& c : columns) {
    families.push_back(family(c.name, c.help, c.type, static_cast<double>(t.*c.value)));
  }
  auto const seconds = [](std::uint64_t us) { return static_cast<double>(us) / 1e6; };
  families.push_back(family("runes_latency_median_seconds",
                            "From publishing to the kernel, last minute", level,
                            seconds(t.latency_p50_us)));
  families.push_back(family("runes_latency_p99_seconds",
                            "From publishing to the kernel, last minute", level,
                            seconds(t.latency_p99_us)));
  families.push_back(family("runes_uptime_seconds", "Since the server was made", level,
                            static_cast<double>(t.uptime.count())));
  for (auto const& metric : own) {
    // By Prometheus' own convention: what only rises is named so.
    auto const type = metric.name.ends_with("_total") ? rising : level;
    families.push_back(family(metric.name, metric.help, type, value_of(metric)));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace runes::detail
