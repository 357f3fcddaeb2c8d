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
  if (dirty_.mark(connection) && turns_ == 0) post_flush();
}

void loop::post_flush() {
  if (std::exchange(flush_posted_, true)) return;
  asio::post(executor_, [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush();
  });
}

void loop::flush() {
  dirty_.flush();
  if (!dirty_.empty()) post_flush();  // marked while flushing
}

}  // namespace runes::detail
