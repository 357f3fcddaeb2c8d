// price_watcher URL [COUNT]: prints the last price of every symbol whenever it moves; ends after
// COUNT lines.
#include <runes/runes.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

// [watch]
runes::awaitable<> watch(runes::client& client, long lines) {
  co_await client.connect();
  auto prices = co_await client.subscribe(
      runes::tickers(runes::all_symbols).interval(std::chrono::milliseconds(100)));
  while (auto const event = co_await prices.next()) {
    if (!event.has_data()) {  // stale, resumed, gap
      std::printf("%s\n", std::string(runes::name_of(event.kind())).c_str());
      continue;
    }
    auto const& now = event.data();
    std::printf("%-14s %s  (%s / %s)\n", event.symbol().c_str(), now.last.str().c_str(),
                now.bid.str().c_str(), now.ask.str().c_str());
    if (--lines == 0) co_return co_await client.close();
  }
  auto const end = co_await prices.next();  // the last event, again: it says why
  if (end.why()) throw *end.why();
}
// [watch]

int main(int argc, char** argv) {
  char* end = nullptr;
  long const lines = argc == 3 ? std::strtol(argv[2], &end, 10) : -1;
  if (argc < 2 || argc > 3 || (end && *end != '\0')) {
    std::fprintf(stderr, "usage: price_watcher ws://HOST:PORT/ws [COUNT]\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // each line when it is there, into a pipe too
  boost::asio::io_context loop;
  runes::client_config config;
  config.url = argv[1];
  int status = 0;
  try {
    runes::client client(loop.get_executor(), config);
    boost::asio::co_spawn(loop, watch(client, lines), [&](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    loop.run();
  } catch (std::exception const& e) {
    std::fprintf(stderr, "price_watcher: %s\n", e.what());
    status = 1;
  }
  return status;
}
