#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

#include <array>

#include "channels/market.hpp"

using namespace runes;
using runes::test::book_reader;
using runes::test::changes_of;
using runes::test::level_at;
using runes::test::random_market;
using runes::test::some_instrument;
using runes::test::text_of;

namespace {

payload_ptr change(std::vector<level> bids, std::vector<level> asks) {
  return book_payload(some_instrument(),
                      {.bids = std::move(bids), .asks = std::move(asks), .checksum = 0});
}

payload_ptr image(std::vector<level> bids, std::vector<level> asks) {
  return book_image(some_instrument(),
                    {.bids = std::move(bids), .asks = std::move(asks), .checksum = 0});
}

// A book kept the plain way, by setting every level in turn.
void set_all(order_book& book, book_changes const& changes) {
  for (auto const& [price, quantity] : changes.bids)
    book.set(side::buy, {price.units(), quantity.units()});
  for (auto const& [price, quantity] : changes.asks)
    book.set(side::sell, {price.units(), quantity.units()});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(book_model)

BOOST_AUTO_TEST_CASE(a_snapshot_lists_the_best_first) {
  auto const state = models::book()->make_state();
  BOOST_TEST(text_of(state->snapshot()) == R"({"bids":[],"asks":[],"checksum":0})");
  state->apply(change({level_at(99, 1), level_at(100, 2)}, {level_at(102, 1), level_at(101, 3)}));
  auto const snapshot = changes_of(state->snapshot());
  BOOST_TEST((snapshot.bids == std::vector{level_at(100, 2), level_at(99, 1)}));
  BOOST_TEST((snapshot.asks == std::vector{level_at(101, 3), level_at(102, 1)}));
}

BOOST_AUTO_TEST_CASE(levels_are_written_with_all_decimals) {
  auto const state = models::book()->make_state();
  auto const told = state->apply(change({{decimal(1, 0), decimal(25, 1)}}, {}));
  BOOST_TEST(text_of(told).starts_with(R"({"bids":[["1.00","2.500"]],"asks":[],"checksum":)"));
}

BOOST_AUTO_TEST_CASE(only_what_changed_is_told) {
  auto const state = models::book()->make_state();
  state->apply(change({level_at(99, 1), level_at(100, 2)}, {}));
  BOOST_TEST(!state->apply(change({level_at(99, 1), level_at(50, 0)}, {level_at(101, 0)})));
  auto const told =
      changes_of(state->apply(change({level_at(99, 1), level_at(100, 0)}, {level_at(101, 4)})));
  BOOST_TEST((told.bids == std::vector{level_at(100, 0)}));
  BOOST_TEST((told.asks == std::vector{level_at(101, 4)}));
}

BOOST_AUTO_TEST_CASE(an_image_is_told_as_the_difference) {
  auto const state = models::book()->make_state();
  state->apply(change({level_at(100, 2), level_at(99, 1), level_at(98, 5)}, {level_at(101, 1)}));
  auto const told = changes_of(state->apply(
      image({level_at(100, 3), level_at(98, 5), level_at(97, 1), level_at(96, 0)}, {})));
  BOOST_TEST((told.bids == std::vector{level_at(100, 3), level_at(99, 0), level_at(97, 1)}));
  BOOST_TEST((told.asks == std::vector{level_at(101, 0)}));
  BOOST_TEST(!state->apply(image({level_at(100, 3), level_at(98, 5), level_at(97, 1)}, {})));
}

BOOST_AUTO_TEST_CASE(what_does_not_belong_to_the_book_is_refused) {
  auto const state = models::book()->make_state();
  state->apply(change({level_at(100, 2)}, {}));
  auto const before = text_of(state->snapshot());
  instrument const finer("BTC-USD", "BTC", "USD", decimal(1, 4), decimal(1, 3));
  BOOST_CHECK_THROW(state->apply(book_payload(finer, {})), error);
  BOOST_CHECK_THROW(state->apply(latest_payload("{}")), error);
  BOOST_CHECK_THROW(models::book()->merge(state->snapshot(), latest_payload("{}")), error);
  BOOST_CHECK_THROW(models::book()->project(*models::log()->make_state(), *state, 5), error);
  BOOST_TEST(text_of(state->snapshot()) == before);
}

BOOST_AUTO_TEST_CASE(levels_must_fit_the_instrument) {
  BOOST_CHECK_THROW(change({{decimal(1, 3), decimal(1, 0)}}, {}), error);
  BOOST_CHECK_THROW(change({{decimal(1, 2), decimal(1, 4)}}, {}), error);
  BOOST_CHECK_THROW(change({}, {level_at(1, -1)}), error);
}

BOOST_AUTO_TEST_CASE(of_several_levels_with_one_price_the_last_counts) {
  auto const state = models::book()->make_state();
  auto const told = changes_of(state->apply(
      change({level_at(5, 1), level_at(6, 1), level_at(5, 2)}, {level_at(7, 1), level_at(7, 0)})));
  BOOST_TEST((told.bids == std::vector{level_at(6, 1), level_at(5, 2)}));
  BOOST_TEST(told.asks.empty());
}

BOOST_AUTO_TEST_CASE(a_client_always_holds_the_servers_book) {
  random_market market(1);
  auto const state = models::book()->make_state();
  order_book server(2, 3);
  book_reader client;
  for (int round = 0; round < 5000; ++round) {
    auto const changes = market.changes();
    set_all(server, changes);
    if (auto const told = state->apply(book_payload(some_instrument(), changes))) {
      BOOST_TEST_REQUIRE(client.update(told));
    }
    BOOST_TEST_REQUIRE((client.book().levels(side::buy).size() == server.size(side::buy)));
    BOOST_TEST_REQUIRE((client.book().bids() == server.bids()));
    BOOST_TEST_REQUIRE((client.book().asks() == server.asks()));
    if (round % 50 == 0) client.snapshot(state->snapshot());
  }
}

BOOST_AUTO_TEST_CASE(an_image_leads_anywhere) {
  random_market market(2);
  auto const state = models::book()->make_state();
  book_reader client;
  for (int round = 0; round < 1000; ++round) {
    order_book target(2, 3);
    set_all(target, market.changes(30));
    auto const told = state->apply(book_image(
        some_instrument(), {.bids = target.bids(), .asks = target.asks(), .checksum = 0}));
    if (told) BOOST_TEST_REQUIRE(client.update(told));
    BOOST_TEST_REQUIRE((client.book().bids() == target.bids()));
    BOOST_TEST_REQUIRE((client.book().asks() == target.asks()));
  }
}

BOOST_AUTO_TEST_CASE(a_merged_update_does_what_both_do) {
  random_market market(3);
  auto const model = models::book();
  auto const state = model->make_state();
  book_reader client, late;
  client.update(state->apply(change({level_at(950, 1)}, {level_at(1050, 1)})));
  for (int round = 0; round < 2000; ++round) {
    payload_ptr pending, whole = state->snapshot();
    for (auto n = market.below(4); n > 0; --n) {
      auto const told = state->apply(book_payload(some_instrument(), market.changes()));
      if (!told) continue;
      pending = pending ? model->merge(pending, told) : told;
      whole = model->merge(whole, told);
    }
    if (pending) BOOST_TEST_REQUIRE(client.update(pending));
    BOOST_TEST_REQUIRE(text_of(whole) == text_of(state->snapshot()));
    late.snapshot(whole);
    BOOST_TEST_REQUIRE((late.book().bids() == client.book().bids()));
    BOOST_TEST_REQUIRE((late.book().asks() == client.book().asks()));
  }
}

BOOST_AUTO_TEST_CASE(a_whole_book_takes_the_place_of_what_came_before) {
  auto const state = models::book()->make_state();
  auto const told = state->apply(change({level_at(1, 1)}, {}));
  auto const whole = state->snapshot();
  BOOST_TEST(models::book()->merge(told, whole) == whole);
}

BOOST_AUTO_TEST_CASE(views_always_equal_the_top_of_the_book) {
  random_market market(4);
  auto const model = models::book();
  auto const source = model->make_state();
  struct view {
    unsigned depth;
    std::unique_ptr<topic_state> state;
    book_reader client;
  };
  std::array<view, 4> views{view{1, model->make_state(), {}}, view{5, model->make_state(), {}},
                            view{10, model->make_state(), {}}, view{25, model->make_state(), {}}};
  BOOST_TEST(!model->project(*source, *views[0].state, 1));
  for (int round = 0; round < 3000; ++round) {
    source->apply(book_payload(some_instrument(), market.changes()));
    book_reader whole;
    whole.snapshot(source->snapshot());
    for (auto& [depth, state, client] : views) {
      if (market.below(3) == 0) continue;  // a view may be brought up to several changes at once
      if (auto const told = model->project(*source, *state, depth))
        BOOST_TEST_REQUIRE(client.update(told));
      BOOST_TEST_REQUIRE((client.book().bids() == whole.book().bids(depth)));
      BOOST_TEST_REQUIRE((client.book().asks() == whole.book().asks(depth)));
      book_reader late;
      late.snapshot(state->snapshot());
      BOOST_TEST_REQUIRE((late.book().bids() == whole.book().bids(depth)));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_level_that_leaves_the_depth_is_removed) {
  auto const model = models::book();
  auto const source = model->make_state(), view = model->make_state();
  source->apply(change({level_at(100, 1), level_at(99, 1)}, {}));
  model->project(*source, *view, 2);
  source->apply(change({level_at(101, 7)}, {}));
  auto const told = changes_of(model->project(*source, *view, 2));
  BOOST_TEST((told.bids == std::vector{level_at(101, 7), level_at(99, 0)}));
  source->apply(change({level_at(50, 1)}, {}));
  BOOST_TEST(!model->project(*source, *view, 2));
}

BOOST_AUTO_TEST_SUITE_END()
