// The engine against the reference, over many random streams of commands of every kind: the same
// errors, the same events, the same bytes; and what must hold at any time.
#include "engine_test.hpp"
#include "random_commands.hpp"
#include "reference_engine.hpp"

#include <memory>
#include <set>

using namespace exchange::engine;

namespace {

// One course of both, command by command.
class match_up {
 public:
  match_up(engine_config const& config, playground const& where, std::uint64_t seed)
      : config_(config), where_(where), commands_(where, seed), plain_(config) {
    fast_ = std::make_unique<matching_engine>(config, out_);
  }

  void run(int steps) {
    for (step_ = 0; step_ < steps; ++step_) {
      auto const one = commands_.next(fast_->state());
      out_.all.clear();
      auto const wrong = fast_->apply(one);
      BOOST_REQUIRE_EQUAL(wrong, plain_.apply(one));
      compare_events();
      check_books();
      if (step_ % 97 == 96) reload();
    }
  }

 private:
  void compare_events() {
    auto const same = out_.all == plain_.out;
    if (same) return;
    for (std::size_t i = 0; i < std::max(out_.all.size(), plain_.out.size()); ++i) {
      if (i < out_.all.size()) BOOST_TEST_MESSAGE("engine:    " << out_.all[i]);
      if (i < plain_.out.size()) BOOST_TEST_MESSAGE("reference: " << plain_.out[i]);
    }
    BOOST_REQUIRE_MESSAGE(same, "other events at step " << step_);
  }

  // Every order of every queue, in its order, with what is shown and open.
  void check_books() {
    auto const& book = fast_->book();
    std::size_t count = 0;
    for (auto const which : {side::buy, side::sell}) {
      std::vector<reference_engine::resting> expected;
      auto const& plain = plain_.book(which);
      auto const add = [&](auto const& orders) {
        expected.insert(expected.end(), orders.begin(), orders.end());
      };
      if (which == side::buy) {
        for (auto at = plain.rbegin(); at != plain.rend(); ++at) add(at->second);
      } else {
        for (auto const& [price, orders] : plain) add(orders);
      }
      auto next = expected.begin();
      auto const& ladder = book.ladder(which);
      for (auto at = ladder.best(); at != nil; at = ladder.worse(at)) {
        auto const& level = book.level(at);
        lots shown = 0;
        std::uint32_t orders = 0;
        for (auto o = level.head; o != nil; o = book.order(o).next, ++next, ++orders) {
          BOOST_REQUIRE(next != expected.end());
          BOOST_REQUIRE_EQUAL(book.order(o).id, next->o.id);
          BOOST_REQUIRE_EQUAL(book.order(o).quantity, next->shown);
          BOOST_REQUIRE_EQUAL(book.open(o), next->o.quantity);
          BOOST_REQUIRE_EQUAL(level.price, next->o.price);
          BOOST_REQUIRE_EQUAL(book.find(next->o.id), o);
          BOOST_REQUIRE(book.order(o).quantity > 0);
          shown += book.order(o).quantity;
        }
        BOOST_REQUIRE(orders > 0);
        BOOST_REQUIRE_EQUAL(level.orders, orders);
        BOOST_REQUIRE_EQUAL(level.quantity, shown);
        BOOST_REQUIRE(ladder.find(level.price) == at);
        count += orders;
      }
      BOOST_REQUIRE(next == expected.end());
    }
    BOOST_REQUIRE_EQUAL(book.size(), count + book.stop_count());
    auto const bid = fast_->best(side::buy);
    auto const ask = fast_->best(side::sell);
    bool const crossed = bid && ask && bid->price >= ask->price;
    // Orders from outside cross each other where the flow does.
    if (fast_->state() == market_state::active && !where_.outside) BOOST_REQUIRE(!crossed);
  }

  void reload() {
    auto const bytes = fast_->save();
    fast_ = std::make_unique<matching_engine>(config_, out_);
    fast_->load(bytes);
    BOOST_REQUIRE(fast_->save() == bytes);
  }

