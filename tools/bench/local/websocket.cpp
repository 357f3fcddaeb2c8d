#include "bench/local/websocket.hpp"

#include "bench/load/endpoint.hpp"
#include "bench/load/swarm.hpp"
#include "bench/wire/frame.hpp"
#include "bench/wire/handshake.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <string>

namespace runes::bench {
namespace {

constexpr std::uint8_t fin = 0x80;
constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::uint32_t mask = 0x5a3c9f17;  // hides nothing here: the bytes stay on this machine

void send_all(int socket, std::string_view bytes) {
  auto const sent =
      checked(static_cast<int>(send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL)), "send");
  if (static_cast<std::size_t>(sent) != bytes.size()) throw run_error("the server does not read");
}

void send_frame(int socket, opcode kind, std::string_view payload) {
  std::string frame;
  append_masked_frame(frame, static_cast<std::uint8_t>(fin | kind), payload, mask);
  send_all(socket, frame);
}

// A server says nothing before it is asked, so nothing follows the head.
void upgrade(int socket, std::string_view authority) {
  send_all(socket, upgrade_request(authority, "/ws", key, {}));
  std::string head;
  std::array<char, 4096> part;
  while (!head.ends_with("\r\n\r\n") && head.size() < longest_head) {
    auto const got = checked(static_cast<int>(recv(socket, part.data(), part.size(), 0)), "recv");
    if (got == 0) throw run_error("the server ended the handshake");
    head.append(part.data(), static_cast<std::size_t>(got));
  }
  if (auto const why = refusal_in(head, key); !why.empty()) throw run_error(why);
}

}  // namespace

descriptor open_websocket(std::uint16_t port, std::size_t receive_bytes) {
  endpoint const server("127.0.0.1", port);
  descriptor made(checked(socket(server.family(), SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  int const on = 1;
  setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_bytes > 0) {
    auto const size = static_cast<int>(receive_bytes);
    checked(setsockopt(made.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size), "SO_RCVBUF");
  }
  checked(connect(made.get(), server.data(), server.size()), "connect");
  upgrade(made.get(), server.authority());
  return made;
}

void send_text(int socket, std::string_view message) { send_frame(socket, text_frame, message); }

void send_pong(int socket, std::string_view payload) { send_frame(socket, pong_frame, payload); }

}  // namespace runes::bench
