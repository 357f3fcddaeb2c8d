#include "simulation/run.hpp"

#include "simulation/chaos.hpp"
#include "simulation/trader.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace runes::simulation {
namespace {

constexpr nanoseconds a_moment = std::chrono::seconds(1);
/// Faults end, and servers are up again, long before this.
constexpr int most_moments = 60;
/// Connections end, also those whose other end is gone: by the longest of the time limits.
constexpr nanoseconds time_to_end = std::chrono::seconds(40);

class stage {
 public:
  stage(plan const& how, std::uint64_t seed, trace_level level, mutation const& broken);

  void play();
  run_result result();

 private:
  void act();
  void calm();
  void look();
  void end();
  void check_requests();

  plan plan_;
  mutation broken_;
  world world_;
  network network_;
  exchange exchange_;
  std::vector<std::unique_ptr<server>> servers_;
  std::vector<std::unique_ptr<trader>> traders_;
  std::unique_ptr<chaos> chaos_;
};

stage::stage(plan const& how, std::uint64_t seed, trace_level level, mutation const& broken)
    : plan_(how),
      broken_(broken),
      world_(seed, level),
      network_(world_, plan_.network),
      exchange_(world_,
                market(world_.part(4), plan_.symbols, plan_.clients, plan_.book_levels,
                       plan_.most_trades),
                plan_.changes) {
  std::vector<server*> all;
  for (unsigned i = 0; i < plan_.servers; ++i) {
    servers_.push_back(std::make_unique<server>(
        world_, network_, plan_.server, std::string(1, static_cast<char>('A' + i)), broken_));
    all.push_back(servers_.back().get());
  }
  for (unsigned i = 0; i < plan_.clients; ++i) {
    traders_.push_back(
        std::make_unique<trader>(world_, network_, exchange_, all, plan_, broken_, i));
  }
  chaos_ = std::make_unique<chaos>(world_, network_, exchange_, all, plan_);
}

void stage::play() {
  act();
  calm();
  world_.on_strand([this] { look(); });
  end();
}

void stage::act() {
  world_.on_strand([this] {
    for (auto const& each : servers_) exchange_.open(*each);
    world_.start("the exchange", exchange_.run());
    world_.start("the faults", chaos_->run());
    for (auto const& each : traders_) each->start();
  });
  world_.pass(plan_.duration);
}

/// All faults end, then all changes, and then there is time for everybody to come to rest.
void stage::calm() {
  world_.say("world", "no more faults");
  chaos_->halt();
  for (int i = 0; chaos_->pending() > 0 && i < most_moments; ++i) world_.pass(a_moment);
  for (auto const& each : traders_) each->calm();
  world_.pass(a_moment);
  world_.on_strand([this] { network_.calm(); });
  exchange_.halt();
  world_.say("world", "no more changes");
  world_.pass(plan_.quiet);
}

void stage::look() {
  for (auto const& each : traders_) each->check();
  for (auto const& each : servers_) {
    if (each->life()) {
      each->life()->check_bounds();
    } else {
      world_.broken(invariant::liveness, "server " + each->name() + " is down");
    }
  }
  check_requests();
}

/// A client that says that its request was carried out, or was not sent, must be right.
void stage::check_requests() {
  for (auto const& by : traders_) {
    for (auto const& [n, known] : by->requests()) {
      unsigned times = 0;
      for (auto const& each : servers_) {
        auto const found = each->carried_out().find(n);
        if (found != each->carried_out().end()) times += found->second;
      }
      bool const right = known == outcome_known::done     ? times == 1
                         : known == outcome_known::unsure ? times <= 1
                                                          : times == 0;
      if (!right)
        world_.broken(invariant::requests, "request " + std::to_string(n) + " was carried out " +
                                               std::to_string(times) + " times");
    }
  }
}

void stage::end() {
  world_.say("world", "the end");
  world_.on_strand([this] {
    for (auto const& each : traders_) each->stop();
  });
  world_.pass(a_moment);
  world_.on_strand([this] {
    for (auto const& each : servers_)
      world_.start("the end of server " + each->name(), each->stop(std::chrono::milliseconds(200)));
  });
  world_.pass(time_to_end);
  if (!world_.idle()) world_.broken(invariant::clean_end, "something still waits");
  if (world_.running() > 0)
    world_.broken(invariant::clean_end,
                  std::to_string(world_.running()) + " coroutines have not ended");
  for (auto const& each : traders_) each->check_gone();
  for (auto const& each : servers_) {
    if (!each->gone())
      world_.broken(invariant::clean_end, "something of server " + each->name() + " is left");
  }
  if (network_.size() > 0)
    world_.broken(invariant::clean_end, std::to_string(network_.size()) + " connections are left");
  world_.drop();
}

run_result stage::result() {
  run_result made;
  made.violations = world_.violations();
  made.lines = world_.lines();
  made.simulated = world_.now();
  made.connections = network_.made();
  for (auto const& each : traders_) made.events += each->events();
  return made;
}

}  // namespace

bool run_result::broke(std::string_view which) const noexcept {
  return std::any_of(violations.begin(), violations.end(),
                     [&](auto const& each) { return each.invariant == which; });
}

run_result run(plan const& how, std::uint64_t seed, trace_level level, mutation const& broken) {
  stage whole(how, seed, level, broken);
  whole.play();
  return whole.result();
}

}  // namespace runes::simulation
