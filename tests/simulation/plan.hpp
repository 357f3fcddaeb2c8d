// What a run consists of: who takes part, how much goes on, and what befalls them.
#pragma once

#include "simulation/exchange.hpp"
#include "simulation/pipe.hpp"

#include <runes/client.hpp>
#include <runes/config.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runes::simulation {

/// What can befall a run.
enum class fault {
  stall,        ///< nothing arrives over a connection for a while, in one direction or in both
  throttle,     ///< a client reads its socket slowly
  reset,        ///< a connection breaks
  lose,         ///< a connection carries nothing any more, and nobody is told
  halve,        ///< one end is gone, and the other isn't told
  kill,         ///< a server dies, and starts anew later
  restart,      ///< a server drains, stops, and starts anew
  unreachable,  ///< nobody gets through to a server for a while
  jump,         ///< the clock on the wall is set forth or back
};

struct fault_weight {
  fault what;
  unsigned weight;
};

struct plan {
  std::string scenario;
  unsigned clients = 4;
  unsigned servers = 2;
  unsigned symbols = 3;
  unsigned book_levels = 20;  ///< prices a side at which something may rest
  unsigned most_trades = 4;   ///< in one change
  nanoseconds duration{std::chrono::seconds(30)};
  nanoseconds quiet{
      std::chrono::seconds(90)};  ///< without faults and changes, before all is compared
  pace changes;
  pipe_terms network;
  nanoseconds between_faults{std::chrono::seconds(3)};
  std::vector<fault_weight> faults;
  nanoseconds longest_throttle{std::chrono::seconds(15)};
  nanoseconds between_whims{std::chrono::seconds(8)};  ///< of each client
  unsigned watcher_percent = 20;                       ///< of the clients have no account's streams
  unsigned slow_reader_percent = 0;  ///< of public streams are read slowly and have a short queue
  server_config server;
  client_config client;
};

/// The names of all scenarios, with what they are about.
struct scenario_name {
  std::string_view name, about;
};
std::vector<scenario_name> const& scenarios();

/// The plan of a scenario, whose details are drawn from the seed. Nothing for an unknown name.
/// "any" is one of the others, drawn from the seed.
std::optional<plan> make_plan(std::string_view scenario, std::uint64_t seed);

}  // namespace runes::simulation
