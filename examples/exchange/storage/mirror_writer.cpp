#include "mirror_writer.hpp"

#include "error.hpp"

#include <exception>
#include <memory>
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

mirror_verdict mirror_writer::submit(later_batch&& batch) {
  {
    std::lock_guard const lock(mutex_);
    if (!why_.empty()) return mirror_verdict::stopped;
    auto const rows = waiting_rows_ + batch.rows;
    if (waiting_rows_ > 0 && rows > config_.max_waiting_rows) return mirror_verdict::full;
    submitted_ = batch.up_to;
    waiting_rows_ = rows;
    waiting_.push_back(std::move(batch));
  }
  wake_.notify_one();
  return mirror_verdict::accepted;
}

mirror_verdict mirror_writer::submit(mirror_batch&& batch) {
  auto const rows = std::make_shared<mirror_batch>(std::move(batch));
  return submit({rows->up_to, rows->rows(), [rows] { return std::move(*rows); }});
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
    std::vector<later_batch> batches;
    while (take(batches)) write(batches);
  } catch (std::exception const& error) {
    fail(std::string(error.what()) + ". The mirror has stopped; the journal goes on without it");
  }
}

// All that waits; false when there is nothing and there will be nothing.
bool mirror_writer::take(std::vector<later_batch>& batches) {
  batches.clear();
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return !waiting_.empty() || stopping_; });
  batches.swap(waiting_);
  waiting_rows_ = 0;
  return !batches.empty();
}

void mirror_writer::write(std::vector<later_batch> const& batches) {
  mirror_batch all;
  for (auto const& each : batches) {
    all.join(each.make());
    all.up_to = each.up_to;
  }
  {
    std::lock_guard const lock(using_);
    into_->apply(all);
  }
  {
    std::lock_guard const lock(mutex_);
    applied_ = all.up_to;
  }
  written_.notify_all();
  listener_->on_mirrored(all.up_to);
}

void mirror_writer::fail(std::string const& why) {
  {
    std::lock_guard const lock(mutex_);
    why_ = why;
    waiting_.clear();
  }
  written_.notify_all();
  listener_->on_mirror_failed(why);
}

}  // namespace exchange::storage
