// Several readers of the same topics: one subscription at the server, a stream for each.
#include "sharing.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;
namespace json = boost::json;

BOOST_FIXTURE_TEST_SUITE(client_sharing, sharing_fixture)

BOOST_AUTO_TEST_CASE(two_readers_share_one_subscription_until_the_last_has_gone) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 1}, "1.5")));
  auto first = subscribe(runes::tickers("BTC"));
  say(tick("BTC", {1, 2}, "2.5"));
  auto second = subscribe(runes::tickers("BTC"));  // nothing is asked
  say(tick("BTC", {2, 3}, "3.5"));
  CHECK_LISTS(read(*first, 3), {"snapshot BTC", "update BTC", "update BTC"});
  auto const begun = next(*second);
  BOOST_TEST(words(begun) == "snapshot BTC");
  BOOST_TEST(begun.seq() == 2u);
  BOOST_TEST(begun.data().last.str() == "2.5");
  auto const then = next(*second);
  BOOST_TEST(then.prev() == 2u);
  BOOST_TEST(then.data().last.str() == "3.5");

  strand.run(first->close());  // nothing is asked: the other reads on
  BOOST_TEST(next_words(*first) == "end");
  say(tick("BTC", {3, 4}));
  BOOST_TEST(next_words(*second) == "update BTC");
  server.expect("unsubscribe").with("symbols", names({"BTC"})).reply(ok());
  strand.run(second->close());
  done();
}

BOOST_AUTO_TEST_CASE(each_model_has_a_state_to_begin_with) {
  served_book book;
  server.expect("subscribe")
      .reply(subscribed(entry("BTC")))
      .then(push(event_text("orderbook", "BTC", {0, 1}, book.all())))
      .then(push(event_text("orderbook", "BTC", {1, 2}, book.set(side::buy, "1.00", "1.0"))));
  auto books = subscribe(runes::orderbook("BTC"));
  strand.settle();
  auto late_books = subscribe(runes::orderbook("BTC"));
  auto const whole = next(*late_books);
  BOOST_TEST(words(whole) == "snapshot BTC");
  BOOST_TEST(whole.seq() == 2u);
  BOOST_TEST(whole.data().bids.size() == 1u);
  BOOST_TEST(late_books->book("BTC"));
  BOOST_TEST(!late_books->book("ETH"));

  server.expect("subscribe")
      .reply(subscribed(entry("BTC")))
      .then(push(trade_text("BTC", {0, 5})))
      .then(push(trade_text("BTC", {5, 7})));
  auto log = subscribe(runes::trades("BTC"));
  strand.settle();
  auto late_log = subscribe(runes::trades("BTC"));
  say(trade_text("BTC", {7, 8}));
  auto const from_now_on = next(*late_log);
  BOOST_TEST(from_now_on.is_snapshot());
  BOOST_TEST(from_now_on.seq() == 7u);
  BOOST_TEST(from_now_on.data().empty());
  BOOST_TEST(next(*late_log).data().front().trade_id == 8u);

  server.expect("subscribe")
      .reply(subscribed(entry("a")))
      .then(push(event_text("orders", "a", {0, 1}, R"([{"orderId":1},{"orderId":2}])", "order")))
      .then(push(event_text(
          "orders", "a", {1, 2},
          R"([{"orderId":1,"removed":true},{"orderId":2,"left":"5"},{"orderId":3}])", "order")));
  auto orders = subscribe(runes::channel_events("orders"));
  strand.settle();
  auto late_orders = subscribe(runes::channel_events("orders"));
  auto const open = next(*late_orders);
  BOOST_TEST(open.is_snapshot());
  BOOST_TEST(open.data() == json::parse(R"([{"orderId":2,"left":"5"},{"orderId":3}])"));
  for (auto* each : {&books, &late_books}) (*each)->detach();
  for (auto* each : {&log, &late_log}) (*each)->detach();
  for (auto* each : {&orders, &late_orders}) (*each)->detach();
}

