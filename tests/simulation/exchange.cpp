#include "simulation/exchange.hpp"

#include "broker/topic.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace runes::simulation {
namespace {

topic_ref topic_of(server_life& life, topic_name const& name) {
  return life.broker().topic(name.channel, name.symbol, {}, name.account);
}

}  // namespace

void exchange::open(server& which) {
  which.start();
  if (std::find(servers_.begin(), servers_.end(), &which) == servers_.end())
    servers_.push_back(&which);
  server_life& life = *which.life();
  for (topic_name const& log : market_.logs()) truth_.begin(topic_of(life, log).get().epoch());
  for (change const& each : market_.present()) {
    topic_ref const topic = topic_of(life, each.topic);
    life.broker().try_publish(topic, each.data, {});
    truth_.begin(topic.get().epoch());
    note(topic, each, 0);
  }
  world_.start("the audit of server " + which.name(), life.audit(market_.logs().front()));
}

awaitable<> exchange::run() {
  while (!halted_) {
    co_await world_.wait(chance_.about(pace_.mean));
    auto count = chance_.percent(pace_.burst_percent) ? chance_.below(pace_.longest_burst) + 1 : 1;
    for (; count > 0 && !halted_; --count) {
      change next = market_.next(world_.clock().wall());
      co_await publish(std::move(next));
    }
  }
}

awaitable<> exchange::publish(change what) {
  for (server* each : servers_) {
    auto const life = each->life();
    if (!life) continue;
    topic_ref const topic = topic_of(*life, what.topic);
    std::uint64_t const before = topic.seq();
    bool closed = false;
    try {
      co_await life->broker().publish(topic, what.data);
    } catch (error const& e) {
      closed = e.code() == errc::closed;  // it went down while we waited for its loop
      if (!closed) throw;
    }
    if (!closed) note(topic, what, before);
  }
}

void exchange::note(topic_ref const& topic, change const& what, std::uint64_t before) {
  std::uint64_t const after = topic.seq();
  if (after == before) return;  // it changed nothing
  std::string const epoch = topic.get().epoch();
  truth_.note(epoch, what.values);
  if (truth_.last(epoch) != after)
    world_.broken(invariant::continuity, what.topic.text() + " took the numbers up to " +
                                             std::to_string(after) + " for " +
                                             std::to_string(truth_.last(epoch)) + " changes");
  if (world_.traces(trace_level::frames))
    world_.add_line("exchange", what.topic.text() + " " + epoch + " " + std::to_string(after));
}

}  // namespace runes::simulation
