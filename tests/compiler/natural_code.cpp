// What users will naturally write in coroutines, compiled by g++ with AddressSanitizer: temporaries
// in an expression with co_await are destroyed twice by g++ 12 when they are aggregates, so that
// the library's options are builders with constructors. A double free ends this program with a
// report.
#include <runes/runes.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr char const* secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

runes::api_keys her_keys() {
  runes::api_keys keys;
  keys.add({"a-key-longer-than-any-small-buffer", secret, "alice", {"read", "trade"}});
  return keys;
}

class natural_handler : public runes::handler {
 public:
  explicit natural_handler(runes::broker& broker)
      : broker_(broker), topic_(broker.topic("ticker", "BTC-USD")) {}

  runes::awaitable<runes::identity> authenticate(runes::session&,
                                                 runes::credentials const& brought) override {
    if (!brought.api_key.empty()) co_return keys_.check(brought, std::chrono::system_clock::now());
    if (brought.token != "let me in, please, it is cold out here") {
      throw runes::error(runes::errc::bad_credentials, "no such token");
    }
    co_return runes::identity("alice");
  }

  runes::awaitable<> on_open(runes::session& peer) override {
    kept = peer.shared_from_this();
    co_return;
  }

  runes::awaitable<json::value> on_request(runes::session& peer,
                                           runes::request const& asked) override {
    if (asked.op() == "fail")
      throw runes::error(runes::errc::bad_price, "a sentence longer than any small string buffer");
    co_await peer.send(std::string(100, 'x').insert(0, R"({"event":"note","text":")") + "\"}");
    co_await broker_.publish(topic_, runes::ticker{});
    json::object last;
    last["last"] = "1.00";
    co_await broker_.publish(topic_, runes::latest_payload(json::serialize(last)));
    json::object ok;
    ok["op"] = asked.op();
    if (asked.op().starts_with("order.")) {
      ok["orderId"] = "18446744073709551615";
      ok["clientOrderId"] = "a name longer than any small string";
      ok["ts"] = 1;
    }
    if (asked.op().starts_with("orders.")) ok["orders"] = json::array();
    co_return ok;
  }

  std::shared_ptr<runes::session> kept;

 private:
  runes::broker& broker_;
  runes::topic_ref topic_;
  runes::key_check keys_{her_keys()};
};

/// What users keep of a server, and how long it may be kept: longer.
struct keepsakes {
  std::optional<runes::broker_subscription> stream;
  runes::topic_ref topic;
  std::shared_ptr<runes::session> session;

  runes::awaitable<> collect(runes::broker& broker) {
    stream = co_await broker.subscribe(runes::topic_query("ticker", "BTC-USD").queue(4));
    topic = broker.topic("ticker", "BTC-USD");
  }
  runes::awaitable<> look_again() {
    while (auto const event = co_await stream->next())
      std::printf("still queued: %llu\n", static_cast<unsigned long long>(event->seq));
    std::printf("%s, %s\n", topic.name().c_str(), session->is_open() ? "open" : "ended");
    if (session->try_send("anybody there?") != runes::push_result::dropped)
      throw std::logic_error("a session of a server that has gone sends");
    session->close({runes::close_code::normal, "too late"});
  }
};

/// Runs a coroutine to its end; 1 when it fails.
int run(runes::awaitable<> coroutine) {
  int status = 0;
  boost::asio::io_context loop;
  boost::asio::co_spawn(loop, std::move(coroutine), [&status](std::exception_ptr failure) {
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (std::exception const& e) {
      std::printf("failed: %s\n", e.what());
      status = 1;
    }
  });
  loop.run();
  return status;
}

