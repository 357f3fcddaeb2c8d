// Whole servers and clients of theirs in one process, without a socket.
#include <runes/runes.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace runes;
namespace asio = boost::asio;
namespace json = boost::json;

namespace {

/// A bound against hanging; nothing is measured by it.
constexpr std::chrono::seconds patience{90};

server_config small_config() {
  server_config config;
  config.threads = 2;
  config.timeouts.drain_notice = std::chrono::milliseconds(0);
  config.rate_limit.max_requests_per_minute = 0;
  return config;
}

/// Knows everybody who brings a token, and answers `who`.
class desk : public handler {
 public:
  awaitable<identity> authenticate(session&, credentials const& brought) override {
    if (brought.token.empty()) throw error(errc::bad_credentials, "a token is needed");
    identity who(brought.token);
    co_return who;
  }
  awaitable<json::value> on_request(session& peer, request const& asked) override {
    if (asked.op() != "who") co_return co_await handler::on_request(peer, asked);
    json::object ok;
    ok["account"] = peer.identity() ? peer.identity()->account : "";
    ok["peer"] = peer.peer();
    ok["target"] = peer.target();
    ok["subprotocol"] = peer.subprotocol();
    co_return ok;
  }
  awaitable<> on_close(session&, close_reason const& why) override {
    last_close = static_cast<unsigned>(why.code);
    ++closed;
    co_return;
  }
  std::atomic<unsigned> last_close{0};
  std::atomic<int> closed{0};
};

/// A server that listens on an endpoint only, on threads of its own.
class house {
 public:
  explicit house(local_endpoint at = {}, server_config config = small_config())
      : here(std::move(at)), serves(std::make_unique<server>(std::move(config))) {
    serves->broker().add_channel(channel("numbers", models::log()));
    serves->broker().topic("numbers", "A");
    serves->mount("/ws", answers);
    serves->listen(here);
  }
  ~house() { stop(); }
  house(house const&) = delete;
  house& operator=(house const&) = delete;

  house& run() {
    thread_ = std::thread([this] { serves->run(); });
    return *this;
  }
  void stop() {
    serves->stop();
    if (thread_.joinable()) thread_.join();
  }

  std::shared_ptr<desk> const answers = std::make_shared<desk>();
  local_endpoint const here;
  std::unique_ptr<server> serves;

