// Single frames vanish, which no transport of ours does and a broken middlebox might: even that is
// never silent.
#include "simulation/mutation.hpp"
#include "simulation/plan.hpp"
#include "simulation/run.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace runes::simulation;

namespace {

/// One public update in so many is lost; every other time with all of its topic behind it until a
/// heartbeat has told of them, for then no update is there to show the hole. What an account must
/// get is not lost: that could not be made good, and is a promise broken.
class vanishing final : public frame_tap {
 public:
  explicit vanishing(std::uint64_t& lost) : lost_(lost) {}

  std::vector<std::string> pass(std::string text) override {
    auto const value = boost::json::parse(text);
    auto const& said = value.as_object();
    if (auto const* heads = said.if_contains("heads")) told(heads->as_object());
    if (!is_public_update(said) || !vanishes(said)) return {std::move(text)};
    ++lost_;
    return {};
  }

 private:
  static constexpr std::uint64_t one_in = 20;

  static bool is_public_update(boost::json::object const& said) {
    auto const* type = said.if_contains("type");
    if (!type || *type != "update") return false;
    for (auto const* channel : {"ticker", "orderbook", "trades", "statistics"}) {
      if (said.at("channel") == channel) return true;
    }
    return false;
  }
  /// "trades.S1" of its topic's name, to which an interval or a depth may add something.
  static std::string topic(boost::json::object const& said) {
    return std::string(said.at("channel").as_string()) + "." +
           std::string(said.at("symbol").as_string());
  }
  bool vanishes(boost::json::object const& said) {
    if (going_.contains(topic(said))) return true;
    if (++seen_ % one_in != 0) return false;
    if (seen_ % (2 * one_in) == 0) going_.insert(topic(said));
    return true;
  }
  void told(boost::json::object const& heads) {
    std::erase_if(going_, [&](std::string const& each) {
      return std::any_of(heads.begin(), heads.end(),
                         [&](auto const& head) { return head.key().starts_with(each); });
    });
  }

  std::uint64_t& lost_;
  std::uint64_t seen_ = 0;
  std::set<std::string> going_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(simulated_losses)

// Clients find fault with such a server, rightly. Nothing else may be wrong with what they tell.
BOOST_AUTO_TEST_CASE(a_frame_that_vanishes_is_told_of_exactly) {
  for (auto const* scenario : {"calm", "connections", "slow", "histories"}) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      BOOST_TEST_CONTEXT(scenario << ", " << seed) {
        std::uint64_t lost = 0;
        mutation vanish;
        vanish.name = "vanish";
        vanish.frames = [&lost] { return std::unique_ptr<frame_tap>(new vanishing(lost)); };
        auto const seen = run(*make_plan(scenario, seed), seed, trace_level::none, vanish);
        BOOST_TEST(lost > 0u);
        for (violation const& each : seen.violations) {
          BOOST_TEST(each.invariant == invariant::sound_server,
                     seconds_text(each.at) << " " << each.invariant << ": " << each.sentence);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
