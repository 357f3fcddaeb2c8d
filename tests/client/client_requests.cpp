// Requests that get no answer say whether they were sent; some may wait for a connection.
#include "dialer.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {

/// What a request came to.
struct verdict {
  bool ended = false;
  boost::json::value ok;
  std::optional<error> wrong;

  errc code() const { return wrong ? wrong->code() : errc{}; }
  request_delivery delivery() const { return wrong ? wrong->delivery() : request_delivery::none; }
};

struct requests_fixture : client_fixture {
  std::shared_ptr<verdict> ask(std::string op, request_options how = {}, params fields = {}) {
    auto const told = std::make_shared<verdict>();
    strand.start([](runes::client& c, std::string what, params with, request_options options,
                    std::shared_ptr<verdict> into) -> awaitable<> {
      try {
        into->ok = co_await c.request(what, with, options);
      } catch (error const& e) {
        into->wrong = e;
      }
      into->ended = true;
    }(*client, std::move(op), std::move(fields), how, told));
    return told;
  }
  static request_options queued(std::chrono::milliseconds most) {
    return request_options().queue_for(most);
  }
  void come_back() {
    for (int i = 0; i < 8 && client->state() == connection_state::stale; ++i) strand.advance(250ms);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_requests, requests_fixture)

BOOST_AUTO_TEST_CASE(what_failed_says_whether_it_was_sent) {
  auto const early = ask("place");
  BOOST_TEST((early->code() == errc::not_connected));
  BOOST_TEST((early->delivery() == request_delivery::not_sent));

  auto& server = servers.greeting_server();
  connect();
  server.expect("place").reply(refuse(3001, "rate_limited", "later", 800));
  BOOST_TEST((ask("place")->delivery() == request_delivery::none));  // the server's own answer

  server.expect("slow");
  auto const late = ask("slow", 50ms);
  strand.advance(50ms);
  BOOST_TEST((late->code() == errc::timed_out));
  BOOST_TEST((late->delivery() == request_delivery::sent));

  server.expect("lost");
  auto const lost = ask("lost");
  server.wire().allow(0);  // the socket takes no more
  auto const stuck = ask("stuck");
  server.now(test::reset());
  strand.settle();
  BOOST_TEST((lost->code() == errc::connection_lost));
  BOOST_TEST((lost->delivery() == request_delivery::sent));
  BOOST_TEST((stuck->code() == errc::connection_lost));
  BOOST_TEST((stuck->delivery() == request_delivery::not_sent));
  BOOST_TEST(stuck->wrong->sentence() == "'stuck' was not sent before the connection ended");

  auto const stale = ask("place");
  BOOST_TEST((stale->delivery() == request_delivery::not_sent));
}

BOOST_AUTO_TEST_CASE(requests_in_flight_are_bounded) {
  auto config = settings();
  config.limits.max_requests = 2;
  make(config);
  auto& server = servers.greeting_server();
  connect();
  server.expect("a");
  server.expect("b");
  ask("a");
  ask("b");
  BOOST_TEST((ask("c")->code() == errc::backpressure));
}

BOOST_AUTO_TEST_CASE(one_in_flight_when_the_client_is_closed_says_so) {
  auto& server = servers.greeting_server();
  connect();
  server.expect("place");
  auto const told = ask("place");
  strand.run(client->close());
  BOOST_TEST((told->code() == errc::closed));
  BOOST_TEST((told->delivery() == request_delivery::sent));
  auto const after = ask("place", queued(1s));
  BOOST_TEST((after->code() == errc::closed));
  BOOST_TEST((after->delivery() == request_delivery::not_sent));
}

BOOST_AUTO_TEST_CASE(what_may_wait_is_sent_on_the_next_live_connection_in_order) {
  auto& first = servers.greeting_server();
  connect();
  first.now(test::reset());
  strand.settle();
  BOOST_TEST((client->state() == connection_state::stale));
  auto const one = ask("place", queued(10s), runes::params().set("n", 1));
  auto const two = ask("place", queued(10s), runes::params().set("n", 2));
  auto const now = ask("place");
  BOOST_TEST((now->code() == errc::not_connected));
  BOOST_TEST(!one->ended);
  auto& second = servers.greeting_server();
  second.expect("place").with("n", 1).reply(ok("1"));
  second.expect("place").with("n", 2).reply(ok("2"));
  come_back();
  BOOST_TEST(one->ok == boost::json::value(1));
  BOOST_TEST(two->ok == boost::json::value(2));
  // Live, it goes at once.
  second.expect("place").reply(ok("3"));
  BOOST_TEST(ask("place", queued(10s))->ok == boost::json::value(3));
}

BOOST_AUTO_TEST_CASE(it_waits_while_it_connects_and_goes_behind_what_is_subscribed_again) {
  auto& first = servers.greeting_server();
  connect();
  first.expect("subscribe").reply(subscribed(entry("BTC")));
  auto stream = subscribe(runes::tickers("BTC"));
  auto& second = servers.server();
  second.expect("hello").pause().reply(ok(R"({"session":"2"})"));
  second.expect("subscribe").reply(subscribed(entry("BTC")));
  second.expect("place").reply(ok());
  first.now(test::reset());
  strand.settle();
  come_back();
  BOOST_TEST((client->state() == connection_state::connecting));
  auto const told = ask("place", queued(1s));
  BOOST_TEST(!told->ended);
  second.go_on();
  strand.settle();
  BOOST_TEST(told->ended);
  BOOST_TEST(!told->wrong);
  stream->detach();
}

BOOST_AUTO_TEST_CASE(its_time_may_be_over_before_there_is_a_connection) {
  auto config = settings();
  config.reconnect.base = config.reconnect.cap = 1h;
  make(config);
  auto& first = servers.greeting_server();
  connect();
  first.now(test::reset());
  strand.settle();
  auto const longer = ask("place", queued(3s));
  auto const shorter = ask("place", queued(2s));
  strand.advance(1'999ms);
  BOOST_TEST(!shorter->ended);
  strand.advance(1ms);
  BOOST_TEST((shorter->code() == errc::not_connected));
  BOOST_TEST((shorter->delivery() == request_delivery::not_sent));
  BOOST_TEST(shorter->wrong->sentence() ==
             "'place' was not sent: no connection was live within 2000 ms");
  BOOST_TEST(!longer->ended);
  strand.advance(1s);
  BOOST_TEST(longer->ended);
}

BOOST_AUTO_TEST_CASE(the_time_for_the_reply_begins_when_it_is_sent) {
  auto& first = servers.greeting_server();
  connect();
  first.now(test::reset());
  strand.settle();
  auto const told = ask("place", queued(10s).timeout(1s));
  auto& second = servers.greeting_server();
  second.expect("place");
  strand.advance(2s);
  BOOST_TEST((client->state() == connection_state::live));
  strand.advance(999ms);
  BOOST_TEST(!told->ended);
  strand.advance(1ms);
  BOOST_TEST((told->code() == errc::timed_out));
  BOOST_TEST((told->delivery() == request_delivery::sent));
}

BOOST_AUTO_TEST_CASE(the_queue_is_bounded_in_bytes) {
  auto config = settings();
  config.limits.max_waiting_bytes = 1'000;
  make(config);
  auto& first = servers.greeting_server();
  connect();
  first.now(test::reset());
  strand.settle();
  auto const large = runes::params().set("text", std::string(500, 'x'));
  auto const fits = ask("say", queued(10s), large);
  auto const refused = ask("say", queued(10s), large);
  BOOST_TEST(!fits->ended);
  BOOST_TEST((refused->code() == errc::backpressure));
  BOOST_TEST((refused->delivery() == request_delivery::not_sent));
  strand.run(client->close());
  BOOST_TEST((fits->code() == errc::closed));
  BOOST_TEST((fits->delivery() == request_delivery::not_sent));
}

BOOST_AUTO_TEST_CASE(it_waits_for_room_as_well) {
  auto config = settings();
  config.limits.max_requests = 1;
  make(config);
  auto& server = servers.greeting_server();
  connect();
  server.expect("a").pause().reply(ok());
  auto const first = ask("a");
  auto const second = ask("b", queued(5s));
  auto const third = ask("c", queued(1s));
  BOOST_TEST((ask("d")->code() == errc::backpressure));
  strand.advance(1s);
  BOOST_TEST((third->code() == errc::backpressure));
  BOOST_TEST((third->delivery() == request_delivery::not_sent));
  server.expect("b").reply(ok());
  server.go_on();
  strand.settle();
  BOOST_TEST(first->ended);
  BOOST_TEST(second->ended);
  BOOST_TEST(!second->wrong);
}

BOOST_AUTO_TEST_CASE(one_that_is_cancelled_is_not_sent) {
  auto& first = servers.greeting_server();
  connect();
  first.now(test::reset());
  strand.settle();
  asio::cancellation_signal stop;
  bool ended = false;
  auto const place = [](runes::client& c) -> awaitable<> {
    co_await c.request("place", {}, request_options().queue_for(1h));
  };
  asio::co_spawn(
      strand.context, place(*client),
      asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr) { ended = true; }));
  strand.settle();
  stop.emit(asio::cancellation_type::terminal);
  strand.settle();
  BOOST_TEST(ended);
  servers.greeting_server();  // and hears nothing of it
  come_back();
  BOOST_TEST((client->state() == connection_state::live));
}

BOOST_AUTO_TEST_CASE(what_waits_fails_when_the_client_gives_up) {
  auto config = settings();
  config.reconnect.max_attempts = 2;
  make(config);
  auto& first = servers.greeting_server();
  connect();
  first.now(test::reset());
  strand.settle();
  auto const told = ask("place", queued(1h));
  servers.fail(error(errc::not_connected, "nobody answers"));
  strand.advance(250ms);
  BOOST_TEST((client->state() == connection_state::closed));
  BOOST_TEST((told->code() == errc::not_connected));
  BOOST_TEST((told->delivery() == request_delivery::not_sent));
  BOOST_TEST(told->wrong->sentence() == "'place' was not sent: nobody answers");
}

BOOST_AUTO_TEST_SUITE_END()
