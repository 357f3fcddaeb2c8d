// Coming back with `since`: everything missed and in order, or a snapshot, never something between.
#include "session/session_test.hpp"

#include <random>

using namespace runes;
using namespace std::chrono_literals;
using runes::test::at;
using runes::test::connection;
using runes::test::memory_wire;
using runes::test::session_test;
using runes::test::subscribe;
namespace json = boost::json;

namespace {

std::string since(std::string_view symbol, std::string_view epoch, std::uint64_t seq) {
  return R"("since":{")" + std::string(symbol) + R"(":{"epoch":")" + std::string(epoch) +
         R"(","seq":)" + std::to_string(seq) + "}}";
}
std::string from(std::string_view epoch, std::uint64_t seq) {
  return R"(,"symbols":["A"],)" + since("A", epoch, seq);
}

std::string epoch_of(json::value const& reply) {
  return std::string(reply.at("ok").at("subscriptions").at(0).at("epoch").as_string());
}

std::uint64_t number(json::value const& of, char const* key) {
  return of.at(key).to_number<std::uint64_t>();
}

/// What a client of one `log` or `latest` topic believes.
struct reader {
  std::string epoch;
  std::uint64_t seq = 0;
  std::string last;
  std::size_t snapshots = 0;
  std::uint64_t missing = 0;  ///< said so by a gap

  void read(json::value const& said) {
    if (!said.as_object().contains("event")) return;
    if (said.at("event") == "gap") {
      BOOST_TEST(number(said, "from") == seq + 1);
      missing += number(said, "to") - seq;
      seq = number(said, "to");
      return;
    }
    if (said.at("type") == "snapshot") {
      ++snapshots;
      epoch = said.at("epoch").as_string();
    } else {
      BOOST_TEST(said.at("epoch").as_string() == epoch);
      BOOST_TEST(number(said, "prev") == seq);
    }
    seq = number(said, "seq");
    last = json::serialize(said.at("data"));
  }
  void read_all(connection& of) {
    for (auto const& each : of.rest()) read(each);
  }
};

