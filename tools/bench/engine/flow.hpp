// The order flow that runes-bench-engine measures: made before, so that making it costs the engine
// nothing, and the same for the same seed on every machine.
#pragma once

#include <engine/matching_engine.hpp>

#include <cstdint>
#include <vector>

namespace runes::bench {

/// 50 % new limit orders that rest, 40 % cancels of a random live order, 10 % orders that cross and
/// are filled.
struct flow_mix {
  std::uint32_t adds = 50;  ///< percent, with the cancels; what is left are aggressive orders
  std::uint32_t cancels = 40;
  std::uint64_t events = 20'000;
  std::uint32_t resting = 10'000;  ///< before the first event, and about as many all the time
  double mean_distance = 100;      ///< of a new order from the other side's best price, in ticks
  std::uint64_t seed = 1;
};

/// 32 bytes: the flow is read from memory while it is measured.
struct flow_event {
  enum class kind : std::uint8_t { add, cancel, aggressive };
  exchange::engine::order_id id = 0;
  exchange::engine::ticks price = 0;
  std::int32_t quantity = 0;
  exchange::engine::account_id account = 0;
  kind what = kind::add;
  exchange::engine::side side = exchange::engine::side::buy;

  /// Does it. What the engine answers.
  exchange::engine::error apply(exchange::engine::matching_engine& engine) const noexcept {
    if (what == kind::cancel) return engine.cancel({id, account});
    exchange::engine::new_order o;
    o.id = id;
    o.price = price;
    o.quantity = quantity;
    o.account = account;
    o.side = side;
    return engine.place(o);
  }
};
static_assert(sizeof(flow_event) == 32);

struct order_flow {
  std::vector<flow_event> before;  ///< fills the book
  std::vector<flow_event> events;  ///< what is measured
  std::uint32_t least_resting = 0;
  std::uint32_t most_resting = 0;
};

/// The engine that a flow is for.
exchange::engine::engine_config config_for(flow_mix const& mix);

/// Runs an engine of its own to know which orders are live.
order_flow make_flow(flow_mix const& mix);

}  // namespace runes::bench
