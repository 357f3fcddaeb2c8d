#include "broker/history.hpp"

#include <algorithm>
#include <utility>

namespace runes::detail {

namespace {

/// A frame that is encoded later is about as large as its data; counted from the start.
std::size_t cost(update const& what) noexcept {
  std::size_t const data = what.data->bytes();
  return sizeof(update) + data + (what.frame ? what.frame->size() : data);
}

}  // namespace

void history::add(update what) {
  if (!held_.empty() && held_.back().what.seq != what.prev) clear();
  std::size_t const bytes = cost(what);
  time_point const now = what.published;
  held_.push_back({std::move(what), bytes});
  bytes_ += bytes;
  all_->add(bytes);
  while (!held_.empty() && (bytes_ > bounds_.bytes || all_->exceeded(whose_))) drop_oldest();
  expire(now);
}

void history::expire(time_point now) noexcept {
  while (!held_.empty() && now - held_.front().what.published > bounds_.age) drop_oldest();
}

void history::clear() noexcept {
  all_->subtract(bytes_);
  bytes_ = 0;
  held_.clear();
}

void history::drop_oldest() noexcept {
  std::size_t const less = held_.front().bytes;
  bytes_ -= less;
  all_->subtract(less);
  held_.pop_front();
}

std::optional<std::vector<update>> history::after(std::uint64_t seq, std::uint64_t last,
                                                  encoder const& encode) {
  std::vector<update> missed;
  if (seq == last) return missed;
  if (held_.empty() || held_.back().what.seq != last) return {};
  // Where an update begins: a number inside one was never a subscriber's last.
  auto const from =
      std::lower_bound(held_.begin(), held_.end(), seq,
                       [](entry const& e, std::uint64_t n) { return e.what.prev < n; });
  if (from == held_.end() || from->what.prev != seq) return {};
  missed.reserve(static_cast<std::size_t>(held_.end() - from));
  for (auto it = from; it != held_.end(); ++it) {
    if (!it->what.frame) it->what.frame = encode(it->what);
    missed.push_back(it->what);
  }
  return missed;
}

}  // namespace runes::detail
