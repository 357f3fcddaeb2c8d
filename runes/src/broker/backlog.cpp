#include "broker/backlog.hpp"

#include <utility>

namespace runes::detail {

bool backlog::absorb(update const& what) {
  if (policy_ == overflow::disconnect) return false;
  if (policy_ == overflow::conflate && merge_into_last(what)) return true;
  if (policy_ == overflow::conflate && held_.size() >= most_unmerged) return false;
  bytes_ += what.data->bytes();
  held_.push_back(what);
  held_.back().compressed.reset();  // it may be held for long
  while (policy_ == overflow::gap && bytes_ > max_bytes_ && held_.size() > 1) drop_oldest();
  return true;
}

bool backlog::merge_into_last(update const& what) {
  if (held_.empty()) return false;
  update& last = held_.back();
  payload_ptr both = model_->merge(last.data, what.data);
  if (!both) return false;
  bytes_ += both->bytes();
  bytes_ -= last.data->bytes();
  last.data = std::move(both);
  last.frame.reset();
  last.seq = what.seq;
  last.ts = what.ts;
  return true;
}

void backlog::drop_oldest() {
  update const& oldest = held_.front();
  if (!missing_) missing_ = range{oldest.prev + 1, oldest.seq};
  missing_->to = oldest.seq;
  bytes_ -= oldest.data->bytes();
  held_.pop_front();
}

std::optional<backlog::item> backlog::take() {
  if (missing_) return item{std::exchange(missing_, {}), {}};
  if (held_.empty()) return {};
  item next{{}, std::move(held_.front())};
  bytes_ -= next.merged.data->bytes();
  held_.pop_front();
  return next;
}

}  // namespace runes::detail
