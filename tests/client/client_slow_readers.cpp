// Readers that take less than comes: what they get is less, and never wrong.
#include "client/book_keeper.hpp"
#include "sharing.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;

BOOST_FIXTURE_TEST_SUITE(client_slow_readers, sharing_fixture)

BOOST_AUTO_TEST_CASE(a_slow_reader_gets_less_but_nothing_wrong) {
  served_book book;
  server.expect("subscribe").reply(subscribed(entry("BTC")));
  auto stream = subscribe(runes::orderbook("BTC").queue(4));
  server.now(push(event_text("orderbook", "BTC", {0, 1}, book.all())));
  for (std::uint64_t seq = 2; seq <= 100; ++seq) {
    auto const change = book.set(side::buy, std::to_string(100 + seq) + ".00", "1.0");
    server.now(push(event_text("orderbook", "BTC", {seq - 1, seq}, change)));
  }
  strand.settle();
  // Applying what is left gives the served book.
  runes::detail::book_keeper mine;
  std::uint64_t last = 0;
  while (last < 100) {
    auto const e = next(*stream);
    BOOST_REQUIRE(e.has_data());
    auto const wrong = e.is_snapshot() ? mine.replace(e.data()) : mine.apply(e.data());
    BOOST_TEST(!wrong);
    last = e.seq();
  }
  BOOST_TEST((*mine.book() == book.book()));
  stream->detach();
}

// A window's last event stays, whatever type the reader has chosen for it.
BOOST_AUTO_TEST_CASE(a_closed_window_reaches_a_slow_reader_of_json) {
  server.expect("subscribe").reply(subscribed(entry("BTC", "1m")));
  auto stream =
      subscribe(runes::channel_events("statistics").symbols("BTC").interval("1m").queue(3));
  say(event_text("statistics", "BTC", {0, 1}, R"({"count":1,"closed":false})"));
  for (std::uint64_t seq = 2; seq <= 9; ++seq) {
    std::string const closed = seq == 4 ? "true" : "false";
    say(event_text("statistics", "BTC", {seq - 1, seq},
                   R"({"count":)" + std::to_string(seq) + R"(,"closed":)" + closed + "}"));
  }
  std::vector<std::uint64_t> closed;
  for (std::uint64_t last = 0; last < 9;) {
    auto const e = next(*stream);
    BOOST_REQUIRE(e.has_data());
    if (e.data().at("closed").as_bool()) closed.push_back(e.seq());
    last = e.seq();
  }
  BOOST_TEST(closed == std::vector<std::uint64_t>{4}, boost::test_tools::per_element());
  stream->detach();
}

BOOST_AUTO_TEST_SUITE_END()
