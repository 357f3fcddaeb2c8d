// Who is told what, and when: nothing before its record is durable, all of it in order.
#include "service_test.hpp"

using namespace exchange::service;
namespace venue = exchange::venue;
using venue::buy;
using venue::sell;
using venue::spot;

BOOST_AUTO_TEST_SUITE(telling)

BOOST_FIXTURE_TEST_CASE(nothing_is_told_before_its_record_is_durable, service_fixture) {
  auto const before = records();
  for (std::string const name : {"first", "second", "third"}) {
    BOOST_TEST(run(buy(spot, 100, 9'000)).result.ok());
    subject.when_durable(heard.say(name));
  }
  BOOST_TEST(records() == before + 3);
  BOOST_TEST(heard.hear().empty());
  sync(before + 2);
  BOOST_TEST(heard.hear() ==
             (names{"entry USD", "entry 1", "first", "entry USD", "entry 2", "second"}));
  sync(before + 2);  // said again, nothing comes twice
  BOOST_TEST(heard.hear().empty());
  sync();
  BOOST_TEST(heard.hear() == (names{"entry USD", "entry 3", "third"}));
}

BOOST_FIXTURE_TEST_CASE(a_refusal_is_there_at_once_and_in_the_journal, service_fixture) {
  auto const before = records();
  auto const refused = run(buy(spot, 100, 9'001));
  BOOST_TEST((refused.verdict == verdict::taken));
  BOOST_TEST(refused.result.error == venue::error::bad_price);
  BOOST_TEST(records() == before + 1);
  sync();
  BOOST_TEST(heard.hear().empty());
}

BOOST_FIXTURE_TEST_CASE(who_only_looks_waits_for_what_he_has_seen, service_fixture) {
  subject.when_durable(heard.say("nothing under way"));
  BOOST_TEST(heard.hear() == names{"nothing under way"});
  run(buy(spot, 100, 9'000));
  subject.when_durable(heard.say("saw the order"));
  BOOST_TEST(heard.hear().empty());
  sync();
  BOOST_TEST(heard.hear().back() == "saw the order");
}

BOOST_FIXTURE_TEST_CASE(what_is_told_is_as_it_was_then, service_fixture) {
  run(buy(spot, 100, 9'000));
  run(venue::cancel_order{1, 1, {}});
  sync();
  // Both states, though the order was gone before the first was told.
  BOOST_TEST(heard.hear() == (names{"entry USD", "entry 1", "entry USD", "entry 1 removed"}));
}

BOOST_FIXTURE_TEST_CASE(a_full_journal_takes_nothing, service_fixture) {
  journal.room = 1;
  BOOST_TEST(run(buy(spot, 100, 9'000)).result.ok());
  auto const state = floor.save();
  BOOST_TEST((run(buy(spot, 100, 9'000)).verdict == verdict::overloaded));
  BOOST_TEST((floor.save() == state));
  sync();
  BOOST_TEST(run(buy(spot, 100, 9'000)).result.ok());
}

BOOST_AUTO_TEST_CASE(what_is_held_back_is_bounded) {
  service_fixture at(true, service_config{6});
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(at.run(buy(spot, 100, 9'000)).result.ok());
    at.subject.when_durable(at.heard.say("done"));
  }
  BOOST_TEST((at.run(buy(spot, 100, 9'000)).verdict == verdict::overloaded));
  at.sync();
  BOOST_TEST(at.run(buy(spot, 100, 9'000)).result.ok());
}

BOOST_FIXTURE_TEST_CASE(what_must_not_get_lost_waits_for_room, service_fixture) {
  BOOST_TEST(run(venue::connection_up{1, 7}).result.ok());
  BOOST_TEST(run(venue::connection_up{1, 8}).result.ok());
  sync();
  journal.room = 0;
  subject.insist(venue::connection_down{7}, now);
  subject.insist(venue::connection_down{8}, now);
  BOOST_TEST(floor.connections().size() == 2u);
  journal.room = 1;
  sync();
  BOOST_TEST(floor.connections().size() == 1u);
  sync();
  BOOST_TEST(floor.connections().empty());
}

BOOST_FIXTURE_TEST_CASE(a_journal_that_stops_ends_trading, service_fixture) {
  run(buy(spot, 100, 9'000));
  subject.when_durable(heard.say("order"));
  subject.fail("the disk is gone");
  // What the others would be told of it may not be there after the next start.
  BOOST_TEST(heard.hear() == names{"order: the disk is gone"});
  auto const state = floor.save();
  BOOST_TEST((run(buy(spot, 100, 9'000)).verdict == verdict::stopped));
  BOOST_TEST((floor.save() == state));
  subject.when_durable(heard.say("look"));
  BOOST_TEST(heard.hear() == names{"look: the disk is gone"});
  subject.durable(records(), now);
  subject.insist(venue::connection_down{7}, now);
  BOOST_TEST(heard.hear().empty());
}

BOOST_FIXTURE_TEST_CASE(a_journal_that_stops_takes_nothing_before_it_says_so, service_fixture) {
  journal.stopped = true;
  auto const state = floor.save();
  BOOST_TEST((run(buy(spot, 100, 9'000)).verdict == verdict::stopped));
  BOOST_TEST((floor.save() == state));
}

BOOST_AUTO_TEST_CASE(an_ephemeral_venue_tells_at_once) {
  service_fixture at(false);
  BOOST_TEST(at.run(buy(spot, 100, 9'000)).result.ok());
  at.subject.when_durable(at.heard.say("order"));
  BOOST_TEST(at.heard.hear() == (names{"entry USD", "entry 1", "order"}));
  BOOST_TEST(at.records() == 0u);
  BOOST_TEST(at.reports.changes().rows() == 0u);
}

// ---- of what is in one batch, the markets are told as one change

BOOST_FIXTURE_TEST_CASE(a_batch_is_one_change_of_a_book, service_fixture) {
  run(buy(spot, 100, 9'000));
  subject.when_durable(heard.say("first"));
  journal.joins = true;
  run(buy(spot, 100, 8'995));
  run(venue::cancel_order{1, 1, {}});
  run(buy(perp, 100, 9'000));
  subject.when_durable(heard.say("last"));
  BOOST_TEST(heard.steps.empty());
  sync();
  BOOST_REQUIRE(heard.steps.size() == 2u);
  auto const& book = heard.steps.front().book.value().levels;
  BOOST_REQUIRE(book.bids.size() == 2u);
  BOOST_TEST(book.asks.empty());
  for (auto const& each : book.bids) {
    bool const cancelled = each.price.str() == "90.00";
    BOOST_TEST((each.quantity.units() == 0) == cancelled);
  }
  // The accounts are told of each of them.
  BOOST_TEST(heard.hear() ==
             (names{"entry USD", "entry 1", "first", "entry USD", "entry 2", "entry USD",
                    "entry 1 removed", "entry USD", "entry 3", "last"}));
}

BOOST_FIXTURE_TEST_CASE(a_batch_tells_all_of_its_trades, service_fixture) {
  run(buy(spot, 100, 9'000));
  journal.joins = true;
  for (int i = 0; i < 3; ++i) run(sell(spot, 10, 9'000).of(2));
  sync();
  BOOST_REQUIRE(heard.steps.size() == 1u);
  auto const& told = heard.steps.front();
  BOOST_REQUIRE(told.trades.size() == 3u);
  BOOST_TEST(told.trades[0].trade_id + 2 == told.trades[2].trade_id);
  BOOST_REQUIRE(told.statistics.size() == 4u);
  for (auto const& each : told.statistics) BOOST_TEST(each.value.count == 3u);
}

BOOST_FIXTURE_TEST_CASE(batches_are_told_apart, service_fixture) {
  run(buy(spot, 100, 9'000));
  auto const first = records();
  run(buy(spot, 100, 8'995));
  journal.joins = true;
  run(buy(spot, 100, 8'990));
  sync(first);
  BOOST_TEST(heard.steps.size() == 1u);
  sync();
  BOOST_REQUIRE(heard.steps.size() == 2u);
  BOOST_TEST(heard.steps.back().book.value().levels.bids.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_batch_waits_for_no_other, service_fixture) {
  run(buy(spot, 100, 9'000));
  subject.when_durable(heard.say("order"));
  auto const first = records();
  run(venue::cancel_order{1, 7, {}});  // begins the next batch, and changes no market
  journal.joins = true;
  run(buy(spot, 100, 8'995));
  sync(first);
  BOOST_TEST(heard.steps.size() == 1u);
  BOOST_TEST(heard.hear().back() == "order");
}

BOOST_FIXTURE_TEST_CASE(a_large_batch_is_told_in_parts, service_fixture) {
  journal.joins = true;
  run(buy(spot, 100, 9'000));
  for (venue::order_id id = 1; id <= 100; ++id) {
    BOOST_TEST(run(venue::cancel_order{1, id, {}}).result.ok());
    run(buy(spot, 100, 9'000));
  }
  sync();
  BOOST_TEST(heard.steps.size() == 4u);  // 201 changes, 64 at most in each
}

BOOST_FIXTURE_TEST_CASE(a_change_of_status_is_told_in_its_place, service_fixture) {
  run(buy(spot, 100, 9'000));
  journal.joins = true;
  run(venue::change_state{spot, venue::market_state::suspended});
  run(venue::cancel_order{1, 1, {}});
  sync();
  BOOST_REQUIRE(heard.steps.size() == 3u);
  BOOST_TEST(!heard.steps[0].status.has_value());
  BOOST_TEST(heard.steps[1].status.has_value());
  BOOST_TEST(!heard.steps[2].status.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
