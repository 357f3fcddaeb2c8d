#include "broker/loop.hpp"

#include "broker/wakeup.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <cassert>
#include <utility>

namespace runes::detail {
namespace {

/// Deadlines are met this late at most: near ones share one expiry, and each expiry costs system
/// calls.
constexpr std::chrono::milliseconds grain{2};

}  // namespace

std::shared_ptr<time_source> system_time() {
  static auto const source = std::make_shared<time_source>();
  return source;
}

std::shared_ptr<loop> loop::make(asio::any_io_executor executor, std::shared_ptr<time_source> time,
                                 std::shared_ptr<void> context) {
  return std::shared_ptr<loop>(new loop(std::move(executor), std::move(time), std::move(context)));
}

loop::loop(asio::any_io_executor executor, std::shared_ptr<time_source> time,
           std::shared_ptr<void> context)
    : context_(std::move(context)),
      executor_(std::move(executor)),
      time_(std::move(time)),
      timer_(executor_) {}

loop::~loop() = default;

bool loop::held() const noexcept {
  if (retired_) return true;
  if (auto const* plain = executor_.target<asio::io_context::executor_type>())
    return plain->running_in_this_thread();
  if (auto const* strand = executor_.target<asio::strand<asio::io_context::executor_type>>()) {
    return strand->running_in_this_thread();
  }
  if (auto const* strand = executor_.target<asio::strand<asio::any_io_executor>>()) {
    return strand->running_in_this_thread();
  }
  return true;  // an executor of the user's own: nothing to ask
}

void loop::assert_held() const noexcept { assert(held() && "touched off its strand"); }

timer_queue::id loop::at(time_point due, std::function<void()> action) {
  assert_held();
  auto const id = timers_.add(due, std::move(action));
  arm();
  return id;
}

void loop::arm() {
  if (retired_) return;
  auto const next = timers_.next();
  if (!next || !time_->runs_by_itself() || (armed_ && *armed_ <= *next + grain)) return;
  armed_ = *next + grain;
  timer_.expires_at(*armed_);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
    if (ec) return;  // set anew to an earlier time, or the end
    if (auto self = weak.lock()) self->on_timer();
  });
}

void loop::rest() {
  timers_.clear();
  armed_.reset();
  timer_.cancel();
}

void loop::on_timer() {
  armed_.reset();
  run_timers();
}

void loop::run_timers() {
  {
    turn const together(*this);
    timers_.run_due(now());
  }
  arm();
}

awaitable<bool> loop::wait_until(time_point due) {
  wakeup done;
  auto const id = at(due, [&done] { done.notify(); });
  bool const waited = co_await done.wait();
  if (!waited) cancel(id);
  co_return waited;
}

void loop::mark_dirty(flushable& connection) {
  assert_held();
  if (connection.dirty_index_ != flushable::clean) return;
  connection.dirty_index_ = dirty_.size();
  dirty_.push_back(&connection);
  if (turns_ > 0 || flush_posted_) return;
  flush_posted_ = true;
  asio::post(executor_, [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush();
  });
}

void loop::forget(flushable& connection) noexcept {
  if (connection.dirty_index_ == flushable::clean) return;
  // While a flush runs the index may be into the list being worked off; whichever holds it there is
  // the one.
  for (auto* list : {&dirty_, &flushing_}) {
    if (connection.dirty_index_ < list->size() && (*list)[connection.dirty_index_] == &connection) {
      (*list)[connection.dirty_index_] = nullptr;
    }
  }
  connection.dirty_index_ = flushable::clean;
}

void loop::flush() {
  if (dirty_.empty() || !flushing_.empty()) return;
  flushing_.swap(dirty_);
  for (std::size_t i = 0; i < flushing_.size(); ++i) {
    flushable* const connection = std::exchange(flushing_[i], nullptr);
    if (!connection) continue;
    connection->dirty_index_ = flushable::clean;
    connection->flush();
  }
  flushing_.clear();
  if (!dirty_.empty() &&
      !flush_posted_) {  // marked while flushing: next turn, so that none starves the others
    flush_posted_ = true;
    asio::post(executor_, [self = shared_from_this()] {
      self->flush_posted_ = false;
      self->flush();
    });
  }
}

}  // namespace runes::detail