runes::awaitable<> trade(runes::client& client) {
  runes::trader trader(client);
  auto states = co_await client.subscribe(runes::order_updates().queue(16));
  auto const ack = co_await trader.place(
      runes::limit_order("BTC-USD", runes::side::buy, "0.25", std::string("50000.00"))
          .post_only()
          .client_id("a name longer than any small string"));
  co_await trader.place(
      runes::stop_limit_order("BTC-USD", runes::side::sell, runes::decimal(25, 2), "1.00", "2.00")
          .iceberg("0.10")
          .tif(runes::time_in_force::gtc)
          .expires_in(2s));
  co_await trader.amend(runes::amendment(ack).price("50001.00").quantity("0.50"));
  co_await trader.cancel(ack);
  co_await trader.cancel("a name longer than any small string");
  for (auto const& order : co_await trader.open_orders("BTC-USD"))
    std::printf("%s\n", order.symbol.c_str());
  auto const closed = co_await trader.order_history(runes::history().symbol("BTC-USD").limit(5));
  std::printf("order %s, %zu closed ones\n", ack.client_order_id.c_str(), closed.size());
  std::printf("states: %s\n", std::string(runes::name_of((co_await states.next()).kind())).c_str());
}

runes::awaitable<> use(std::string url) {
  runes::client_config config;
  config.url = std::move(url);
  runes::client elsewhere(co_await boost::asio::this_coro::executor);
  runes::client nearby(co_await boost::asio::this_coro::executor, runes::local_endpoint());
  runes::client client(co_await boost::asio::this_coro::executor, config);
  co_await client.connect();
  co_await client.authenticate(runes::credentials("let me in, please, it is cold out here"));
  co_await client.authenticate(runes::signed_by("a-key-longer-than-any-small-buffer", secret));
  auto book = co_await client.subscribe(runes::orderbook("BTC-USD").depth(10).interval(100ms));
  auto prices =
      co_await client.subscribe(runes::tickers(std::string("BTC-USD"), "ETH-USD").queue(16));
  auto trades = co_await client.subscribe(runes::trades(runes::all_symbols));
  auto day = co_await client.subscribe(runes::stats("BTC-USD").window("24h"));
  std::printf("first event: %s\n",
              std::string(runes::name_of((co_await prices.next()).kind())).c_str());
  auto const answer =
      co_await client.request("anything", runes::params().set("symbol", "BTC-USD").set("n", 5));
  std::printf("answer: %zu fields\n", answer.as_object().size());
  bool refused = false;
  try {
    co_await client.request("fail", runes::params().set("long", std::string(200, 'y')), 5s);
  } catch (runes::error const& e) {
    refused = e.code() == runes::errc::bad_price;
  }
  std::printf("refused: %d\n", refused);
  if ((co_await client.get_health()).status.empty()) throw std::logic_error("no health");
  for (auto const& i : co_await client.get_instruments()) std::printf("%s\n", i.symbol.c_str());
  co_await trade(client);
  co_await client.close();
}

}  // namespace

int main() {
  runes::server_config config;
  config.host = "127.0.0.1";
  config.port = 0;
  auto server = std::make_unique<runes::server>(config);
  for (std::string const symbol : {"BTC-USD", "ETH-USD"}) {
    server->add_instrument(runes::instrument(symbol, symbol.substr(0, 3), "USD",
                                             runes::decimal(1, 2), runes::decimal(1, 4)));
    for (char const* channel : {"ticker", "orderbook", "trades"})
      server->broker().topic(channel, symbol);
    server->broker().try_publish(server->broker().topic("ticker", symbol),
                                 runes::to_payload(runes::ticker{}));
    server->broker().topic("statistics", symbol, "24h");
    server->broker().topic("orders", symbol, {}, "alice");
  }
  auto user = std::make_shared<natural_handler>(server->broker());
  server->mount("/ws", user);
  server->listen();
  std::thread serving([&server] { server->run(); });
  keepsakes kept;
  int status = run(kept.collect(server->broker()));
  status += run(use("ws://" + server->addresses().front() + "/ws"));
  // From a thread of no loop, and a topic that nobody else holds.
  status += run(server->broker().publish(server->broker().topic("ticker", "BTC-USD"),
                                         runes::latest_payload("1")));
  server->stop();
  serving.join();
  kept.session = std::move(user->kept);
  server.reset();
  status += run(kept.look_again());
  return status;
}
