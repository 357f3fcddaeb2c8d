// Faults, one after another, and their ends.
#pragma once

#include "simulation/exchange.hpp"
#include "simulation/network.hpp"
#include "simulation/plan.hpp"
#include "simulation/server.hpp"

#include <vector>

namespace runes::simulation {

class chaos {
 public:
  chaos(world& in, network& net, exchange& market, std::vector<server*> servers, plan const& how)
      : world_(in),
        network_(net),
        market_(market),
        servers_(std::move(servers)),
        plan_(how),
        chance_(in.part(3)) {}

  /// Strikes again and again until halted.
  awaitable<> run();
  void halt() noexcept { halted_ = true; }
  /// Faults whose end is still to come, once halted.
  std::size_t pending() const noexcept { return pending_; }

 private:
  void strike();
  void strike_link(fault what);
  void strike_server(fault what);
  fault draw();
  awaitable<> stall(std::uint64_t number, bool up, bool down);
  awaitable<> throttle(std::uint64_t number);
  awaitable<> kill(server& which);
  awaitable<> restart(server& which);
  awaitable<> shut_off(server& which);
  void begin(char const* name, awaitable<> what);
  link* find(std::uint64_t number);

  world& world_;
  network& network_;
  exchange& market_;
  std::vector<server*> servers_;
  plan const& plan_;
  random chance_;
  std::size_t pending_ = 0;
  bool halted_ = false;
};

}  // namespace runes::simulation
