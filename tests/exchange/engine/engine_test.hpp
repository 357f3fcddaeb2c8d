// What the engine's tests share: an engine with its events written down, and orders in few words.
#pragma once

#include <engine/matching_engine.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <vector>

namespace exchange::engine {

inline std::ostream& operator<<(std::ostream& out, error value) { return out << name_of(value); }
inline std::ostream& operator<<(std::ostream& out, reason value) { return out << name_of(value); }
inline std::ostream& operator<<(std::ostream& out, market_state value) {
  return out << name_of(value);
}
inline std::ostream& operator<<(std::ostream& out, side value) { return out << name_of(value); }
inline std::ostream& operator<<(std::ostream& out, event const& e) {
  out << name_of(e.kind) << ' ' << e.side;
  if (e.kind == event_kind::rejected) {
    out << ' ' << e.error();
  } else if (e.kind == event_kind::state) {
    out << ' ' << e.state();
  } else if (e.why != 0) {
    out << ' ' << e.reason();
  }
  return out << " account " << e.account << " order " << (e.order & ~outside_bit)
             << (e.order >= outside_bit ? " outside" : "") << " price " << e.price << " quantity "
             << e.quantity << " remaining " << e.remaining << " trade " << e.trade;
}

class recorder final : public event_sink {
 public:
  void on_events(std::span<event const> events) noexcept override {
    all.insert(all.end(), events.begin(), events.end());
  }
  std::vector<event> all;
};

inline engine_config active_market() {
  engine_config config;
  config.state = market_state::active;
  config.max_orders = 1'000;
  config.window = 256;
  return config;
}

/// An order, changed by what is said after it: buy(10, 100).of(2).post_only().
struct order : new_order {
  order(engine::side which, lots q, ticks p) {
    side = which;
    quantity = q;
    price = p;
    account = 1;
  }
  order& of(account_id a) { return account = a, *this; }
  order& with(self_trade how) { return self = how, *this; }
  order& until(time_in_force t, micros at = 0) { return tif = t, expires_at = at, *this; }
  order& only_post() { return post_only = true, *this; }
  order& iceberg(lots shown) { return display = shown, *this; }
  order& reducing(lots held) { return reduce_only = true, position = held, *this; }
  order& at_stop(ticks p) {
    type = price == 0 ? order_type::stop : order_type::stop_limit;
    return stop_price = p, *this;
  }
};
inline order buy(lots quantity, ticks price) { return {side::buy, quantity, price}; }
inline order sell(lots quantity, ticks price) { return {side::sell, quantity, price}; }
inline order market(engine::side which, lots quantity) {
  order o(which, quantity, 0);
  o.type = order_type::market;
  o.tif = time_in_force::ioc;
  return o;
}

struct engine_fixture {
  explicit engine_fixture(engine_config const& config = active_market()) : engine(config, out) {}

  /// Places it under the next id; its id, also of one that was refused.
  order_id place(new_order o) {
    o.id = ++last_id;
    out.all.clear();
    last_error = engine.place(o);
    return o.id;
  }
  /// The error of an order that should be refused; the id may be used again.
  error refused(new_order const& o) {
    auto const before = engine.save();
    place(o);
    --last_id;
    BOOST_TEST((engine.save() == before), "a refused order changed something");
    BOOST_REQUIRE_EQUAL(out.all.size(), 1u);
    BOOST_TEST(out.all[0].error() == last_error);
    return last_error;
  }
  error run(command const& one) {
    out.all.clear();
    return last_error = engine.apply(one);
  }
  error to(market_state state) { return run(change_state{state}); }

  /// Events of one kind that the last command gave.
  std::vector<event> events(event_kind kind) const {
    std::vector<event> found;
    std::copy_if(out.all.begin(), out.all.end(), std::back_inserter(found),
                 [&](event const& one) { return one.kind == kind; });
    return found;
  }
  /// The one event of that kind.
  event the(event_kind kind) const {
    auto const found = events(kind);
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    return found.front();
  }
  /// The trades of the last command: "2@101 1@102".
  std::string trades() const {
    std::string text;
    for (auto const& one : events(event_kind::trade)) {
      text += (text.empty() ? "" : " ") + std::to_string(one.quantity) + '@' +
              std::to_string(one.price);
    }
    return text;
  }
  /// Who stood against the last command's order, in order: "3 1".
  std::string makers() const {
    std::string text;
    for (auto const& one : events(event_kind::filled_maker)) {
      text += (text.empty() ? "" : " ") + std::to_string(one.order & ~outside_bit);
    }
    return text;
  }
  /// The shown book of a side, best first: "3@100 5@99".
  std::string book(side which) const {
    std::vector<level_view> levels(100);
    levels.resize(engine.levels(which, levels));
    std::string text;
    for (auto const& one : levels) {
      text += (text.empty() ? "" : " ") + std::to_string(one.quantity) + '@' +
              std::to_string(one.price);
    }
    return text;
  }
  std::string bids() const { return book(side::buy); }
  std::string asks() const { return book(side::sell); }
  /// What is open of an order; 0 if it is not.
  lots open(order_id id) const {
    auto const found = engine.find(id);
    return found ? found->quantity : 0;
  }
  bool is_open(order_id id) const { return open(id) > 0; }

  recorder out;
  matching_engine engine;
  order_id last_id = 0;
  error last_error = error::none;
};

}  // namespace exchange::engine
