// Funding: the rate of an interval, and days on which it is paid.
#include "venue_test.hpp"

#include <memory>

using namespace exchange::venue;

namespace {

constexpr micros hour = 3'600 * second;
constexpr micros first_due = start + 6'400 * second;  // eight hours of UTC are over then

/// Ann is long and bob is short; cy bids and asks beside them.
struct funding_fixture : venue_fixture {
  explicit funding_fixture(venue_config const& config = small_venue()) : venue_fixture(config) {
    place(buy(perp, 1'000, 10'000));
    place(sell(perp, 1'000, 10'000).of(2));
  }
  /// Cy's best bid, instead of any other.
  void bid(units price) {
    run(cancel_all{3, perp});
    BOOST_TEST(place(buy(perp, 10, price).of(3).post()).ok());
  }
  /// Time goes on as its keeper lets it: whatever is due is met at its time.
  std::vector<funded> pass(micros until) {
    std::vector<funded> paid;
    while (now < until) {
      now = std::min(venue.next_due().value_or(until), until);
      run(advance_time{});
      for (auto const& one : told<funded>()) {
        if (one.market == perp) paid.push_back(one);
      }
    }
    return paid;
  }
  amount funding_of(account_id account) const {
    return venue.accounts().position(account, perp)->funding;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(funding)

BOOST_AUTO_TEST_CASE(a_premium_is_how_far_the_whole_book_is_beyond_the_mark) {
  BOOST_TEST(premium_of(1'010, 1'020, 1'000) == 10'000'000);
  BOOST_TEST(premium_of(980, 990, 1'000) == -10'000'000);
  BOOST_TEST(premium_of(990, 1'010, 1'000) == 0);
  BOOST_TEST(premium_of(1'000, 1'001, 1'000) == 0);
  BOOST_TEST(premium_of(0, 0, 1'000) == 0);    // nobody bids or asks
  BOOST_TEST(premium_of(990, 0, 1'000) == 0);  // no ask is none below
  BOOST_TEST(premium_of(0, 999, 1'000) == -1'000'000);
  BOOST_TEST(premium_of(1'001, 0, 0) == 0);  // beyond what?
  BOOST_TEST(premium_of(ticks{1} << 59, 0, 1) == 100 * billion);
}

BOOST_AUTO_TEST_CASE(a_rate_is_the_premium_brought_towards_the_interest_and_bounded) {
  funding_config const rules;  // interest 100, damper 500, at most 7,500
  BOOST_TEST(funding_rate(0, rules) == 100);
  BOOST_TEST(funding_rate(600'000, rules) == 100);   // 600 - 500
  BOOST_TEST(funding_rate(-400'000, rules) == 100);  // -400 + 500
  BOOST_TEST(funding_rate(601'000, rules) == 101);
  BOOST_TEST(funding_rate(601'499, rules) == 101);  // to the nearest
  BOOST_TEST(funding_rate(601'500, rules) == 102);
  BOOST_TEST(funding_rate(-2'000'000, rules) == -1'500);
  BOOST_TEST(funding_rate(-2'000'500, rules) == -1'501);  // halves away from zero
  BOOST_TEST(funding_rate(100 * billion, rules) == 7'500);
  BOOST_TEST(funding_rate(-100 * billion, rules) == -7'500);
}

BOOST_AUTO_TEST_CASE(an_average_is_weighed_by_time) {
  funding_clock clock;
  BOOST_TEST(!clock.running());
  clock.begin(start, 8 * hour);
  BOOST_TEST(clock.due == first_due);
  BOOST_TEST(clock.average(start) == 0);
  clock.observe(start + 100, 4'000);
  clock.observe(start + 400, -2'000);
  BOOST_TEST(clock.average(start + 400) == 3'000);  // 300 of 400 at 4,000
  BOOST_TEST(clock.average(start + 1'000) == 0);
  auto const same = clock;
  clock.observe(start + 700, -2'000);  // nothing new
  BOOST_TEST((clock == same));
  clock.next(start + 6'400 * second + 5, 8 * hour);
  BOOST_TEST(clock.due == first_due + 8 * hour);
  BOOST_TEST(clock.average(first_due + hour) == -2'000);  // which goes on
}

BOOST_AUTO_TEST_CASE(of_intervals_that_nobody_saw_the_last_one_goes_on) {
  funding_clock clock;
  clock.begin(start, 8 * hour);
  clock.next(first_due + 25 * hour, 8 * hour);
  BOOST_TEST(clock.since == first_due + 24 * hour);
  BOOST_TEST(clock.due == first_due + 32 * hour);
}

BOOST_FIXTURE_TEST_CASE(longs_pay_shorts_three_times_a_day, funding_fixture) {
  bid(10'020);  // 0.2 % above the mark
  auto const before = total(1, usd) + total(2, usd);
  auto const paid = pass(first_due + 2 * 24 * hour);
  BOOST_REQUIRE(paid.size() == 7u);
  for (std::size_t i = 0; i < paid.size(); ++i) {
    auto const at = first_due + static_cast<micros>(i) * 8 * hour;
    BOOST_TEST((paid[i] == funded{perp, 1'500, 2'000, at}));
  }
  // 0.15 % of 1,000.00 in millionths, seven times.
  BOOST_TEST((funding_of(1) == -7 * amount{1'500'000}));
  BOOST_TEST((funding_of(2) == 7 * amount{1'500'000}));
  BOOST_TEST((total(1, usd) + total(2, usd) == before));
}

BOOST_FIXTURE_TEST_CASE(who_pays_whom_follows_the_premium_of_the_interval, funding_fixture) {
  bid(10'020);
  pass(first_due);  // paid: a premium of 0.2 %
  bid(9'990);
  BOOST_TEST(place(sell(perp, 10, 9'980 + 15).of(3).post()).ok());  // 0.05 % below the mark
  run(cancel_all{3, perp});
  BOOST_TEST(place(sell(perp, 10, 9'960).of(3).post()).ok());  // 0.4 % below
  auto const paid = pass(first_due + 8 * hour);
  BOOST_REQUIRE(paid.size() == 1u);
  BOOST_TEST(paid.front().rate == -3'500);
  BOOST_TEST((funding_of(1) == amount{3'500'000 - 1'500'000 + 0}));
  BOOST_TEST((funding_of(1) == -funding_of(2)));
}

BOOST_FIXTURE_TEST_CASE(half_an_interval_counts_half, funding_fixture) {
  pass(first_due);
  now = first_due + 4 * hour;
  bid(10'080);  // 0.8 % from now on
  auto const shown = venue.funding(perp, now);
  BOOST_TEST(shown.rate == 100);
  BOOST_TEST(shown.due == first_due + 8 * hour);
  BOOST_TEST(shown.last_at == first_due);
  BOOST_TEST(venue.funding(perp, first_due + 6 * hour).rate == 2'167);  // a third of it, less 500
  auto const paid = pass(first_due + 8 * hour);
  BOOST_REQUIRE(paid.size() == 1u);
  BOOST_TEST(paid.front().rate == 3'500);
  BOOST_TEST(venue.funding(perp, now).last_rate == 3'500);
}

BOOST_FIXTURE_TEST_CASE(a_market_that_does_not_trade_pays_nothing, funding_fixture) {
  bid(10'020);
  pass(first_due - hour);
  run(change_state{perp, market_state::suspended});
  BOOST_TEST(pass(first_due + hour).empty());
  BOOST_TEST((funding_of(1) == 0));
  run(change_state{perp, market_state::active});
  auto const paid = pass(first_due + 8 * hour);
  BOOST_REQUIRE(paid.size() == 1u);
  BOOST_TEST(paid.front().rate == 1'250);  // of 0.2 % seven hours of eight
}

BOOST_FIXTURE_TEST_CASE(after_a_week_without_anybody_it_is_paid_once, funding_fixture) {
  bid(10'020);
  now = first_due + 7 * 24 * hour + hour;
  run(deposit{1, usd, 1});
  auto const paid = told<funded>();
  BOOST_REQUIRE(paid.size() == 2u);  // of each perpetual
  BOOST_TEST((paid.front() == funded{perp, 1'500, 2'000, first_due}));
  BOOST_TEST(venue.funding(perp, now).due == first_due + 7 * 24 * hour + 8 * hour);
}

BOOST_AUTO_TEST_CASE(it_begins_with_the_first_mark_price) {
  trading_venue floor(small_venue());
  auto const run = [&](command what, micros now) {
    auto const done = floor.apply({std::move(what), now, 0});
    return std::vector<outcome>(done.outcomes.begin(), done.outcomes.end());
  };
  run(advance_time{}, start);
  BOOST_TEST(!floor.next_due().has_value());
  BOOST_TEST(floor.funding(perp, start).due == 0);
  run(advance_time{}, first_due + hour);
  run(set_mark{perp, 10'000}, first_due + hour);
  BOOST_TEST(floor.next_due().value() == first_due + 8 * hour);
  auto const told = run(advance_time{}, first_due + 8 * hour);
  BOOST_REQUIRE(told.size() == 1u);
  BOOST_TEST((std::get<funded>(told.front()) == funded{perp, 100, 2'000, first_due + 8 * hour}));
}

BOOST_AUTO_TEST_CASE(without_an_interval_there_is_none) {
  auto config = small_venue();
  for (auto& one : config.instruments) one.funding.interval = 0;
  funding_fixture floor(config);
  floor.bid(10'020);
  BOOST_TEST(!floor.venue.next_due().has_value());
  BOOST_TEST(floor.pass(first_due + 24 * hour).empty());
  BOOST_TEST((floor.funding_of(1) == 0));
}

// Ann has put all she has on one side, and funding takes what her margin lacks then.
BOOST_FIXTURE_TEST_CASE(who_can_not_pay_is_liquidated, funding_fixture) {
  run(open_account{"eve"});
  run(deposit{5, usd, amount{260} * 10'000});  // 2.60
  run(set_leverage{5, perp, 20, {}});
  place(sell(perp, 50, 10'000).of(2));
  BOOST_TEST(place(buy(perp, 50, 10'000).of(5)).ok());
  bid(10'080);
  run(set_mark{perp, 9'800});
  BOOST_TEST(told<liquidated>().empty());
  pass(first_due + 24 * hour);
  BOOST_TEST(venue.accounts().position_size(5, perp) == 0);
}

BOOST_FIXTURE_TEST_CASE(a_venue_that_comes_back_pays_the_same, funding_fixture) {
  bid(10'020);
  pass(first_due - hour);
  bid(10'040);
  now += hour / 7;
  run(advance_time{});
  trading_venue other(small_venue());
  other.load(venue.save());
  BOOST_TEST((other.save() == venue.save()));
  BOOST_TEST((other.funding(perp, now) == venue.funding(perp, now)));
  for (int i = 0; i < 30; ++i) {
    now += hour;
    run(set_mark{perp, 10'000 + 5 * (i % 3)});
    other.apply({set_mark{perp, 10'000 + 5 * (i % 3)}, now, 0});
    BOOST_REQUIRE((other.save() == venue.save()));
  }
  BOOST_TEST((funding_of(1) < 0));
}

BOOST_AUTO_TEST_CASE(rules_that_are_none_are_named) {
  auto const refused = [](auto change, std::string const& what) {
    auto config = small_venue();
    change(config.instruments[perp].funding);
    BOOST_CHECK_EXCEPTION(trading_venue{config}, std::invalid_argument, [&](auto const& why) {
      return std::string(why.what()).starts_with("BTC-USD-PERP: funding." + what);
    });
  };
  refused([](auto& one) { one.interval = second - 1; }, "interval");
  refused([](auto& one) { one.interval = 7 * 24 * hour + 1; }, "interval");
  refused([](auto& one) { one.interval = -1; }, "interval");
  refused([](auto& one) { one.interest = 1'000'001; }, "interest");
  refused([](auto& one) { one.damper = 1'000'001; }, "damper");
  refused([](auto& one) { one.most = 1'000'001; }, "most");
}

BOOST_AUTO_TEST_SUITE_END()