struct resume_test : session_test {
  explicit resume_test(detail::history_rules histories = {}) : session_test(histories) {
    config.timeouts.ping = 0ms;
    config.rate_limit.max_requests_per_minute = 0;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(resuming)

COROUTINE_TEST(what_was_missed_is_sent_in_order, resume_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto& first = connect();
  std::string const epoch = epoch_of(co_await ask(first, subscribe("ticker")));
  publish(ticker, 1);
  co_await settled();
  first.wire->reset();
  co_await settled();
  for (int i = 2; i <= 5; ++i) publish(ticker, i);
  auto& second = connect();
  auto const reply = co_await ask(second, subscribe("ticker", from(epoch, 1)));
  BOOST_TEST(at(reply, "/ok/subscriptions/0/recovered") == "true");
  BOOST_TEST(at(reply, "/ok/subscriptions/0/seq") == "5");
  BOOST_TEST(at(reply, "/ok/subscriptions/0/epoch") == '"' + epoch + '"');
  publish(ticker, 6);
  co_await settled();
  auto const heard = second.rest();
  BOOST_REQUIRE(heard.size() == 5u);
  for (std::uint64_t i = 0; i < 5; ++i) {
    BOOST_TEST(at(heard[i], "/type") == R"("update")");
    BOOST_TEST(number(heard[i], "prev") == i + 1);
    BOOST_TEST(number(heard[i], "seq") == i + 2);
    BOOST_TEST(at(heard[i], "/data") == std::to_string(i + 2));
  }
  BOOST_TEST(home->counters().subscriptions_resumed.get() == 1u);
}

COROUTINE_TEST(who_has_all_is_sent_nothing, resume_test) {
  auto const ticker = broker.topic("ticker", "A");
  publish(ticker, 1);
  auto& peer = connect();
  auto const first = co_await ask(peer, subscribe("ticker"));
  co_await ask(peer, R"({"id":2,"op":"unsubscribe","channel":"ticker"})");
  auto const reply = co_await ask(peer, subscribe("ticker", from(epoch_of(first), 1)));
  BOOST_TEST(at(reply, "/ok/subscriptions/0/recovered") == "true");
  BOOST_TEST(peer.rest().empty());
}

COROUTINE_TEST(any_other_place_gets_a_snapshot, resume_test) {
  auto const ticker = broker.topic("ticker", "A");
  auto& peer = connect();
  std::string const epoch = epoch_of(co_await ask(peer, subscribe("ticker")));
  for (int i = 1; i <= 3; ++i) publish(ticker, i);
  struct {
    std::string epoch;
    std::uint64_t seq;
  } const places[] = {{"other", 3}, {epoch, 4}, {epoch, UINT64_MAX}, {"", 0}, {epoch + "0", 3}};
  for (auto const& [of, seq] : places) {
    co_await ask(peer, R"({"id":2,"op":"unsubscribe","channel":"ticker"})");
    auto const reply = co_await ask(peer, subscribe("ticker", from(of, seq)));
    BOOST_TEST(at(reply, "/ok/subscriptions/0/recovered") == "false", of << ' ' << seq);
    BOOST_TEST(at(reply, "/ok/subscriptions/0/seq") == "3");
    auto const heard = peer.rest();
    BOOST_REQUIRE(heard.size() == 1u);
    BOOST_TEST(at(heard[0], "/type") == R"("snapshot")");
    BOOST_TEST(at(heard[0], "/seq") == "3");
  }
}

COROUTINE_TEST(a_place_that_is_none_is_refused_and_the_connection_lives, resume_test) {
  broker.topic("ticker", "A");
  auto& peer = connect();
  for (auto const* bad :
       {R"("since":{"A":{"epoch":"e","seq":-1}})", R"("since":{"A":{"epoch":"e"}})",
        R"("since":{"A":{"epoch":"e","seq":1e30}})", R"("since":{"A":7})",
        R"("since":{"A":{"epoch":7,"seq":1}})", R"("since":[])",
        R"("since":{"A":{"epoch":"e","seq":99999999999999999999999}})",
        R"("since":{"B":{"epoch":"e","seq":1}})"}) {
    auto const reply =
        co_await ask(peer, subscribe("ticker", std::string(R"(,"symbols":["A"],)") + bad));
    BOOST_TEST(at(reply, "/error/code") == "4001", bad);
  }
  auto const reply = co_await ask(peer, subscribe("ticker"));
  BOOST_TEST(at(reply, "/ok/subscriptions/0/recovered") == "false");
}

COROUTINE_TEST(each_symbol_is_resumed_by_itself, resume_test) {
  auto const a = broker.topic("ticker", "A"), b = broker.topic("ticker", "B");
  auto& peer = connect();
  co_await ask(peer, subscribe("ticker", ""));
  publish(a, 1);
  publish(b, 1);
  co_await settled();
  peer.wire->reset();
  co_await settled();
  auto& back = connect();
  auto const reply =
      co_await ask(back, R"({"id":1,"op":"subscribe","channel":"ticker","since":{"A":{"epoch":")" +
                             a.get().epoch() +
                             R"(","seq":0},"B":{"epoch":"x","seq":0},"C":{"epoch":"x","seq":3}}})");
  BOOST_TEST(at(reply, "/ok/subscriptions/0/recovered") == "true");
  BOOST_TEST(at(reply, "/ok/subscriptions/1/recovered") == "false");
  BOOST_TEST(at(reply, "/ok/subscriptions/2/symbol") == R"("C")");
  BOOST_TEST(at(reply, "/ok/subscriptions/2/error/code") == "4003");
  auto const heard = back.rest();
  BOOST_REQUIRE(heard.size() == 2u);
  BOOST_TEST(at(heard[0], "/type") == R"("update")");
  BOOST_TEST(at(heard[1], "/type") == R"("snapshot")");
}

// Comes and goes at random while publishing goes on, the history turns over and the socket takes
// a few bytes at a time: whatever is heard follows what was heard before, or says that it does not.
struct turning_over : resume_test {
  static detail::history_rules few() {
    detail::history_rules rules;
    rules.everyone.bytes = 6'000;
    return rules;
  }
  turning_over() : resume_test(few()) {}
};

