// bench-peer-beast: a server as Boost.Beast's examples teach it.
#include "bench/peers/beast/listener.hpp"
#include "bench/peers/options.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <thread>
#include <vector>

namespace runes::bench {
namespace {

namespace net = boost::asio;

void serve(peer_options const& options) {
  // As the example has it, without a word about how many threads will run it.
  net::io_context context;
  room subscribers;
  publisher events(context, subscribers);
  auto const loopback = options.ipv6 ? net::ip::address(net::ip::address_v6::loopback())
                                     : net::ip::address(net::ip::address_v4::loopback());
  listener door(context, {loopback, options.port}, options.nagle, subscribers, events);
  door.accept();
  announce(options, door.port());
  std::vector<std::jthread> threads;
  for (int i = 1; i < options.threads; ++i) threads.emplace_back([&context] { context.run(); });
  context.run();
}

}  // namespace
}  // namespace runes::bench

int main(int argc, char** argv) {
  return runes::bench::peer_main(
      argc, argv, "bench-peer-beast",
      "A WebSocket server of Boost.Beast's own chat pattern: each event is a shared string, queued "
      "in\n"
      "a vector of every session, and written with one async_write for each.",
      runes::bench::serve);
}
