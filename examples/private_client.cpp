// private_client URL: signs with the API key of the environment, API_KEY and API_SECRET, and prints
// whose it is. (On a command line everybody on the machine could read the secret.)
#include <runes/runes.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>

// [client]
runes::awaitable<> introduce(runes::client& client, std::string key, std::string secret) {
  co_await client.connect();
  // Signs anew on every connection that follows this one.
  co_await client.authenticate(runes::signed_by(std::move(key), std::move(secret)));
  auto const who = co_await client.request("whoami");
  std::printf("%s\n", who.as_string().c_str());
  co_await client.close();
}
// [client]

int main(int argc, char** argv) {
  char const* const key = std::getenv("API_KEY");
  char const* const secret = std::getenv("API_SECRET");
  if (argc != 2 || !key || !secret) {
    std::fprintf(stderr, "usage: API_KEY=… API_SECRET=… private_client ws://HOST:PORT/ws\n");
    return 2;
  }
  boost::asio::io_context loop;
  runes::client_config config;
  config.url = argv[1];
  try {
    runes::client client(loop.get_executor(), config);
    boost::asio::co_spawn(loop, introduce(client, key, secret), [&](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    loop.run();
  } catch (std::exception const& e) {
    std::fprintf(stderr, "private_client: %s\n", e.what());
    return 1;
  }
}
