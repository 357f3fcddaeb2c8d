// order_bot URL SYMBOL QUANTITY PRICE: places a buy order that rests in the book, follows its
// states, and cancels it. Signs with the API key of the environment, API_KEY and API_SECRET.
#include <runes/runes.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <utility>

// [bot]
void print(runes::order const& order) {
  std::printf("%s %s: %s (%s), %s of %s filled\n", order.symbol.c_str(),
              order.client_order_id.c_str(), std::string(runes::name_of(order.status)).c_str(),
              order.reason.c_str(), order.filled.str().c_str(), order.quantity.str().c_str());
}

runes::awaitable<> run_bot(runes::client& client, std::function<runes::credentials()> sign,
                           runes::new_order wanted) {
  co_await client.connect();
  co_await client.authenticate(sign);  // now, and on every connection that follows
  runes::trader trader(client);
  auto states = co_await client.subscribe(runes::order_updates());
  auto const ack = co_await trader.place(wanted.post_only());
  bool cancelled = false;
  while (auto const event = co_await states.next()) {
    if (!event.has_data()) continue;  // gap, stale, resumed
    for (auto const& order : event.data()) {
      if (order.order_id != ack.order_id) continue;
      print(order);
      if (!order.is_open()) co_return co_await client.close();
      if (!std::exchange(cancelled, true)) co_await trader.cancel(ack);
    }
  }
  auto const end = co_await states.next();  // the last event, again: it says why
  if (end.why()) throw *end.why();
}
// [bot]

int main(int argc, char** argv) {
  char const* const key = std::getenv("API_KEY");
  char const* const secret = std::getenv("API_SECRET");
  if (argc != 5 || !key || !secret) {
    std::fprintf(
        stderr,
        "usage: API_KEY=… API_SECRET=… order_bot ws://HOST:PORT/ws SYMBOL QUANTITY PRICE\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // each line when it is there, into a pipe too
  boost::asio::io_context loop;
  runes::client_config config;
  config.url = argv[1];
  try {
    auto wanted = runes::limit_order(argv[2], runes::side::buy, argv[3], argv[4]);
    runes::client client(loop.get_executor(), config);
    boost::asio::co_spawn(loop, run_bot(client, runes::signed_by(key, secret), std::move(wanted)),
                          [](std::exception_ptr failure) {
                            if (failure) std::rethrow_exception(failure);
                          });
    loop.run();
  } catch (std::exception const& e) {
    std::fprintf(stderr, "order_bot: %s\n", e.what());
    return 1;
  }
}
