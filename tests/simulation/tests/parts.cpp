// The parts of the simulation: what a run is made of must itself be right.
#include "simulation/network.hpp"
#include "simulation/random.hpp"
#include "simulation/trace.hpp"
#include "simulation/truth.hpp"
#include "simulation/view.hpp"
#include "simulation/world.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace runes;
using namespace runes::simulation;
using namespace std::chrono_literals;

namespace {

detail::any_event log_event(event_kind kind, std::string epoch, std::uint64_t prev,
                            std::uint64_t seq, std::vector<std::uint64_t> ids = {}) {
  detail::any_event made;
  made.kind = kind;
  made.symbol = "A";
  made.epoch = std::move(epoch);
  made.prev = prev;
  made.seq = seq;
  trade_list list;
  for (std::uint64_t const id : ids) {
    trade each;
    each.trade_id = id;
    list.push_back(each);
  }
  made.data = std::make_shared<detail::event_data const>(std::move(list));
  return made;
}

/// A log of which 10, 20, 30, 40 were published under 1 to 4, and one who reads it.
struct log_reader {
  world in{1, trace_level::none};
  simulation::truth published;
  view_rules rules{event_model::log};
  std::optional<view> seen;

  log_reader() {
    std::vector<std::uint64_t> const values{10, 20, 30, 40};
    published.note("e1", values);
    published.note("e2", values);
    begin();
  }
  void begin() {
    seen.emplace(in, published, rules, "log");
    seen->take(log_event(event_kind::snapshot, "e1", 0, 1));
  }
  std::string broken() const {
    return in.violations().empty() ? "" : in.violations().back().invariant;
  }
};

/// A connection, of which the test is both ends.
struct connection {
  world in{7, trace_level::none};
  network net;
  simulation::link& made;
  std::vector<std::string> heard;

