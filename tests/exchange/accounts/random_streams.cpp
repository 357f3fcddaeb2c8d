// Long streams of everything: after every single command the books are right, what the ledger has
// is what the deeds make, and only deposits and withdrawals change the sum.
#include "random_venue.hpp"
#include "reference_books.hpp"

#include <map>
#include <utility>
#include <vector>

using namespace exchange::accounts;

namespace {

struct everything_checked {
  explicit everything_checked(accounts_config const& config)
      : reference(config), sums(config.assets.size()) {}

  void operator()(random_venue& venue, deed const* what) {
    auto const& house = venue.house;
    BOOST_REQUIRE_EQUAL(house.check(), "");
    if (what != nullptr) reference.add(*what, venue.out.postings, house);
    if (what != nullptr && what->what == deed::kind::money) sums[what->asset] += what->value;
    BOOST_REQUIRE_EQUAL(reference.compare(house), "");
    for (auto const& [key, sum] : venue.out.sums) {
      BOOST_REQUIRE((house.total(key.first, key.second) == sum));
    }
    for (asset_id asset = 0; asset < sums.size(); ++asset) {
      BOOST_REQUIRE((sum_of(house, asset) == sums[asset]));
    }
  }
  // Of all accounts but the world.
  static amount sum_of(clearing_house const& house, asset_id asset) {
    amount sum = house.total(fee_account, asset) + house.total(insurance_account, asset);
    for (account_id id = 0; id <= house.accounts(); ++id) sum += house.total(id, asset);
    for (market_id id = 0; id < house.config().markets.size(); ++id) {
      sum += house.total(settlement_account(id), asset);
    }
    return sum;
  }

  // What the venue's open orders should lock, where no perpetual is quoted in the asset.
  static void check_spot_locks(random_venue const& venue) {
    auto const& config = venue.house.config();
    std::map<std::pair<account_id, asset_id>, amount> expected;
    for (auto const& one : venue.orders) {
      auto const& m = config.markets[one.market];
      if (m.kind != market_kind::spot) continue;
      auto const value = amount{one.price} * m.tick_lot_value;
      auto const lot = one.side == side::sell ? amount{m.lot_units}
                                              : value + (value * 2'000 + 999'999) / 1'000'000;
      expected[{one.account, one.side == side::sell ? m.base : m.quote}] += lot * one.open;
    }
    for (account_id id = 1; id <= venue.house.accounts(); ++id) {
      for (asset_id const asset : {btc, eth}) {
        BOOST_REQUIRE((venue.house.balance(id, asset).locked == expected[{id, asset}]));
      }
    }
  }

  reference_books reference;
  std::vector<amount> sums;  // deposited less withdrawn
};

accounts_config only(market_kind kind) {
  auto config = small_venue();
  std::erase_if(config.markets, [&](market_config const& m) { return m.kind != kind; });
  return config;
}

random_venue::tally run(accounts_config const& config, std::uint64_t seed, int steps) {
  everything_checked check(config);
  random_venue venue(config, seed, [&](random_venue& v, deed const* what) { check(v, what); });
  for (int i = 0; i < steps; ++i) {
    venue.step();
    everything_checked::check_spot_locks(venue);
  }
  return venue.counts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_streams)

BOOST_AUTO_TEST_CASE(spot_markets) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    auto const counts = run(only(market_kind::spot), seed, 4'000);
    BOOST_TEST(counts.trades > 300);
    BOOST_TEST(counts.refused > 300);
  }
}

BOOST_AUTO_TEST_CASE(perpetuals_with_liquidations_insurance_and_losses_that_are_shared) {
  random_venue::tally all;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    auto const counts = run(only(market_kind::perpetual), seed, 4'000);
    BOOST_TEST(counts.trades > 300);
    all.liquidations += counts.liquidations;
    all.insured += counts.insured;
    all.socialized += counts.socialized;
    all.fundings += counts.fundings;
  }
  BOOST_TEST_MESSAGE("liquidations " << all.liquidations << ", insured " << all.insured
                                     << ", shared " << all.socialized << ", fundings "
                                     << all.fundings);
  BOOST_TEST(all.liquidations > 100);
  BOOST_TEST(all.insured > 10);
  BOOST_TEST(all.socialized > 5);
  BOOST_TEST(all.fundings > 50);
}

BOOST_AUTO_TEST_CASE(all_of_it_with_balances_that_both_kinds_share) {
  for (std::uint64_t seed = 11; seed <= 14; ++seed) {
    auto const counts = run(small_venue(), seed, 4'000);
    BOOST_TEST(counts.trades > 300);
    BOOST_TEST(counts.liquidations > 10);
  }
}

BOOST_AUTO_TEST_SUITE_END()
