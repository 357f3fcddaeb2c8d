#include "session/outbox.hpp"

#include <utility>

namespace runes::detail {
namespace {

/// An idle connection keeps a queue of at most this many places.
constexpr std::size_t kept_places = 16;

}  // namespace

bool outbox::push(shared_frame what) {
  if (bytes_ + cost(what) > max_bytes_ && !empty()) return false;
  append(std::move(what));
  return true;
}

bool outbox::push_reserved(shared_frame what) {
  if (bytes_ + cost(what) > max_bytes_ + reserve_bytes && !empty()) return false;
  append(std::move(what));
  return true;
}

void outbox::append(shared_frame what) {
  bytes_ += cost(what);
  pushed_ += what->size();
  frames_.push_back(std::move(what));
}

std::size_t outbox::gather(std::span<iovec> out) const noexcept {
  std::size_t filled = 0;
  std::size_t skip = offset_;
  for (std::size_t i = head_; i < frames_.size() && filled < out.size(); ++i) {
    auto const bytes = frames_[i]->bytes().substr(skip);
    skip = 0;
    out[filled++] = {const_cast<char*>(bytes.data()), bytes.size()};
  }
  return filled;
}

std::size_t outbox::consume(std::size_t count) noexcept {
  std::size_t finished = 0;
  written_ += count;
  while (!empty()) {
    std::size_t const rest = frames_[head_]->size() - offset_;
    if (count < rest) {
      offset_ += count;
      break;
    }
    count -= rest;
    offset_ = 0;
    bytes_ -= cost(frames_[head_]);
    frames_[head_++].reset();
    ++finished;
  }
  tidy();
  return finished;
}

void outbox::tidy() noexcept {
  if (empty()) {
    head_ = 0;
    if (frames_.capacity() > kept_places) {
      std::vector<shared_frame>().swap(frames_);
    } else {
      frames_.clear();
    }
  } else if (head_ >= 64 && head_ * 2 >= frames_.size()) {
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void outbox::drop_unsent() noexcept {
  std::size_t const keep = offset_ > 0 ? 1 : 0;
  while (size() > keep) {
    bytes_ -= cost(frames_.back());
    pushed_ -= frames_.back()->size();
    frames_.pop_back();
  }
  tidy();
}

void outbox::clear() noexcept {
  std::vector<shared_frame>().swap(frames_);
  head_ = offset_ = bytes_ = 0;
}

}  // namespace runes::detail