  explicit connection(pipe_terms terms) : net(in, terms), made(net.connect("client 0 to A", {})) {
    made.client()->on_received = [this](test::sent_frame const& frame) {
      heard.push_back(frame.payload);
    };
  }
  /// The server's end writes.
  void say(std::string_view text) {
    auto const frame = detail::frame::make(detail::opcode::text, text);
    in.on_strand([&] { made.server()->on_bytes(frame->bytes()); });
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(simulation_parts)

BOOST_AUTO_TEST_CASE(random_numbers_are_the_same_everywhere) {
  simulation::random chance(1);
  BOOST_TEST(chance.next() == 0x910a2dec89025cc1u);
  BOOST_TEST(chance.below(0) == 0u);
  for (int i = 0; i < 1'000; ++i) {
    auto const n = chance.between(-2, 2);
    BOOST_TEST((n >= -2 && n <= 2));
  }
  simulation::random const whole(5);
  BOOST_TEST(whole.part(1).next() == whole.part(1).next());
  BOOST_TEST(whole.part(1).next() != whole.part(2).next());
}

BOOST_AUTO_TEST_CASE(times_are_written_to_the_microsecond) {
  BOOST_TEST(seconds_text(0ns) == "0.000000");
  BOOST_TEST(seconds_text(61'000'042us) == "61.000042");
  BOOST_TEST(last_lines("one\ntwo\nthree\n", 2) == "two\nthree\n");
  BOOST_TEST(last_lines("one\n", 5) == "one\n");
}

BOOST_AUTO_TEST_CASE(a_digest_follows_its_parts) {
  level_map levels;
  levels.set(side::buy, 100, 5);
  auto const one = levels.digest();
  levels.set(side::buy, 99, 7);
  BOOST_TEST(levels.digest() != one);
  BOOST_TEST(levels.digest(1) == one);  // the best only
  levels.set(side::buy, 99, 0);
  BOOST_TEST(levels.digest() == one);
  levels.clear();
  BOOST_TEST(levels.digest() == 0u);
  key_map keys;
  keys.set("a", "1");
  keys.set("a", "2");
  keys.remove("a");
  keys.remove("b");
  BOOST_TEST(keys.digest() == 0u);
}

// ---- views

BOOST_FIXTURE_TEST_CASE(a_log_that_is_whole_passes, log_reader) {
  seen->take(log_event(event_kind::update, "e1", 1, 3, {20, 30}));
  seen->take(log_event(event_kind::gap, "", 3, 4));
  BOOST_TEST(broken() == "");
  BOOST_TEST(seen->current());
  BOOST_TEST(seen->seq() == 4u);
}

BOOST_FIXTURE_TEST_CASE(an_entry_left_out_twice_or_swapped_is_seen, log_reader) {
  seen->take(log_event(event_kind::update, "e1", 2, 3, {30}));
  BOOST_TEST(broken() == invariant::continuity);
  begin();
  seen->take(log_event(event_kind::update, "e1", 1, 2, {20}));
  seen->take(log_event(event_kind::update, "e1", 1, 2, {20}));
  BOOST_TEST(broken() == invariant::continuity);
  begin();
  seen->take(log_event(event_kind::update, "e1", 1, 3, {30, 20}));
  BOOST_TEST(broken() == invariant::exact_log);
}

BOOST_FIXTURE_TEST_CASE(a_gap_must_cover_just_what_is_missing, log_reader) {
  seen->take(log_event(event_kind::gap, "", 2, 3));
  BOOST_TEST(broken() == invariant::exact_log);
}

BOOST_FIXTURE_TEST_CASE(a_gap_must_be_told_of, log_reader) {
  seen->take(log_event(event_kind::snapshot, "e1", 0, 3));
  BOOST_TEST(broken() == invariant::exact_log);
}

BOOST_FIXTURE_TEST_CASE(a_new_life_must_be_told_of, log_reader) {
  seen->take(log_event(event_kind::gap, "", 0, 0));
  seen->take(log_event(event_kind::snapshot, "e2", 0, 2));
  BOOST_TEST(broken() == "");
  seen->take(log_event(event_kind::snapshot, "e1", 0, 2));
  BOOST_TEST(broken() == invariant::exact_log);
}

BOOST_FIXTURE_TEST_CASE(nothing_private_may_be_missing, log_reader) {
  rules.is_private = true;
  begin();
  seen->take(log_event(event_kind::gap, "", 1, 2));
  BOOST_TEST(broken() == invariant::private_events);
}

BOOST_FIXTURE_TEST_CASE(data_between_two_connections_is_seen, log_reader) {
  seen->stale();
  BOOST_TEST(!seen->current());
  seen->take(log_event(event_kind::update, "e1", 1, 2, {20}));
  BOOST_TEST(broken() == invariant::truth);
}

// ---- connections

BOOST_AUTO_TEST_CASE(bytes_take_their_time_and_keep_their_order) {
  pipe_terms terms;
  terms.least_latency = 5ms;
  terms.most_latency = 9ms;
  terms.most_a_segment = 7;  // frames are cut anywhere
  connection one(terms);
  one.say("a first message");
  one.say("and a second");
  one.in.pass(4ms);
  BOOST_TEST(one.heard.empty());
  one.in.pass(20ms);
  BOOST_TEST(one.heard == (std::vector<std::string>{"a first message", "and a second"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stalled_connection_goes_on_where_it_was) {
  connection one({});
  one.made.down().stall(true);
  one.say("late");
  one.in.pass(10s);
  BOOST_TEST(one.heard.empty());
  one.in.on_strand([&] { one.made.down().stall(false); });
  one.in.pass(1s);
  BOOST_TEST(one.heard.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_carries_nothing_and_tells_nobody) {
  connection one({});
  one.made.lose();
  one.say("lost");
  one.in.on_strand([&] { one.made.server()->on_gone(); });
  one.in.pass(60s);
  BOOST_TEST(one.heard.empty());
  BOOST_TEST(one.made.lost());
}

BOOST_AUTO_TEST_SUITE_END()
