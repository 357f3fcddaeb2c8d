// The same commands give the same changes and the same bytes, also after the state was saved and
// loaded on the way; and bytes that are damaged are refused.
#include "random_venue.hpp"

#include <memory>
#include <stdexcept>

using namespace exchange::accounts;

namespace {

void nothing(random_venue&, deed const*) {}

std::string busy_state(int steps = 600) {
  random_venue venue(small_venue(), 5, nothing);
  for (int i = 0; i < steps; ++i) venue.step();
  return venue.house.save();
}

// Why they are refused; empty: they are taken.
std::string refusal(std::string const& bytes, accounts_config const& config = small_venue()) {
  recorder out;
  clearing_house house(config, out);
  try {
    house.load(bytes);
    return {};
  } catch (std::runtime_error const& wrong) {
    return wrong.what();
  }
}

// With the right checksum put behind the bytes again: what somebody wrote who knows the format.
std::string forged(std::string bytes) {
  bytes.resize(bytes.size() - 8);
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (char const one : bytes) hash = (hash ^ static_cast<unsigned char>(one)) * 0x100000001B3u;
  for (int i = 0; i < 8; ++i, hash >>= 8) bytes.push_back(static_cast<char>(hash & 0xFF));
  return bytes;
}

// FNV-1a over what is told.
class hasher {
 public:
  void add(recorder const& told) {
    for (auto const& one : told.postings) {
      add({one.from, one.to, one.asset, static_cast<unsigned>(one.reason), one.trade}, one.value);
    }
    for (auto const& one : told.balances) {
      add({one.account, one.asset, static_cast<unsigned>(one.reason)}, one.free);
      add({}, one.locked);
      add({}, one.difference);
    }
    for (auto const& one : told.positions) {
      add({one.account, one.market, static_cast<unsigned>(one.reason)}, one.size);
    }
  }
  std::uint64_t hash = 0xCBF29CE484222325u;

