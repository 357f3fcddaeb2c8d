// Each mistake has its error, and changes nothing.
#include "accounts_test.hpp"

#include <limits>
#include <utility>

using namespace exchange::accounts;

namespace {

constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto most = std::numeric_limits<std::int64_t>::max();

struct busy_fixture : perpetual_fixture {
  busy_fixture() {
    a = account(100'000);
    b = account(100'000);
    deposit(b, btc, 10'000);
    bought = order(a, btc_usd, side::buy, 10, 200);
    sold = order(b, btc_usd, side::sell, 10, 200);
    bid = order(a, btc_perp, side::buy, 10, 100);
    ask = order(b, btc_perp, side::sell, 10, 100);
  }
  error refused_trade(trade_report const& t) {
    return refused([&] { return house.settle(t).error; });
  }
  error refused_request(order_request const& r) {
    return refused([&] { return house.reserve(r); });
  }
  trade_report good_trade() const {
    return {btc_usd, 1, 200, 5, {a, bought, false}, {b, sold, true}};
  }
  order_request good_order() const {
    order_request r;
    r.account = a;
    r.market = btc_usd;
    r.order = 1'000;
    r.quantity = 1;
    r.price = 100;
    return r;
  }
  account_id a = 0, b = 0;
  order_id bought = 0, sold = 0, bid = 0, ask = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(bad_input, busy_fixture)

BOOST_AUTO_TEST_CASE(an_order_of_nobody_or_nowhere) {
  auto const wrong = [&](auto change) {
    auto r = good_order();
    change(r);
    BOOST_TEST(refused_request(r) == error::bad_request);
  };
  wrong([](auto& r) { r.account = 0; });
  wrong([&](auto& r) { r.account = b + 1; });
  wrong([](auto& r) { r.account = fee_account; });
  wrong([](auto& r) { r.market = 4; });
  wrong([](auto& r) { r.order = 0; });
  wrong([&](auto& r) { r.order = bought; });
  wrong([](auto& r) { r.side = static_cast<side>(2); });
  wrong([](auto& r) { r.reduce_only = true; });
  wrong([](auto& r) { r.reduce_only = r.liquidation = true; });
  BOOST_TEST(reserve(good_order()) == error::none);
}

BOOST_AUTO_TEST_CASE(prices_and_quantities_that_are_none) {
  for (market_id const id : {btc_usd, btc_perp}) {
    auto const& m = house.config().markets[id];
    for (ticks const price : {ticks{0}, ticks{-1}, least, m.max_price + 1, most}) {
      BOOST_TEST(refused_order(a, id, side::buy, 1, price) == error::bad_price);
    }
    for (lots const quantity : {lots{0}, lots{-1}, least, m.max_quantity + 1, most}) {
      BOOST_TEST(refused_order(a, id, side::buy, quantity, 100) == error::bad_quantity);
    }
    for (amount const value : {amount{-1}, amount{m.max_price} * 2 + 1, max_amount * 100}) {
      auto r = good_order();
      r.market = id;
      r.quantity = 2;
      r.value = value;
      BOOST_TEST(refused_request(r) == error::bad_price);
    }
  }
  BOOST_TEST(refused_order(a, btc_perp, side::sell, 1, 0) == error::bad_price);
}

BOOST_AUTO_TEST_CASE(an_order_of_the_largest_values_is_refused_for_funds) {
  auto const& m = house.config().markets[btc_usd];
  BOOST_TEST(refused_order(a, btc_usd, side::buy, m.max_quantity, m.max_price) ==
             error::insufficient_funds);
  BOOST_TEST(refused_order(a, btc_perp, side::buy, 900, m.max_price) == error::insufficient_funds);
}

BOOST_AUTO_TEST_CASE(more_of_an_order_than_is_open) {
  for (lots const quantity : {lots{0}, lots{-1}, lots{11}, least, most}) {
    BOOST_TEST(refused([&] { return house.release(bought, quantity); }) == error::bad_quantity);
    auto t = good_trade();
    t.quantity = quantity;
    BOOST_TEST(refused_trade(t) == error::bad_quantity);
  }
}

BOOST_AUTO_TEST_CASE(a_trade_at_no_price) {
  for (ticks const price : {ticks{0}, ticks{-1}, least, most}) {
    auto t = good_trade();
    t.price = price;
    BOOST_TEST(refused_trade(t) == error::bad_price);
  }
}

BOOST_AUTO_TEST_CASE(a_trade_of_others_than_the_orders_say) {
  auto const wrong = [&](auto change, error expected = error::bad_request) {
    auto t = good_trade();
    change(t);
    BOOST_TEST(refused_trade(t) == expected);
  };
  wrong([&](auto& t) { t.buyer.account = b; });
  wrong([&](auto& t) { std::swap(t.buyer, t.seller); });
  wrong([&](auto& t) { t.market = btc_perp; });
  wrong([&](auto& t) { t.market = 4; });
  wrong([&](auto& t) { t.buyer.order = bid; });
  auto const other = order(b, btc_usd, side::buy, 10, 200);
  wrong([&](auto& t) { t.seller.order = other; });
  wrong([&](auto& t) { t.buyer = t.seller = {}; });
  wrong([&](auto& t) { t.seller.order = 99; }, error::unknown_order);
  wrong([&](auto& t) { t.seller.order = 0; }, error::unknown_order);
  BOOST_TEST(settle(good_trade()).error == error::none);
}

BOOST_AUTO_TEST_CASE(a_trade_twice_of_a_filled_order) {
  auto t = good_trade();
  t.quantity = 10;
  BOOST_TEST(settle(t).error == error::none);
  BOOST_TEST(refused_trade(t) == error::unknown_order);
  BOOST_TEST(refused([&] { return house.amend({bought, 5, 200}); }) == error::unknown_order);
}

BOOST_AUTO_TEST_CASE(more_orders_than_there_may_be) {
  auto config = free_venue();
  config.max_orders = 3;
  config.max_orders_an_account = 2;
  house_fixture venue(config);
  auto const one = venue.account(10'000), two = venue.account(10'000);
  venue.order(one, btc_usd, side::buy, 1, 10);
  auto const last = venue.order(one, btc_usd, side::buy, 1, 10);
  BOOST_TEST(venue.refused_order(one, btc_usd, side::buy, 1, 10) == error::overloaded);
  venue.order(two, btc_usd, side::buy, 1, 10);
  BOOST_TEST(venue.refused_order(two, btc_usd, side::buy, 1, 10) == error::overloaded);
  venue.run([&] { return venue.house.release(last, 1); });
  venue.order(one, btc_usd, side::buy, 1, 10);
}

// The balance of the base would be beyond max_amount; the quote had been moved by then.
BOOST_AUTO_TEST_CASE(a_trade_that_makes_a_sum_too_large_is_undone) {
  auto const rich = account();
  deposit(rich, eth, max_amount - 5);
  run([&] { return house.withdraw(rich, eth, 4); });
  deposit(rich, btc, 1'000);
  auto const id = order(rich, eth_btc, side::buy, 1, 1);
  BOOST_TEST(refused_trade({eth_btc, 1, 1, 1, {rich, id, true}, {}}) == error::overloaded);
  run([&] { return house.withdraw(rich, eth, 1); });
  BOOST_TEST(house.reserved(id) == 1);
  BOOST_TEST(settle({eth_btc, 1, 1, 1, {rich, id, true}, {}}).error == error::none);
}

BOOST_AUTO_TEST_SUITE_END()
