// Opening the connections of the load generator.
#include "bench/clock.hpp"
#include "bench/load/swarm.hpp"
#include "bench/wire/handshake.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace runes::bench {
namespace {

std::string with_index(std::string message, std::size_t index) {
  auto const number = std::to_string(index);
  for (auto at = message.find("{i}"); at != std::string::npos; at = message.find("{i}", at)) {
    message.replace(at, 3, number);
    at += number.size();
  }
  return message;
}

/// Without a context each message can be read by itself.
constexpr std::string_view offer =
    "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover";

/// Whether the server has taken that offer; empty if so.
std::string not_compressing(std::string_view head) {
  auto const answer = header_value(head, "Sec-WebSocket-Extensions");
  bool const taken = answer && answer->find("server_no_context_takeover") != std::string_view::npos;
  return taken ? "" : "the server does not compress without context takeover";
}

run_error system_error_text(std::string const& what) {
  return run_error(what + ": " + std::strerror(errno));
}

}  // namespace

void swarm::open_all() {
  using std::chrono::duration_cast;
  auto const limit = duration_cast<std::chrono::nanoseconds>(options_.timeout).count();
  auto const deadline = monotonic_ns() + static_cast<std::uint64_t>(limit);
  std::size_t begun = 0;
  while (open_ + lost_ < connections_.size()) {
    while (begun < connections_.size() && begun - open_ - lost_ < options_.handshakes)
      begin(begun++);
    turn(50);
    if (monotonic_ns() > deadline) {
      throw run_error("only " + std::to_string(open_) + " of " +
                      std::to_string(connections_.size()) + " connections opened in time");
    }
  }
  if (open_ == 0) throw run_error("no connection to " + server_.authority() + " could be opened");
}

void swarm::begin(std::size_t index) {
  auto& c = connections_[index];
  c.fd = socket(server_.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c.fd < 0) throw system_error_text("a socket");
  int const on = 1;
  setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (options_.sources > 1) bind_source(c.fd, index);
  c.began = monotonic_ns();
  c.now = connection::stage::connecting;
  c.waits_for_room = true;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = index;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &event) != 0) throw system_error_text("epoll_ctl");
  if (connect(c.fd, server_.data(), server_.size()) != 0 && errno != EINPROGRESS) {
    lose(c, std::strerror(errno));
  }
}

// The kernel chooses the port as late as connect, so that all ports of each address can be used.
void swarm::bind_source(int fd, std::size_t index) {
  int const on = 1;
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(0x7f000002u + static_cast<std::uint32_t>(index % options_.sources));
  if (bind(fd, reinterpret_cast<sockaddr const*>(&from), sizeof from) != 0) {
    throw system_error_text("a local address");
  }
}

void swarm::on_connected(connection& c) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(c.fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return lose(c, std::strerror(error));
  c.now = connection::stage::upgrading;
  watch(c, false);
  std::array<std::uint8_t, 16> key{};
  for (auto& byte : key) byte = static_cast<std::uint8_t>(random_());
  c.key = base64(key);
  auto headers = options_.headers;
  if (options_.compress) headers.emplace_back(offer);
  send_bytes(c, upgrade_request(server_.authority(), options_.path, c.key, headers));
}

// Takes the response's head off the bytes and returns what follows it; what is gathered of the head
// stands behind the key.
std::span<char> swarm::on_response(connection& c, std::span<char> bytes) {
  constexpr std::size_t key_size = 24;
  auto const before = c.key.size();
  c.key.append(bytes.data(), bytes.size());
  auto const end = c.key.find("\r\n\r\n", key_size);
  if (end == std::string::npos) {
    if (c.key.size() > longest_head) lose(c, "the response to the upgrade is too long");
    return {};
  }
  auto const head = std::string_view(c.key).substr(key_size, end + 4 - key_size);
  auto refusal = refusal_in(head, c.key.substr(0, key_size));
  if (refusal.empty() && options_.compress) refusal = not_compressing(head);
  if (!refusal.empty()) {
    lose(c, refusal);
    return {};
  }
  on_open(c);
  auto const used = end + 4 - before;
  c.key = std::string();
  return bytes.subspan(used);
}

void swarm::on_open(connection& c) {
  c.now = connection::stage::open;
  ++open_;
  handshake_.add(monotonic_ns() - c.began);
  for (auto const& message : *options_.subscribe) {
    send_message(c, with_index(message, index_of(c)));
  }
}

}  // namespace runes::bench
