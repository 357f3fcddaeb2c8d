#include "server/worker.hpp"

#include <runes/log.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace runes::detail {
namespace {

void log_failure(char const* what, std::exception_ptr failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(std::move(failure));
  } catch (boost::system::system_error const& e) {
    if (e.code() == asio::error::operation_aborted) return;  // cancelled, as asked
    log::write(severity::error, {"server", 0}, std::string(what) + " failed: " + e.what());
  } catch (std::exception const& e) {
    log::write(severity::error, {"server", 0}, std::string(what) + " failed: " + e.what());
  } catch (...) {
    log::write(severity::error, {"server", 0},
               std::string(what) + " failed: an exception of an unknown type");
  }
}

}  // namespace

session_limits limits_of(server_config const& config) noexcept {
  auto const& given = config.timeouts;
  return {given.ping, given.pong, given.close, given.idle};
}

worker::worker(std::size_t index, std::size_t max_inbox_updates, std::function<void()> ended)
    : ended_(std::move(ended)),
      work_(asio::make_work_guard(*context_)),
      loop_(loop::make(context_->get_executor(), system_time(), context_)),
      shard_(std::make_shared<shard>(loop_, index, max_inbox_updates)) {}

worker::~worker() = default;

void worker::start(char const* what, std::function<awaitable<>()> coroutine, patience at_end) {
  start(what, [coroutine = std::move(coroutine)](patience&) { return coroutine(); }, at_end);
}

void worker::start(char const* what, std::function<awaitable<>(patience&)> coroutine,
                   patience at_end) {
  ++running_;
  asio::post(*context_, [this, what, coroutine = std::move(coroutine), at_end]() mutable {
    auto const place = tasks_.emplace(tasks_.end());
    place->at_end = at_end;
    auto const ended = [this, what, place](std::exception_ptr failure) {
      task_ended(what, place, std::move(failure));
    };
    // The function is given whole, so that what it captures lives as long as its coroutine.
    auto run = [place, coroutine = std::move(coroutine)] { return coroutine(place->at_end); };
    asio::co_spawn(*context_, std::move(run),
                   asio::bind_cancellation_slot(place->cancel.slot(), ended));
  });
}

void worker::task_ended(char const* what, task_place which, std::exception_ptr failure) {
  log_failure(what, std::move(failure));
  which->session = nullptr;
  // A cancellation on its way to this task is still to arrive, and looks for its signal: behind it,
  // the task may go.
  asio::post(*context_, [this, which] {
    tasks_.erase(which);
    --running_;
    ended_();
  });
}

void worker::offer(protocol_services services, std::shared_ptr<server_config const> config) {
  services_ = std::move(services);
  config_ = std::move(config);
  services_.config = config_.get();
}

void worker::reload(std::shared_ptr<server_config const> config) {
  auto const before = std::exchange(config_, std::move(config));
  services_.config = config_.get();
  session_limits const limits = limits_of(*config_);
  for (auto const& t : tasks_) {
    if (t.session) t.session->reload(limits);
  }
}

void worker::run_session(std::shared_ptr<session_impl> session, std::shared_ptr<void> keeps) {
  ++running_;
  auto const place = tasks_.emplace(tasks_.end());
  place->session = session.get();
  auto at_end = [this, place, keeps = std::move(keeps)](std::exception_ptr failure,
                                                        close_reason const&) mutable {
    keeps.reset();
    task_ended("a session", place, std::move(failure));
  };
  asio::co_spawn(*context_, session->run(&place->cancel),
                 asio::bind_cancellation_slot(place->cancel.slot(), std::move(at_end)));
  // Its handshake was under way when the others were told.
  if (closes_by_) {
    session->close(*closes_by_);
  } else if (leaves_at_) {
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(*leaves_at_ - loop_->now());
    session->drain(std::max(left, std::chrono::milliseconds(0)));
  }
}

void worker::drop_coroutines() {
  shard_->retire();
  for (auto const& t : tasks_) {
    if (t.session) t.session->let_go();
  }
  context_->drop_handlers();
}

void worker::cancel_all() {
  std::vector<task*> now;
  for (auto& t : tasks_) now.push_back(&t);
  // Emitting resumes nothing here and now: the waits that end post their completion.
  for (task* t : now) t->cancel.emit(asio::cancellation_type::all);
}

void worker::close_sessions(close_reason const& why) {
  closes_by_ = why;
  for (auto const& t : tasks_) {
    if (t.session) t.session->close(why);
  }
}

void worker::cancel_impatient() {
  std::vector<task*> now;
  for (auto& t : tasks_) {
    if (t.at_end == patience::none) now.push_back(&t);
  }
  for (task* t : now) t->cancel.emit(asio::cancellation_type::all);
}

void worker::drain_sessions(std::chrono::milliseconds by) {
  leaves_at_ = loop_->now() + by;
  for (auto const& t : tasks_) {
    if (t.session) t.session->drain(by);
  }
}

void worker::abort_sessions() {
  for (auto const& t : tasks_) {
    if (t.session) t.session->abort();
  }
}

}  // namespace runes::detail