BOOST_AUTO_TEST_CASE(what_is_under_way_is_waited_for) {
  server.expect("subscribe")
      .with("symbols", names({"BTC"}))
      .pause()
      .reply(subscribed(entry("BTC")));
  std::vector<std::string> order;
  auto const read_one = [](runes::client& c, std::string interval,
                           std::vector<std::string>& told) -> awaitable<> {
    auto wanted = runes::channel_events("ticker").symbols("BTC");
    if (!interval.empty()) wanted.interval(interval);
    auto stream = co_await c.subscribe(wanted);
    auto const first = co_await stream.next();
    told.push_back(words(first));
    stream.detach();
  };
  strand.start(read_one(*client, "", order));
  strand.start(read_one(*client, "", order));
  strand.start(read_one(*client, "raw", order));  // another name of the same, as will be seen
  server.go_on();
  say(tick("BTC", {0, 1}));
  CHECK_LISTS(order, {"snapshot BTC", "snapshot BTC", "snapshot BTC"});
  done();
}

BOOST_AUTO_TEST_CASE(a_failure_is_the_askers_own) {
  server.expect("subscribe").pause().reply(refuse(3001, "rate_limited", "later", 10));
  std::vector<errc> told;
  auto const ask = [](runes::client& c, std::vector<errc>& codes) -> awaitable<> {
    try {
      auto stream = co_await c.subscribe(runes::tickers("BTC"));
      stream.detach();
      codes.push_back(errc{});
    } catch (error const& e) {
      codes.push_back(e.code());
    }
  };
  strand.start(ask(*client, told));
  strand.start(ask(*client, told));
  server.go_on();
  server.expect("subscribe").reply(subscribed(entry("BTC")));  // the other asks for itself
  strand.settle();
  BOOST_REQUIRE(told.size() == 2u);
  BOOST_TEST((told[0] == errc::rate_limited));
  BOOST_TEST((told[1] == errc{}));
}

BOOST_AUTO_TEST_CASE(one_that_is_cancelled_while_it_waits_leaves_nothing) {
  server.expect("subscribe");  // no answer yet
  asio::cancellation_signal stop;
  int ended = 0;
  auto const ask = [](runes::client& c) -> awaitable<> {
    auto stream = co_await c.subscribe(runes::tickers("BTC"));
    stream.detach();
  };
  asio::co_spawn(strand.context, ask(*client),
                 asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr) { ++ended; }));
  strand.settle();
  strand.start(ask(*client));
  // It may have been carried out: it is taken back, and the one who waits asks anew.
  server.expect("unsubscribe").with("symbols", names({"BTC"}));
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  stop.emit(asio::cancellation_type::terminal);
  strand.settle();
  say(R"({"id":2,"ok":{"subscriptions":[]}})");  // the answer, too late
  BOOST_TEST(ended == 1);
  done();
}

BOOST_AUTO_TEST_CASE(a_gap_is_told_to_all_and_one_snapshot_is_enough) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 1})));
  auto first = subscribe(runes::tickers("BTC"));
  auto second = subscribe(runes::tickers("BTC"));
  server.expect("unsubscribe").reply(ok());
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 4})));
  say(tick("BTC", {2, 3}));  // not what follows: it is not taken
  for (auto* each : {&first, &second}) {
    CHECK_LISTS(read(**each, 3), {"snapshot BTC", "gap BTC 2..2", "snapshot BTC"});
    (*each)->detach();
  }
  done();
}

BOOST_AUTO_TEST_CASE(a_slow_reader_is_no_trouble_to_the_others) {
  server.expect("subscribe")
      .reply(subscribed(entry("a")))
      .then(push(event_text("orders", "a", {0, 1}, R"([{"orderId":1}])", "order")));
  auto slow = subscribe(runes::channel_events("orders").queue(2));
  auto quick = subscribe(runes::channel_events("orders"));
  BOOST_TEST(next_words(*quick) == "snapshot a");
  for (std::uint64_t seq = 2; seq <= 9; ++seq) {
    auto const data = R"([{"orderId":)" + std::to_string(seq) + "}]";
    say(event_text("orders", "a", {seq - 1, seq}, data, "order"));
    BOOST_TEST(next_words(*quick) == "update a");
  }
  std::vector<std::string> kinds;
  std::uint64_t last = 0;
  json::value state;
  while (last < 9) {
    auto const e = next(*slow);
    kinds.push_back(words(e));
    last = e.has_data() ? e.seq() : last;
    if (e.is_snapshot()) state = e.data();
  }
  BOOST_TEST(kinds.front().rfind("gap a", 0) == 0u);
  BOOST_TEST(kinds.size() <= 4u);
  slow->detach();
  quick->detach();
}

