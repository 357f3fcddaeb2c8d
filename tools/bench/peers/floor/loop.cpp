// The floor's connections: accepting, reading, answering.
#include "bench/peers/floor/loop.hpp"

#include "bench/clock.hpp"
#include "bench/wire/handshake.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>

namespace runes::bench {
namespace {

constexpr std::size_t buffer_size = 65536;

void add(int epoll, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  checked(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

}  // namespace

floor_loop::floor_loop(floor_loops& all, int listener, bool nagle, bool by_uring)
    : all_(all),
      listener_(listener),
      nagle_(nagle),
      by_uring_(by_uring),
      epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")),
      timer_(
          checked(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")),
      buffer_(buffer_size) {
  // Edge triggered: each wakes once for each write or expiry, and need not be read.
  add(epoll_.get(), wake_.get(), EPOLLIN | EPOLLET);
  add(epoll_.get(), timer_.get(), EPOLLIN | EPOLLET);
  if (listener_ >= 0) add(epoll_.get(), listener_, EPOLLIN);
}

void floor_loop::run() {
  if (by_uring_) ring_ = std::make_unique<floor_ring>();
  std::array<epoll_event, 256> events;
  for (;;) {
    auto const count =
        epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_time());
    for (int i = 0; i < count; ++i) {
      auto const& event = events[static_cast<std::size_t>(i)];
      on_event(event.data.fd, event.events);
    }
    publish_due();
    if (blocked_ > 0) close_stuck();
    close_ended();
  }
}

// Forever, unless there is something to publish at once or a full socket to give up on.
int floor_loop::wait_time() const {
  if (blocked_ > 0) return 1000;
  bool const at_once = publication_ && publication_->pace.saturating() && !subscribers_.empty();
  return at_once ? 0 : -1;
}

void floor_loop::on_event(int fd, std::uint32_t events) {
  if (fd == listener_) return accept_all();
  if (fd == wake_.get()) return empty_inbox();
  auto const found = connections_.find(fd);
  if (found == connections_.end() || found->second->ending) return;
  if (events & EPOLLOUT) flush(*found->second);
  if (events & ~std::uint32_t{EPOLLOUT}) receive(*found->second);
}

void floor_loop::accept_all() {
  static std::size_t next = 0;  // only one loop accepts
  for (;;) {
    auto const socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;  // none is waiting, or no file is left: epoll tells again
    int const on = 1;
    if (!nagle_) setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    all_[next++ % all_.size()]->adopt(socket);
  }
}

void floor_loop::adopt(int socket) {
  std::lock_guard const lock(mutex_);
  inbox_.sockets.push_back(socket);
  eventfd_write(wake_.get(), 1);
}

void floor_loop::order(std::variant<publish_command, stop_command> const& what) {
  std::lock_guard const lock(mutex_);
  inbox_.command = what;
  eventfd_write(wake_.get(), 1);
}

void floor_loop::empty_inbox() {
  inbox taken;
  {
    std::lock_guard const lock(mutex_);
    std::swap(taken, inbox_);
  }
  for (auto const socket : taken.sockets) {
    connections_[socket] = std::make_unique<floor_connection>(socket);
    add(epoll_.get(), socket, EPOLLIN);
  }
  if (!taken.command) return;
  publication_.reset();
  if (auto const* wanted = std::get_if<publish_command>(&*taken.command)) begin(*wanted);
}

void floor_loop::receive(floor_connection& c) {
  auto const got = recv(c.fd.get(), buffer_.data(), buffer_.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return end(c);
  auto bytes = std::span(buffer_).first(static_cast<std::size_t>(got));
  if (!c.open) bytes = on_request(c, bytes);
  c.frames.feed(bytes, [this, &c](frame_head const& head, std::span<char> payload) {
    return on_frame(c, head, payload);
  });
  if (!c.replies.empty()) send_bytes(c, c.replies);
  c.replies.clear();
}

std::span<char> floor_loop::on_request(floor_connection& c, std::span<char> bytes) {
  auto const before = c.head.size();
  c.head.append(bytes.data(), bytes.size());
  auto const blank = c.head.find("\r\n\r\n");
  if (blank == std::string::npos) {
    if (c.head.size() > longest_head) end(c);
    return {};
  }
  auto const response = upgrade_response(std::string_view(c.head).substr(0, blank + 4));
  c.head = std::string();
  if (!response) {
    send_bytes(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    end(c);
    return {};
  }
  c.open = true;
  c.replies += *response;
  return bytes.subspan(blank + 4 - before);
}

bool floor_loop::on_frame(floor_connection& c, frame_head const& head, std::span<char> payload) {
  if (!head.masked || head.length > payload.size()) {
    end(c);
    return false;
  }
  apply_mask(payload, head.mask);
  std::string_view const content(payload.data(), payload.size());
  constexpr std::uint8_t fin = 0x80;
  if (head.kind() == close_frame) {
    append_frame(c.replies, fin | close_frame, content);
    send_bytes(c, c.replies);
    end(c);
  } else if (head.kind() == ping_frame) {
    append_frame(c.replies, fin | pong_frame, content);
  } else if (head.first == (fin | text_frame)) {
    on_text(c, head, content);
  } else if (!head.control()) {
    append_frame(c.replies, head.first,
                 content);  // binary messages and fragments go back as they came
  }
  return !c.ending;
}

void floor_loop::on_text(floor_connection& c, frame_head const& head, std::string_view text) {
  auto const read = parse_command(text);
  if (std::holds_alternative<subscribe_command>(read)) {
    subscribe(c);
  } else if (auto const* publish = std::get_if<publish_command>(&read)) {
    command_all(*publish);
  } else if (auto const* stop = std::get_if<stop_command>(&read)) {
    command_all(*stop);
  } else if (auto const* refused = std::get_if<refused_command>(&read)) {
    append_frame(c.replies, head.first, refused->reply());
  } else {
    append_frame(c.replies, head.first, text);
  }
}

void floor_loop::command_all(std::variant<publish_command, stop_command> const& what) {
  for (auto const& loop : all_) loop->order(what);
}

void floor_loop::subscribe(floor_connection& c) {
  if (c.subscribed) return;
  c.subscribed = true;
  // What fell due while nobody listened is nobody's.
  if (publication_ && subscribers_.empty()) {
    publication_->pace.take(publication_->pace.due(monotonic_now()));
  }
  subscribers_.push_back(&c);
  set_timer();
}

// The connection is destroyed at the end of the turn, when nothing on the stack knows it any more.
void floor_loop::end(floor_connection& c) {
  if (c.ending) return;
  c.ending = true;
  unblock(c);
  std::erase(subscribers_, &c);
  ended_.push_back(c.fd.get());
}

void floor_loop::close_ended() {
  for (auto const fd : ended_) connections_.erase(fd);
  ended_.clear();
}

}  // namespace runes::bench
