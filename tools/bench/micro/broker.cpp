// What publishing costs when nobody listens, and what encoding and applying cost.
#include <runes/runes.hpp>

#include <benchmark/benchmark.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace {

runes::ticker some_ticker() {
  runes::ticker t;
  t.last = runes::decimal(6'180'025, 2);
  t.bid = runes::decimal(6'180'020, 2);
  t.bid_quantity = runes::decimal(2'507, 3);
  t.ask = runes::decimal(6'180'030, 2);
  t.ask_quantity = runes::decimal(2'510, 3);
  t.open_24h = runes::decimal(5'990'000, 2);
  t.high_24h = runes::decimal(6'222'210, 2);
  t.low_24h = runes::decimal(5'950'000, 2);
  t.volume_24h = runes::decimal(123'456'789, 3);
  return t;
}

/// A server that nobody connects to; the topics are spread over `topics` symbols.
class quiet_server {
 public:
  explicit quiet_server(std::int64_t topics) {
    for (std::int64_t i = 0; i < topics; ++i) {
      topics_.push_back(server_.broker().topic("ticker", std::to_string(i)));
    }
  }
  runes::broker& broker() { return server_.broker(); }
  runes::topic_ref const& next() { return topics_[(at_ += 7919) % topics_.size()]; }

 private:
  runes::server server_;
  std::vector<runes::topic_ref> topics_;
  std::size_t at_ = 0;
};

/// A ready payload to one of N topics without subscribers.
void publish_to_nobody(benchmark::State& state) {
  quiet_server house(state.range(0));
  auto const a = runes::latest_payload(std::string(200, '1'));
  auto const b = runes::latest_payload(std::string(200, '2'));
  bool odd = false;
  for (auto _ : state) {
    odd = !odd;
    benchmark::DoNotOptimize(house.broker().try_publish(house.next(), odd ? a : b));
  }
}
BENCHMARK(publish_to_nobody)->Arg(1)->Arg(1'000)->Arg(1'000'000);

/// The same from typed data, encoding included.
void publish_ticker_to_nobody(benchmark::State& state) {
  quiet_server house(state.range(0));
  auto t = some_ticker();
  std::int64_t last = 0;
  for (auto _ : state) {
    t.last = runes::decimal(6'180'025 + (++last % 100), 2);
    benchmark::DoNotOptimize(house.broker().try_publish(house.next(), runes::to_payload(t)));
  }
}
BENCHMARK(publish_ticker_to_nobody)->Arg(1)->Arg(1'000);

/// The same with co_await, as a coroutine publishes.
runes::awaitable<> publish_awaited(benchmark::State& state, quiet_server& house) {
  auto const a = runes::latest_payload(std::string(200, '1'));
  auto const b = runes::latest_payload(std::string(200, '2'));
  bool odd = false;
  for (auto _ : state) {
    odd = !odd;
    runes::payload_ptr const p = odd ? a : b;
    co_await house.broker().publish(house.next(), p);
  }
}

void co_await_publish_to_nobody(benchmark::State& state) {
  quiet_server house(1'000);
  boost::asio::io_context loop;
  boost::asio::co_spawn(loop, publish_awaited(state, house), boost::asio::detached);
  loop.run();
}
BENCHMARK(co_await_publish_to_nobody);

runes::awaitable<> subscribe_and_leave(runes::broker& broker, std::string symbol) {
  runes::topic_query query("ticker", std::move(symbol));
  auto subscription = co_await broker.subscribe(query);
  co_await subscription.next();
}

/// To topics that somebody has left a moment ago: what is published is kept for its return.
void publish_to_one_who_left(benchmark::State& state) {
  runes::server_config config;
  config.host = "127.0.0.1";
  config.port = 0;
  runes::server server(config);
  std::vector<runes::topic_ref> topics;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    topics.push_back(server.broker().topic("ticker", std::to_string(i)));
  }
  std::thread serving([&server] { server.run(); });
  boost::asio::io_context loop;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    boost::asio::co_spawn(loop, subscribe_and_leave(server.broker(), std::to_string(i)),
                          boost::asio::detached);
  }
  loop.run();
  for (auto const& each : topics) {
    while (each.subscribers() > 0) std::this_thread::yield();
  }
  auto const a = runes::latest_payload(std::string(200, '1'));
  auto const b = runes::latest_payload(std::string(200, '2'));
  std::size_t n = 0;
  for (auto _ : state) {
    ++n;
    benchmark::DoNotOptimize(server.broker().try_publish(
        topics[n % topics.size()], n % (2 * topics.size()) < topics.size() ? a : b));
  }
  server.stop();
  serving.join();
}
BENCHMARK(publish_to_one_who_left)->Arg(1)->Arg(1'000);

void encode_ticker(benchmark::State& state) {
  auto const payload = runes::to_payload(some_ticker());
  std::string out;
  for (auto _ : state) {
    out.clear();
    payload->encode(out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(encode_ticker);

void make_ticker_payload(benchmark::State& state) {
  auto const t = some_ticker();
  for (auto _ : state) benchmark::DoNotOptimize(runes::to_payload(t));
}
BENCHMARK(make_ticker_payload);

/// A book of `levels` a side; each change moves ten levels near the top.
void apply_to_book(benchmark::State& state) {
  runes::instrument const of("X", "X", "Y", runes::decimal(1, 2), runes::decimal(1, 3));
  auto const book = runes::models::book()->make_state();
  runes::book_changes all;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    all.bids.push_back({runes::decimal(1'000'000 - i, 2), runes::decimal(1 + i, 3)});
    all.asks.push_back({runes::decimal(1'000'001 + i, 2), runes::decimal(1 + i, 3)});
  }
  book->apply(runes::book_image(of, all));
  std::int64_t n = 0;
  for (auto _ : state) {
    ++n;
    runes::book_changes change;
    for (std::int64_t i = 0; i < 5; ++i) {
      change.bids.push_back(
          {runes::decimal(1'000'000 - 2 * i, 2), runes::decimal(1 + (n + i) % 97, 3)});
      change.asks.push_back(
          {runes::decimal(1'000'001 + 2 * i, 2), runes::decimal(1 + (n + i) % 89, 3)});
    }
    benchmark::DoNotOptimize(book->apply(runes::book_payload(of, change)));
  }
}
BENCHMARK(apply_to_book)->Arg(20)->Arg(1'000);

}  // namespace