COROUTINE_TEST(nothing_is_lost_or_doubled_while_the_history_turns_over, turning_over) {
  config.limits.max_outbox_bytes = 3'000;
  std::size_t resumed = 0, snapshots = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    std::string const symbol = "S" + std::to_string(seed);
    auto const trades = broker.topic("trades", symbol);
    reader client;
    std::uint64_t published = 0;
    for (int life = 0; life < 30; ++life) {
      auto& peer = connect();
      std::string more = R"(,"symbols":[")" + symbol + R"("])";
      if (life > 0) more += ',' + since(symbol, client.epoch, client.seq);
      peer.wire->allow(life % 2 ? memory_wire::no_limit : random() % 4'000);
      peer.wire->say(subscribe("trades", more));
      for (auto steps = random() % 20; steps > 0; --steps) {
        for (auto n = random() % 10; n > 0; --n)
          if (publish(trades, log_payload(std::to_string(++published))) != push_result::accepted)
            --published;
        if (random() % 2) co_await settled();
        if (random() % 4 == 0) peer.wire->allow(random() % 2'000);
      }
      co_await settled();
      auto const before = client.snapshots;
      client.read_all(peer);
      (client.snapshots == before ? resumed : snapshots) += 1;
      peer.wire->reset();
      co_await settled();
      for (auto n = random() % 30; n > 0; --n)
        if (publish(trades, log_payload(std::to_string(++published))) != push_result::accepted)
          --published;
      co_await settled();
    }
    BOOST_TEST(trades.seq() == published);
  }
  BOOST_TEST(resumed > 100u);
  BOOST_TEST(snapshots > 40u);
}

// What the outbox has no room for is kept, while a conflated stream is merged.
COROUTINE_TEST(a_long_absence_needs_no_large_outbox, resume_test) {
  config.limits.max_outbox_bytes = 3'000;
  auto const trades = broker.topic("trades", "A");
  auto const ticker = broker.topic("ticker", "A");
  auto& peer = connect();
  std::string const logs = epoch_of(co_await ask(peer, subscribe("trades")));
  std::string const quotes = epoch_of(co_await ask(peer, subscribe("ticker")));
  peer.wire->reset();
  co_await settled();
  for (int i = 1; i <= 500; ++i) {
    publish(trades, log_payload(std::to_string(i)));
    publish(ticker, i);
    co_await settled();
  }
  auto& back = connect();
  back.wire->allow(1'000);
  back.wire->say(subscribe("trades", from(logs, 0)));
  back.wire->say(subscribe("ticker", from(quotes, 0)));
  co_await settled();
  BOOST_TEST(back.session.lock()->queued_bytes() <= 3'000u + 1'000u);
  publish(trades, log_payload("501"));
  publish(ticker, 501);
  co_await settled();
  back.wire->allow(memory_wire::no_limit);
  co_await settled();
  reader log, latest;
  log.epoch = logs;
  latest.epoch = quotes;
  std::size_t entries = 0, merged = 0;
  for (auto const& each : back.rest()) {
    if (at(each, "/channel") == R"("trades")") {
      log.read(each);
      ++entries;
      BOOST_TEST(log.last == '[' + std::to_string(entries) + ']');
    } else if (at(each, "/channel") == R"("ticker")") {
      latest.read(each);
      ++merged;
    }
  }
  BOOST_TEST(log.seq == 501u);
  BOOST_TEST(entries == 501u);
  BOOST_TEST(log.missing == 0u);
  BOOST_TEST(latest.seq == 501u);
  BOOST_TEST(latest.last == "501");
  BOOST_TEST(merged < 100u);
}

// Private events are never dropped: what comes while the missed ones are sent waits behind them.
COROUTINE_TEST(an_account_channel_loses_nothing_on_return, resume_test) {
  struct friendly final : handler {
    awaitable<identity> authenticate(session&, credentials const&) override {
      identity who("me");
      co_return who;
    }
  };
  config.limits.max_outbox_bytes = 3'000;
  auto const fills = broker.topic("fills", "A", {}, "me");
  auto& peer = connect(std::make_shared<friendly>());
  co_await ask(peer, R"({"id":1,"op":"auth","token":"t"})");
  std::string const epoch = epoch_of(co_await ask(peer, subscribe("fills")));
  peer.wire->reset();
  co_await settled();
  for (int i = 1; i <= 200; ++i) publish(fills, log_payload(std::to_string(i)));
  co_await settled();
  auto& back = connect(std::make_shared<friendly>());
  co_await ask(back, R"({"id":1,"op":"auth","token":"t"})");
  back.wire->allow(500);
  back.wire->say(subscribe("fills", from(epoch, 0)));
  co_await settled();
  for (int i = 201; i <= 205; ++i) {
    publish(fills, log_payload(std::to_string(i)));
    co_await settled();
  }
  back.wire->allow(memory_wire::no_limit);
  co_await settled();
  reader log;
  log.epoch = epoch;
  log.read_all(back);
  BOOST_TEST(log.seq == 205u);
  BOOST_TEST(log.snapshots == 0u);
  BOOST_TEST(back.session.lock()->is_open());
}

COROUTINE_TEST(hello_says_for_how_long, resume_test) {
  auto& peer = connect();
  BOOST_TEST(at(co_await ask(peer, R"({"id":1,"op":"hello"})"), "/ok/resumeWindow") == "60000");
  config.history.max_bytes = 0;
  auto& other = connect();
  BOOST_TEST(at(co_await ask(other, R"({"id":1,"op":"hello"})"), "/ok/resumeWindow") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
