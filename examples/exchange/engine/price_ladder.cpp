#include "price_ladder.hpp"

namespace exchange::engine {

price_ladder::price_ladder(level_pool& levels, bool highest_first, std::uint32_t window)
    : levels_(&levels),
      flip_(highest_first ? 0 : -1),
      size_(window),
      cells_(window, nil),
      bits_(window),
      far_(levels, flip_) {}

std::uint32_t price_ladder::find(ticks price) const noexcept {
  auto const key = key_of(price);
  auto const at = place_of(key);
  return at < size_ ? cells_[at] : far_.find(key);
}

std::uint32_t price_ladder::find_or_add_far(ticks price) noexcept {
  auto const key = key_of(price);
  if (empty()) {
    base_ = base_around(key);
    return find_or_add(price);
  }
  if (auto const there = far_.find(key); there != nil) return there;
  auto const made = levels_->add(price);
  far_.insert(made);
  if (key > best_key_) lead(made, key);
  if (strained()) move_window();
  return made;
}

// Moving the window costs as much as there are levels in it. So it is paid for by as many levels
// that had to be made outside before, and only done if the best price is not well inside.
bool price_ladder::strained() noexcept {
  if (++strain_ <= near_ + 256) return false;
  strain_ = 0;
  auto const at = place_of(best_key_);
  return at < size_ / 4 || at >= size_;
}

void price_ladder::move_window() noexcept {
  for (auto at = bits_.lowest(); at != level_bitmap::none; at = bits_.above(at)) {
    far_.insert(cells_[at]);
    cells_[at] = nil;
    bits_.clear(at);
  }
  near_ = 0;
  base_ = base_around(best_key_);
  for (auto level = far_.above(base_ - 1); level != nil; level = far_.above(base_ - 1)) {
    // Taken out as they are found, the next one is the lowest again.
    auto const at = place_of(key_of((*levels_)[level].price));
    if (at >= size_) break;
    far_.erase(level);
    cells_[at] = level;
    bits_.set(static_cast<std::uint32_t>(at));
    ++near_;
  }
}

std::uint32_t price_ladder::higher(std::uint32_t a, std::uint32_t b) const noexcept {
  if (a == nil || b == nil) return a == nil ? b : a;
  return key_of((*levels_)[a].price) > key_of((*levels_)[b].price) ? a : b;
}

std::uint32_t price_ladder::above(std::int64_t key) const noexcept {
  auto const size = static_cast<std::int64_t>(size_);
  std::uint32_t near = level_bitmap::none;
  if (key < base_) {
    near = bits_.lowest();
  } else if (key - base_ < size) {
    near = bits_.above(static_cast<std::uint32_t>(key - base_));
  }
  auto const found = near != level_bitmap::none ? cells_[near] : nil;
  auto const far = far_.size() == 0 ? nil : far_.above(key);
  if (found == nil || far == nil) return found == nil ? far : found;
  return higher(found, far) == far ? found : far;
}

}  // namespace exchange::engine
