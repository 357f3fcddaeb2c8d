// What one request and its reply cost, by way of a client: within the process, and over a socket.
#include <runes/runes.hpp>

#include <benchmark/benchmark.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <functional>
#include <string>
#include <thread>

namespace {

runes::server_config unlimited() {
  runes::server_config config;
  config.port = 0;
  config.flush = runes::flush_mode::send;
  config.rate_limit.max_requests_per_minute = 0;
  config.timeouts.drain_notice = std::chrono::milliseconds(0);
  return config;
}

/// One request after another, each when the one before is answered.
runes::awaitable<> ask(runes::client& client, benchmark::State& state) {
  co_await client.connect();
  for (auto _ : state) co_await client.request("time");
  co_await client.close();
}

/// Client and server on threads of their own.
void across_threads(benchmark::State& state, runes::server& server,
                    std::function<runes::client(boost::asio::any_io_executor)> const& make) {
  std::thread serving([&server] { server.run(); });
  {
    boost::asio::io_context context(1);
    runes::client client = make(context.get_executor());
    boost::asio::co_spawn(context, ask(client, state), [](std::exception_ptr failed) {
      if (failed) std::rethrow_exception(failed);
    });
    context.run();
  }
  server.stop();
  serving.join();
}

void request_in_memory_on_one_loop(benchmark::State& state) {
  runes::server server(unlimited());
  runes::local_endpoint const here;
  server.listen(here);
  server.spawn([&]() -> runes::awaitable<> {
    auto const executor = co_await boost::asio::this_coro::executor;
    runes::client client(executor, here);
    co_await ask(client, state);
    server.stop();
  });
  server.run();
}
BENCHMARK(request_in_memory_on_one_loop)->UseRealTime()->MeasureProcessCPUTime();

void request_in_memory_across_threads(benchmark::State& state) {
  runes::server server(unlimited());
  runes::local_endpoint const here;
  server.listen(here);
  across_threads(state, server, [&here](boost::asio::any_io_executor const& on) {
    return runes::client(on, here);
  });
}
BENCHMARK(request_in_memory_across_threads)->UseRealTime()->MeasureProcessCPUTime();

void request_over_a_socket_across_threads(benchmark::State& state) {
  runes::server server(unlimited());
  server.listen();
  runes::client_config config;
  config.url = "ws://" + server.addresses().front() + "/ws";
  across_threads(state, server, [&config](boost::asio::any_io_executor const& on) {
    return runes::client(on, config);
  });
}
BENCHMARK(request_over_a_socket_across_threads)->UseRealTime()->MeasureProcessCPUTime();

}  // namespace
