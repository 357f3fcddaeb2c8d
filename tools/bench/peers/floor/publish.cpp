// The floor's publishing and sending.
#include "bench/clock.hpp"
#include "bench/peers/floor/loop.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <algorithm>

namespace runes::bench {
namespace {

// A client that reads nothing for so long would hold up all others for ever.
constexpr std::uint64_t patience_ns = 10'000'000'000;
// Batches in one turn, so that commands are read even while there is a debt.
constexpr std::uint64_t most_batches = 64;
constexpr std::size_t most_unsent = std::size_t{32} << 20;

}  // namespace

void floor_loop::begin(publish_command const& wanted) {
  publication_.emplace(wanted, monotonic_now());
  set_timer();
}

void floor_loop::publish_due() {
  if (!publication_ || subscribers_.empty()) return;
  auto& pace = publication_->pace;
  bool published = false;
  auto left = std::min(pace.due(monotonic_now()), most_batches);
  for (; left > 0 && blocked_ == 0; --left) {
    publish_batch();
    pace.take();
    published = true;
  }
  if (published) set_timer();
}

void floor_loop::publish_batch() {
  lay_out_batch();
  // end() takes a subscriber out of the list, so the list is walked from its end.
  if (!ring_) {
    for (auto i = subscribers_.size(); i > 0; --i) send_bytes(*subscribers_[i - 1], batch_);
    return;
  }
  sockets_.clear();
  for (auto const* c : subscribers_) sockets_.push_back(c->fd.get());
  auto const taken = ring_->send(sockets_, batch_);
  for (auto i = subscribers_.size(); i > 0; --i) {
    keep_unsent(*subscribers_[i - 1], batch_, taken[i - 1]);
  }
}

void floor_loop::lay_out_batch() {
  constexpr std::uint8_t text = 0x80 | text_frame;
  auto const now = monotonic_ns();
  auto const& event = publication_->event;
  batch_.clear();
  for (std::uint64_t i = 0; i < publication_->burst; ++i) {
    append_head(batch_, text, event.size());
    event.append(batch_, now, seq_++);
  }
}

void floor_loop::set_timer() {
  if (!publication_ || publication_->pace.saturating() || subscribers_.empty()) return;
  auto const at = std::max<std::int64_t>(publication_->pace.next().count(), 1);
  itimerspec when{};
  when.it_value.tv_sec = at / 1'000'000'000;
  when.it_value.tv_nsec = at % 1'000'000'000;
  timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

void floor_loop::send_bytes(floor_connection& c, std::string_view bytes) {
  if (c.ending) return;
  ssize_t sent = 0;
  if (c.unsent.empty()) {
    sent = send(c.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) sent = -errno;
  }
  keep_unsent(c, bytes, sent);
}

// `sent` of the bytes were, or it is a negative errno.
void floor_loop::keep_unsent(floor_connection& c, std::string_view bytes, ssize_t sent) {
  if (c.ending) return;
  if (sent < 0 && sent != -EAGAIN && sent != -EINTR) return end(c);
  bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  if (bytes.empty()) return;
  if (c.unsent.empty()) {
    c.blocked_since = monotonic_ns();
    ++blocked_;
    watch(c.fd.get(), true);
  }
  if (c.unsent.size() + bytes.size() > most_unsent) return end(c);
  c.unsent.append(bytes);
}

void floor_loop::flush(floor_connection& c) {
  auto const sent = send(c.fd.get(), c.unsent.data(), c.unsent.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) return end(c);
  if (sent <= 0) return;
  c.unsent.erase(0, static_cast<std::size_t>(sent));
  c.blocked_since = monotonic_ns();
  if (!c.unsent.empty()) return;
  unblock(c);
  watch(c.fd.get(), false);
}

void floor_loop::unblock(floor_connection& c) {
  if (c.blocked_since == 0) return;
  c.blocked_since = 0;
  --blocked_;
}

void floor_loop::watch(int fd, bool for_room) {
  epoll_event event{};
  event.events = for_room ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.fd = fd;
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void floor_loop::close_stuck() {
  auto const now = monotonic_ns();
  for (auto const& [fd, c] : connections_) {
    if (c->blocked_since != 0 && now - c->blocked_since > patience_ns) end(*c);
  }
}

}  // namespace runes::bench
