#include "transport/local_pipe.hpp"

#include <algorithm>
#include <utility>

namespace runes::detail {

void local_pipe::on_room(teller tell) {
  std::lock_guard const lock(mutex_);
  on_room_ = std::move(tell);
}

std::size_t local_pipe::write(std::span<iovec const> bytes, boost::system::error_code& ec) {
  std::lock_guard const lock(mutex_);
  if (abandoned_ || finished_) {
    ec = boost::system::errc::make_error_code(boost::system::errc::broken_pipe);
    return 0;
  }
  std::size_t const before = bytes_.size();
  for (iovec const& piece : bytes) {
    std::size_t const part = std::min(piece.iov_len, window - bytes_.size());
    auto const* from = static_cast<char const*>(piece.iov_base);
    bytes_.insert(bytes_.end(), from, from + part);
    if (part < piece.iov_len) break;
  }
  bool const more = bytes_.size() > before;
  if (more && std::exchange(reader_waits_, false) && on_bytes_) on_bytes_();
  return bytes_.size() - before;
}

void local_pipe::wait_for_room() {
  std::lock_guard const lock(mutex_);
  if (bytes_.size() == window && !abandoned_) {
    writer_waits_ = true;
  } else if (on_room_) {
    on_room_();
  }
}

void local_pipe::finish() noexcept {
  std::lock_guard const lock(mutex_);
  on_room_ = nullptr;
  if (std::exchange(finished_, true)) return;
  if (std::exchange(reader_waits_, false) && on_bytes_) on_bytes_();
}

void local_pipe::on_bytes(teller tell) {
  std::lock_guard const lock(mutex_);
  on_bytes_ = std::move(tell);
}

local_pipe::found local_pipe::take(std::vector<char>& into) {
  std::lock_guard const lock(mutex_);
  if (bytes_.empty()) {
    if (finished_ || abandoned_) return found::end;
    if (bytes_.capacity() > kept) bytes_ = {};
    reader_waits_ = true;
    return found::nothing;
  }
  if (into.empty()) {
    into.swap(bytes_);
  } else {
    into.insert(into.end(), bytes_.begin(), bytes_.end());
    bytes_.clear();
  }
  if (std::exchange(writer_waits_, false) && on_room_) on_room_();
  return found::bytes;
}

void local_pipe::abandon() noexcept {
  std::lock_guard const lock(mutex_);
  on_bytes_ = nullptr;
  if (std::exchange(abandoned_, true)) return;
  bytes_ = {};
  if (std::exchange(writer_waits_, false) && on_room_) on_room_();
}

}  // namespace runes::detail
