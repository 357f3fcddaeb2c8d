#include "bench/slow/crowd.hpp"

#include "bench/clock.hpp"
#include "bench/load/machine.hpp"
#include "bench/local/websocket.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <utility>

namespace runes::bench {
namespace {

constexpr std::size_t buffer_size = std::size_t{256} << 10;
constexpr std::uint64_t between_slow_reads = 50'000'000;  // nanoseconds
constexpr std::string_view subscription = R"("channel":"orderbook","symbols":["BTC-USD"]})";

std::uint64_t wall_us() {
  auto const now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

std::uint64_t nanoseconds(slow_options::seconds time) {
  return static_cast<std::uint64_t>(time.count() * 1e9);
}

}  // namespace

crowd::crowd(slow_options const& o, std::uint16_t port)
    : options_(o),
      epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll")),
      members_(o.subscribers),
      buffer_(buffer_size) {
  allow_descriptors(2 * o.subscribers + 64);
  for (std::size_t i = 0; i < members_.size(); ++i) {
    auto& who = members_[i];
    who.socket = open_websocket(port, i < o.slow ? o.slow_receive_bytes : 0);
    checked(fcntl(who.socket.get(), F_SETFL, O_NONBLOCK), "fcntl");
    who.reader.begin(o.slow <= i && i < o.slow + o.verified);
    watch(i, true);
    subscribe(who);
  }
}

void crowd::subscribe(member& who) {
  send_text(who.socket.get(), std::string(R"({"id":1,"op":"subscribe",)").append(subscription));
}

void crowd::subscribe_slow_anew() {
  for (std::size_t i = 0; i < options_.slow; ++i) {
    auto& who = members_[i];
    if (who.socket.get() < 0) continue;
    who.reader.begin(true);
    send_text(who.socket.get(), std::string(R"({"id":2,"op":"unsubscribe",)").append(subscription));
    subscribe(who);
  }
}

void crowd::slow_down(double bytes_per_second) {
  slow_rate_ = bytes_per_second;
  allowance_ = 0;
  last_slow_read_ = monotonic_ns();
  for (std::size_t i = 0; i < options_.slow; ++i) watch(i, false);
}

void crowd::hurry() {
  slow_rate_ = 0;
  for (std::size_t i = 0; i < options_.slow; ++i) watch(i, true);
}

void crowd::relax_slow() {
  for (std::size_t i = 0; i < options_.slow; ++i) members_[i].reader.relax();
}

void crowd::run_for(slow_options::seconds time) {
  auto const until = monotonic_ns() + nanoseconds(time);
  for (auto now = monotonic_ns(); now < until; now = monotonic_ns()) {
    turn(static_cast<int>(std::min<std::uint64_t>((until - now) / 1'000'000 + 1, 20)));
  }
}

bool crowd::run_until(std::function<bool()> const& done) {
  auto const until = monotonic_ns() + nanoseconds(options_.limit);
  while (!done()) {
    if (monotonic_ns() > until) return false;
    turn(20);
  }
  return true;
}

void crowd::turn(int timeout_ms) {
  std::array<epoll_event, 256> events;
  auto const count =
      epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout_ms);
  for (int i = 0; i < count; ++i) {
    receive(events[static_cast<std::size_t>(i)].data.u64, buffer_.size());
  }
  if (slow_rate_ > 0) read_slowly(monotonic_ns());
}

void crowd::read_slowly(std::uint64_t now) {
  auto const passed = now - last_slow_read_;
  if (passed < between_slow_reads) return;
  last_slow_read_ = now;
  allowance_ += slow_rate_ * static_cast<double>(passed) / 1e9;
  auto const most = std::min(static_cast<std::size_t>(allowance_), buffer_.size());
  if (most == 0) return;
  allowance_ -= static_cast<double>(most);
  for (std::size_t i = 0; i < options_.slow; ++i) receive(i, most);
}

// Level triggered, and one read an event, so that no connection keeps the others waiting.
bool crowd::receive(std::size_t index, std::size_t most) {
  auto& who = members_[index];
  if (who.socket.get() < 0) return false;
  auto const got = recv(who.socket.get(), buffer_.data(), most, 0);
  if (got == 0) lose(index, "the server ended the stream");
  if (got < 0 && errno != EAGAIN && errno != EINTR) lose(index, std::strerror(errno));
  if (got <= 0) return false;
  stamp_us_ = wall_us();
  auto const bytes = std::span(buffer_).first(static_cast<std::size_t>(got));
  who.frames.feed(bytes, [&](frame_head const& head, std::span<char> payload) {
    return on_frame(who, index, head, {payload.data(), payload.size()});
  });
  return true;
}

bool crowd::on_frame(member& who, std::size_t index, frame_head const& head,
                     std::string_view payload) {
  if (head.kind() == text_frame) {
    auto const place = who.reader.take(payload);
    // A time to come was read off a clock that was set meanwhile.
    if (measuring_ && place && index >= options_.slow && place->ts <= stamp_us_) {
      latency_us_.add(stamp_us_ - place->ts);
    }
  } else if (head.kind() == ping_frame) {
    send_pong(who.socket.get(), payload);
  } else if (head.kind() == close_frame) {
    lose(index, payload.size() > 2 ? payload.substr(2) : "the server closed");
  }
  return who.socket.get() >= 0;
}

void crowd::watch(std::size_t index, bool on) {
  int const socket = members_[index].socket.get();
  if (socket < 0) return;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = index;
  checked(epoll_ctl(epoll_.get(), on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, socket, &event), "epoll_ctl");
}

void crowd::lose(std::size_t index, std::string_view why) {
  constexpr std::size_t told = 3;
  if (lost_++ < told) {
    std::fprintf(stderr, "runes-bench-slow: connection %zu%s: %.*s\n", index,
                 index < options_.slow ? " (slow)" : "", static_cast<int>(why.size()), why.data());
  }
  members_[index].socket = descriptor();
}

bool crowd::all_begun() const {
  return std::none_of(members_.begin(), members_.end(), [](member const& who) {
    return who.socket.get() >= 0 && who.reader.waiting();
  });
}

bool crowd::all_at(std::uint64_t seq) const {
  return std::all_of(members_.begin(), members_.end(), [seq](member const& who) {
    return who.socket.get() < 0 || who.reader.seq() == seq;
  });
}

}  // namespace runes::bench
