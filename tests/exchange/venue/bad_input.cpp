// Each wrong request has its error, names the field, and changes nothing.
#include "venue_test.hpp"

#include <limits>

using namespace exchange::venue;

BOOST_FIXTURE_TEST_SUITE(bad_input, venue_fixture)

BOOST_AUTO_TEST_CASE(a_price_off_the_tick_zero_negative_or_too_large) {
  constexpr auto most = std::numeric_limits<units>::max();
  for (units const price :
       {units{5'001}, units{-5}, -most - 1, most, most / 5 * 5, units{5'000'005}}) {
    BOOST_TEST(refused(buy(spot, 10, price)) == error::bad_price, "price " << price);
  }
  auto none = buy(spot, 10, 5'000);
  none.price = 0;
  BOOST_TEST(refused(none) == error::bad_price);
  BOOST_TEST(last_field == field::price);
  BOOST_TEST(refused(buy(spot, 10).at_stop(5'001)) == error::bad_price);
  BOOST_TEST(last_field == field::stop_price);
}

BOOST_AUTO_TEST_CASE(a_quantity_off_the_lot_zero_negative_or_too_large) {
  constexpr auto most = std::numeric_limits<units>::max();
  for (units const quantity : {units{0}, units{-10}, units{11}, -most - 1, most, most / 10 * 10}) {
    BOOST_TEST(refused(buy(spot, quantity, 5'000)) == error::bad_quantity);
    BOOST_TEST(last_field == field::quantity);
    BOOST_TEST(refused(sell(perp, quantity)) == error::bad_quantity);
  }
  BOOST_TEST(refused(buy(spot, 10, 5'000).iceberg(20)) == error::bad_quantity);
}

BOOST_AUTO_TEST_CASE(unknown_symbols_and_accounts) {
  BOOST_TEST(refused(buy(3, 10, 5'000)) == error::unknown_symbol);
  BOOST_TEST(refused(buy(every_market, 10, 5'000)) == error::unknown_symbol);
  BOOST_TEST(refused(cancel_all{1, 3}) == error::unknown_symbol);
  BOOST_TEST(refused(set_leverage{1, 3, 2, {}}) == error::unknown_symbol);
  for (account_id const account : {0u, 5u, ~0u}) {
    BOOST_TEST(refused(buy(spot, 10, 5'000).of(account)) == error::bad_request);
    BOOST_TEST(last_field == field::account);
    BOOST_TEST(refused(cancel_order{account, 1, {}}) == error::bad_request);
    BOOST_TEST(refused(deposit{account, usd, 1}) == error::bad_request);
  }
}

BOOST_AUTO_TEST_CASE(options_that_contradict_each_other_name_the_field) {
  auto const wrong = [&](place_order const& o, field where) {
    BOOST_TEST(refused(o) == error::bad_request);
    BOOST_TEST(last_field == where);
  };
  wrong(buy(spot, 10).until(time_in_force::gtc), field::time_in_force);
  wrong(buy(spot, 10, 5'000).at_stop(5'000).until(time_in_force::ioc), field::time_in_force);
  wrong(buy(spot, 10).at_stop(5'000).until(time_in_force::fok), field::time_in_force);
  wrong(buy(spot, 10, 5'000).until(time_in_force::gtd), field::good_till);
  wrong(buy(spot, 10, 5'000).until(time_in_force::gtd, now), field::good_till);
  wrong(buy(spot, 10, 5'000).until(time_in_force::gtc, now + 1), field::good_till);
  wrong(buy(spot, 10, 5'000).until(time_in_force::ioc).post(), field::post_only);
  wrong(buy(spot, 10).iceberg(10), field::display_quantity);
  wrong(buy(spot, 10, 5'000).reducing(), field::reduce_only);
  wrong(buy(spot, 10, 5'000).with(self_trade::allow), field::self_trade);
  wrong(buy(spot, 10, 5'000).on(3), field::connection);
  wrong(buy(spot, 10, 5'000).named(std::string(37, 'x')), field::client_order_id);
  auto priced = buy(spot, 10);
  priced.price = 5'000;
  wrong(priced, field::price);
  auto stopped = buy(spot, 10, 5'000);
  stopped.stop_price = 5'000;
  wrong(stopped, field::stop_price);
}

BOOST_AUTO_TEST_CASE(a_closed_market) {
  auto const o = id(buy(perp, 10, 5'000));
  run(change_state{perp, market_state::suspended});
  BOOST_TEST(refused(buy(perp, 10, 5'000)) == error::market_closed);
  BOOST_TEST(refused(amend_order{1, o, {}, {}, 20, {}}) == error::market_closed);
  BOOST_TEST(refused(change_state{perp, market_state::suspended}) == error::bad_request);
  BOOST_TEST(run(cancel_order{1, o, {}}).ok());
}

BOOST_AUTO_TEST_CASE(a_perpetual_without_a_mark_price) {
  trading_venue fresh(small_venue());
  fresh.apply({open_account{"ann"}, now, 0});
  fresh.apply({deposit{1, usd, amount{1'000'000'000}}, now, 0});
  auto const before = fresh.save();
  BOOST_TEST(fresh.apply({buy(perp, 10, 5'000), now, 0}).result.error == error::market_closed);
  BOOST_TEST((fresh.save() == before));
}

BOOST_AUTO_TEST_CASE(orders_of_others_filled_ones_and_a_cancel_twice) {
  auto const filled_one = id(sell(spot, 10, 5'000));
  id(buy(spot, 10, 5'000).of(2));
  auto const others = id(buy(spot, 10, 5'000).of(2));
  auto const cancelled = id(buy(spot, 10, 5'000));
  run(cancel_order{1, cancelled, {}});
  BOOST_TEST(refused(amend_order{1, filled_one, {}, {}, 20, {}}) == error::order_closed);
  BOOST_TEST(refused(cancel_order{1, filled_one, {}}) == error::order_closed);
  BOOST_TEST(refused(cancel_order{1, cancelled, {}}) == error::order_closed);
  BOOST_TEST(refused(cancel_order{1, others, {}}) == error::unknown_order);
  BOOST_TEST(refused(amend_order{1, others, {}, 4'000, {}, {}}) == error::unknown_order);
  BOOST_TEST(refused(cancel_order{1, 999, {}}) == error::unknown_order);
  BOOST_TEST(refused(cancel_order{1, 0, "never"}) == error::unknown_order);
  BOOST_TEST(refused(cancel_order{1, 0, {}}) == error::unknown_order);
}

BOOST_AUTO_TEST_CASE(amendments_that_make_no_sense) {
  auto const o = id(buy(spot, 10, 5'000));
  BOOST_TEST(refused(amend_order{1, o, {}, {}, {}, {}}) == error::bad_request);
  BOOST_TEST(refused(amend_order{1, o, {}, 5'001, {}, {}}) == error::bad_price);
  BOOST_TEST(refused(amend_order{1, o, {}, -5, {}, {}}) == error::bad_price);
  BOOST_TEST(refused(amend_order{1, o, {}, {}, 11, {}}) == error::bad_quantity);
  BOOST_TEST(refused(amend_order{1, o, {}, {}, {}, 5'000}) == error::bad_request);
  auto const stop = id(sell(spot, 10).at_stop(4'000));
  BOOST_TEST(refused(amend_order{1, stop, {}, 4'000, {}, {}}) == error::bad_request);
}

BOOST_AUTO_TEST_CASE(money_that_is_not_there_or_no_money) {
  BOOST_TEST(refused(buy(spot, 10, 5'000).of(4)) == error::insufficient_funds);
  BOOST_TEST(refused(sell(spot, 10, 5'000).of(4)) == error::insufficient_funds);
  BOOST_TEST(refused(buy(perp, 10, 5'000).of(4)) == error::insufficient_funds);
  BOOST_TEST(refused(withdraw{4, usd, 1}) == error::insufficient_funds);
  BOOST_TEST(refused(withdraw{1, usd, 0}) == error::bad_quantity);
  BOOST_TEST(last_field == field::money);
  BOOST_TEST(refused(deposit{1, usd, -1}) == error::bad_quantity);
  BOOST_TEST(refused(deposit{1, usd, amount{1} << 120}) == error::overloaded);
  BOOST_TEST(refused(deposit{1, 2, 1}) == error::bad_request);
  BOOST_TEST(last_field == field::asset);
}

BOOST_AUTO_TEST_CASE(what_would_cross_or_trade_with_itself) {
  id(sell(spot, 10, 5'000));
  BOOST_TEST(refused(buy(spot, 10, 5'000).of(2).post()) == error::would_cross);
  BOOST_TEST(refused(buy(spot, 10, 5'000)) == error::self_trade);
  BOOST_TEST(refused(buy(spot, 10)) == error::self_trade);
}

BOOST_AUTO_TEST_CASE(perpetuals_only_and_leverage_out_of_range) {
  BOOST_TEST(refused(set_leverage{1, spot, 2, {}}) == error::bad_request);
  BOOST_TEST(refused(set_leverage{1, perp, 0, {}}) == error::bad_request);
  BOOST_TEST(refused(set_leverage{1, perp, 21, {}}) == error::risk_limit);
  BOOST_TEST(refused(set_mark{spot, 5'000}) == error::bad_request);
  BOOST_TEST(refused(set_mark{perp, 5'001}) == error::bad_price);
  BOOST_TEST(refused(fund{spot, 1}) == error::bad_request);
  BOOST_TEST(refused(fund{perp, 2'000'000}) == error::bad_request);
  BOOST_TEST(refused(set_reference{perp, 0}) == error::bad_price);
}

BOOST_AUTO_TEST_CASE(a_request_that_comes_too_late) {
  BOOST_TEST(refused(buy(spot, 10, 5'000), now - 1) == error::expired);
  BOOST_TEST(run(buy(spot, 10, 5'000), now).ok());
  BOOST_TEST(refused(open_account{""}) == error::bad_request);
}

BOOST_AUTO_TEST_CASE(more_than_the_bounds_allow) {
  auto config = small_venue();
  config.max_open_orders = 1;
  config.max_accounts = 4;
  venue_fixture f(config);
  f.id(buy(spot, 10, 5'000));
  BOOST_TEST(f.refused(buy(spot, 10, 5'000)) == error::overloaded);
  BOOST_TEST(f.refused(open_account{"eve"}) == error::overloaded);
  BOOST_TEST(f.run(open_account{"bob"}).account == 2u);
}

BOOST_AUTO_TEST_CASE(a_configuration_out_of_range_names_the_field) {
  auto const says = [](auto change, std::string const& part) {
    auto config = small_venue();
    change(config);
    BOOST_CHECK_EXCEPTION(trading_venue{config}, std::invalid_argument,
                          [&](std::invalid_argument const& e) {
                            return std::string(e.what()).find(part) != std::string::npos;
                          });
  };
  says([](venue_config& c) { c.instruments.clear(); }, "instruments");
  says([](venue_config& c) { c.instruments[0].steps.tick_units = 0; }, "BTC-USD: tick_units");
  says([](venue_config& c) { c.assets[usd].decimals = 3; }, "price_decimals + quantity_decimals");
  says([](venue_config& c) { c.instruments[1].market.quote = 9; }, "BTC-USD-PERP: quote");
  says([](venue_config& c) { c.max_fills = 0; }, "max_fills");
  says([](venue_config& c) { c.instruments[0].engine.window = 3; }, "window");
}

BOOST_AUTO_TEST_SUITE_END()
