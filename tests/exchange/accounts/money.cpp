// Deposits, withdrawals, and what is told of them.
#include "accounts_test.hpp"

using namespace exchange::accounts;

BOOST_AUTO_TEST_SUITE(money)

BOOST_FIXTURE_TEST_CASE(a_deposit_comes_from_the_world_and_a_withdrawal_goes_there, house_fixture) {
  auto const a = account(1'000);
  BOOST_TEST(total(a) == 1'000);
  BOOST_TEST(total(world_account) == -1'000);
  BOOST_TEST(run([&] { return house.withdraw(a, usd, 300); }) == error::none);
  BOOST_TEST(total(a) == 700);
  BOOST_TEST(total(world_account) == -700);
}

BOOST_FIXTURE_TEST_CASE(each_movement_is_told_once_with_both_its_sides, house_fixture) {
  auto const a = account();
  deposit(a, usd, 1'000);
  BOOST_REQUIRE_EQUAL(out.postings.size(), 1u);
  BOOST_TEST((out.postings[0] == posting{world_account, a, usd, reason::deposit, 1'000, 0}));
  BOOST_REQUIRE_EQUAL(out.balances.size(), 1u);
  BOOST_TEST(out.balances[0].account == a);
  BOOST_TEST(out.balances[0].reason == reason::deposit);
  BOOST_TEST(number(out.balances[0].difference) == 1'000);
  BOOST_TEST(number(out.balances[0].free) == 1'000);
}

BOOST_FIXTURE_TEST_CASE(what_is_locked_cannot_be_withdrawn, house_fixture) {
  auto const a = account(1'000);
  order(a, btc_usd, side::buy, 1, 100);  // 500, and a fee of 1
  BOOST_TEST(locked(a) == 501);
  BOOST_TEST(refused([&] { return house.withdraw(a, usd, 500); }) == error::insufficient_funds);
  BOOST_TEST(run([&] { return house.withdraw(a, usd, 499); }) == error::none);
  BOOST_TEST(available(a) == 0);
}

BOOST_FIXTURE_TEST_CASE(a_loss_that_cross_positions_show_cannot_be_withdrawn, perpetual_fixture) {
  auto const a = account(1'000), b = account(1'000);
  trade(btc_perp, a, b, 10, 100);
  mark(btc_perp, 95);
  BOOST_TEST(available(a) == 1'000 - 100 - 50);
  BOOST_TEST(available(b) == 1'000 - 100);  // and a profit is not there yet
  BOOST_TEST(refused([&] { return house.withdraw(a, usd, 851); }) == error::insufficient_funds);
  BOOST_TEST(run([&] { return house.withdraw(a, usd, 850); }) == error::none);
}

BOOST_FIXTURE_TEST_CASE(amounts_that_are_none, house_fixture) {
  auto const a = account(100);
  for (amount const value : {amount{0}, amount{-1}, -max_amount}) {
    BOOST_TEST(refused([&] { return house.deposit(a, usd, value); }) == error::bad_quantity);
    BOOST_TEST(refused([&] { return house.withdraw(a, usd, value); }) == error::bad_quantity);
    BOOST_TEST(refused([&] { return house.deposit_insurance(usd, value); }) == error::bad_quantity);
  }
}

BOOST_FIXTURE_TEST_CASE(accounts_and_assets_that_are_not_there, house_fixture) {
  auto const a = account(100);
  for (account_id const id : {account_id{0}, a + 1, fee_account, world_account}) {
    BOOST_TEST(refused([&] { return house.deposit(id, usd, 1); }) == error::bad_request);
    BOOST_TEST(refused([&] { return house.withdraw(id, usd, 1); }) == error::bad_request);
  }
  BOOST_TEST(refused([&] { return house.deposit(a, 3, 1); }) == error::bad_request);
  BOOST_TEST(refused([&] { return house.withdraw(a, 3, 1); }) == error::bad_request);
  BOOST_TEST(refused([&] { return house.deposit_insurance(3, 1); }) == error::bad_request);
  BOOST_TEST(number(house.balance(a + 1, usd).total) == 0);
  BOOST_TEST(number(house.total(a + 1, usd)) == 0);
  BOOST_TEST(number(house.total(a, 3)) == 0);
}

BOOST_FIXTURE_TEST_CASE(a_sum_that_is_too_large_is_refused_and_never_wraps, house_fixture) {
  auto const a = account(100);
  BOOST_TEST(refused([&] { return house.deposit(a, usd, max_amount); }) == error::overloaded);
  BOOST_TEST(refused([&] { return house.deposit(a, usd, max_amount + 1); }) == error::overloaded);
  constexpr amount largest = ~(amount{1} << 127);
  BOOST_TEST(refused([&] { return house.deposit(a, usd, largest); }) == error::overloaded);
  BOOST_TEST(refused([&] { return house.withdraw(a, usd, largest); }) == error::insufficient_funds);
  BOOST_TEST(run([&] { return house.deposit(a, btc, max_amount); }) == error::none);
  auto const b = account();
  BOOST_TEST(refused([&] { return house.deposit(b, btc, 1); }) == error::overloaded);
  BOOST_TEST(run([&] { return house.withdraw(a, btc, max_amount); }) == error::none);
}

BOOST_AUTO_TEST_CASE(accounts_are_numbered_and_bounded) {
  recorder out;
  auto config = small_venue();
  config.max_accounts = 2;
  clearing_house house(config, out);
  BOOST_TEST(house.open_account().value_or(0) == 1u);
  BOOST_TEST(house.open_account().value_or(0) == 2u);
  BOOST_TEST(!house.open_account().has_value());
  BOOST_TEST(house.accounts() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
