#include <runes/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <stdexcept>

#include "channels/market.hpp"

using namespace runes;
using runes::test::text_of;

namespace {

keyed_entry entry(std::string key, int value) {
  auto json = R"({"key":")" + key + R"(","value":)" + std::to_string(value) + "}";
  return {std::move(key), std::move(json), false};
}

keyed_entry removal(std::string key) {
  auto json = R"({"key":")" + key + R"("})";
  return {std::move(key), std::move(json), true};
}

// What a client holds: it knows of keys and removals by the JSON only.
class reader {
 public:
  void update(payload_ptr const& data) {
    auto const list = boost::json::parse(text_of(data));
    for (auto const& each : list.as_array()) {
      auto const& object = each.as_object();
      auto const key = std::string(object.at("key").as_string());
      if (object.contains("removed"))
        held_.erase(key);
      else
        held_[key] = object.at("value").as_int64();
    }
  }
  bool operator==(reader const&) const = default;

 private:
  std::map<std::string, std::int64_t> held_;
};

class random_keys {
 public:
  payload_ptr change() {
    std::vector<keyed_entry> entries;
    for (auto n = random_() % 5; n > 0; --n) {
      std::string key(1, static_cast<char>('a' + random_() % 8));
      entries.push_back(random_() % 3 == 0 ? removal(key)
                                           : entry(key, static_cast<int>(random_() % 3)));
    }
    return keyed_payload(std::move(entries));
  }

 private:
  std::mt19937 random_{17};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(keyed_model)

BOOST_AUTO_TEST_CASE(a_snapshot_lists_all_in_the_order_they_came) {
  auto const state = models::keyed()->make_state();
  BOOST_TEST(text_of(state->snapshot()) == "[]");
  state->apply(keyed_payload({entry("b", 1), entry("a", 1)}));
  state->apply(keyed_payload({entry("c", 1), entry("b", 2)}));
  BOOST_TEST(text_of(state->snapshot()) ==
             R"([{"key":"b","value":2},{"key":"a","value":1},{"key":"c","value":1}])");
}

BOOST_AUTO_TEST_CASE(only_what_changed_is_told) {
  auto const state = models::keyed()->make_state();
  auto const first = keyed_payload({entry("a", 1), entry("b", 1)});
  BOOST_TEST(state->apply(first) == first);
  BOOST_TEST(!state->apply(first));
  BOOST_TEST(text_of(state->apply(keyed_payload({entry("a", 1), entry("b", 2)}))) ==
             R"([{"key":"b","value":2}])");
  BOOST_TEST(!state->apply(keyed_payload({})));
}

BOOST_AUTO_TEST_CASE(what_is_removed_says_so_and_is_forgotten) {
  auto const state = models::keyed()->make_state();
  state->apply(keyed_payload({entry("a", 1), entry("b", 1)}));
  BOOST_TEST(text_of(state->apply(keyed_payload({removal("a")}))) ==
             R"([{"key":"a","removed":true}])");
  BOOST_TEST(text_of(state->snapshot()) == R"([{"key":"b","value":1}])");
  state->apply(keyed_payload({entry("a", 1)}));
  BOOST_TEST(text_of(state->snapshot()) == R"([{"key":"b","value":1},{"key":"a","value":1}])");
}

BOOST_AUTO_TEST_CASE(the_last_state_of_what_was_never_held_is_told) {
  auto const state = models::keyed()->make_state();
  BOOST_TEST(text_of(state->apply(keyed_payload({removal("filled at once")}))) ==
             R"([{"key":"filled at once","removed":true}])");
  BOOST_TEST(text_of(state->snapshot()) == "[]");
}

BOOST_AUTO_TEST_CASE(removed_is_added_to_any_object) {
  BOOST_TEST(text_of(keyed_payload({{"k", "{}", true}})) == R"([{"removed":true}])");
  BOOST_TEST(text_of(keyed_payload({{"k", "{ } \n", true}})) == R"([{ "removed":true}])");
  BOOST_TEST(text_of(keyed_payload({{"k", R"({"a":{}})", true}})) ==
             R"([{"a":{},"removed":true}])");
  for (auto const* json : {"", "  ", "[]", "1"}) {
    BOOST_CHECK_THROW(keyed_payload({{"k", json, true}}), std::invalid_argument);
  }
}

BOOST_AUTO_TEST_CASE(of_several_entries_with_one_key_the_last_counts) {
  BOOST_TEST(text_of(keyed_payload({entry("a", 1), entry("b", 1), entry("a", 2)})) ==
             R"([{"key":"a","value":2},{"key":"b","value":1}])");
  auto const merged = models::keyed()->merge(keyed_payload({entry("a", 1), entry("b", 1)}),
                                             keyed_payload({entry("c", 1), removal("a")}));
  BOOST_TEST(text_of(merged) ==
             R"([{"key":"a","removed":true},{"key":"b","value":1},{"key":"c","value":1}])");
}

BOOST_AUTO_TEST_CASE(a_merged_update_does_what_both_do) {
  auto const model = models::keyed();
  auto const state = model->make_state();
  random_keys keys;
  reader each, merged, late;
  for (int round = 0; round < 1000; ++round) {
    payload_ptr pending;
    for (int i = 0; i < 3; ++i) {
      auto const told = state->apply(keys.change());
      if (!told) continue;
      each.update(told);
      pending = pending ? model->merge(pending, told) : told;
    }
    if (pending) merged.update(pending);
    BOOST_TEST_REQUIRE((merged == each));
    late = {};
    late.update(state->snapshot());
    BOOST_TEST_REQUIRE((late == each));
  }
}

BOOST_AUTO_TEST_CASE(payloads_of_another_model_are_refused) {
  auto const model = models::keyed();
  BOOST_CHECK_THROW(model->make_state()->apply(log_payload("{}")), error);
  BOOST_CHECK_THROW(model->merge(keyed_payload({}), log_payload("{}")), error);
}

BOOST_AUTO_TEST_SUITE_END()
