// The parts that the book is built of, against plain ones of the standard library.
#include <engine/level_bitmap.hpp>
#include <engine/order_index.hpp>
#include <engine/price_ladder.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <set>
#include <vector>

using namespace exchange::engine;

BOOST_AUTO_TEST_SUITE(structures)

BOOST_AUTO_TEST_CASE(a_bitmap_finds_the_next_one_up_and_down) {
  for (auto const size : {64u, 4'096u, 262'144u}) {
    level_bitmap bits(size);
    std::set<std::uint32_t> plain;
    std::mt19937_64 random(size);
    for (int i = 0; i < 4'000; ++i) {
      // Now close together, now far apart.
      auto const at = static_cast<std::uint32_t>(random() % (i % 3 == 0 ? size : size / 64));
      if (plain.count(at) > 0 && random() % 2 == 0) {
        plain.erase(at);
        bits.clear(at);
      } else {
        plain.insert(at);
        bits.set(at);
      }
      auto const none = level_bitmap::none;
      auto const probe = static_cast<std::uint32_t>(random() % size);
      auto const up = plain.upper_bound(probe);
      auto const down = plain.lower_bound(probe);
      BOOST_REQUIRE_EQUAL(bits.above(probe), up == plain.end() ? none : *up);
      BOOST_REQUIRE_EQUAL(bits.below(probe), down == plain.begin() ? none : *std::prev(down));
      BOOST_REQUIRE_EQUAL(bits.lowest(), plain.empty() ? none : *plain.begin());
      BOOST_REQUIRE_EQUAL(bits.highest(), plain.empty() ? none : *plain.rbegin());
    }
  }
}

BOOST_AUTO_TEST_CASE(an_index_finds_what_is_in_it_whatever_the_ids_stride) {
  for (auto const stride :
       {order_id{1}, order_id{7}, order_id{64}, order_id{1} << 20, order_id{0x9E3779B97F4A7C15u}}) {
    constexpr std::uint32_t most = 500;
    order_index index(most);
    std::map<order_id, std::uint32_t> plain;
    std::vector<order_id> ids(most);
    std::vector<std::uint32_t> free;
    for (std::uint32_t i = 0; i < most; ++i) free.push_back(i);
    std::mt19937_64 random(3);
    auto const look_up = [&](order_id id) {
      return index.find(id, most, [&](std::uint32_t at) { return ids[at] == id; });
    };
    order_id next = 1;
    for (int i = 0; i < 20'000; ++i) {
      if (!free.empty() && (plain.size() < 10 || random() % 2 == 0)) {
        auto const id = next;
        next += stride;
        plain[id] = free.back();
        ids[free.back()] = id;
        index.insert(id, free.back());
        free.pop_back();
      } else {
        auto const at = std::next(plain.begin(), static_cast<long>(random() % plain.size()));
        index.erase(at->first, at->second);
        BOOST_REQUIRE_EQUAL(look_up(at->first), most);
        free.push_back(at->second);
        plain.erase(at);
      }
      if (i % 50 != 0) continue;
      for (auto const& [id, at] : plain) BOOST_REQUIRE_EQUAL(look_up(id), at);
    }
  }
}

// Prices that wander, so that the window moves, with some that are far off.
BOOST_AUTO_TEST_CASE(a_ladder_keeps_its_levels_in_order_wherever_its_window_is) {
  for (bool const highest_first : {true, false}) {
    constexpr std::uint32_t most = 400;
    level_pool levels(most);
    price_ladder ladder(levels, highest_first, 64);
    std::map<ticks, std::uint32_t> plain;
    std::mt19937_64 random(11);
    ticks middle = 1'000'000;
    auto const best = [&] {
      return highest_first ? std::prev(plain.end())->second : plain.begin()->second;
    };
    for (int i = 0; i < 60'000; ++i) {
      middle += static_cast<ticks>(random() % 7) - 3;
      if (random() % 5'000 == 0) middle += 5'000;
      if (plain.size() < most && (plain.size() < 5 || random() % 2 == 0)) {
        auto price = middle + static_cast<ticks>(random() % 40) - 20;
        if (random() % 10 == 0) price = 1 + static_cast<ticks>(random() % 2'000'000);
        auto const at = ladder.find_or_add(price);
        auto const [there, is_new] = plain.emplace(price, at);
        BOOST_REQUIRE_EQUAL(there->second, at);
        BOOST_REQUIRE_EQUAL(levels[at].price, price);
      } else {
        auto at = std::next(plain.begin(), static_cast<long>(random() % plain.size()));
        if (random() % 3 == 0) at = highest_first ? std::prev(plain.end()) : plain.begin();
        ladder.erase(at->second);
        BOOST_REQUIRE_EQUAL(ladder.find(at->first), nil);
        plain.erase(at);
      }
      BOOST_REQUIRE_EQUAL(ladder.best(), plain.empty() ? nil : best());
      if (i % 100 != 0) continue;
      std::vector<std::uint32_t> expected, down, up;
      for (auto const& [price, at] : plain) {
        expected.push_back(at);
        BOOST_REQUIRE_EQUAL(ladder.find(price), at);
      }
      if (highest_first) expected = {expected.rbegin(), expected.rend()};
      for (auto at = ladder.best(); at != nil; at = ladder.worse(at)) down.push_back(at);
      BOOST_REQUIRE(down == expected);
      for (auto at = down.empty() ? nil : down.back(); at != nil; at = ladder.better(at)) {
        up.push_back(at);
      }
      BOOST_REQUIRE(up == std::vector<std::uint32_t>(expected.rbegin(), expected.rend()));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_ladder_whose_best_price_jumps_takes_its_window_along) {
  level_pool levels(2'000);
  price_ladder ladder(levels, true, 64);
  std::vector<std::uint32_t> all;
  for (ticks price = 10; price < 70; ++price) all.push_back(ladder.find_or_add(price));
  // Far away, and busy there: in the end the window follows.
  for (ticks price = 9'000; price < 10'000; ++price) all.push_back(ladder.find_or_add(price));
  for (std::size_t i = all.size(); i-- > 0;) {
    BOOST_REQUIRE_EQUAL(ladder.best(), all[i]);
    ladder.erase(all[i]);
  }
  BOOST_TEST(ladder.empty());
}

BOOST_AUTO_TEST_SUITE_END()
