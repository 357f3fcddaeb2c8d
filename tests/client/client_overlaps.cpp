// Readers whose symbols overlap: each symbol is held as long as somebody reads it.
#include "sharing.hpp"

using namespace runes;
using namespace runes::test;
namespace json = boost::json;

BOOST_FIXTURE_TEST_SUITE(client_overlaps, sharing_fixture)

BOOST_AUTO_TEST_CASE(lists_that_overlap_share_what_they_have_in_common) {
  server.expect("subscribe")
      .with("symbols", names({"BTC", "ETH"}))
      .reply(subscribed(entry("BTC"), entry("ETH")))
      .then(push(tick("BTC", {0, 1})))
      .then(push(tick("ETH", {0, 1})));
  auto first = subscribe(runes::tickers("BTC", "ETH"));
  server.expect("subscribe")
      .with("symbols", names({"SOL"}))
      .reply(subscribed(entry("SOL")))
      .then(push(tick("SOL", {0, 1})));
  auto second = subscribe(runes::tickers("ETH", "SOL"));
  strand.settle();
  say(tick("BTC", {1, 2}));
  say(tick("ETH", {1, 2}));
  CHECK_LISTS(read(*first, 4), {"snapshot BTC", "snapshot ETH", "update BTC", "update ETH"});
  CHECK_LISTS(read(*second, 3), {"snapshot ETH", "snapshot SOL", "update ETH"});
  server.expect("unsubscribe").with("symbols", names({"BTC"})).reply(ok());
  strand.run(first->close());
  say(tick("ETH", {2, 3}));
  BOOST_TEST(next_words(*second) == "update ETH");
  second->detach();
}

BOOST_AUTO_TEST_CASE(all_symbols_take_in_those_that_are_named) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 1})));
  auto named = subscribe(runes::tickers("BTC"));
  strand.settle();
  server.expect("subscribe")
      .without("symbols")
      .reply(subscribed(held_already("BTC"), entry("ETH")))
      .then(push(tick("ETH", {0, 1})));
  auto all = subscribe(runes::tickers(all_symbols));
  BOOST_TEST(all->refused().empty());
  CHECK_LISTS(read(*all, 2), {"snapshot BTC", "snapshot ETH"});
  auto of_all = subscribe(runes::tickers("ETH"));  // nothing is asked
  BOOST_TEST(next_words(*of_all) == "snapshot ETH");
  say(tick("NEW", {0, 1}));  // listed later
  BOOST_TEST(next_words(*all) == "snapshot NEW");
  of_all.reset();
  strand.settle();

  // What is named goes on where it is when the others are left.
  json::object place;
  place["BTC"] = json::object{{"epoch", "e1"}, {"seq", 1}};
  server.expect("unsubscribe").without("symbols").with("interval", "raw").reply(ok());
  server.expect("subscribe")
      .with("symbols", names({"BTC"}))
      .with("since", place)
      .reply(subscribed(recovered("BTC", 2)))
      .then(push(tick("BTC", {1, 2})));
  all.reset();
  strand.settle();
  say(tick("ETH", {1, 2}));  // on its way still
  CHECK_LISTS(read(*named, 2), {"snapshot BTC", "update BTC"});
  done();
  named->detach();
}

BOOST_AUTO_TEST_CASE(what_is_left_before_it_was_answered_is_not_held) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 1})));
  auto named = subscribe(runes::tickers("BTC"));
  server.expect("subscribe").reply(subscribed(held_already("BTC"), entry("ETH")));
  auto all = subscribe(runes::tickers(all_symbols));
  strand.settle();
  auto& second = servers.greeting_server();
  second.expect("subscribe").without("symbols");
  server.now(test::reset());
  strand.settle();
  strand.advance(std::chrono::milliseconds(250));
  BOOST_TEST((client->state() == connection_state::resuming));
  second.expect("unsubscribe").without("symbols").reply(ok());
  second.expect("subscribe").with("symbols", names({"BTC"}));
  all.reset();
  strand.settle();
  // Both answers, in order.
  auto const answer = [&](int id, std::string const& entries) {
    second.now(
        push("{\"id\":" + std::to_string(id) + R"(,"ok":{"subscriptions":[)" + entries + "]}}"));
  };
  answer(5, entry("BTC") + "," + entry("ETH"));
  answer(7, entry("BTC"));
  second.now(push(tick("BTC", {0, 5})));
  strand.settle();
  BOOST_TEST((client->state() == connection_state::live));
  CHECK_LISTS(read(*named, 4), {"snapshot BTC", "stale", "resumed", "snapshot BTC"});
  second.expect("subscribe")
      .without("symbols")
      .reply(subscribed(held_already("BTC"), entry("ETH")))
      .then(push(tick("ETH", {0, 1})));
  auto again = subscribe(runes::tickers(all_symbols));
  CHECK_LISTS(read(*again, 2), {"snapshot BTC", "snapshot ETH"});
  named->detach();
  again->detach();
}

BOOST_AUTO_TEST_CASE(a_symbol_that_was_left_and_is_wanted_again_says_what_it_missed) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(trade_text("BTC", {0, 5})));
  auto first = subscribe(runes::trades("BTC"));
  strand.settle();
  server.expect("unsubscribe").reply(ok());
  server.expect("subscribe").reply(subscribed(entry("BTC"))).pause();
  first.reset();
  auto second = subscribe(runes::trades("BTC"));
  say(trade_text("BTC", {0, 6}));
  BOOST_TEST(next(*second).seq() == 6u);
  say(trade_text("BTC", {0, 9}));  // a snapshot that comes unasked
  CHECK_LISTS(read(*second, 2), {"gap BTC 7..9", "snapshot BTC"});
  server.go_on();
  second->detach();
}

BOOST_AUTO_TEST_CASE(many_readers_that_go_at_once_leave_the_connection_alone) {
  auto config = settings();
  config.limits.max_requests = 2;
  auto& other = servers.greeting_server();
  make(config);
  connect();
  std::vector<std::unique_ptr<subscription<ticker>>> all;
  for (auto const* symbol : {"A", "B", "C", "D"}) {
    other.expect("subscribe").reply(subscribed(entry(symbol)));
    all.push_back(subscribe(runes::tickers(symbol)));
  }
  for (int i = 0; i < 4; ++i) other.expect("unsubscribe");
  all.clear();
  strand.settle();
  BOOST_TEST(other.done());
  BOOST_TEST((client->state() == connection_state::live));
}

BOOST_AUTO_TEST_SUITE_END()
