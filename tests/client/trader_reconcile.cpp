// A tracker and its trader through lost connections: what has to be known is asked.
#include "tracking.hpp"
#include "trading.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {

struct reconcile_fixture : trader_fixture {
  std::shared_ptr<order_tracker> tracker = std::make_shared<order_tracker>();
  std::unique_ptr<subscription<order_list>> updates;
  std::unique_ptr<subscription<fill_list>> done;

  ~reconcile_fixture() {
    if (updates) updates->detach();
    if (done) done->detach();
  }
  void follow() {
    trade();
    trader->track(tracker);
  }
  std::string reconcile() { return kinds(strand.run(trader->reconcile())); }
  /// Feeds so many events that are there; the changes in words.
  template <class Data>
  std::string feed(subscription<Data>& stream, int count) {
    order_tracker::changes all;
    for (int i = 0; i < count; ++i) {
      auto const more = tracker->on(next(stream));
      all.insert(all.end(), more.begin(), more.end());
    }
    return kinds(all);
  }
  static std::string page(std::string const& list) { return R"({"fills":)" + list + "}"; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(trader_reconcile, reconcile_fixture)

BOOST_AUTO_TEST_CASE(an_outage_with_fills_in_it_is_made_good) {
  auto& first = venue();
  follow();
  first.expect("subscribe").with("channel", "orders").reply(subscribed(entry("BTC-USD")));
  updates = subscribe(order_updates());
  first.expect("subscribe").with("channel", "fills").reply(subscribed(entry("BTC-USD")));
  done = subscribe(fills());
  first.now(push(event_text("orders", "BTC-USD", {0, 1}, list_text(order_text("7")), "order")));
  first.now(push(event_text("fills", "BTC-USD", {0, 1}, "[]", "trade")));
  BOOST_TEST(feed(*updates, 1) == "appeared");
  feed(*done, 1);
  first.expect("fills.history").with("limit", 1).reply(ok(page(list_text(fill_text(3)))));
  BOOST_TEST(reconcile() == "");
  first.now(push(event_text("fills", "BTC-USD", {1, 2}, list_text(fill_text(4)), "trade")));
  BOOST_TEST(feed(*done, 1) == "fill");
  BOOST_TEST(tracker->current());

  // The server keeps no history: a new epoch of both topics.
  auto& second = venue();
  std::string const anew =
      R"({"symbol":"BTC-USD","topic":"t","epoch":"e2","seq":1,"recovered":false})";
  second.expect("subscribe")
      .reply(subscribed(anew))
      .then(push(event_text("orders", "BTC-USD", {0, 1, "e2"}, "[]", "order")));
  second.expect("subscribe")
      .reply(subscribed(anew))
      .then(push(event_text("fills", "BTC-USD", {0, 1, "e2"}, "[]", "trade")));
  lose(first);
  come_back();
  BOOST_TEST(feed(*updates, 3) == "");  // stale, resumed, snapshot
  BOOST_TEST(feed(*done, 4) == "");     // and a gap
  BOOST_TEST(!tracker->current());
  second.expect("fills.history")
      .with("after", "4")
      .reply(ok(page(list_text(fill_text(5), fill_text(6)))));
  second.expect("order.status")
      .with("orderId", "7")
      .reply(ok(order_text("7").status("filled").filled("1.00", "0.00")));
  BOOST_TEST(reconcile() == "fill fill changed");
  BOOST_TEST(tracker->current());
  BOOST_TEST(tracker->fills_counted() == 3U);
  BOOST_TEST((tracker->find(7)->status == order_status::filled));
}

BOOST_AUTO_TEST_CASE(a_placement_that_stayed_unknown_is_settled_later) {
  auto& first = venue();
  follow();
  first.expect("order.place");
  auto const placed = begin(trader->place(named_order()));
  BOOST_TEST(!tracker->next_question());
  lose(first);
  strand.advance(10'500ms, 100ms);  // and nobody is there
  BOOST_TEST((placed->wrong->delivery() == request_delivery::sent));
  BOOST_TEST(tracker->next_question().has_value());
  auto& second = venue();
  strand.advance(30s, 250ms);
  second.expect("time").reply(time_reply());
  second.expect("order.status")
      .with("clientOrderId", "mine")
      .reply(ok(order_text("7").client("mine")));
  BOOST_TEST(reconcile() == "appeared");
  BOOST_TEST(tracker->find("mine")->order_id == 7U);
}

BOOST_AUTO_TEST_CASE(one_that_was_not_placed_is_told) {
  auto& server = venue();
  follow();
  tracker->sent("mine", timestamp(std::chrono::microseconds(start_ts)));
  tracker->unanswered("mine");
  server.expect("time").reply(time_reply(5s));
  server.expect("order.status").reply(refuse(5002, "unknown_order"));
  BOOST_TEST(reconcile() == "failed");
}

BOOST_AUTO_TEST_CASE(answered_placements_leave_no_questions) {
  auto& server = venue();
  follow();
  server.expect("order.place").reply(ok(ack_text("7")));
  begin(trader->place(named_order()));
  server.expect("order.place").reply(refuse(5001, "insufficient_funds"));
  begin(trader->place(named_order()));
  lose(server);
  begin(trader->place(named_order()));
  BOOST_TEST(!tracker->next_question());
}

BOOST_AUTO_TEST_CASE(what_was_found_before_an_error_comes_with_the_next_call) {
  auto& server = venue();
  follow();
  for (auto const* id : {"a", "b"}) {
    tracker->sent(id, timestamp(std::chrono::microseconds(start_ts)));
    tracker->unanswered(id);
  }
  server.expect("time").reply(time_reply(5s));
  server.expect("order.status").reply(ok(order_text("1").client("a")));
  server.expect("time");
  auto const failed = begin(trader->reconcile());
  lose(server);
  strand.advance(11s, 100ms);
  BOOST_TEST((failed->code() == errc::timed_out));
  tracker->not_placed("b");
  BOOST_TEST(reconcile() == "appeared");
}

BOOST_AUTO_TEST_CASE(it_needs_a_tracker_and_works_one_at_a_time) {
  auto& server = venue();
  trade();
  BOOST_CHECK_THROW(strand.run(trader->reconcile()), std::logic_error);
  trader->track(tracker);
  tracker->on(of<fill_list>(event_kind::snapshot, "BTC-USD"));
  server.expect("fills.history").pause().reply(ok(page("[]")));
  auto const first = begin(trader->reconcile());
  BOOST_CHECK_THROW(strand.run(trader->reconcile()), std::logic_error);
  server.go_on();
  strand.settle();
  BOOST_TEST(first->value.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