  engine_config config_;
  playground where_;
  random_commands commands_;
  reference_engine plain_;
  recorder out_;
  std::unique_ptr<matching_engine> fast_;
  int step_ = 0;
};

engine_config small_market() {
  auto config = active_market();
  config.max_orders = 200;
  config.window = 64;
  config.max_quotes = 4;
  config.day_length = 500;
  config.day_offset = 77;
  return config;
}

constexpr std::uint64_t streams = 40;
constexpr int steps = 700;

}  // namespace

BOOST_AUTO_TEST_SUITE(against_the_reference)

BOOST_AUTO_TEST_CASE(commands_of_every_kind_in_a_small_market) {
  for (std::uint64_t seed = 1; seed <= streams; ++seed) {
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    match_up(small_market(), {}, seed).run(steps);
  }
}

BOOST_AUTO_TEST_CASE(without_an_outside_flow_the_book_is_never_crossed) {
  playground where;
  where.outside = false;
  for (std::uint64_t seed = 1; seed <= streams; ++seed) {
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    match_up(small_market(), where, seed).run(steps);
  }
}

BOOST_AUTO_TEST_CASE(prices_far_apart_with_a_band_that_halts) {
  auto config = small_market();
  config.band_basis_points = 900;
  config.band_action = band_action::halt;
  config.reference = 10'000;
  playground where;
  where.low = 9'000;
  where.high = 11'000;
  where.spacing = 40;
  for (std::uint64_t seed = 1; seed <= streams; ++seed) {
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    match_up(config, where, seed).run(steps);
  }
}

BOOST_AUTO_TEST_CASE(bounds_that_are_reached) {
  auto config = small_market();
  config.max_orders = 12;
  config.max_reduce_only_accounts = 2;
  config.max_quantity = 9;
  config.max_price = 105;
  for (std::uint64_t seed = 1; seed <= streams; ++seed) {
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    match_up(config, {}, seed).run(steps);
  }
}

BOOST_AUTO_TEST_CASE(auctions_over_and_over) {
  auto config = small_market();
  config.state = market_state::closed;
  playground where;
  where.outside = false;
  where.accounts = 12;
  for (std::uint64_t seed = 1; seed <= streams; ++seed) {
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    match_up(config, where, seed).run(steps);
  }
}

// What is never reached proves nothing.
BOOST_AUTO_TEST_CASE(the_streams_reach_every_kind_of_event_every_reason_and_every_error) {
  std::set<event_kind> kinds;
  std::set<reason> reasons;
  std::set<error> errors;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto config = small_market();
    config.max_orders = 40;
    config.band_basis_points = 700;
    config.reference = 100;
    random_commands commands({}, seed);
    recorder out;
    matching_engine engine(config, out);
    for (int i = 0; i < 2'000; ++i) engine.apply(commands.next(engine.state()));
    for (auto const& one : out.all) {
      kinds.insert(one.kind);
      if (one.kind == event_kind::rejected) {
        errors.insert(one.error());
      } else if (one.kind != event_kind::state) {
        reasons.insert(one.reason());
      }
    }
  }
  for (int i = 0; i <= static_cast<int>(event_kind::state); ++i) {
    auto const kind = static_cast<event_kind>(i);
    BOOST_TEST(kinds.count(kind) == 1u, name_of(kind) << " never happened");
  }
  for (int i = 0; i <= static_cast<int>(reason::day_end); ++i) {
    auto const why = static_cast<reason>(i);
    BOOST_TEST(reasons.count(why) == 1u, name_of(why) << " never was a reason");
  }
  for (auto const wrong :
       {error::bad_request, error::unknown_order, error::order_closed, error::bad_price,
        error::bad_quantity, error::market_closed, error::would_cross, error::self_trade,
        error::risk_limit, error::overloaded}) {
    BOOST_TEST(errors.count(wrong) == 1u, name_of(wrong) << " never was an error");
  }
}

BOOST_AUTO_TEST_SUITE_END()
