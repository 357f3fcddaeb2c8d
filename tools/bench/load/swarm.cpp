// The load generator's connections at work: sending, receiving, counting.
#include "bench/load/swarm.hpp"

#include "bench/clock.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace runes::bench {
namespace {

constexpr std::size_t buffer_size = std::size_t{256} << 10;
constexpr std::size_t most_unsent = std::size_t{32} << 20;
constexpr std::uint8_t fin = 0x80, compressed = 0x40;

}  // namespace

swarm::swarm(load_options const& options)
    : options_(options),
      server_(options.host, options.port),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      connections_(options.connections),
      buffer_(buffer_size),
      random_(std::random_device{}()),
      ts_(options.ts_key),
      seq_(options.seq_key) {
  if (epoll_ < 0) throw run_error(std::string("epoll: ") + std::strerror(errno));
}

swarm::~swarm() {
  for (auto const& c : connections_) {
    if (c.fd >= 0) close(c.fd);
  }
  close(epoll_);
}

void swarm::run_for(std::chrono::duration<double> time, std::uint64_t enough) {
  auto const last = enough > 0 ? counts_.messages + enough : ~std::uint64_t{0};
  auto const until = monotonic_ns() + static_cast<std::uint64_t>(time.count() * 1e9);
  for (auto now = monotonic_ns(); now < until && open_ > 0 && counts_.messages < last;
       now = monotonic_ns()) {
    turn(static_cast<int>(std::min<std::uint64_t>((until - now) / 1'000'000 + 1, 1000)));
  }
}

void swarm::turn(int timeout_ms) {
  std::array<epoll_event, 256> events;
  auto const count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                options_.spin ? 0 : timeout_ms);
  for (int i = 0; i < count; ++i) {
    auto const& event = events[static_cast<std::size_t>(i)];
    on_event(connections_[event.data.u64], event.events);
  }
}

void swarm::on_event(connection& c, std::uint32_t events) {
  if (c.now == connection::stage::lost) return;
  if (c.now == connection::stage::connecting) return on_connected(c);
  if (events & EPOLLOUT) flush(c);
  constexpr std::uint32_t ends = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if (events & (EPOLLIN | ends)) receive(c, (events & ends) != 0);
}

// One read an event, so that no connection keeps the others waiting. Epoll is edge triggered,
// because it then has nothing to look at again; a read that may have left something asks to be told
// once more.
void swarm::receive(connection& c, bool ending) {
  if (c.fd < 0) return;
  auto const got = recv(c.fd, buffer_.data(), buffer_.size(), 0);
  if (got > 0) {
    ++counts_.reads;
    stamp_ = monotonic_ns();
    auto const bytes = static_cast<std::size_t>(got);
    on_bytes(c, std::span(buffer_).first(bytes));
    if (c.fd >= 0 && (ending || bytes == buffer_.size())) rearm(c);
    return;
  }
  if (got == 0) return lose(c, "the server ended the stream");
  if (errno != EAGAIN && errno != EINTR) lose(c, std::strerror(errno));
}

void swarm::on_bytes(connection& c, std::span<char> bytes) {
  if (c.now == connection::stage::upgrading) bytes = on_response(c, bytes);
  answered_ = 0;
  c.frames.feed(bytes, [this, &c](frame_head const& head, std::span<char> payload) {
    return on_frame(c, head, {payload.data(), payload.size()});
  });
  if (answered_ > 0 && echoing_ && c.fd >= 0) ask_again(c);
}

bool swarm::on_frame(connection& c, frame_head const& head, std::string_view payload) {
  if (head.masked) {
    lose(c, "the server sent a masked frame");
  } else if (head.kind() == close_frame) {
    lose(c, "the server closed");
  } else if (head.kind() == ping_frame) {
    std::string pong;
    append_masked_frame(pong, fin | pong_frame, payload.substr(0, 125), random_key());
    send_bytes(c, pong);
  } else if (!head.control()) {
    counts_.payload_bytes += head.length;
    if (head.first & compressed) {
      ++counts_.compressed;
      payload = expander_.expand(payload);
      if (payload.empty()) lose(c, "a compressed message does not expand");
    }
    if (c.fd >= 0 && head.first & fin) on_message(c, payload);
  }
  return c.fd >= 0;
}

