// book_bot URL SYMBOL [COUNT]: keeps an order book and prints its spread and imbalance; ends after
// COUNT changes.
#include <runes/runes.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

// [bot]
// Bids against asks over the best five levels, in percent: 100 is all bids.
int imbalance(runes::order_book const& book) {
  std::int64_t bids = 0, asks = 0;
  for (std::size_t i = 0; i < 5 && i < book.size(runes::side::buy); ++i)
    bids += book.at(runes::side::buy, i).quantity;
  for (std::size_t i = 0; i < 5 && i < book.size(runes::side::sell); ++i)
    asks += book.at(runes::side::sell, i).quantity;
  return bids + asks == 0 ? 50 : static_cast<int>(100 * bids / (bids + asks));
}

runes::awaitable<> run_bot(runes::client& client, std::string symbol, long changes) {
  co_await client.connect();
  auto stream = co_await client.subscribe(runes::orderbook(symbol).depth(20));
  while (auto const event = co_await stream.next()) {
    if (!event.has_data())  // gap, stale, resumed
      std::printf("%s %s\n", symbol.c_str(), std::string(runes::name_of(event.kind())).c_str());
    auto const* book = stream.book(symbol);
    if (!book || book->empty()) continue;  // none that can be trusted now
    auto const bid = book->best_bid(), ask = book->best_ask();
    if (!bid || !ask) continue;
    std::printf("%s spread %s imbalance %d %%\n", symbol.c_str(),
                (ask->price - bid->price).str().c_str(), imbalance(*book));
    if (--changes == 0) co_return co_await client.close();
  }
  auto const end = co_await stream.next();  // the last event, again: it says why
  if (end.why()) throw *end.why();
}
// [bot]

int main(int argc, char** argv) {
  char* end = nullptr;
  long const lines = argc == 4 ? std::strtol(argv[3], &end, 10) : -1;
  if (argc < 3 || argc > 4 || (end && *end != '\0')) {
    std::fprintf(stderr, "usage: book_bot ws://HOST:PORT/ws SYMBOL [COUNT]\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // each line when it is there, into a pipe too
  boost::asio::io_context loop;
  runes::client_config config;
  config.url = argv[1];
  try {
    runes::client client(loop.get_executor(), config);
    boost::asio::co_spawn(loop, run_bot(client, argv[2], lines), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    loop.run();
  } catch (std::exception const& e) {
    std::fprintf(stderr, "book_bot: %s\n", e.what());
    return 1;
  }
}
