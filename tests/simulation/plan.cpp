#include "simulation/plan.hpp"

#include "simulation/random.hpp"

#include <algorithm>

namespace runes::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// What all runs share: limits low enough to be met, waits short enough to be over in a run.
plan common() {
  plan made;
  server_config& s = made.server;
  s.limits.max_outbox_bytes = 64 * 1024;
  s.limits.max_inbox_updates = 64;
  s.rate_limit.max_requests_per_minute = 0;
  s.timeouts.ping = milliseconds(8'000);
  s.timeouts.pong = milliseconds(4'000);
  s.timeouts.close = milliseconds(3'000);
  client_config& c = made.client;
  c.timeouts.connect = milliseconds(3'000);
  c.timeouts.request = milliseconds(5'000);
  c.timeouts.heartbeat = milliseconds(2'000);
  c.timeouts.ping = milliseconds(8'000);
  c.timeouts.pong = milliseconds(4'000);
  c.timeouts.close = milliseconds(3'000);
  c.reconnect.base = milliseconds(200);
  c.reconnect.cap = milliseconds(5'000);
  c.reconnect.stable = milliseconds(4'000);
  c.limits.max_outbox_bytes = 64 * 1024;
  return made;
}

void connections(plan& p) {
  p.faults = {{fault::stall, 4}, {fault::reset, 5},    {fault::lose, 2},
              {fault::halve, 2}, {fault::throttle, 2}, {fault::jump, 1}};
}

void slow(plan& p, random& chance) {
  p.faults = {{fault::throttle, 6}, {fault::stall, 4}, {fault::reset, 2}};
  p.server.limits.max_outbox_bytes = 4'096u << chance.below(3);
  p.network.window = 2'048u << chance.below(3);
  p.network.most_a_write = 512u << chance.below(4);
  p.changes.mean = milliseconds(60);
  p.changes.burst_percent = 8;
  p.slow_reader_percent = 40;
  p.watcher_percent = 50;
}

/// More than a slow socket takes, for a while.
void flood(plan& p) {
  p.faults = {{fault::throttle, 6}, {fault::stall, 4}};
  p.between_faults = seconds(3);
  p.longest_throttle = seconds(25);
  p.symbols = 1;
  p.changes.mean = milliseconds(25);
  p.changes.burst_percent = 5;
  p.changes.longest_burst = 40;
  p.most_trades = 40;
  p.watcher_percent = 70;
  p.server.limits.max_outbox_bytes = 16 * 1024;
  p.network.window = 8 * 1024;
}

void restarts(plan& p) {
  p.faults = {{fault::kill, 4}, {fault::restart, 4}, {fault::unreachable, 2}, {fault::reset, 2}};
  p.between_faults = seconds(5);
}

/// Ten clients on two servers that live long: everything happens, but seldom.
void long_lives(plan& p) {
  p.faults = {{fault::stall, 4},   {fault::throttle, 2},    {fault::reset, 5},
              {fault::lose, 2},    {fault::halve, 2},       {fault::kill, 1},
              {fault::restart, 1}, {fault::unreachable, 1}, {fault::jump, 1}};
  p.between_faults = seconds(10);
  p.between_whims = seconds(30);
  p.changes.mean = milliseconds(250);
}

void short_histories(plan& p) {
  connections(p);
  p.server.history.max_bytes = 4 * 1024;
  p.server.history.max_age = seconds(4);
  // Enough for all there can be: over it accounts' histories give way, too.
  p.server.history.total_bytes = 160 * 1024;
}

void everything(plan& p, random& chance) {
  slow(p, chance);
  p.server.limits.max_message_bytes = 500;  // so that coming back takes several requests
  p.faults = {{fault::stall, 4},   {fault::throttle, 4},    {fault::reset, 4},
              {fault::lose, 2},    {fault::halve, 2},       {fault::kill, 2},
              {fault::restart, 2}, {fault::unreachable, 1}, {fault::jump, 1}};
}

}  // namespace

std::vector<scenario_name> const& scenarios() {
  static std::vector<scenario_name> const all{
      {"calm", "latency, and nothing else"},
      {"connections", "connections stall, break, and go silent"},
      {"slow", "slow sockets and slow readers, small outboxes, bursts"},
      {"flood", "slow sockets, and far more changes than they take"},
      {"restarts", "servers are killed and restarted; clients fall back to the other one"},
      {"histories", "connections break, and histories are too short to resume from"},
      {"everything", "all of it together"},
      {"long", "ten clients on two servers, and everything but seldom: for long runs"},
  };
  return all;
}

std::optional<plan> make_plan(std::string_view scenario, std::uint64_t seed) {
  random chance = random(seed).part(99);
  auto const& all = scenarios();
  if (scenario == "any") scenario = all[chance.below(all.size())].name;
  plan made = common();
  made.scenario = scenario;
  if (scenario == "connections") {
    connections(made);
  } else if (scenario == "slow") {
    slow(made, chance);
  } else if (scenario == "flood") {
    flood(made);
  } else if (scenario == "restarts") {
    restarts(made);
  } else if (scenario == "histories") {
    short_histories(made);
  } else if (scenario == "everything") {
    everything(made, chance);
  } else if (scenario == "long") {
    long_lives(made);
  } else if (scenario != "calm") {
    return {};
  }
  made.network.most_latency = chance.between(milliseconds(1), milliseconds(120));
  if (chance.percent(30)) made.network.most_a_segment = 64u << chance.below(5);
  made.clients = static_cast<unsigned>(2 + chance.below(4));
  if (scenario == "flood") made.clients = 2;
  if (scenario == "long") made.clients = 10;
  bool const several = scenario == "restarts" || scenario == "everything";
  made.servers = several ? static_cast<unsigned>(1 + chance.below(2)) : 1;
  if (scenario == "long") made.servers = 2;
  return made;
}

}  // namespace runes::simulation
