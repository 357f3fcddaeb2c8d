#include <runes/channel.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

#include "channels/market.hpp"

using namespace runes;

namespace {

// A model as a user might add one: a counter that only grows.
class counter final : public payload {
 public:
  explicit counter(int n) : value(n) {}
  void encode(std::string& out) const override { out += std::to_string(value); }
  std::size_t bytes() const noexcept override { return sizeof *this; }
  int const value;
};

int value_of(payload_ptr const& data) { return dynamic_cast<counter const&>(*data).value; }

class counter_state final : public topic_state {
 public:
  payload_ptr apply(payload_ptr const& change) override {
    sum_ += value_of(change);
    return change;
  }
  payload_ptr snapshot() const override { return payload_ptr(new counter(sum_)); }

 private:
  int sum_ = 0;
};

class counter_model final : public channel_model {
 public:
  std::unique_ptr<topic_state> make_state() const override {
    return std::make_unique<counter_state>();
  }
  payload_ptr merge(payload_ptr const& older, payload_ptr const& newer) const override {
    return payload_ptr(new counter(value_of(older) + value_of(newer)));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_builder)

BOOST_AUTO_TEST_CASE(what_a_plain_channel_is) {
  channel const plain("chat", models::log());
  BOOST_TEST(plain.name() == "chat");
  BOOST_TEST(&plain.model() == models::log().get());
  BOOST_TEST(plain.event() == "market");
  BOOST_TEST((plain.who() == audience::everyone));
  BOOST_TEST(!plain.is_throttled());
  BOOST_TEST(!plain.has_depths());
  BOOST_TEST(plain.windows().empty());
  BOOST_TEST((plain.when_slow() == overflow::gap));
}

BOOST_AUTO_TEST_CASE(it_is_built_in_one_expression_or_in_steps) {
  auto const built = channel("mine", models::book())
                         .event("m")
                         .for_accounts()
                         .throttled()
                         .depths()
                         .windows({"1m"})
                         .when_slow(overflow::disconnect);
  channel stepwise("mine", models::book());
  stepwise.event("m").for_accounts().throttled().depths().windows({"1m"}).when_slow(
      overflow::disconnect);
  for (auto const& each : {built, stepwise}) {
    BOOST_TEST(each.event() == "m");
    BOOST_TEST((each.who() == audience::account));
    BOOST_TEST(each.is_throttled());
    BOOST_TEST(each.has_depths());
    BOOST_TEST(each.windows() == std::vector<std::string>{"1m"}, boost::test_tools::per_element());
    BOOST_TEST((each.when_slow() == overflow::disconnect));
  }
}

BOOST_AUTO_TEST_CASE(a_channel_needs_a_name_and_a_model) {
  BOOST_CHECK_THROW(channel("", models::log()), std::invalid_argument);
  BOOST_CHECK_THROW(channel("x", nullptr), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(the_standard_channels_are_those_of_the_protocol) {
  struct row {
    char const *name, *event;
    runes::audience who;
    bool throttled, depths;
    overflow when_slow;
  };
  row const table[] = {
      {"ticker", "market", audience::everyone, true, false, overflow::conflate},
      {"orderbook", "market", audience::everyone, true, true, overflow::conflate},
      {"trades", "market", audience::everyone, false, false, overflow::gap},
      {"statistics", "market", audience::everyone, false, false, overflow::conflate},
      {"liquidations", "liquidation", audience::everyone, false, false, overflow::gap},
      {"orders", "order", audience::account, false, false, overflow::disconnect},
      {"fills", "trade", audience::account, false, false, overflow::disconnect},
      {"positions", "position", audience::account, false, false, overflow::conflate},
      {"account", "account", audience::account, false, false, overflow::disconnect},
      {"system", "system", audience::everyone, true, false, overflow::conflate},
  };
  auto const standard = channels::standard();
  BOOST_TEST_REQUIRE(standard.size() == std::size(table));
  for (std::size_t i = 0; i < standard.size(); ++i) {
    BOOST_TEST_CONTEXT(table[i].name) {
      BOOST_TEST(standard[i].name() == table[i].name);
      BOOST_TEST(standard[i].event() == table[i].event);
      BOOST_TEST((standard[i].who() == table[i].who));
      BOOST_TEST(standard[i].is_throttled() == table[i].throttled);
      BOOST_TEST(standard[i].has_depths() == table[i].depths);
      BOOST_TEST(name_of(standard[i].when_slow()) == name_of(table[i].when_slow));
    }
  }
  std::vector<std::string> const windows{"1m", "5m", "1h", "24h"};
  BOOST_TEST(channels::statistics().windows() == windows, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_model_of_ones_own) {
  channel const visits("visits", std::make_shared<counter_model>());
  auto const state = visits.model().make_state();
  payload_ptr const one(new counter(1)), two(new counter(2));
  state->apply(one);
  state->apply(two);
  BOOST_TEST(value_of(state->snapshot()) == value_of(visits.model().merge(one, two)));
  BOOST_CHECK_THROW(visits.model().project(*state, *state, 1), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
