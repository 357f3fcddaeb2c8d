#include "bench/load/options.hpp"

#include "bench/arguments.hpp"
#include "bench/load/endpoint.hpp"

#include <algorithm>

namespace runes::bench {
namespace {

using text = std::string_view;

auto count_into(std::size_t& target, text name, std::size_t least, std::size_t most) {
  return [&target, name, least, most](text value) {
    target = parse_number<std::size_t>(name, value, least, most);
  };
}

auto seconds_into(load_options::seconds& target, text name, double least) {
  return [&target, name, least](text value) {
    target = load_options::seconds(parse_number<double>(name, value, least, 3600.0));
  };
}

template <class String>
auto text_into(String& target) {
  return [&target](text value) { target = std::string(value); };
}

load_mode parse_mode(text name) {
  for (auto mode : {load_mode::fanout, load_mode::echo, load_mode::idle}) {
    if (name == name_of(mode)) return mode;
  }
  throw usage_error("--mode must be fanout, echo or idle, not '" + std::string(name) + "'");
}

bool has_control_characters(text value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string checked_path(text value) {
  if (!value.starts_with('/') || value.find(' ') != text::npos || has_control_characters(value)) {
    throw usage_error("--path must begin with '/' and have no blanks, not '" + std::string(value) +
                      "'");
  }
  return std::string(value);
}

std::string checked_header(text value) {
  auto const colon = value.find(':');
  if (colon == 0 || colon == text::npos || has_control_characters(value)) {
    throw usage_error("--header must look like 'Name: value', not '" + std::string(value) + "'");
  }
  return std::string(value);
}

std::vector<flag> connection_flags(load_options& o) {
  return {
      {"--host", "ADDRESS", "numeric IPv4 or IPv6 address (127.0.0.1)", text_into(o.host)},
      {"--port", "N", "port; must be given",
       [&o](text v) { o.port = parse_number<std::uint16_t>("--port", v, 1, 65535); }},
      {"--path", "PATH", "request target (/)", [&o](text v) { o.path = checked_path(v); }},
      {"--header", "'NAME: VALUE'", "a further request header, repeatable",
       [&o](text v) { o.headers.push_back(checked_header(v)); }},
      {"--compress", "", "have the server compress what it sends",
       [&o](text) { o.compress = true; }},
      {"--connections", "N", "connections to open (100)",
       count_into(o.connections, "--connections", 1, 1'000'000)},
      {"--handshakes", "N", "handshakes in flight at once (64)",
       count_into(o.handshakes, "--handshakes", 1, 10'000)},
      {"--sources", "N", "spread them over N addresses from 127.0.0.2 on (1)",
       count_into(o.sources, "--sources", 1, 250)},
      {"--timeout", "S", "longest time to open all connections (60)",
       seconds_into(o.timeout, "--timeout", 0.001)},
  };
}

std::vector<flag> work_flags(load_options& o) {
  return {
      {"--mode", "MODE", "fanout, echo or idle (fanout)", [&o](text v) { o.mode = parse_mode(v); }},
      {"--subscribe", "TEXT", "sent on each new connection, repeatable ({i}: its index)",
       [&o](text v) {
         if (!o.subscribe) o.subscribe.emplace();
         if (!v.empty()) o.subscribe->emplace_back(v);
       }},
      {"--start", "TEXT", "sent on the first connection when all are open", text_into(o.start)},
      {"--stop", "TEXT", "sent on it after the measurement", text_into(o.stop)},
      {"--request-bytes", "N", "echo: size of a request (64)",
       count_into(o.request_bytes, "--request-bytes", 1, 1 << 20)},
      {"--depth", "K", "echo: requests in flight on each connection (1)",
       count_into(o.depth, "--depth", 1, 1024)},
      {"--binary", "", "send binary messages in place of text", [&o](text) { o.binary = true; }},
  };
}

std::vector<flag> measurement_flags(load_options& o) {
  return {
      {"--settle", "S", "pause before the load begins (0.3)",
       seconds_into(o.settle, "--settle", 0)},
      {"--warmup", "S", "load before the measurement (1)", seconds_into(o.warmup, "--warmup", 0)},
      {"--duration", "S", "the measurement (5)", seconds_into(o.duration, "--duration", 0)},
      {"--enough", "N", "end the measurement early after N messages (0: never)",
       [&o](text v) {
         o.enough = parse_number<std::uint64_t>("--enough", v, 0, 1'000'000'000'000);
       }},
      {"--pid", "PID", "the server's process: its CPU time and memory",
       [&o](text v) { o.pid = parse_number<int>("--pid", v, 1, 1 << 22); }},
      {"--ts-key", "TEXT", "before the CLOCK_MONOTONIC nanoseconds (\"ts\":)", text_into(o.ts_key)},
      {"--seq-key", "TEXT", "before a number that rises by one (\"seq\":)", text_into(o.seq_key)},
      {"--cpu", "N", "run on CPU N only",
       [&o](text v) { o.cpu = parse_number<int>("--cpu", v, 0, 1023); }},
      {"--spin", "", "poll without ever sleeping", [&o](text) { o.spin = true; }},
      {"--label", "TEXT", "copied to the result", text_into(o.label)},
      {"--quiet", "", "no text on standard error", [&o](text) { o.quiet = true; }},
      {"--help", "", "this text", [&o](text) { o.help = true; }},
  };
}

void fill_defaults(load_options& o) {
  bool const fanout = o.mode == load_mode::fanout;
  if (!o.subscribe)
    o.subscribe = fanout ? std::vector<std::string>{"s"} : std::vector<std::string>{};
  if (!o.start) o.start = fanout ? "p1000,1" : "";
  if (!o.stop) o.stop = fanout ? "q" : "";
}

void check(load_options const& o) {
  if (o.port == 0) throw usage_error("--port must be given");
  endpoint const server(o.host, o.port);
  if (o.sources > 1 && !server.loopback_v4()) {
    throw usage_error("--sources needs a server at a 127.x.x.x address");
  }
  if (o.request_bytes * o.depth > std::size_t{16} << 20) {
    throw usage_error("--request-bytes times --depth must be at most 16777216");
  }
}

}  // namespace

std::string_view name_of(load_mode mode) {
  if (mode == load_mode::fanout) return "fanout";
  return mode == load_mode::echo ? "echo" : "idle";
}

load_options parse_load_options(std::vector<std::string_view> const& arguments) {
  load_options o;
  auto flags = connection_flags(o);
  for (auto& each : work_flags(o)) flags.push_back(each);
  for (auto& each : measurement_flags(o)) flags.push_back(each);
  auto const rest = read_flags(flags, arguments);
  if (o.help) return o;
  require_none(rest);
  fill_defaults(o);
  check(o);
  return o;
}

std::string load_help() {
  load_options unused;
  return "usage: runes-load --port N [options]\n\n"
         "Loads a WebSocket server and measures it. One JSON object on standard output, text on\n"
         "standard error. Exit status: 0; 1 if connections were lost, messages missed or the run\n"
         "could not be made; 2 if the command line is wrong. Times are in "
         "seconds.\n\nConnections\n" +
         describe(connection_flags(unused)) + "\nWork\n" + describe(work_flags(unused)) +
         "In mode fanout the texts default to s, p1000,1 and q, which runes-bench-server and its\n"
         "peers understand; an empty --subscribe sends none.\n"
         "\nMeasurement\n" +
         describe(measurement_flags(unused));
}

}  // namespace runes::bench
