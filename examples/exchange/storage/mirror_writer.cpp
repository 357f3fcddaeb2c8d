#include "mirror_writer.hpp"

#include "error.hpp"

#include <exception>
#include <utility>

namespace exchange::storage {

mirror_writer::mirror_writer(mirror& into, mirror_config const& config, mirror_listener& listener)
    : into_(&into), config_(config), listener_(&listener), thread_([this] { run(); }) {}

mirror_writer::~mirror_writer() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

mirror_verdict mirror_writer::submit(mirror_batch&& batch) {
  {
    std::lock_guard const lock(mutex_);
    if (!why_.empty()) return mirror_verdict::stopped;
    auto const waiting = waiting_.rows();
    if (waiting > 0 && waiting + batch.rows() > config_.max_waiting_rows) {
      return mirror_verdict::full;
    }
    submitted_ = batch.up_to;
    waiting_.join(std::move(batch));
  }
  wake_.notify_one();
  return mirror_verdict::accepted;
}

void mirror_writer::make_durable() {
  {
    std::unique_lock lock(mutex_);
    auto const wanted = submitted_;
    written_.wait(lock, [&] { return applied_ >= wanted || !why_.empty(); });
    if (!why_.empty()) throw storage_error(why_);
  }
  std::lock_guard const lock(using_);
  into_->make_durable();
}

void mirror_writer::run() {
  try {
    mirror_batch batch;
    while (take(batch)) write(batch);
  } catch (std::exception const& error) {
    fail(std::string(error.what()) + ". The mirror has stopped; the journal goes on without it");
  }
}

// All that waits; false when there is nothing and there will be nothing.
bool mirror_writer::take(mirror_batch& batch) {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return waiting_.up_to != 0 || stopping_; });
  batch = std::exchange(waiting_, {});
  return batch.up_to != 0;
}

void mirror_writer::write(mirror_batch const& batch) {
  {
    std::lock_guard const lock(using_);
    into_->apply(batch);
  }
  {
    std::lock_guard const lock(mutex_);
    applied_ = batch.up_to;
  }
  written_.notify_all();
  listener_->on_mirrored(batch.up_to);
}

void mirror_writer::fail(std::string const& why) {
  {
    std::lock_guard const lock(mutex_);
    why_ = why;
    waiting_ = {};
  }
  written_.notify_all();
  listener_->on_mirror_failed(why);
}

}  // namespace exchange::storage