 private:
  std::thread thread_;
};

/// Runs it on this thread; false when it does not end.
bool ends(std::function<awaitable<>(asio::any_io_executor)> const& body) {
  asio::io_context context(1);
  bool ended = false;
  asio::co_spawn(context, body(context.get_executor()), [&ended](std::exception_ptr failed) {
    ended = true;
    if (failed) std::rethrow_exception(failed);
  });
  context.run_for(patience);
  return ended;
}
void run(std::function<awaitable<>(asio::any_io_executor)> const& body) { BOOST_TEST(ends(body)); }

awaitable<std::optional<error>> failure_of(awaitable<> what) {
  std::optional<error> failed;
  try {
    co_await std::move(what);
  } catch (error const& e) {
    failed = e;
  }
  co_return failed;
}

client_config at_path(std::string const& path) {
  client_config config;
  config.url = "ws://in.process" + path;
  return config;
}

auto numbers_of(std::string const& symbol) {
  return channel_events("numbers").symbols(symbol).model(event_model::log);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(servers_of_this_process)

BOOST_AUTO_TEST_CASE(requests_authentication_and_a_topic_from_another_thread) {
  house h;
  h.run();
  auto const topic = h.serves->broker().topic("numbers", "A");
  run([&](asio::any_io_executor on) -> awaitable<> {
    client me(on, h.here);
    co_await me.connect();
    credentials const token("ann");
    co_await me.authenticate(token);
    json::value const who = co_await me.request("who");
    BOOST_TEST(who.at("account").as_string() == "ann");
    BOOST_TEST(who.at("peer").as_string().starts_with("local:"));
    BOOST_TEST(who.at("target").as_string() == "/ws");
    BOOST_TEST(who.at("subprotocol").as_string() == "runes.v1.json");

    auto const wanted = numbers_of("A");
    auto numbers = co_await me.subscribe(wanted);
    h.serves->spawn([&]() -> awaitable<> {
      for (int i = 1; i <= 1'000; ++i)
        co_await h.serves->broker().publish(topic, log_payload(std::to_string(i)));
    });
    for (int last = 0; last < 1'000;) {
      auto const event = co_await numbers.next();
      BOOST_REQUIRE(event);
      if (!event.has_data()) continue;
      for (auto const& each : event.data().as_array()) BOOST_TEST(each.to_number<int>() == ++last);
    }
    websocket_metrics const metrics = co_await me.get_metrics();
    BOOST_TEST(metrics.active_connections == 1u);
    co_await me.close();
  });
  h.stop();
  BOOST_TEST(h.answers->closed == 1);
  BOOST_TEST(h.answers->last_close == 1000u);
  BOOST_CHECK_THROW(h.serves->port(), std::logic_error);  // no socket was opened
}

BOOST_AUTO_TEST_CASE(a_bot_on_a_loop_of_the_server) {
  house h;
  std::promise<std::string> said;
  h.serves->spawn([&]() -> awaitable<> {
    client bot(co_await asio::this_coro::executor, h.here);
    co_await bot.connect();
    json::value const who = co_await bot.request("who");
    said.set_value(std::string(who.at("peer").as_string()));
    co_await bot.close();
  });
  h.run();
  BOOST_TEST(said.get_future().get().starts_with("local:"));
}

/// A server that stops tells its bots as it tells others; a bot that stays is cancelled with its
/// coroutine.
BOOST_AUTO_TEST_CASE(a_bot_on_a_loop_of_the_server_ends_with_it) {
  auto config = small_config();
  config.timeouts.drain_notice = std::chrono::milliseconds(50);
  house h({}, config);
  std::promise<void> ready;
  std::vector<connection_state> states;
  h.serves->spawn([&]() -> awaitable<> {
    client bot(co_await asio::this_coro::executor, h.here);
    bot.on("state", [&](notice const& n) { states.push_back(n.state()); });
    co_await bot.connect();
    auto const wanted = numbers_of("A");
    auto numbers = co_await bot.subscribe(wanted);
    ready.set_value();
    while (co_await numbers.next()) {
    }
  });
  h.run();
  ready.get_future().wait();
  h.stop();
  BOOST_TEST(h.answers->closed == 1);
  auto const live = std::find(states.begin(), states.end(), connection_state::live);
  BOOST_TEST((std::find(live, states.end(), connection_state::stale) != states.end()));
}

BOOST_AUTO_TEST_CASE(the_next_server_is_found_at_the_same_place) {
  local_endpoint const here;
  auto first = std::make_unique<house>(here);
  std::optional<house> second;
  first->run();
  run([&](asio::any_io_executor on) -> awaitable<> {
    client_config config;
    config.reconnect.base = std::chrono::milliseconds(1);
    client me(on, here, config);
    co_await me.connect();
    auto const wanted = numbers_of("A");
    auto numbers = co_await me.subscribe(wanted);
    auto const going = std::async(std::launch::async, [&first] { first.reset(); });
    for (bool stale = false; !stale;) {
      auto const event = co_await numbers.next();
      BOOST_REQUIRE(event);
      stale = event.kind() == event_kind::stale;
    }
    going.wait();
    second.emplace(here);
    auto const topic = second->serves->broker().topic("numbers", "A");
    second->run();
    for (bool resumed = false; !resumed;) {
      auto const event = co_await numbers.next();
      BOOST_REQUIRE(event);
      resumed = event.kind() == event_kind::resumed;
    }
    second->serves->spawn([&]() -> awaitable<> {
      co_await second->serves->broker().publish(topic, log_payload("7"));
    });
    for (bool heard = false; !heard;) {
      auto const event = co_await numbers.next();
      BOOST_REQUIRE(event);
      heard = event.has_data() && event.kind() == event_kind::update;
    }
    co_await me.close();
  });
}

BOOST_AUTO_TEST_CASE(nobody_listens_before_and_after) {
  run([](asio::any_io_executor on) -> awaitable<> {
    local_endpoint const here;
    client me(on, here);
    auto const before = co_await failure_of(me.connect());
    BOOST_TEST((before.value().code() == errc::not_connected));
    {
      house h(here);
      h.run();
      co_await me.connect();
      co_await me.close();
    }
    client late(on, here);
    auto const after = co_await failure_of(late.connect());
    BOOST_TEST((after.value().code() == errc::not_connected));
  });
}

BOOST_AUTO_TEST_CASE(who_comes_before_run_waits_for_it_or_for_the_end) {
  for (bool const runs : {true, false}) {
    auto h = std::make_unique<house>();
    run([&](asio::any_io_executor on) -> awaitable<> {
      client me(on, h->here);
      asio::post(on, [&] {  // behind its knocking
        if (runs)
          h->run();
        else
          h.reset();
      });
      auto const failed = co_await failure_of(me.connect());
      BOOST_TEST(failed.has_value() == !runs);
      if (failed) BOOST_TEST((failed->code() == errc::not_connected));
    });
  }
}

BOOST_AUTO_TEST_CASE(it_is_refused_as_over_a_socket) {
  auto config = small_config();
  config.max_connections = 2;
  config.rate_limit.max_connections_per_ip = 1;
  config.security.enable_ip_whitelist = true;
  config.security.whitelisted_ips = {"192.0.2.1"};
  house h({}, config);
  h.run();
  run([&](asio::any_io_executor on) -> awaitable<> {
    client lost(on, h.here, at_path("/elsewhere"));
    auto const path = co_await failure_of(lost.connect());
    BOOST_TEST((path.value().code() == errc::refused));
    BOOST_TEST(path->sentence().find("404") != std::string::npos);

    client one(on, h.here, at_path("/ws?a=b")), two(on, h.here), three(on, h.here);
    co_await one.connect();
    co_await two.connect();  // no rule for addresses counts
    auto const full = co_await failure_of(three.connect());
    BOOST_TEST((full.value().code() == errc::refused));
    BOOST_TEST((full->retry_after() == std::chrono::seconds(5)));
    json::value const who = co_await one.request("who");
    BOOST_TEST(who.at("target").as_string() == "/ws?a=b");
  });
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_said) {
  asio::io_context context(1);
  client_config config;
  config.fallback_urls = {"ws://elsewhere/ws"};
  BOOST_CHECK_EXCEPTION(client(context.get_executor(), local_endpoint(), config), error,
                        [](error const& e) { return e.code() == errc::bad_config; });
  house h;
  server other(small_config());
  BOOST_CHECK_EXCEPTION(other.listen(h.here), error,
                        [](error const& e) { return e.code() == errc::cannot_listen; });
  h.stop();
  other.listen(h.here);
  BOOST_CHECK_EXCEPTION(h.serves->listen(local_endpoint()), error,
                        [](error const& e) { return e.code() == errc::cannot_listen; });
  BOOST_TEST((h.here == local_endpoint(h.here)));
  BOOST_TEST((h.here != local_endpoint()));
}

BOOST_AUTO_TEST_CASE(both_by_socket_and_in_memory) {
  auto config = small_config();
  config.port = 0;
  house h({}, config);
  h.serves->listen();
  h.run();
  run([&](asio::any_io_executor on) -> awaitable<> {
    client_config far;
    far.url = "ws://" + h.serves->addresses().front() + "/ws";
    client near(on, h.here), by_socket(on, far);
    co_await near.connect();
    co_await by_socket.connect();
    websocket_metrics const metrics = co_await near.get_metrics();
    BOOST_TEST(metrics.active_connections == 2u);
  });
}

/// Clients come, are in the middle of something, and are closed or merely dropped.
BOOST_AUTO_TEST_CASE(thousands_come_and_go) {
  constexpr int rounds = 2'000;
  house h;
  h.run();
  run([&](asio::any_io_executor on) -> awaitable<> {
    for (int i = 0; i < rounds; ++i) {
      client me(on, h.here);
      co_await me.connect();
      if (i % 3 != 0) co_await me.request("who");
      if (i % 2 == 0) co_await me.close();
    }
    // Its own place is the last one there is.
    client last(on, h.here);
    co_await last.connect();
    for (bool alone = false; !alone;) {
      websocket_metrics const metrics = co_await last.get_metrics();
      alone = metrics.active_connections == 1;
    }
    co_await last.close();
  });
  h.stop();
  BOOST_TEST(h.answers->closed == rounds + 1);
}

BOOST_AUTO_TEST_CASE(servers_go_while_clients_come) {
  for (int round = 0; round < 50; ++round) {
    auto h = std::make_unique<house>();
    h->run();
    std::vector<std::future<bool>> others;
    for (int i = 0; i < 2; ++i) {
      others.push_back(std::async(std::launch::async, [here = h->here] {
        return ends([&here](asio::any_io_executor on) -> awaitable<> {
          for (;;) {
            client me(on, here);
            auto const failed = co_await failure_of(me.connect());
            if (failed && failed->code() == errc::not_connected) break;
          }
        });
      }));
    }
    if (round % 2 == 0) h->stop();
    h.reset();
    for (auto& each : others) BOOST_TEST(each.get());
  }
}

namespace {

/// Sends until neither the outbox takes any more nor the connection; counts how much that was.
class flood final : public handler {
 public:
  handler_options options() const override { return handler_options().raw(); }
  awaitable<> on_open(session& peer) override {
    for (std::size_t before = 1; sent != before;) {
      before = std::exchange(sent, sent + push(peer));
      co_await asio::post(peer.executor(), asio::use_awaitable);  // it is flushed
    }
    queued = peer.queued_bytes();
    full.set_value();
    co_await peer.send("the end");  // waits
    peer.close({close_code::normal, ""});
  }
  std::size_t sent = 0, queued = 0;
  std::promise<void> full;

 private:
  static std::size_t push(session& peer) {
    std::string const some(1'000, 'f');
    std::size_t all = 0;
    while (peer.try_send(some) == push_result::accepted) all += some.size();
    return all;
  }
};

/// Reads nothing before it is told to.
class late_reader final : public handler {
 public:
  explicit late_reader(std::future<void> when) : when_(std::move(when)) {}
  handler_options options() const override { return handler_options().raw(); }
  awaitable<> on_open(session&) override {
    when_.wait();  // this thread is the reader's own
    co_return;
  }
  awaitable<> on_message(session&, message const& said) override {
    read += said.data.size();
    last = said.data;
    co_return;
  }
  std::size_t read = 0;
  std::string last;

 private:
  std::future<void> when_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_raw_handler_whose_client_does_not_read) {
  house h;
  auto const floods = std::make_shared<flood>();
  h.serves->mount("/flood", floods);
  h.run();
  auto const reads = std::make_shared<late_reader>(floods->full.get_future());
  std::optional<close_reason> why;
  run([&](asio::any_io_executor on) -> awaitable<> {
    why = co_await run_handler(on, h.here, "/flood", reads);
  });
  BOOST_TEST((why.value().code == close_code::normal));
  BOOST_TEST(reads->last == "the end");
  BOOST_TEST(reads->read == floods->sent + 7);
  // The window and the outbox, and not more.
  BOOST_TEST(floods->sent < server_config().limits.max_outbox_bytes + 70'000);
  BOOST_TEST(floods->sent > 64'000u);
  BOOST_TEST(floods->queued <= server_config().limits.max_outbox_bytes);
}

/// The other way: a server that does not read fills the client's outbox, and it is told.
BOOST_AUTO_TEST_CASE(a_handler_that_does_not_read) {
  struct deaf final : handler {
    explicit deaf(std::shared_future<void> until) : until_(std::move(until)) {}
    handler_options options() const override { return handler_options().raw(); }
    awaitable<> on_open(session&) override {
      until_.wait();
      co_return;
    }
    std::shared_future<void> until_;
  };
  std::promise<void> full;
  house h;
  h.serves->mount("/deaf", std::make_shared<deaf>(full.get_future().share()));
  h.run();
  auto const floods = std::make_shared<flood>();
  std::optional<close_reason> why;
  std::thread reader([&] {
    floods->full.get_future().wait();
    full.set_value();
  });
  run([&](asio::any_io_executor on) -> awaitable<> {
    why = co_await run_handler(on, h.here, "/deaf", floods);
  });
  reader.join();
  BOOST_TEST((why.value().code == close_code::normal));
  BOOST_TEST(floods->sent > 70'000u);
  BOOST_TEST(floods->sent < client_config().limits.max_outbox_bytes + 70'000);
}

BOOST_AUTO_TEST_SUITE_END()
