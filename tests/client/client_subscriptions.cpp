#include "dialer.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {

using list = std::vector<std::string>;

struct live_fixture : client_fixture {
  scripted_peer& server = servers.greeting_server();
  live_fixture() { connect(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_subscriptions, live_fixture)

BOOST_AUTO_TEST_CASE(a_stream_yields_typed_events) {
  server.expect("subscribe")
      .with("channel", "ticker")
      .with("interval", "100ms")
      .reply(subscribed(entry("BTC", "100ms")))
      .then(push(tick("BTC", {0, 7}, "100.5")))
      .then(push(tick("BTC", {7, 9}, "101.25")));
  auto stream = subscribe(runes::tickers("BTC").interval(100ms));
  auto const first = next(*stream);
  BOOST_TEST(words(first) == "snapshot BTC");
  BOOST_TEST(first.data().last.str() == "100.5");
  auto const second = next(*stream);
  BOOST_TEST(second.is_update());
  BOOST_TEST(second.prev() == 7u);
  BOOST_TEST(second.seq() == 9u);
  BOOST_TEST(second.data().last.str() == "101.25");
  server.expect("unsubscribe").with("channel", "ticker").with("interval", "100ms").reply(ok());
  strand.run(stream->close());
  BOOST_TEST(next_words(*stream) == "end");
  BOOST_TEST(next_words(*stream) == "end");
}

BOOST_AUTO_TEST_CASE(destroying_a_stream_unsubscribes) {
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  auto stream = subscribe(runes::tickers("BTC"));
  server.expect("unsubscribe");
  stream.reset();
  strand.settle();
  // What is still on its way is passed over.
  server.now(push(tick("BTC", {0, 1})));
  strand.settle();
}

BOOST_AUTO_TEST_CASE(refusals_are_thrown_or_listed) {
  server.expect("subscribe").reply(refuse(4002, "unknown_channel"));
  BOOST_TEST((code_of([&] { subscribe(runes::channel_events("bok")); }) == errc::unknown_channel));
  server.expect("subscribe").reply(subscribed(refused_entry("XXX")));
  BOOST_TEST((code_of([&] { subscribe(runes::tickers("XXX")); }) == errc::unknown_symbol));
  server.expect("subscribe").reply(subscribed(entry("BTC"), refused_entry("XXX")));
  auto stream = subscribe(runes::tickers("BTC", "XXX"));
  BOOST_REQUIRE(stream->refused().size() == 1u);
  BOOST_TEST(stream->refused()[0].symbol == "XXX");
  stream->detach();
}

BOOST_AUTO_TEST_CASE(two_streams_of_one_symbol_keep_apart) {
  server.expect("subscribe").reply(subscribed(entry("BTC", "raw", 10)));
  server.expect("subscribe").reply(subscribed(entry("BTC", "1s", 0)));
  auto deep = subscribe(runes::orderbook("BTC").depth(10));
  auto slow = subscribe(runes::orderbook("BTC").interval(1s));
  served_book book;
  auto const about = [&](std::string_view interval, int depth) {
    std::string text = event_text("orderbook", "BTC", {0, 5}, book.all());
    return text.insert(1, R"("interval":")" + std::string(interval) + R"(","depth":)" +
                              std::to_string(depth) + ",");
  };
  book.set(side::buy, "1.00", "1.0");
  server.now(push(about("1s", 0)));
  strand.settle();
  BOOST_TEST(slow->book("BTC"));
  BOOST_TEST(!deep->book("BTC"));
  server.now(push(about("raw", 10)));
  strand.settle();
  BOOST_TEST(deep->book("BTC"));
  deep->detach();
  slow->detach();
}

BOOST_AUTO_TEST_CASE(trades_come_once_and_gaps_are_said) {
  server.expect("subscribe")
      .reply(subscribed(entry("BTC")))
      .then(push(trade_text("BTC", {0, 5})))
      .then(push(trade_text("BTC", {5, 7})))
      .then(push(gap_text("trades", "BTC", 8, 9)))
      .then(push(trade_text("BTC", {9, 10})))
      .then(push(trade_text("BTC", {12, 13})));
  auto stream = subscribe(runes::trades("BTC"));
  BOOST_TEST(next(*stream).data().size() == 0u);
  BOOST_TEST(next(*stream).data().back().trade_id == 7u);
  auto const dropped = next(*stream);
  BOOST_TEST(words(dropped) == "gap BTC 8..9");
  BOOST_TEST(!dropped.why());
  BOOST_TEST(words(next(*stream)) == "update BTC");
  auto const missed = next(*stream);
  BOOST_TEST(words(missed) == "gap BTC 11..12");
  BOOST_TEST(missed.why());
  BOOST_TEST(next(*stream).data().front().trade_id == 13u);
  stream->detach();
}

BOOST_AUTO_TEST_CASE(a_book_is_kept_and_only_the_symbol_at_fault_starts_anew) {
  served_book btc, eth;
  btc.set(side::buy, "100.00", "1.0");
  eth.set(side::sell, "10.00", "2.0");
  server.expect("subscribe")
      .with("depth", 10)
      .reply(subscribed(entry("BTC", "raw", 10), entry("ETH", "raw", 10)))
      .then(push(event_text("orderbook", "BTC", {0, 1}, btc.all())))
      .then(push(event_text("orderbook", "ETH", {0, 1}, eth.all())));
  auto stream = subscribe(runes::orderbook("BTC", "ETH").depth(10));
  BOOST_TEST(read(*stream, 2) == (list{"snapshot BTC", "snapshot ETH"}),
             boost::test_tools::per_element());
  BOOST_REQUIRE(stream->book("BTC"));
  BOOST_TEST((*stream->book("BTC") == btc.book()));

  // An update that is lost on the way: seq 2.
  btc.set(side::buy, "101.00", "1.0");
  auto const third = btc.set(side::buy, "102.00", "1.0");
  auto const one = boost::json::array{"BTC"};
  server.expect("unsubscribe")
      .with("symbols", one)
      .with("depth", 10)
      .with("interval", "raw")
      .reply(ok());
  server.expect("subscribe")
      .with("symbols", one)
      .with("depth", 10)
      .reply(subscribed(entry("BTC", "raw", 10)))
      .pause();
  server.now(push(event_text("orderbook", "BTC", {2, 3}, third)));
  strand.settle();
  BOOST_TEST(next_words(*stream) == "gap BTC 2..2");
  BOOST_TEST(!stream->book("BTC"));
  BOOST_TEST(stream->book("ETH"));

  // What was on its way still is not believed; the new snapshot is.
  server.now(push(event_text("orderbook", "BTC", {3, 4}, btc.set(side::buy, "103.00", "1.0"))));
  strand.settle();
  BOOST_TEST(!stream->book("BTC"));
  server.go_on();
  server.now(push(event_text("orderbook", "BTC", {0, 4}, btc.all())));
  server.now(push(event_text("orderbook", "BTC", {4, 5}, btc.set(side::buy, "103.00", "0.0"))));
  server.now(push(event_text("orderbook", "ETH", {1, 2}, eth.set(side::sell, "10.00", "3.0"))));
  strand.settle();
  BOOST_TEST(read(*stream, 3) == (list{"snapshot BTC", "update BTC", "update ETH"}),
             boost::test_tools::per_element());
  BOOST_REQUIRE(stream->book("BTC"));
  BOOST_TEST((*stream->book("BTC") == btc.book()));
  BOOST_TEST((*stream->book("ETH") == eth.book()));
  stream->detach();
}

BOOST_AUTO_TEST_CASE(a_wrong_checksum_starts_the_book_anew_ever_more_slowly) {
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  auto stream = subscribe(runes::orderbook("BTC"));
  auto const wrong =
      event_text("orderbook", "BTC", {0, 1}, R"({"bids":[["1.00","1.0"]],"asks":[],"checksum":1})");
  auto const expect_resync = [&] {
    server.expect("unsubscribe").reply(ok());
    server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(wrong));
  };
  expect_resync();
  server.now(push(wrong));
  strand.settle();
  BOOST_TEST(server.done());
  for (auto const pause : {1s, 2s, 4s, 8s}) {
    expect_resync();
    strand.advance(pause - 1ms);
    BOOST_TEST(!server.done());
    strand.advance(1ms);
    BOOST_TEST(server.done());
  }
  BOOST_TEST(!stream->book("BTC"));
  for (int i = 0; i < 6; ++i) BOOST_TEST(next_words(*stream) == "gap BTC");
  stream->detach();
}

BOOST_AUTO_TEST_CASE(an_event_that_cannot_be_read_costs_one_symbol_a_new_start) {
  int reported = 0;
  client->on("error", [&](notice const& what) { reported += what.error() ? 1 : 0; });
  server.expect("subscribe")
      .reply(subscribed(entry("BTC"), entry("ETH")))
      .then(push(tick("BTC", {0, 1})))
      .then(push(tick("ETH", {0, 1})))
      .then(push(event_text("ticker", "BTC", {1, 2}, R"({"last":1.5})")));
  server.expect("unsubscribe").with("symbols", boost::json::array{"BTC"}).reply(ok());
  server.expect("subscribe")
      .with("symbols", boost::json::array{"BTC"})
      .reply(subscribed(entry("BTC")))
      .then(push(tick("BTC", {0, 2})));
  auto stream = subscribe(runes::tickers("BTC", "ETH"));
  BOOST_TEST(read(*stream, 4) == (list{"snapshot BTC", "snapshot ETH", "gap BTC", "snapshot BTC"}),
             boost::test_tools::per_element());
  BOOST_TEST(reported == 1);
  stream->detach();
}

BOOST_AUTO_TEST_CASE(a_stream_outlives_its_connection) {
  server.expect("subscribe").reply(subscribed(entry("BTC"))).then(push(tick("BTC", {0, 1})));
  auto stream = subscribe(runes::tickers("BTC"));
  auto& second = servers.greeting_server();
  second.expect("subscribe")
      .with("channel", "ticker")
      .reply(subscribed(entry("BTC")))
      .then(push(tick("BTC", {0, 1, "e2"})));
  server.now(test::reset());
  strand.settle();
  BOOST_TEST(read(*stream, 2) == (list{"snapshot BTC", "stale"}), boost::test_tools::per_element());
  strand.advance(250ms);
  auto const resumed = read(*stream, 2);
  BOOST_TEST(resumed == (list{"resumed", "snapshot BTC"}), boost::test_tools::per_element());
  second.now(test::close(close_code::bad_auth));
  strand.settle();
  BOOST_TEST(next_words(*stream) == "stale");
  auto const last = next(*stream);
  BOOST_TEST(words(last) == "end");
  BOOST_REQUIRE(last.why());
  BOOST_TEST((last.why()->code() == errc::bad_credentials));
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_refused_on_the_way_back_ends_or_is_tried_again) {
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  auto ticks = subscribe(runes::tickers("BTC"));
  auto trades = subscribe(runes::trades("BTC"));
  auto& second = servers.greeting_server();
  second.expect("subscribe").reply(refuse(4002, "unknown_channel"));
  second.expect("subscribe").reply(refuse(3001, "rate_limited", "later", 3'000));
  second.expect("subscribe").with("channel", "trades").reply(subscribed(entry("BTC")));
  server.now(test::reset());
  strand.settle();
  strand.advance(250ms);
  BOOST_TEST(read(*ticks, 2) == (list{"stale", "end"}), boost::test_tools::per_element());
  BOOST_TEST(next_words(*trades) == "stale");
  strand.advance(3s);
  BOOST_TEST(next_words(*trades) == "resumed");
  trades->detach();
}

BOOST_AUTO_TEST_CASE(waiting_for_an_event_can_be_cancelled_without_loss) {
  using namespace asio::experimental::awaitable_operators;
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  auto stream = subscribe(runes::tickers("BTC"));
  auto const both = [](subscription<ticker>& from,
                       runes::detail::loop& on) -> awaitable<std::size_t> {
    auto const first = co_await (from.next() || on.wait_until(on.now() + 1s));
    co_return first.index();
  };
  std::size_t won = 9;
  strand.start([](auto wait, auto& from, auto& on, std::size_t& index) -> awaitable<> {
    index = co_await wait(from, on);
  }(both, *stream, *strand.loop, won));
  strand.advance(1s);
  BOOST_TEST(won == 1u);
  server.now(push(tick("BTC", {0, 1})));
  strand.settle();
  BOOST_TEST(next_words(*stream) == "snapshot BTC");
  stream->detach();
}

BOOST_AUTO_TEST_CASE(one_coroutine_at_a_time_reads_a_stream) {
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  auto stream = subscribe(runes::tickers("BTC"));
  strand.start([](subscription<ticker>& from) -> awaitable<> {
    BOOST_TEST((co_await from.next()).is_snapshot());
  }(*stream));
  BOOST_CHECK_THROW(strand.run(stream->next()), std::logic_error);
  server.now(push(tick("BTC", {0, 1})));
  strand.settle();
  stream->detach();
}

BOOST_AUTO_TEST_CASE(listeners_hear_what_streams_yield) {
  std::vector<std::string> heard;
  int slow = 0;
  client->on("order", [&](notice const& what) {
    heard.push_back(std::string(name_of(what.kind())) + " " + what.channel() + " " +
                    std::to_string(what.body().at("data").as_array().size()));
  });
  client->on("order", [&](notice what) -> awaitable<> {
    co_await asio::post(strand.context, asio::use_awaitable);
    slow += what.symbol() == "BTC" ? 1 : 0;
  });
  server.expect("subscribe")
      .with("channel", "orders")
      .without("symbols")
      .reply(subscribed())
      .then(push(event_text("orders", "BTC", {0, 1}, R"([{"orderId":1}])", "order")));
  auto stream = subscribe(runes::channel_events("orders"));
  stream->detach();
  stream.reset();
  server.now(push(event_text("orders", "BTC", {1, 2}, "[]", "order")));
  strand.settle();
  BOOST_TEST(heard == (list{"snapshot orders 1", "update orders 0"}),
             boost::test_tools::per_element());
  BOOST_TEST(slow == 2);
}

BOOST_AUTO_TEST_CASE(what_users_write_is_safe) {
  server.expect("subscribe").reply(subscribed(entry("BTC", "100ms", 10)));
  server.expect("subscribe").reply(subscribed(entry("BTC", "1m")));
  server.expect("place").with("price", "1.5").reply(ok());
  server.expect("unsubscribe").reply(ok());
  strand.run([](runes::client& c) -> awaitable<> {
    auto book = co_await c.subscribe(runes::orderbook("BTC").depth(10).interval(100ms));
    auto window = co_await c.subscribe(runes::stats(std::string("BTC")).window("1m"));
    co_await c.request("place", runes::params().set("price", "1.5").set("symbol", "BTC"));
    co_await book.close();
    if (auto e = co_await book.next()) BOOST_ERROR("must have ended");
    window.detach();
  }(*client));
}

BOOST_AUTO_TEST_SUITE_END()
