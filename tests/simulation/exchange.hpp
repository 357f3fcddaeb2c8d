// Who publishes: the same changes to all servers, each noted under the number it got there.
#pragma once

#include "simulation/market.hpp"
#include "simulation/server.hpp"
#include "simulation/truth.hpp"
#include "simulation/world.hpp"

#include <chrono>
#include <memory>
#include <vector>

namespace runes::simulation {

/// How much goes on.
struct pace {
  nanoseconds mean{std::chrono::milliseconds(100)};  ///< between two changes
  unsigned burst_percent = 3;                        ///< of the changes are the first of a burst
  unsigned longest_burst = 60;
};

class exchange {
 public:
  exchange(world& in, market what, pace how)
      : world_(in), market_(std::move(what)), pace_(how), chance_(in.part(2)) {}

  market const& state() const noexcept { return market_; }
  truth const& published() const noexcept { return truth_; }

  /// Starts a server, with all that there is.
  void open(server& which);
  /// Publishes until halted.
  awaitable<> run();
  void halt() noexcept { halted_ = true; }

 private:
  awaitable<> publish(change what);
  void note(topic_ref const& topic, change const& what, std::uint64_t before);

  world& world_;
  market market_;
  pace pace_;
  random chance_;
  truth truth_;
  std::vector<server*> servers_;
  bool halted_ = false;
};

}  // namespace runes::simulation
