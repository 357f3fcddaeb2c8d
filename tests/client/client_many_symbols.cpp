// More symbols than one request has room for: each comes back to its place all the same.
#include "sharing.hpp"

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

using list = std::vector<std::string>;

json::value places(std::initializer_list<char const*> symbols, std::uint64_t seq = 5) {
  json::object all;
  for (auto const* each : symbols) {
    json::object at;
    at["epoch"] = "e1";
    at["seq"] = static_cast<std::int64_t>(seq);
    all[each] = at;
  }
  return all;
}

/// Each server takes messages of so many bytes, and so is sent half of that at most.
struct many_symbols : client_fixture {
  scripted_peer* now = nullptr;

  scripted_peer& next_server(std::size_t max_message_bytes) {
    auto& peer = servers.server();
    peer.expect("hello").reply(ok(R"({"session":"1","limits":{"maxMessageBytes":)" +
                                  std::to_string(max_message_bytes) + "}}"));
    auto const play = peer.wire().on_sent;
    peer.wire().on_sent = [play, max_message_bytes](sent_frame const& frame) {
      BOOST_TEST(frame.payload.size() <= max_message_bytes / 2);
      play(frame);
    };
    return peer;
  }
  void break_off() {
    now->now(test::reset());
    strand.settle();
  }
  void come_back() {
    for (int i = 0; i < 8 && client->state() == connection_state::stale; ++i) strand.advance(250ms);
  }
  /// A reader of the trades of A to E, at 5 each, in whatever way it is subscribed.
  template <class Builder>
  auto begin(Builder const& wanted) {
    now = &next_server(100'000);
    connect();
    auto& asked = now->expect("subscribe");
    asked.reply(subscribed(entry("A"), entry("B"), entry("C"), entry("D"), entry("E")));
    for (auto const* each : {"E", "D", "C", "B", "A"}) asked.then(push(trade_text(each, {0, 5})));
    auto stream = subscribe(wanted);
    strand.settle();
    (void)read(*stream, 5);
    break_off();
    return stream;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_many_symbols, many_symbols)

BOOST_AUTO_TEST_CASE(hundreds_go_on_from_their_places) {
  list wanted;
  std::string entries;
  for (int i = 0; i < 400; ++i) wanted.push_back("S" + std::to_string(1'000 + i));
  for (auto const& each : wanted) entries += (entries.empty() ? "" : ",") + entry(each);
  now = &next_server(65'536);
  connect();
  now->expect("subscribe").reply(subscribed(entries));
  auto stream = subscribe(runes::trades(wanted));
  for (auto const& each : wanted) now->now(push(trade_text(each, {0, 5})));
  strand.settle();
  break_off();
  json::object since;
  for (auto const& each : wanted) since[each] = places({"A"}).at("A");
  auto& second = next_server(65'536);
  second.expect("subscribe").with("since", since).reply(subscribed());
  come_back();
  stream->detach();
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_asked_for_in_further_requests) {
  auto stream = begin(runes::trades("D", "B", "A", "C", "E"));
  now = &next_server(540);
  now->expect("subscribe")
      .with("symbols", names({"A", "B"}))
      .with("since", places({"A", "B"}))
      .reply(subscribed(recovered("A", 5), recovered("B", 6)))
      .then(push(trade_text("B", {5, 6})));
  now->expect("subscribe")
      .with("symbols", names({"C", "D"}))
      .with("since", places({"C", "D"}))
      .reply(subscribed(recovered("C", 5), recovered("D", 5)));
  auto& last = now->expect("subscribe").with("symbols", names({"E"})).with("since", places({"E"}));
  last.pause().reply(subscribed(recovered("E", 6))).then(push(trade_text("E", {5, 6})));
  come_back();
  BOOST_TEST((client->state() == connection_state::resuming));
  now->go_on();
  strand.settle();
  BOOST_TEST((client->state() == connection_state::live));
  CHECK_LISTS(read(*stream, 4), {"stale", "resumed", "update B", "update E"});
  stream->detach();
}

BOOST_AUTO_TEST_CASE(of_all_symbols_what_does_not_fit_is_asked_for_by_name_first) {
  auto stream = begin(runes::trades(all_symbols));
  now = &next_server(540);
  now->expect("subscribe")
      .with("symbols", names({"D", "E"}))
      .with("since", places({"D", "E"}))
      .reply(subscribed(recovered("D", 6), recovered("E", 5)))
      .then(push(trade_text("D", {5, 6})));
  now->expect("subscribe")
      .without("symbols")
      .with("since", places({"A", "B", "C"}))
      .reply(subscribed(recovered("A", 6), recovered("B", 5), recovered("C", 5), held_already("D"),
                        held_already("E"), entry("F")))
      .then(push(trade_text("A", {5, 6})))
      .then(push(trade_text("F", {0, 3})))
      .then(push(trade_text("E", {5, 6})));
  come_back();
  BOOST_TEST((client->state() == connection_state::live));
  CHECK_LISTS(read(*stream, 6),
              {"stale", "resumed", "update D", "update A", "snapshot F", "update E"});
  BOOST_TEST(stream->refused().empty());
  // Nor has that broken what the next connection begins with.
  break_off();
  now = &next_server(100'000);
  now->expect("subscribe").without("symbols");
  come_back();
  stream->detach();
}

// Else "all" would begin with snapshots what was to go on from its place.
BOOST_AUTO_TEST_CASE(all_symbols_wait_for_those_that_are_asked_for_by_name) {
  auto stream = begin(runes::trades(all_symbols));
  now = &next_server(540);
  now->expect("subscribe")
      .with("symbols", names({"D", "E"}))
      .reply(refuse(3001, "rate_limited", "later", 2'000));
  come_back();
  now->expect("subscribe")
      .with("symbols", names({"D", "E"}))
      .with("since", places({"D", "E"}))
      .reply(subscribed(recovered("D", 5), recovered("E", 5)));
  now->expect("subscribe").without("symbols").with("since", places({"A", "B", "C"}));
  strand.advance(2s);
  stream->detach();
}

BOOST_AUTO_TEST_CASE(a_part_that_is_refused_leaves_the_others) {
  auto stream = begin(runes::trades("A", "B", "C", "D", "E"));
  now = &next_server(540);
  now->expect("subscribe").reply(subscribed(recovered("A", 5), recovered("B", 5)));
  now->expect("subscribe")
      .with("symbols", names({"C", "D"}))
      .reply(refuse(3002, "too_many_subscriptions"));
  now->expect("subscribe")
      .with("symbols", names({"E"}))
      .reply(subscribed(recovered("E", 6)))
      .then(push(trade_text("E", {5, 6})));
  come_back();
  CHECK_LISTS(read(*stream, 5), {"stale", "resumed", "gap C", "gap D", "update E"});
  BOOST_TEST(stream->refused().size() == 2u);
  stream->detach();
}

BOOST_AUTO_TEST_CASE(what_nobody_reads_any_more_is_not_asked_for) {
  auto stream = begin(runes::trades("A", "B", "C", "D", "E"));
  now = &next_server(540);
  now->expect("subscribe").pause().reply(subscribed(recovered("A", 5), recovered("B", 5)));
  come_back();
  now->expect("unsubscribe").reply(ok());
  stream.reset();
  now->go_on();
  strand.settle();
  BOOST_TEST((client->state() == connection_state::live));
}

BOOST_AUTO_TEST_SUITE_END()
