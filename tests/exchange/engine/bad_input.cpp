// Each mistake has its error, and changes nothing.
#include "engine_test.hpp"

#include <engine/steps.hpp>

#include <limits>

using namespace exchange::engine;

BOOST_AUTO_TEST_SUITE(bad_input)

BOOST_FIXTURE_TEST_CASE(a_price_that_is_zero_negative_or_too_large, engine_fixture) {
  for (auto const price : {ticks{0}, ticks{-1}, std::numeric_limits<ticks>::min(),
                           engine.config().max_price + 1, std::numeric_limits<ticks>::max()}) {
    BOOST_TEST(refused(buy(1, price)) == error::bad_price);
    BOOST_TEST(refused(sell(1, price)) == error::bad_price);
    BOOST_TEST(refused(buy(1, 0).at_stop(price)) == error::bad_price);
  }
  BOOST_TEST(engine.open_orders() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_quantity_that_is_zero_negative_or_too_large, engine_fixture) {
  for (auto const quantity : {lots{0}, lots{-1}, std::numeric_limits<lots>::min(),
                              engine.config().max_quantity + 1, std::numeric_limits<lots>::max()}) {
    BOOST_TEST(refused(buy(quantity, 100)) == error::bad_quantity);
    BOOST_TEST(refused(market(side::buy, quantity)) == error::bad_quantity);
  }
  BOOST_TEST(refused(buy(5, 100).iceberg(6)) == error::bad_quantity);
  BOOST_TEST(refused(buy(5, 100).iceberg(-1)) == error::bad_quantity);
}

BOOST_FIXTURE_TEST_CASE(options_that_contradict_each_other, engine_fixture) {
  auto const wrong = [&](new_order const& o) { BOOST_TEST(refused(o) == error::bad_request); };
  wrong(market(side::buy, 1).until(time_in_force::gtc));
  wrong(market(side::buy, 1).only_post());
  wrong(buy(1, 100).until(time_in_force::ioc).only_post());
  wrong(buy(2, 100).until(time_in_force::ioc).iceberg(1));
  wrong(buy(1, 100).until(time_in_force::gtd));
  wrong(buy(1, 100).until(time_in_force::gtc, 99));
  wrong(buy(1, 0).at_stop(90).until(time_in_force::ioc));
  auto priced = market(side::buy, 1);
  priced.price = 100;
  wrong(priced);
  auto stopped = buy(1, 100);
  stopped.stop_price = 90;
  wrong(stopped);
  auto held = buy(1, 100);
  held.position = -4;
  wrong(held);
  wrong(buy(1, 100).reducing(std::numeric_limits<lots>::min()));
  wrong(buy(1, 100).of(0));
  wrong(buy(1, 100).of(max_account + 1));
  wrong(buy(1, 100).with(static_cast<self_trade>(9)));
  wrong(buy(1, 100).until(static_cast<time_in_force>(9)));
  auto sideways = buy(1, 100);
  sideways.side = static_cast<side>(2);
  wrong(sideways);
  auto typeless = buy(1, 100);
  typeless.type = static_cast<order_type>(7);
  wrong(typeless);
}

BOOST_FIXTURE_TEST_CASE(an_id_that_was_used_or_is_none, engine_fixture) {
  place(buy(1, 100));
  place(buy(1, 100));
  for (auto const id : {order_id{0}, order_id{1}, order_id{2}, outside_bit, ~order_id{0}}) {
    new_order o = buy(1, 100);
    o.id = id;
    BOOST_TEST(run(o) == error::bad_request);
  }
  BOOST_TEST(bids() == "2@100");
}

BOOST_FIXTURE_TEST_CASE(a_refused_order_has_not_used_its_id, engine_fixture) {
  BOOST_TEST(refused(buy(0, 100)) == error::bad_quantity);
  BOOST_TEST(run(cancel_order{1, 1}) == error::unknown_order);
  BOOST_TEST(place(buy(1, 100)) == 1u);
  BOOST_TEST(last_error == error::none);
}

BOOST_FIXTURE_TEST_CASE(a_cancel_of_what_is_filled_cancelled_unknown_or_anothers, engine_fixture) {
  auto const filled = place(buy(1, 100));
  place(sell(1, 100).of(2));
  auto const cancelled = place(buy(1, 100));
  run(cancel_order{cancelled, 1});
  auto const others = place(buy(1, 100).of(2));
  auto const before = engine.save();
  BOOST_TEST(run(cancel_order{filled, 1}) == error::order_closed);
  BOOST_TEST(run(cancel_order{cancelled, 1}) == error::order_closed);
  BOOST_TEST(run(cancel_order{others, 1}) == error::unknown_order);
  BOOST_TEST(run(cancel_order{others + 1, 1}) == error::unknown_order);
  BOOST_TEST(run(cancel_order{0, 1}) == error::unknown_order);
  BOOST_TEST((engine.save() == before));
}

BOOST_AUTO_TEST_CASE(more_orders_than_there_is_room_for) {
  auto config = active_market();
  config.max_orders = 2;
  engine_fixture f(config);
  f.place(buy(1, 100));
  f.place(buy(1, 99));
  BOOST_TEST(f.refused(buy(1, 98)) == error::overloaded);
  BOOST_TEST(f.refused(sell(1, 100).of(2)) == error::overloaded);
  f.place(sell(1, 100).of(2).until(time_in_force::ioc));
  BOOST_TEST(f.trades() == "1@100");
  f.place(buy(1, 98));
  BOOST_TEST(f.last_error == error::none);
}

BOOST_AUTO_TEST_CASE(a_configuration_out_of_range_names_the_field) {
  recorder out;
  auto const says = [&](auto change, std::string const& field) {
    auto config = active_market();
    change(config);
    BOOST_CHECK_EXCEPTION(
        matching_engine(config, out), std::invalid_argument,
        [&](std::invalid_argument const& e) { return std::string(e.what()).find(field) == 0; });
  };
  says([](engine_config& c) { c.max_orders = 0; }, "max_orders");
  says([](engine_config& c) { c.window = 100; }, "window");
  says([](engine_config& c) { c.max_quantity = std::numeric_limits<lots>::max(); }, "max_quantity");
  says([](engine_config& c) { c.band_basis_points = 10'001; }, "band_basis_points");
  says([](engine_config& c) { c.day_length = 0; }, "day_length");
  says([](engine_config& c) { c.state = static_cast<market_state>(7); }, "state");
}

BOOST_AUTO_TEST_CASE(units_off_the_tick_or_the_lot_are_no_ticks_and_lots) {
  instrument_steps const steps{25, 10};
  BOOST_TEST(steps.to_ticks(5'000'025).steps == 200'001);
  BOOST_TEST(steps.to_lots(30).steps == 3);
  for (auto const units : {std::int64_t{26}, std::int64_t{0}, std::int64_t{-25}}) {
    BOOST_TEST(steps.to_ticks(units).error == error::bad_price);
  }
  for (auto const units : {std::int64_t{5}, std::int64_t{0}, std::int64_t{-10}}) {
    BOOST_TEST(steps.to_lots(units).error == error::bad_quantity);
  }
  BOOST_TEST((steps.price_units(std::numeric_limits<ticks>::max()) / 25 ==
              std::numeric_limits<ticks>::max()));
}

BOOST_AUTO_TEST_SUITE_END()
