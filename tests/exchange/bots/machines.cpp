// Each kind of bot by itself, told by hand what there is.
#include "moments.hpp"

#include <bots/gambler.hpp>
#include <bots/market_maker.hpp>
#include <bots/taker.hpp>
#include <bots/trend_follower.hpp>

#include <boost/test/unit_test.hpp>

#include <variant>

namespace exchange::bots {
namespace {

using engine::side;

/// Carries out what the bot says on its own desk, as a venue does where nobody trades.
struct quiet_venue {
  void carry_out(action const& what) {
    ++ts;
    if (auto const* const one = std::get_if<place>(&what)) {
      if (one->rests) mine.told({++last, one->side, one->price, one->quantity, 0, ts});
      ++placed;
    } else if (auto const* const change = std::get_if<amend>(&what)) {
      auto now = *mine.find(change->order);
      now.price = change->price;
      now.remaining = change->quantity - now.filled;
      now.ts = ts;
      mine.told(now);
      ++amended;
    } else if (auto const* const gone = std::get_if<cancel>(&what)) {
      mine.forget(gone->order);
      ++cancelled;
    }
  }
  /// Until it has nothing more to say.
  void settle(bot& who, micros at, glance const& seen) {
    for (int n = 0; n < 100; ++n) {
      auto const what = who.next(at, seen, mine);
      if (!what) return;
      carry_out(*what);
    }
    BOOST_ERROR("it comes to no end");
  }

