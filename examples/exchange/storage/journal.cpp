#include "journal.hpp"

#include "error.hpp"

#include <exception>
#include <utility>

namespace exchange::storage {
namespace {

journal_config checked(journal_config const& config) {
  if (config.segment_bytes == 0) throw storage_error("segment_bytes must be at least 1");
  return config;
}

}  // namespace

journal::journal(directory& where, sequence next, journal_config const& config,
                 journal_listener& listener)
    : config_(checked(config)),
      listener_(&listener),
      writer_(where, next, config.segment_bytes, config.room_bytes),
      last_(next - 1),
      durable_(next - 1),
      thread_([this] { run(); }) {}

journal::~journal() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

append_result journal::append(std::string_view record) {
  auto const result = put(record);
  commit();
  return result;
}

append_result journal::put(std::string_view record) {
  if (record.size() > max_record) return {append_verdict::too_large, 0};
  std::lock_guard const lock(mutex_);
  if (failed_) return {append_verdict::stopped, 0};
  auto const after = waiting_.size() + record_header + record.size();
  if (!waiting_.empty() && after > config_.max_waiting) return {append_verdict::full, 0};
  bool const joins = !waiting_.empty();
  put_record(waiting_, ++last_, record);
  return {append_verdict::accepted, last_, joins};
}

void journal::commit() {
  {
    std::lock_guard const lock(mutex_);
    if (waiting_.empty() || !std::exchange(idle_, false)) return;
  }
  wake_.notify_one();
}

sequence journal::durable() const {
  std::lock_guard const lock(mutex_);
  return durable_;
}

void journal::run() {
  std::string batch;
  sequence last = 0;
  try {
    while (take(batch, last)) write(batch, last);
  } catch (std::exception const& error) {
    fail(error.what());
  }
}

// All that waits; false when there is nothing and there will be nothing.
bool journal::take(std::string& batch, sequence& last) {
  batch.clear();
  std::unique_lock lock(mutex_);
  while (waiting_.empty() && !stopping_) {
    idle_ = true;
    wake_.wait(lock);
  }
  idle_ = false;
  batch.swap(waiting_);
  last = last_;
  return !batch.empty();
}

void journal::write(std::string& batch, sequence last) {
  writer_.write(batch, last);
  {
    std::lock_guard const lock(mutex_);
    durable_ = last;
  }
  listener_->on_durable(last);
}

void journal::fail(char const* why) {
  {
    std::lock_guard const lock(mutex_);
    failed_ = true;
    waiting_ = {};
  }
  listener_->on_failed(std::string(why) +
                       ". The journal has stopped; nothing after the last durable record is "
                       "acknowledged");
}

}  // namespace exchange::storage
