#include "session/outbox_writer.hpp"

#include "broker/wakeup.hpp"

#include <array>
#include <utility>

namespace runes::detail {
namespace {

/// Frames in one gathering write. More than enough for what collects in a turn; a backlog takes
/// several.
constexpr std::size_t most_pieces = 64;
constexpr unsigned measured_flushes = 16;  // divides 256, so that the count may wrap

}  // namespace

bool outbox_writer::push(shared_frame what, time_point published) {
  if (broken_ || sealed_ || !queue_.push(std::move(what))) {
    refused_ = true;
    return false;
  }
  if (oldest_ == time_point{}) oldest_ = published;
  counters_->events_sent.add();
  after_push();
  return true;
}

bool outbox_writer::push_run(update_run& run) {
  // One that is partly written can neither be dropped nor counted in part.
  if (waiting_ || broken_ || sealed_) return false;
  shared_frame const& together = run.together(deflates_);
  if (!together || together->size() > queue_.max_bytes() / 4 || !queue_.push(together))
    return false;
  if (oldest_ == time_point{}) oldest_ = run.updates().front().published;
  counters_->events_sent.add(run.updates().size());
  after_push();
  return true;
}

bool outbox_writer::push(shared_frame what) {
  if (broken_ || sealed_ || !queue_.push(std::move(what))) {
    refused_ = true;
    return false;
  }
  counters_->replies_sent.add();
  after_push();
  return true;
}

bool outbox_writer::push_reserved(shared_frame what) {
  if (broken_ || sealed_) return false;
  if (!queue_.push_reserved(what)) {
    // What waits for the end of the turn only is in nobody's way: the socket may have room for it.
    if (!waiting_ && !failed_) write_queue();
    if (failed_ || !queue_.push_reserved(std::move(what))) {
      break_off();
      return false;
    }
  }
  after_push();
  return true;
}

void outbox_writer::after_push() {
  counters_->largest_outbox.raise(queue_.bytes());
  if (!waiting_) loop_->mark_dirty(*this);
}

void outbox_writer::flush() {
  if (!waiting_) after_flush();
}

socket_write outbox_writer::next_write(std::span<iovec> room) noexcept {
  socket_write next;
  if (waiting_ || broken_) return next;
  next.descriptor = sink_.descriptor();
  if (next.descriptor >= 0) next.pieces = room.first(queue_.gather(room));
  return next;
}

void outbox_writer::on_written(socket_write const& done) {
  counters_->writes.add();
  if (done.result < 0) {
    failed_ = true;
  } else {
    note_written(done.pieces, static_cast<std::size_t>(done.result));
  }
}

void outbox_writer::after_flush() {
  if (broken_) return;
  if (!waiting_ && !failed_) write_queue();
  if (failed_) return break_off();
  if (queue_.empty()) {
    if (oldest_ != time_point{}) measure();
    if (when_empty_) std::exchange(when_empty_, nullptr)();
  }
  if (refused_ && queue_.below_low_water()) tell_room();
}

/// Of a connection's flushes the first and then one in so many is measured: a look at the clock
/// costs more than the rest of a flush.
void outbox_writer::measure() {
  if (flushes_++ % measured_flushes == 0) {
    time_point const now = loop_->now();
    counters_->latency.add(std::chrono::duration_cast<std::chrono::microseconds>(now - oldest_),
                           now);
  }
  oldest_ = {};
}

void outbox_writer::write_queue() {
  std::array<iovec, most_pieces> room;
  while (!queue_.empty() && !waiting_) {
    auto const pieces = std::span(room).first(queue_.gather(room));
    boost::system::error_code ec;
    std::size_t const written = sink_.write_some(pieces, ec);
    counters_->writes.add();
    if (ec) {
      failed_ = true;
      return;
    }
    note_written(pieces, written);
  }
}

/// So much of what was to be written was: if not all, the socket is full.
void outbox_writer::note_written(std::span<iovec const> pieces, std::size_t written) {
  std::size_t wanted = 0;
  for (auto const& piece : pieces) wanted += piece.iov_len;
  counters_->bytes_sent.add(written);
  queue_.consume(written);
  if (written < wanted) {
    counters_->writes_blocked.add();
    wait_for_socket();
  }
}

void outbox_writer::wait_for_socket() {
  waiting_ = true;
  sink_.wait_writable([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    waiting_ = false;
    if (broken_) return;
    ++unblocked_;
    loop_->mark_dirty(*this);
  });
}

void outbox_writer::seal() {
  if (std::exchange(sealed_, true)) return;
  if (on_room_) on_room_();
}

void outbox_writer::tell_room() {
  refused_ = false;
  if (on_room_) on_room_();
}

void outbox_writer::when_empty(std::function<void()> callback) {
  if (queue_.empty() || broken_) return callback();
  when_empty_ = std::move(callback);
}

awaitable<> outbox_writer::written() {
  // Shared, for the writer may come to it after this has been cancelled.
  auto const done = std::make_shared<wakeup>();
  when_empty([done] { done->notify(); });
  co_await done->wait();
}

void outbox_writer::break_off() {
  if (std::exchange(broken_, true)) return;
  queue_.clear();
  loop_->forget(*this);
  if (when_empty_) std::exchange(when_empty_, nullptr)();
  tell_room();
}

}  // namespace runes::detail