  desk mine;
  order_id last = 0;
  micros ts = 0;
  int placed = 0, amended = 0, cancelled = 0;
};

maker_style small() {
  maker_style style;
  style.half_spread = 2;
  style.spacing = 10;
  style.skew = 20;
  style.size = 100;
  style.limit = 10'000;
  style.requests_per_second = 10;
  return style;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_market_maker)

BOOST_AUTO_TEST_CASE(it_quotes_twelve_levels_a_side_and_then_is_quiet) {
  market_maker who(small(), 1);
  quiet_venue venue;
  venue.settle(who, opening, {1'005, 0, 0});
  venue.settle(who, opening + second, {1'005, 1'003, 1'007});
  auto const bids = venue.mine.orders_of(side::buy);
  auto const asks = venue.mine.orders_of(side::sell);
  BOOST_TEST(bids.size() == 12u);
  BOOST_TEST(asks.size() == 12u);
  BOOST_TEST(bids.front().price == 1'003);
  BOOST_TEST(bids[1].price == 1'000);
  BOOST_TEST(bids[2].price == 990);
  BOOST_TEST(asks.front().price == 1'007);
  BOOST_TEST(asks[1].price == 1'010);
  BOOST_TEST(!who.next(opening + 2 * second, {1'005, 1'003, 1'007}, venue.mine));
}

BOOST_AUTO_TEST_CASE(it_follows_by_amending) {
  market_maker who(small(), 1);
  quiet_venue venue;
  venue.settle(who, opening, {1'005, 0, 0});
  venue.settle(who, opening + second, {1'005, 1'003, 1'007});
  auto const placed = venue.placed;
  for (micros n = 2; n < 60; ++n) {
    auto const fair = 1'005 + n * 7 % 90;
    venue.settle(who, opening + n * second, {fair, 0, 0});
    auto const bids = venue.mine.orders_of(side::buy);
    auto const asks = venue.mine.orders_of(side::sell);
    BOOST_REQUIRE(bids.front().price < asks.front().price);
  }
  BOOST_TEST(venue.placed == placed);
  BOOST_TEST(venue.amended > 58);
  BOOST_TEST(venue.mine.orders().size() == 24u);
}

BOOST_AUTO_TEST_CASE(it_keeps_to_its_rate) {
  market_maker who(small(), 1);
  quiet_venue venue;
  venue.settle(who, opening, {1'000, 0, 0});
  int asked = 0;
  for (micros at = opening + second; at < opening + 61 * second; at += 100'000) {
    for (int n = 0; n < 10; ++n) {
      // Worlds apart each time, so that there is always something to do.
      if (auto const what = who.next(at, {at % 200'000 == 0 ? 1'000 : 5'000, 0, 0}, venue.mine)) {
        venue.carry_out(*what);
        ++asked;
      }
    }
  }
  BOOST_TEST(asked <= 60 * 10 + 30);
  BOOST_TEST(asked > 500);
}

BOOST_AUTO_TEST_CASE(it_moves_against_its_position_and_not_beyond_its_limit) {
  market_maker who(small(), 1);
  quiet_venue venue;
  venue.mine.position(9'900);
  venue.settle(who, opening, {1'000, 0, 0});
  venue.settle(who, opening + 5 * second, {1'000, 0, 0});
  BOOST_TEST(venue.mine.open(side::buy) <= 100);
  BOOST_TEST(venue.mine.orders_of(side::sell).size() == 12u);
  BOOST_TEST(venue.mine.orders_of(side::sell).front().price < 1'000);
}

BOOST_AUTO_TEST_CASE(it_does_not_cross_others) {
  market_maker who(small(), 1);
  quiet_venue venue;
  venue.settle(who, opening, {1'000, 0, 995});
  BOOST_TEST(venue.mine.orders_of(side::buy).front().price == 994);
}

BOOST_AUTO_TEST_CASE(it_fills_up_what_trades_have_eaten) {
  market_maker who(small(), 1);
  quiet_venue venue;
  venue.settle(who, opening, {1'005, 0, 0});
  venue.settle(who, opening + second, {1'005, 0, 0});
  auto best = venue.mine.orders_of(side::buy).front();
  best.filled = best.remaining - 10;
  best.remaining = 10;
  best.ts = ++venue.ts;
  venue.mine.told(best);
  venue.settle(who, opening + 2 * second, {1'005, 0, 0});
  BOOST_TEST(venue.mine.find(best.id)->remaining == 100);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(those_who_take)

BOOST_AUTO_TEST_CASE(a_taker_rather_buys_what_is_cheap) {
  taker_style style;
  style.mean_seconds = 1;
  style.size = 10;
  style.limit = 1'000'000;
  style.conviction = 50;
  taker who(style, 1, opening);
  desk const mine;
  int bought = 0, sold = 0;
  for (micros at = opening; at < opening + 600 * second; at += 100'000) {
    auto const what = who.next(at, {1'030, 990, 1'010}, mine);
    if (!what) continue;
    auto const& order = std::get<place>(*what);
    BOOST_TEST(!order.rests);
    BOOST_TEST(order.price == (order.side == side::buy ? 1'011 : 989));
    ++(order.side == side::buy ? bought : sold);
  }
  BOOST_TEST(sold > 0);
  BOOST_TEST(bought > sold * 2);
  BOOST_TEST(bought + sold > 300);
}

BOOST_AUTO_TEST_CASE(a_taker_that_is_full_goes_back) {
  taker_style style;
  style.limit = 100;
  style.size = 50;
  taker who(style, 1, opening);
  desk mine;
  mine.position(95);
  for (micros at = opening; at < opening + 600 * second; at += 100'000) {
    auto const what = who.next(at, {1'030, 990, 1'010}, mine);
    if (what) BOOST_REQUIRE((std::get<place>(*what).side == side::sell));
  }
}

BOOST_AUTO_TEST_CASE(a_follower_buys_what_rises_up_to_its_limit) {
  follower_style style;
  style.clip = 5;
  style.limit = 20;
  style.threshold = 50;
  trend_follower who(style, 1);
  desk mine;
  lots position = 0;
  for (micros n = 0; n < 300; ++n) {
    who.saw_trade(opening + n * second, 1'000 + n * 5);
    auto const what = who.next(opening + n * second, {0, 1'000 + n * 5, 1'001 + n * 5}, mine);
    if (!what) continue;
    BOOST_REQUIRE((std::get<place>(*what).side == side::buy));
    position += std::get<place>(*what).quantity;
    mine.position(position);
  }
  BOOST_TEST(position == 20);
  for (micros n = 300; n < 900 && position > 0; ++n) {
    who.saw_trade(opening + n * second, 2'500);
    auto const what = who.next(opening + n * second, {0, 2'500, 2'501}, mine);
    if (!what) continue;
    BOOST_REQUIRE((std::get<place>(*what).side == side::sell));
    position -= std::get<place>(*what).quantity;
    mine.position(position);
  }
  BOOST_TEST(position == 0);
}

BOOST_AUTO_TEST_CASE(a_gambler_stakes_it_all_and_begs_within_bounds) {
  gambler_style style;
  style.stake = 1'000'000;
  style.limit = 100'000;
  style.mean_wait_seconds = 5;
  style.gifts_a_day = 3;
  gambler who(style, 1, opening);
  desk mine;
  int gifts = 0;
  micros last_gift = 0;
  for (micros at = opening; at < opening + 20'000 * second; at += second) {
    if (auto const what = who.next(at, {1'000, 999, 1'001}, mine)) {
      BOOST_REQUIRE(std::holds_alternative<beg>(*what));
      BOOST_TEST(std::get<beg>(*what).value == style.stake);
      if (last_gift != 0) BOOST_TEST(at - last_gift >= style.between_gifts);
      last_gift = at;
      ++gifts;
    }
  }
  BOOST_TEST(gifts >= 3);
  BOOST_TEST(gifts <= 6);  // the day of the calendar changes once
  mine.funds(style.stake);
  std::optional<action> bet;
  micros at = opening + 20'000 * second;
  for (; !bet; at += second) bet = who.next(at, {1'000, 999, 1'001}, mine);
  auto const& order = std::get<place>(*bet);
  BOOST_TEST(order.quantity > style.stake * 17 / 1'001);
  BOOST_TEST(order.quantity < style.stake * 19 / 999);
  mine.position(order.side == side::buy ? order.quantity : -order.quantity);
  for (int n = 0; n < 600; ++n, at += second) {
    BOOST_REQUIRE(!who.next(at, {1'000, 999, 1'001}, mine));
  }
  // It has won enough: it takes its profit, and no more than it holds.
  auto const far = order.side == side::buy ? 1'060 : 940;
  std::optional<action> end;
  for (; !end; at += second) end = who.next(at, {far, far - 1, far + 1}, mine);
  BOOST_TEST(std::get<place>(*end).reduce_only);
  BOOST_TEST(std::get<place>(*end).quantity == order.quantity);
  BOOST_TEST((std::get<place>(*end).side == engine::opposite(order.side)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace exchange::bots