void swarm::on_message(connection& c, std::string_view shown) {
  ++counts_.messages;
  if (!c.asked.empty()) return on_answer(c);
  if (auto const seq = seq_.find(shown)) {
    if (c.seq && *seq != *c.seq + 1) ++counts_.gaps;
    c.seq = seq;
  }
  if (!measuring_) return;
  // A time to come was read off some other clock.
  if (auto const sent = ts_.find(shown); sent && *sent <= stamp_) latency_.add(stamp_ - *sent);
}

void swarm::on_answer(connection& c) {
  if (measuring_) latency_.add(stamp_ - c.asked[c.oldest]);
  c.oldest = (c.oldest + 1) % c.asked.size();
  ++answered_;
}

// All requests that the last read made room for, in one write.
void swarm::ask_again(connection& c) {
  answered_ = std::min(answered_, c.asked.size());
  auto const now = monotonic_ns();
  for (std::size_t i = 1; i <= answered_; ++i) {
    c.asked[(c.oldest + c.asked.size() - i) % c.asked.size()] = now;
  }
  send_bytes(c, std::string_view(requests_).substr(0, answered_ * request_size_));
}

void swarm::start_echo() {
  auto const first = static_cast<std::uint8_t>(fin | (options_.binary ? binary_frame : text_frame));
  std::string const request(options_.request_bytes, 'x');
  for (std::size_t i = 0; i < options_.depth; ++i) {
    append_masked_frame(requests_, first, request, random_key());
  }
  request_size_ = requests_.size() / options_.depth;
  echoing_ = true;
  for (auto& c : connections_) {
    if (c.now != connection::stage::open) continue;
    c.asked.assign(options_.depth, monotonic_ns());
    send_bytes(c, requests_);
  }
}

void swarm::send_on_first(std::string_view message) {
  auto const first = std::find_if(connections_.begin(), connections_.end(),
                                  [](auto const& c) { return c.now == connection::stage::open; });
  if (first != connections_.end() && !message.empty()) send_message(*first, message);
}

void swarm::send_message(connection& c, std::string_view message) {
  std::string frame;
  auto const first = static_cast<std::uint8_t>(fin | (options_.binary ? binary_frame : text_frame));
  append_masked_frame(frame, first, message, random_key());
  send_bytes(c, frame);
}

void swarm::send_bytes(connection& c, std::string_view bytes) {
  if (c.fd < 0) return;
  if (c.unsent.size() + bytes.size() > most_unsent) return lose(c, "the server does not read");
  if (c.unsent.empty()) {
    auto const sent = send(c.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return lose(c, std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    if (bytes.empty()) return;
  }
  c.unsent.append(bytes);
  watch(c, true);
}

void swarm::flush(connection& c) {
  auto const sent = send(c.fd, c.unsent.data(), c.unsent.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) return lose(c, std::strerror(errno));
  c.unsent.erase(0, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  if (c.unsent.empty()) {
    watch(c, false);
  } else {
    rearm(c);
  }
}

void swarm::watch(connection& c, bool for_room) {
  if (c.waits_for_room == for_room) return;
  c.waits_for_room = for_room;
  rearm(c);
}

void swarm::rearm(connection const& c) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  if (c.waits_for_room) event.events |= EPOLLOUT;
  event.data.u64 = index_of(c);
  epoll_ctl(epoll_, EPOLL_CTL_MOD, c.fd, &event);
}

void swarm::lose(connection& c, std::string_view why) {
  constexpr std::size_t told = 3;
  if (lost_ < told && !closing_) {
    std::fprintf(stderr, "runes-load: connection %zu: %.*s\n", index_of(c),
                 static_cast<int>(why.size()), why.data());
  }
  if (c.now == connection::stage::open) --open_;
  if (!closing_) ++lost_;
  close(c.fd);
  c.fd = -1;
  c.now = connection::stage::lost;
}

void swarm::close_all() {
  closing_ = true;
  std::string goodbye;
  append_masked_frame(goodbye, fin | close_frame, "\x03\xe8", random_key());
  for (auto& c : connections_) {
    if (c.now != connection::stage::open) continue;
    if (c.unsent.empty()) send_bytes(c, goodbye);
    if (c.fd >= 0) lose(c, "closed");
  }
}

std::size_t swarm::index_of(connection const& c) const {
  return static_cast<std::size_t>(&c - connections_.data());
}

}  // namespace runes::bench
