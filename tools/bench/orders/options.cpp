#include "bench/orders/options.hpp"

#include "bench/arguments.hpp"

namespace runes::bench {
namespace {

std::vector<flag> flags_of(orders_options& o) {
  return {
      {"--port", "N", "of the exchange on this machine (9001)",
       number_into<std::uint16_t>(o.port, "--port", 1, 65'535)},
      {"--key", "KEY", "an API key", [&o](std::string_view value) { o.key = value; }},
      {"--secret", "SECRET", "its secret", [&o](std::string_view value) { o.secret = value; }},
      {"--connections", "N", "that ask at the same time (100)",
       number_into<std::size_t>(o.connections, "--connections", 1, 10'000)},
      {"--seconds", "N", "of each run (5)",
       number_into<std::size_t>(o.seconds, "--seconds", 1, 3'600)},
      {"--rounds", "N", "runs, of which the median counts (3)",
       number_into<std::size_t>(o.rounds, "--rounds", 1, 1'000)},
      {"--pid", "PID", "the exchange's process: its CPU time",
       number_into<int>(o.pid, "--pid", 1, 1 << 22)},
      {"--help", "", "this text", [&o](std::string_view) { o.help = true; }},
  };
}

}  // namespace

orders_options parse_orders_options(std::vector<std::string_view> const& arguments) {
  orders_options o;
  require_none(read_flags(flags_of(o), arguments));
  if (!o.help && (o.key.empty() || o.secret.empty()))
    throw usage_error("--key and --secret are missing");
  return o;
}

std::string orders_help() {
  orders_options unused;
  return "usage: runes-bench-orders --key KEY --secret SECRET [options]\n\n"
         "How long an order takes that is acknowledged when it is durable, and how many a running\n"
         "exchange (runes-exchange --quiet --rateLimit.maxRequestsPerMinute 0) takes. Buys far\n"
         "below any market at BTC-USD, and cancels what it bought. One JSON object on standard\n"
         "output.\n"
         "Exit status: 0; 1 if the exchange refused or was not there; 2 if the command line is\n"
         "wrong.\n\n" +
         describe(flags_of(unused));
}

}  // namespace runes::bench