 private:
  void add(std::initializer_list<std::uint64_t> values, amount last) {
    for (auto const value : values) mix(value);
    mix(static_cast<std::uint64_t>(last));
  }
  void mix(std::uint64_t value) {
    for (int i = 0; i < 8; ++i, value >>= 8) hash = (hash ^ (value & 0xFF)) * 0x100000001B3u;
  }
};

std::uint64_t hash_of(std::uint64_t seed, int steps) {
  hasher told;
  random_venue venue(small_venue(), seed, [&](random_venue& v, deed const*) { told.add(v.out); });
  for (int i = 0; i < steps; ++i) venue.step();
  return told.hash;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshots)

BOOST_AUTO_TEST_CASE(a_state_that_is_loaded_is_saved_as_the_same_bytes) {
  auto const bytes = busy_state();
  recorder out;
  clearing_house house(small_venue(), out);
  house.load(bytes);
  BOOST_TEST((house.save() == bytes));
  BOOST_TEST(house.check() == "");
  BOOST_TEST(house.accounts() == 8u);
}

BOOST_AUTO_TEST_CASE(the_same_commands_tell_the_same) {
  BOOST_TEST(hash_of(3, 2'000) == hash_of(3, 2'000));
  BOOST_TEST(hash_of(3, 2'000) != hash_of(4, 2'000));
}

// What these commands told on the day they were written down. Another number is another set of
// rules for every journal that was ever written: then the format of snapshots needs a new number,
// too.
BOOST_AUTO_TEST_CASE(with_every_compiler_and_in_every_version) {
  BOOST_TEST(hash_of(3, 2'000) == 11'820'227'890'707'678'387u);
}

// What was loaded shows the same, and goes on as the other does.
BOOST_AUTO_TEST_CASE(a_snapshot_on_the_way_changes_nothing) {
  random_venue venue(small_venue(), 6, nothing);
  for (int i = 0; i < 300; ++i) {
    venue.step();
    recorder out;
    clearing_house loaded(small_venue(), out);
    loaded.load(venue.house.save());
    for (account_id id = 1; id <= loaded.accounts(); ++id) {
      for (asset_id const asset : {usd, btc, eth}) {
        auto const there = venue.house.balance(id, asset), here = loaded.balance(id, asset);
        BOOST_REQUIRE((there.free == here.free && there.available == here.available));
      }
      BOOST_REQUIRE(venue.house.open_orders(id) == loaded.open_orders(id));
    }
    if (venue.orders.empty()) continue;
    auto const& one = venue.orders.back();
    BOOST_REQUIRE(loaded.reserved(one.id) == one.open);
    for (auto* const house : {&venue.house, &loaded}) {
      house->amend({one.id, one.open, one.price + 1});
      house->restore(one.id);
      house->fund(btc_perp, 1'234);
    }
    BOOST_REQUIRE((venue.house.save() == loaded.save()));
    venue.out.clear();
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_cut_or_too_many_are_refused) {
  auto const bytes = busy_state();
  for (std::size_t left = 0; left < bytes.size(); left += 3) {
    BOOST_REQUIRE(!refusal(bytes.substr(0, left)).empty());
  }
  BOOST_TEST(!refusal(bytes + 'x').empty());
  BOOST_TEST(!refusal(forged(bytes + "12345678")).empty());
}

BOOST_AUTO_TEST_CASE(every_bit_that_is_turned_over_is_seen) {
  auto const bytes = busy_state(200);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto broken = bytes;
    broken[at] = static_cast<char>(broken[at] ^ (1 << at % 8));
    BOOST_REQUIRE(!refusal(broken).empty());
  }
}

// Whatever the checksum says: what is taken are books that are right, and they work.
BOOST_AUTO_TEST_CASE(forged_bytes_are_refused_or_are_another_right_state) {
  auto const bytes = busy_state(200);
  int refusals = 0;
  for (std::size_t at = 12; at + 8 < bytes.size(); ++at) {
    auto broken = bytes;
    broken[at] = static_cast<char>(broken[at] ^ (at % 2 == 0 ? 0x80 : 0x01));
    broken = forged(broken);
    recorder out;
    clearing_house house(small_venue(), out);
    try {
      house.load(broken);
    } catch (std::runtime_error const&) {
      ++refusals;
      continue;
    }
    BOOST_REQUIRE(house.save() == broken);
    BOOST_REQUIRE_EQUAL(house.check(), "");
    for (account_id id = 1; id <= house.accounts(); ++id) {
      house.set_leverage(id, 1, 3, margin_mode::isolated);
      house.withdraw(id, usd, 1);
      if (house.position(id, 1)) static_cast<void>(house.liquidation_of(id, 1));
    }
    house.set_mark(1, 50);
    house.fund(1, 100);
    BOOST_REQUIRE_EQUAL(house.check(), "");
  }
  BOOST_TEST(refusals > 0);
}

BOOST_AUTO_TEST_CASE(money_from_nowhere_is_refused_even_with_the_right_checksum) {
  recorder out;
  clearing_house house(small_venue(), out);
  house.open_account();
  house.deposit(1, usd, 1'000);
  auto bytes = house.save();
  auto const at = bytes.find(std::string("\xE8\x03", 2));
  BOOST_REQUIRE(at != std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] + 1);
  BOOST_TEST(refusal(forged(bytes)).find("add up to nothing in USD") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_snapshot_of_another_configuration_is_refused) {
  auto config = small_venue();
  ++config.markets[0].taker_fee;
  BOOST_TEST(refusal(busy_state(), config) ==
             "the snapshot is of accounts with another configuration");
}

BOOST_AUTO_TEST_CASE(what_is_no_snapshot_is_told_so) {
  BOOST_TEST(refusal(std::string(100, 'x')) == "this is no snapshot of accounts");
  BOOST_TEST(refusal("") == "the snapshot ends too early");
}

BOOST_AUTO_TEST_SUITE_END()