BOOST_AUTO_TEST_CASE(all_come_back_together) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 1})));
  auto first = subscribe(runes::tickers("BTC"));
  server.expect("subscribe").reply(subscribed(entry("ETH"))).then(push(tick("ETH", {0, 1})));
  auto second = subscribe(runes::tickers("ETH", "BTC"));
  strand.settle();
  auto& again = servers.greeting_server();
  again.expect("subscribe")
      .reply(subscribed(recovered("BTC", 2), refused_entry("ETH")))
      .then(push(tick("BTC", {1, 2})));
  server.now(test::reset());
  strand.settle();
  strand.advance(250ms);
  CHECK_LISTS(read(*first, 4), {"snapshot BTC", "stale", "resumed", "update BTC"});
  CHECK_LISTS(read(*second, 6),
              {"snapshot BTC", "snapshot ETH", "stale", "resumed", "gap ETH", "update BTC"});
  BOOST_REQUIRE(second->refused().size() == 1u);
  BOOST_TEST(second->refused()[0].symbol == "ETH");
  first->detach();
  second->detach();
}

BOOST_AUTO_TEST_CASE(a_reader_that_gets_nothing_back_ends_and_the_others_go_on) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 1})));
  auto first = subscribe(runes::tickers("BTC"));
  server.expect("subscribe").reply(subscribed(entry("ETH"))).then(push(tick("ETH", {0, 1})));
  auto second = subscribe(runes::tickers("ETH"));
  strand.settle();
  auto& again = servers.greeting_server();
  again.expect("subscribe").reply(subscribed(recovered("BTC", 1), refused_entry("ETH")));
  server.now(test::reset());
  strand.settle();
  strand.advance(250ms);
  CHECK_LISTS(read(*second, 5), {"snapshot ETH", "stale", "resumed", "gap ETH", "end"});
  BOOST_TEST((next(*second).why()->code() == errc::unknown_symbol));
  again.now(push(tick("BTC", {1, 2})));
  CHECK_LISTS(read(*first, 4), {"snapshot BTC", "stale", "resumed", "update BTC"});
  first->detach();
}

BOOST_AUTO_TEST_CASE(what_cannot_be_shared_is_refused_with_the_reason) {
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  auto typed = subscribe(runes::tickers("BTC"));
  BOOST_TEST((code_of([&] { subscribe(runes::channel_events("ticker").symbols("ETH")); }) ==
              errc::already_subscribed));
  BOOST_TEST((code_of([&] { subscribe(runes::tickers("BTC").overflow(overflow::gap)); }) ==
              errc::already_subscribed));
  server.expect("subscribe").reply(subscribed(entry("lobby")));
  auto rooms = subscribe(runes::channel_events("rooms"));
  BOOST_TEST(
      (code_of([&] { subscribe(runes::channel_events("rooms")); }) == errc::already_subscribed));
  typed->detach();
  rooms->detach();
}

BOOST_AUTO_TEST_CASE(a_stricter_policy_is_asked_for_by_its_name) {
  server.expect("subscribe").with("overflow", "disconnect").reply(subscribed(entry("BTC")));
  auto strict = subscribe(runes::tickers("BTC").overflow(overflow::disconnect));
  strict->detach();
}

BOOST_AUTO_TEST_CASE(an_entry_without_its_key_costs_a_new_snapshot) {
  server.expect("subscribe")
      .reply(subscribed(entry("lobby")))
      .then(push(event_text("rooms", "lobby", {0, 1}, R"([{"name":"x"},{"nobody":1}])")));
  auto first = subscribe(runes::channel_events("rooms").key("name"));
  strand.settle();
  server.expect("unsubscribe").reply(ok());
  server.expect("subscribe")
      .reply(subscribed(entry("lobby")))
      .then(push(event_text("rooms", "lobby", {0, 2}, R"([{"name":"x"}])")));
  auto second = subscribe(runes::channel_events("rooms").key("name"));
  CHECK_LISTS(read(*first, 3), {"snapshot lobby", "gap lobby", "snapshot lobby"});
  CHECK_LISTS(read(*second, 2), {"gap lobby", "snapshot lobby"});
  first->detach();
  second->detach();
}

BOOST_AUTO_TEST_SUITE_END()
