#include "bench/engine/flow.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <span>

namespace runes::bench {

namespace engine = exchange::engine;

namespace {

constexpr engine::ticks first_price = 1'000'000;
constexpr std::uint32_t makers = 500;  // accounts; takers have others, so nobody meets himself
constexpr engine::ticks through = 50;  // how far an aggressive order goes into the other side

// The standard's distributions differ between libraries, its generators don't.
class dice {
 public:
  explicit dice(std::uint64_t seed) : bits_(seed) {}
  std::uint64_t below(std::uint64_t n) { return bits_() % n; }
  engine::ticks geometric(double mean) {
    auto const uniform = static_cast<double>(bits_() >> 11) * 0x1.0p-53;
    return static_cast<engine::ticks>(-mean * std::log1p(-uniform));
  }

 private:
  std::mt19937_64 bits_;
};

// The orders that are in the book, so that one can be drawn.
class live_orders final : public engine::event_sink {
 public:
  struct live {
    engine::order_id id = 0;
    engine::account_id account = 0;
  };

  void on_events(std::span<engine::event const> events) noexcept override {
    for (auto const& one : events) {
      if (one.kind == engine::event_kind::rested) add({one.order, one.account});
      bool const filled = one.kind == engine::event_kind::filled_maker && one.remaining == 0;
      if (filled || one.kind == engine::event_kind::cancelled) remove(one.order);
    }
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(orders_.size()); }
  live const& operator[](std::size_t at) const { return orders_[at]; }

 private:
  void add(live one) {
    if (places_.size() <= one.id) places_.resize(2 * one.id + 1);
    places_[one.id] = orders_.size();
    orders_.push_back(one);
  }
  void remove(engine::order_id id) {
    auto const at = places_[id];
    orders_[at] = orders_.back();
    places_[orders_[at].id] = at;
    orders_.pop_back();
  }

  std::vector<live> orders_;
  std::vector<std::size_t> places_;  // by id
};

class flow_maker {
 public:
  explicit flow_maker(flow_mix const& mix)
      : mix_(mix), dice_(mix.seed), engine_(config_for(mix), live_) {}

  order_flow make() {
    order_flow flow;
    flow.before.reserve(mix_.resting);
    while (live_.size() < mix_.resting) flow.before.push_back(done(add()));
    flow.events.reserve(mix_.events);
    flow.least_resting = flow.most_resting = live_.size();
    while (flow.events.size() < mix_.events) {
      flow.events.push_back(done(next()));
      flow.least_resting = std::min(flow.least_resting, live_.size());
      flow.most_resting = std::max(flow.most_resting, live_.size());
    }
    return flow;
  }

 private:
  flow_event next() {
    auto const drawn = dice_.below(100);
    if (live_.size() < 100 || drawn < mix_.adds) return add();
    if (drawn < mix_.adds + mix_.cancels) return cancel();
    return aggressive();
  }

  flow_event done(flow_event one) {
    one.apply(engine_);
    return one;
  }

  flow_event add() {
    auto o = order(flow_event::kind::add, 1);
    auto const distance = 1 + dice_.geometric(mix_.mean_distance);
    auto const other = engine_.best(engine::opposite(o.side));
    auto const own = engine_.best(o.side);
    auto const from = other ? other->price : own ? own->price : first_price;
    o.price = from + (o.side == engine::side::buy ? -distance : distance);
    return o;
  }

  flow_event cancel() {
    auto const& drawn = live_[dice_.below(live_.size())];
    flow_event o;
    o.what = flow_event::kind::cancel;
    o.id = drawn.id;
    o.account = drawn.account;
    return o;
  }

  // As large as an order in the book, and half of that while there are too few of them, so that
  // their number stays about the same.
  flow_event aggressive() {
    auto o = order(flow_event::kind::aggressive, makers + 1);
    auto const best = *engine_.best(engine::opposite(o.side));
    o.price = best.price + (o.side == engine::side::buy ? through : -through);
    if (live_.size() < mix_.resting) o.quantity = (o.quantity + 1) / 2;
    return o;
  }

  flow_event order(flow_event::kind what, engine::account_id first_account) {
    flow_event o;
    o.what = what;
    o.id = ++last_id_;
    o.side = dice_.below(2) == 0 ? engine::side::buy : engine::side::sell;
    o.quantity = static_cast<std::int32_t>(1 + dice_.below(100));
    o.account = first_account + static_cast<engine::account_id>(dice_.below(makers));
    return o;
  }

  flow_mix mix_;
  dice dice_;
  live_orders live_;
  engine::matching_engine engine_;
  engine::order_id last_id_ = 0;
};

}  // namespace

engine::engine_config config_for(flow_mix const& mix) {
  engine::engine_config config;
  config.state = engine::market_state::active;
  config.max_orders = std::max(config.max_orders, 2 * mix.resting);
  return config;
}

order_flow make_flow(flow_mix const& mix) { return flow_maker(mix).make(); }

}  // namespace runes::bench
