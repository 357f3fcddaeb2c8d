// clientOrderIds, connections that are lost, and the deadman.
#include "venue_test.hpp"

using namespace exchange::venue;

BOOST_FIXTURE_TEST_SUITE(presence, venue_fixture)

BOOST_AUTO_TEST_CASE(the_same_client_order_id_gets_the_first_answer) {
  auto const first = place(buy(spot, 10, 5'000).named("a"));
  now += second;
  auto const again = place(sell(perp, 20, 9'000).named("a"));
  BOOST_TEST(again.repeated);
  BOOST_TEST(again.order == first.order);
  BOOST_TEST(again.ts == first.ts);
  BOOST_TEST(outcomes.empty());
  BOOST_TEST(venue.open_orders(1).size() == 1u);
  BOOST_TEST(place(buy(spot, 10, 5'000).of(2).named("a")).order != first.order);
  // However late: what became of it is known.
  BOOST_TEST(run(buy(spot, 10, 5'000).named("a"), now - 1).order == first.order);
  BOOST_TEST(run(buy(spot, 10, 5'000).named("b"), now - 1).error == error::expired);
}

BOOST_AUTO_TEST_CASE(so_does_one_that_was_refused) {
  BOOST_TEST(place(buy(spot, 10, 5'000).of(4).named("a")).error == error::insufficient_funds);
  run(deposit{4, usd, amount{1'000'000'000}});
  auto const again = place(buy(spot, 10, 5'000).of(4).named("a"));
  BOOST_TEST(again.error == error::insufficient_funds);
  BOOST_TEST(again.repeated);
  BOOST_TEST(refused(buy(7, 10, 5'000).of(4).named("b")) == error::unknown_symbol);
  BOOST_TEST(place(buy(spot, 10, 5'000).of(4).named("b")).ok());
}

BOOST_AUTO_TEST_CASE(orders_are_found_by_it) {
  auto const o = id(buy(spot, 10, 5'000).named("a"));
  BOOST_TEST(venue.find_order(1, "a")->id == o);
  BOOST_TEST(venue.find_order(2, "a") == nullptr);
  BOOST_TEST(run(amend_order{1, 0, "a", 4'900, {}, {}}).order == o);
  BOOST_TEST(run(cancel_order{1, 0, "a"}).order == o);
  BOOST_TEST(refused(cancel_order{1, 0, "a"}) == error::order_closed);
}

BOOST_AUTO_TEST_CASE(they_are_bounded_and_none_goes_within_a_day_or_while_its_order_is_open) {
  auto config = small_venue();
  config.max_client_order_ids = 2;
  venue_fixture f(config);
  auto const open = f.id(buy(spot, 10, 5'000).named("a"));
  f.run(cancel_order{1, f.id(buy(spot, 10, 5'000).named("b")), {}});
  BOOST_TEST(f.refused(buy(spot, 10, 5'000).named("c")) == error::overloaded);
  f.now += 86'400 * second;
  f.id(buy(spot, 10, 5'000).named("c"));
  BOOST_TEST(f.place(buy(spot, 10, 5'000).named("a")).order == open);
  BOOST_TEST(f.venue.find_order(1, "b") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_takes_its_orders_with_it) {
  run(connection_up{1, 10});
  run(connection_up{1, 11});
  run(cancel_on_disconnect{10, true, disconnect_scope::connection, 0});
  auto const gone = id(buy(spot, 10, 5'000).on(10));
  auto const stays = id(buy(spot, 10, 5'000).on(11));
  BOOST_TEST(run(connection_down{10}).count == 1u);
  BOOST_TEST(the(1, gone).reason == order_reason::disconnect);
  BOOST_TEST(the(1, stays).status == order_status::open);
  run(cancel_on_disconnect{11, true, disconnect_scope::account, 0});
  id(buy(spot, 10, 5'000));
  BOOST_TEST(run(connection_down{11}).count == 2u);
  BOOST_TEST(refused(connection_down{11}) == error::bad_request);
}

BOOST_AUTO_TEST_CASE(a_grace_that_runs_out) {
  run(connection_up{1, 10});
  run(cancel_on_disconnect{10, true, disconnect_scope::connection, second});
  auto const o = id(buy(spot, 10, 5'000).on(10));
  run(connection_down{10});
  BOOST_TEST(venue.next_due().value() == now + second);
  BOOST_TEST(venue.connections().empty());
  now += second - 1;
  run(advance_time{});
  BOOST_TEST(the(1, o).status == order_status::open);
  now += 1;
  run(advance_time{});
  BOOST_TEST(the(1, o).status == order_status::cancelled);
}

BOOST_AUTO_TEST_CASE(who_comes_back_within_the_grace_keeps_the_orders) {
  run(connection_up{1, 10});
  run(cancel_on_disconnect{10, true, disconnect_scope::connection, second});
  auto const o = id(buy(spot, 10, 5'000).on(10));
  run(connection_down{10});
  run(connection_up{2, 11});
  run(connection_up{1, 12});
  BOOST_TEST((venue.next_due() == venue.funding(perp, now).due));  // nothing else
  BOOST_TEST(the(1, o).connection == 12u);
  run(cancel_on_disconnect{12, true, disconnect_scope::connection, 0});
  BOOST_TEST(run(connection_down{12}).count == 1u);
}

BOOST_AUTO_TEST_CASE(the_deadman_cancels_unless_it_is_renewed) {
  auto const o = id(buy(spot, 10, 5'000));
  BOOST_TEST(run(deadman{1, 2 * second}).at == now + 2 * second);
  now += second;
  run(deadman{1, 2 * second});
  now += 2 * second - 1;
  run(advance_time{});
  BOOST_TEST(the(1, o).status == order_status::open);
  now += 1;
  run(advance_time{});
  BOOST_TEST(the(1, o).reason == order_reason::deadman);
  BOOST_TEST(run(deadman{1, 0}).at == 0);
  BOOST_TEST(refused(deadman{1, second - 1}) == error::bad_request);
  BOOST_TEST(refused(deadman{1, 86'401 * second}) == error::bad_request);
  BOOST_TEST(last_field == field::timeout);
}

BOOST_AUTO_TEST_CASE(connections_and_graces_out_of_range) {
  run(connection_up{1, 10});
  BOOST_TEST(refused(connection_up{1, 10}) == error::bad_request);
  BOOST_TEST(refused(connection_up{1, 0}) == error::bad_request);
  BOOST_TEST(refused(cancel_on_disconnect{10, true, disconnect_scope::account, 601 * second}) ==
             error::bad_request);
  BOOST_TEST(last_field == field::grace);
  BOOST_TEST(refused(cancel_on_disconnect{11, true, disconnect_scope::account, 0}) ==
             error::bad_request);
  BOOST_TEST(refused(buy(spot, 10, 5'000).of(2).on(10)) == error::bad_request);
}

BOOST_AUTO_TEST_SUITE_END()
