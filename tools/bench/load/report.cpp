#include "bench/load/report.hpp"

#include "bench/load/figures.hpp"
#include "bench/load/json_object.hpp"

#include <cstdarg>
#include <cstdio>

namespace runes::bench {
namespace {

json_object times(histogram const& h) {
  json_object o;
  o.add("count", h.count()).add("mean", h.mean() / 1e3).add("min", microseconds(h.least()));
  o.add("p50", microseconds(h.quantile(0.5))).add("p90", microseconds(h.quantile(0.9)));
  o.add("p99", microseconds(h.quantile(0.99))).add("p999", microseconds(h.quantile(0.999)));
  return o.add("max", microseconds(h.most()));
}

json_object connecting(load_options const& options, load_result const& r) {
  auto const count = as_double(options.connections);
  json_object o;
  o.add("seconds", r.opening.count()).add("per_second", ratio(count, r.opening.count()));
  o.add("handshake_us", times(r.handshake));
  if (!r.server) return o.add_null("server_cpu_us_per_connection");
  return o.add("server_cpu_us_per_connection",
               cpu_between(r.server->before, r.server->opened) / count);
}

json_object server(load_options const& options, load_result const& r) {
  auto const& s = *r.server;
  auto const cpu = cpu_between(s.from, s.to);
  json_object o;
  o.add("cpu_us_per_message", ratio(cpu, as_double(r.counts.messages)));
  o.add("cpu_percent", ratio(cpu, r.measured.count() * 1e4)).add("user_percent", user_percent(s));
  o.add("threads", s.to.threads).add("rss_before_bytes", s.before.resident_bytes);
  o.add("rss_idle_bytes", s.idle.resident_bytes).add("rss_end_bytes", s.to.resident_bytes);
  return o.add("rss_per_connection_bytes", resident_per(s, as_double(options.connections)));
}

// A line of text as printf makes it; all are short.
[[gnu::format(printf, 1, 2)]] std::string line(char const* format, ...) {
  char made[512];
  std::va_list values;
  va_start(values, format);
  std::vsnprintf(made, sizeof made, format, values);
  va_end(values);
  return made;
}

std::string work_text(load_result const& r) {
  auto const s = r.measured.count();
  auto const us = [&r](double q) { return microseconds(r.latency.quantile(q)); };
  return line("  %.0f messages/s, %.1f MB/s, %.1f a read\n", as_double(r.counts.messages) / s,
              as_double(r.counts.payload_bytes) / s / 1e6,
              ratio(as_double(r.counts.messages), as_double(r.counts.reads))) +
         line("  latency, us: p50 %.1f, p99 %.1f, p99.9 %.1f, max %.1f\n", us(0.5), us(0.99),
              us(0.999), microseconds(r.latency.most()));
}

std::string server_text(load_options const& options, load_result const& r) {
  auto const& s = *r.server;
  auto const cpu = cpu_between(s.from, s.to);
  auto words = line("  server: %.0f bytes resident a connection",
                    resident_per(s, as_double(options.connections)));
  if (r.measured.count() > 0) words += line(", %.1f %% CPU", ratio(cpu, r.measured.count() * 1e4));
  if (r.counts.messages > 0)
    words += line(", %.4f us a message", cpu / as_double(r.counts.messages));
  return words += "\n";
}

}  // namespace

std::string as_json(load_options const& options, load_result const& r) {
  auto const seconds = r.measured.count();
  auto const messages = as_double(r.counts.messages);
  json_object o;
  o.add("label", options.label).add("mode", name_of(options.mode));
  o.add("connections", std::uint64_t{options.connections});
  o.add("lost", std::uint64_t{r.lost}).add("gaps", r.counts.gaps);
  o.add("connect", connecting(options, r)).add("seconds", seconds);
  o.add("messages", r.counts.messages).add("messages_per_second", ratio(messages, seconds));
  o.add("payload_bytes_per_second", ratio(as_double(r.counts.payload_bytes), seconds));
  o.add("compressed_messages", r.counts.compressed);
  o.add("messages_per_read", ratio(messages, as_double(r.counts.reads)));
  if (r.latency.count() > 0) o.add("latency_us", times(r.latency));
  if (r.latency.count() == 0) o.add_null("latency_us");
  if (r.server) o.add("server", server(options, r));
  if (!r.server) o.add_null("server");
  o.add("load_cpu_percent", ratio(static_cast<double>(r.own_cpu.count()), seconds * 1e4));
  return o.text();
}

std::string as_text(load_options const& options, load_result const& r) {
  auto const count = as_double(options.connections);
  auto name = std::string(name_of(options.mode));
  if (!options.label.empty()) name.append(" ").append(options.label, 0, 100);
  auto words =
      line("%s: %zu connections in %.3f s (%.0f a second), %zu lost, %llu gaps\n", name.c_str(),
           options.connections, r.opening.count(), ratio(count, r.opening.count()), r.lost,
           static_cast<unsigned long long>(r.counts.gaps));
  if (r.counts.messages > 0) words += work_text(r);
  if (r.server) words += server_text(options, r);
  if (r.measured.count() == 0) return words;
  return words += line("  runes-load: %.1f %% CPU\n",
                       static_cast<double>(r.own_cpu.count()) / r.measured.count() / 1e4);
}

}  // namespace runes::bench
