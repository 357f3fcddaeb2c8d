// deposit URL ASSET AMOUNT: gives an account of the sample exchange test funds. Signs with the API
// key of the environment, API_KEY and API_SECRET.
#include <runes/runes.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>

runes::awaitable<> deposit(runes::client& client, std::function<runes::credentials()> sign,
                           std::string asset, std::string amount) {
  co_await client.connect();
  co_await client.authenticate(sign);
  runes::trader trader(client);
  auto const now = co_await trader.deposit(asset, amount);
  std::printf("%s: %s free, %s in all\n", now.asset.c_str(), now.free.str().c_str(),
              now.total.str().c_str());
  co_await client.close();
}

int main(int argc, char** argv) {
  char const* const key = std::getenv("API_KEY");
  char const* const secret = std::getenv("API_SECRET");
  if (argc != 4 || !key || !secret) {
    std::fprintf(stderr, "usage: API_KEY=… API_SECRET=… deposit ws://HOST:PORT/ws ASSET AMOUNT\n");
    return 2;
  }
  boost::asio::io_context loop;
  runes::client_config config;
  config.url = argv[1];
  try {
    runes::client client(loop.get_executor(), config);
    boost::asio::co_spawn(loop, deposit(client, runes::signed_by(key, secret), argv[2], argv[3]),
                          [](std::exception_ptr failure) {
                            if (failure) std::rethrow_exception(failure);
                          });
    loop.run();
  } catch (std::exception const& e) {
    std::fprintf(stderr, "deposit: %s\n", e.what());
    return 1;
  }
}
