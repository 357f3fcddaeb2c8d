// bench-peer-floor: what the kernel alone costs.
#include "bench/descriptor.hpp"
#include "bench/peers/floor/loop.hpp"
#include "bench/peers/options.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

namespace runes::bench {
namespace {

template <class Address>
std::uint16_t bind_and_tell(int socket, Address& address) {
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  checked(bind(socket, plain, size), "bind");
  checked(getsockname(socket, plain, &size), "getsockname");
  if constexpr (requires { address.sin_port; })
    return ntohs(address.sin_port);
  else
    return ntohs(address.sin6_port);
}

std::uint16_t bind_loopback(int socket, peer_options const& options) {
  if (options.ipv6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(options.port);
    address.sin6_addr = in6addr_loopback;
    return bind_and_tell(socket, address);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return bind_and_tell(socket, address);
}

void serve(peer_options const& options, bool by_uring) {
  if (by_uring) floor_ring();  // here, where it can be said that there is none
  auto const family = options.ipv6 ? AF_INET6 : AF_INET;
  descriptor const listener(
      checked(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
  int const on = 1;
  setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  auto const port = bind_loopback(listener.get(), options);
  checked(listen(listener.get(), SOMAXCONN), "listen");

  floor_loops loops;
  for (int i = 0; i < options.threads; ++i) {
    loops.push_back(
        std::make_unique<floor_loop>(loops, i == 0 ? listener.get() : -1, options.nagle, by_uring));
  }
  announce(options, port);
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < loops.size(); ++i) {
    threads.emplace_back([loop = loops[i].get()] { loop->run(); });
  }
  loops.front()->run();
}

}  // namespace
}  // namespace runes::bench

int main(int argc, char** argv) {
  using namespace runes::bench;
  bool by_uring = false;
  auto const read = [&by_uring](std::string_view how) {
    if (how != "send" && how != "uring")
      throw usage_error("--flush must be send or uring, not '" + std::string(how) + "'");
    by_uring = how == "uring";
  };
  return peer_main(
      argc, argv, "bench-peer-floor",
      "A WebSocket server without a library that does nothing but one send of ready-made bytes a\n"
      "socket for each batch: no server on sockets can publish for less.",
      [&by_uring](peer_options const& options) { serve(options, by_uring); },
      {{"--flush", "HOW", "send (the default), or uring: a batch's sends by one call", read}});
}
