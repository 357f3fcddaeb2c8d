// Spot orders and trades: what they lock, what they move, and that nothing stays locked.
#include "accounts_test.hpp"

using namespace exchange::accounts;

namespace {

// 5 units of the quote for a tick and a lot, 10 units of the base for a lot; fees 0.1 % and 0.2 %.
struct spot_fixture : house_fixture {
  spot_fixture() {
    buyer = account(100'000);
    seller = account();
    deposit(seller, btc, 1'000);
  }
  trade_result meet(order_id bought, order_id sold, lots quantity, ticks price,
                    bool buyer_makes = false) {
    return settle(report(btc_usd, price, quantity, {buyer, bought, buyer_makes},
                         {seller, sold, !buyer_makes}));
  }
  account_id buyer = 0;
  account_id seller = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(spot, spot_fixture)

BOOST_AUTO_TEST_CASE(a_purchase_locks_price_times_quantity_and_the_worse_fee) {
  order(buyer, btc_usd, side::buy, 10, 200);
  BOOST_TEST(locked(buyer) == 10 * (200 * 5 + 2));
  BOOST_TEST(locked(buyer, btc) == 0);
  BOOST_TEST(total(buyer) == 100'000);
}

BOOST_AUTO_TEST_CASE(the_fee_of_each_lot_is_rounded_up_since_each_may_trade_alone) {
  order(buyer, btc_usd, side::buy, 10, 1);
  BOOST_TEST(locked(buyer) == 10 * (5 + 1));
}

BOOST_AUTO_TEST_CASE(a_sale_locks_the_base) {
  order(seller, btc_usd, side::sell, 7, 200);
  BOOST_TEST(locked(seller, btc) == 70);
  BOOST_TEST(locked(seller) == 0);
}

BOOST_AUTO_TEST_CASE(a_trade_moves_base_and_quote_and_each_pays_its_fee_rounded_up) {
  auto const bought = order(buyer, btc_usd, side::buy, 10, 201);
  auto const sold = order(seller, btc_usd, side::sell, 10, 201);
  auto const fees = meet(bought, sold, 10, 201);
  BOOST_TEST(number(fees.buyer_fee) == 21);   // 0.2 % of 10,050 is 20.1
  BOOST_TEST(number(fees.seller_fee) == 11);  // 0.1 % is 10.05
  BOOST_TEST(total(buyer) == 100'000 - 10'050 - 21);
  BOOST_TEST(total(buyer, btc) == 100);
  BOOST_TEST(total(seller) == 10'050 - 11);
  BOOST_TEST(total(seller, btc) == 900);
  BOOST_TEST(total(fee_account) == 32);
  BOOST_TEST(locked(buyer) == 0);
  BOOST_TEST(locked(seller, btc) == 0);
  BOOST_TEST(house.open_orders(buyer) == 0u);
  BOOST_TEST(house.reserved(bought) == 0);
}

BOOST_AUTO_TEST_CASE(who_makes_pays_the_makers_fee) {
  auto const bought = order(buyer, btc_usd, side::buy, 10, 200);
  auto const sold = order(seller, btc_usd, side::sell, 10, 200);
  auto const fees = meet(bought, sold, 10, 200, true);
  BOOST_TEST(number(fees.buyer_fee) == 10);
  BOOST_TEST(number(fees.seller_fee) == 20);
}

BOOST_AUTO_TEST_CASE(in_an_auction_both_make) {
  auto const bought = order(buyer, btc_usd, side::buy, 10, 200);
  auto const sold = order(seller, btc_usd, side::sell, 10, 200);
  auto const fees = settle(report(btc_usd, 200, 10, {buyer, bought, true}, {seller, sold, true}));
  BOOST_TEST(number(fees.buyer_fee) == 10);
  BOOST_TEST(number(fees.seller_fee) == 10);
}

BOOST_AUTO_TEST_CASE(a_better_price_leaves_the_difference_free) {
  auto const bought = order(buyer, btc_usd, side::buy, 10, 200);
  auto const sold = order(seller, btc_usd, side::sell, 10, 150);
  meet(bought, sold, 4, 150);
  BOOST_TEST(locked(buyer) == 6 * 1'002);
  BOOST_TEST(total(buyer) == 100'000 - 3'000 - 6);
}

BOOST_AUTO_TEST_CASE(filled_lot_by_lot_at_the_worst_fee_the_lock_is_enough) {
  auto const own = account(10 * 6);
  auto const bought = order(own, btc_usd, side::buy, 10, 1);
  auto const sold = order(seller, btc_usd, side::sell, 10, 1);
  for (int lot = 0; lot < 10; ++lot) {
    auto const result = settle(report(btc_usd, 1, 1, {own, bought, false}, {seller, sold, true}));
    BOOST_TEST(result.error == error::none);
  }
  BOOST_TEST(total(own) == 0);
  BOOST_TEST(locked(own) == 0);
}

BOOST_AUTO_TEST_CASE(what_is_released_in_parts_leaves_nothing_locked) {
  auto const id = order(buyer, btc_usd, side::buy, 10, 199);
  for (lots const part : {1, 2, 3}) {
    BOOST_TEST(run([&] { return house.release(id, part); }) == error::none);
  }
  BOOST_TEST(house.reserved(id) == 4);
  BOOST_TEST(locked(buyer) == 4 * (995 + 2));
  BOOST_TEST(run([&] { return house.release(id, 4); }) == error::none);
  BOOST_TEST(locked(buyer) == 0);
  BOOST_TEST(refused([&] { return house.release(id, 1); }) == error::unknown_order);
}

BOOST_AUTO_TEST_CASE(more_than_there_is_is_refused) {
  BOOST_TEST(refused_order(buyer, btc_usd, side::buy, 100, 200) == error::insufficient_funds);
  BOOST_TEST(refused_order(seller, btc_usd, side::sell, 101, 200) == error::insufficient_funds);
  order(buyer, btc_usd, side::buy, 99, 200);
  BOOST_TEST(refused_order(buyer, btc_usd, side::buy, 1, 200) == error::insufficient_funds);
}

BOOST_AUTO_TEST_CASE(the_last_unit_is_enough_and_one_less_is_not) {
  auto const own = account(1'002);
  BOOST_TEST(run([&] { return house.withdraw(own, usd, 1); }) == error::none);
  BOOST_TEST(refused_order(own, btc_usd, side::buy, 1, 200) == error::insufficient_funds);
  deposit(own, usd, 1);
  order(own, btc_usd, side::buy, 1, 200);
  BOOST_TEST(available(own) == 0);
}

BOOST_AUTO_TEST_CASE(a_market_purchase_locks_what_it_is_said_to_cost) {
  auto r = request(buyer, btc_usd, side::buy, 4, 0);
  r.value = 2 * 100 + 2 * 300;
  BOOST_TEST(reserve(r) == error::none);
  BOOST_TEST(locked(buyer) == 4 * (1'000 + 2));
  auto const sold = order(seller, btc_usd, side::sell, 4, 100);
  BOOST_TEST(meet(r.order, sold, 2, 100).error == error::none);
  BOOST_TEST(meet(r.order, sold, 2, 300).error == error::none);
  BOOST_TEST(locked(buyer) == 0);
}

BOOST_AUTO_TEST_CASE(one_that_costs_more_than_it_was_said_to_is_refused_when_that_is_not_there) {
  auto const own = account(1'002);
  auto const bought = order(own, btc_usd, side::buy, 1, 200);
  auto const sold = order(seller, btc_usd, side::sell, 1, 200);
  auto const dear = report(btc_usd, 201, 1, {own, bought, false}, {seller, sold, true});
  BOOST_TEST(refused([&] { return house.settle(dear).error; }) == error::insufficient_funds);
  BOOST_TEST(house.reserved(bought) == 1);
}

BOOST_AUTO_TEST_CASE(an_order_is_changed_with_its_lock) {
  auto const id = order(buyer, btc_usd, side::buy, 10, 200);
  BOOST_TEST(run([&] { return house.amend({id, 5, 300}); }) == error::none);
  BOOST_TEST(house.reserved(id) == 5);
  BOOST_TEST(locked(buyer) == 5 * 1'503);
  BOOST_TEST(refused([&] { return house.amend({id, 100, 300}); }) == error::insufficient_funds);
  BOOST_TEST(refused([&] { return house.amend({id, 0, 300}); }) == error::bad_quantity);
  BOOST_TEST(refused([&] { return house.amend({id, 5, 0}); }) == error::bad_price);
  BOOST_TEST(refused([&] { return house.amend({id + 1, 5, 5}); }) == error::unknown_order);
}

BOOST_AUTO_TEST_CASE(a_change_is_taken_back_as_long_as_nothing_else_has_happened) {
  auto const id = order(buyer, btc_usd, side::buy, 10, 200);
  auto const before = house.save();
  BOOST_TEST(refused([&] { return house.restore(id); }) == error::bad_request);
  run([&] { return house.amend({id, 5, 300}); });
  BOOST_TEST(refused([&] { return house.restore(id + 1); }) == error::bad_request);
  BOOST_TEST(run([&] { return house.restore(id); }) == error::none);
  BOOST_TEST((house.save() == before));
  BOOST_TEST(refused([&] { return house.restore(id); }) == error::bad_request);
  run([&] { return house.amend({id, 5, 200}); });  // only smaller
  BOOST_TEST(run([&] { return house.restore(id); }) == error::none);
  BOOST_TEST((house.save() == before));
  run([&] { return house.amend({id, 5, 300}); });
  deposit(buyer, usd, 1);
  BOOST_TEST(refused([&] { return house.restore(id); }) == error::bad_request);
}

BOOST_AUTO_TEST_CASE(the_outside_flow_trades_without_orders_funds_and_fees) {
  auto const bought = order(buyer, btc_usd, side::buy, 10, 200);
  auto const fees = settle(report(btc_usd, 200, 10, {buyer, bought, true}, {}));
  BOOST_TEST(fees.error == error::none);
  BOOST_TEST(number(fees.seller_fee) == 0);
  BOOST_TEST(total(0) == 10'000);
  BOOST_TEST(total(0, btc) == -100);
}

BOOST_AUTO_TEST_CASE(an_account_may_trade_with_itself_and_pays_fees_only) {
  deposit(buyer, btc, 100);
  auto const bought = order(buyer, btc_usd, side::buy, 10, 200);
  auto const sold = order(buyer, btc_usd, side::sell, 10, 200);
  settle(report(btc_usd, 200, 10, {buyer, bought, false}, {buyer, sold, true}));
  BOOST_TEST(total(buyer) == 100'000 - 30);
  BOOST_TEST(total(buyer, btc) == 100);
  BOOST_TEST(locked(buyer) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
