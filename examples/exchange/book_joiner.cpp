#include "book_joiner.hpp"

#include "units.hpp"

#include <runes/error.hpp>

#include <utility>

namespace exchange {
book_joiner::book_joiner(runes::instrument const& of, joiner_limits limits)
    : symbol_(of.symbol), limits_(limits), book_(of.price_decimals(), of.quantity_decimals()) {}

joined book_joiner::add(depth_diff const& seen) {
  joined result;
  try {
    auto diff = to_units(seen);
    if (state_ == state::waiting) {
      keep(std::move(diff), result);
      return result;
    }
    switch (judge(diff)) {
      case verdict::apply: {
        book_update update{false, {}, diff.last};
        apply(diff, &update.levels);
        if (!update.levels.bids.empty() || !update.levels.asks.empty()) {
          update.levels.checksum = book_.checksum();
          result.book = std::move(update);
        }
        break;
      }
      case verdict::not_needed:
        break;
      case verdict::repeated:
        result.problems.push_back("the updates " + std::to_string(diff.first) + " to " +
                                  std::to_string(diff.last) + " are in the book already");
        break;
      case verdict::missing:
        result.gap = true;
        result.problems.push_back(missing_before(diff));
        lose(result);
        keep(std::move(diff), result);
        break;
    }
  } catch (runes::error const& wrong) {
    // Half a diff must not be applied, and leaving it out is a gap.
    result.problems.push_back(wrong.sentence() + "; the diff is left out");
    if (has_book()) {
      result.gap = true;
      result.problems.push_back("the book of " + symbol_ + " is lost until the next snapshot");
    }
    lose(result);
  }
  return result;
}

joined book_joiner::add(rest_snapshot const& seen) {
  joined result;
  // A snapshot from before the book that is held says nothing new.
  if (has_book() && seen.last_update_id < last_) return result;
  entries bids, asks;
  try {
    bids = to_units(seen.bids);
    asks = to_units(seen.asks);
  } catch (runes::error const& wrong) {
    result.problems.push_back(wrong.sentence() + "; the snapshot is left out");
    return result;
  }
  book_.clear();
  apply(runes::side::buy, bids, nullptr);
  apply(runes::side::sell, asks, nullptr);
  last_ = seen.last_update_id;
  state_ = state::joining;
  if (join_buffered(result)) publish_whole(result);
  return result;
}

joined book_joiner::end() const {
  joined result;
  if (has_book() || loss_told_ || waited_ == 0) return result;
  result.problems.push_back("no snapshot came that the " + std::to_string(waited_) +
                            " depth diffs could be joined to: there was no book of " + symbol_);
  return result;
}

book_joiner::entries book_joiner::to_units(std::vector<runes::level> const& levels) const {
  entries result;
  result.reserve(levels.size());
  for (auto const& level : levels) {
    result.push_back({units_of(level.price, book_.price_decimals(), "price"),
                      units_of(level.quantity, book_.quantity_decimals(), "quantity")});
  }
  return result;
}

book_joiner::diff_units book_joiner::to_units(depth_diff const& diff) const {
  return {diff.first, diff.last, diff.previous, to_units(diff.bids), to_units(diff.asks)};
}

// The rules, as in the header. On futures, whose numbers have holes, `pu <= L` says that nothing
// happened to this market between `pu` and `U`, so such a diff follows the snapshot as well as one
// with `U <= L` does.
book_joiner::verdict book_joiner::judge(diff_units const& diff) const noexcept {
  bool const futures = diff.previous.has_value();
  if (state_ == state::joining) {
    if (futures ? diff.last < last_ : diff.last <= last_) return verdict::not_needed;
    bool const follows =
        futures ? *diff.previous <= last_ || diff.first <= last_ : diff.first <= last_ + 1;
    return follows ? verdict::apply : verdict::missing;
  }
  if (futures ? *diff.previous == last_ : diff.first == last_ + 1) return verdict::apply;
  return diff.last <= last_ ? verdict::repeated : verdict::missing;
}

void book_joiner::apply(diff_units const& diff, runes::book_changes* changes) {
  apply(runes::side::buy, diff.bids, changes ? &changes->bids : nullptr);
  apply(runes::side::sell, diff.asks, changes ? &changes->asks : nullptr);
  last_ = diff.last;
  state_ = state::live;
}

void book_joiner::apply(runes::side which, entries const& levels,
                        std::vector<runes::level>* changes) {
  for (auto const& level : levels) {
    if (!book_.set(which, level) || !changes) continue;
    changes->push_back(
        {{level.price, book_.price_decimals()}, {level.quantity, book_.quantity_decimals()}});
  }
}

// Whether the diffs that were kept lead on from the snapshot. If not, it is older than they are:
// those from the hole on stay for the next one.
bool book_joiner::join_buffered(joined& result) {
  while (!buffer_.empty()) {
    auto const& diff = buffer_.front();
    if (judge(diff) == verdict::missing) {
      result.gap = true;
      result.problems.push_back(missing_before(diff));
      auto rest = std::exchange(buffer_, {});
      auto const levels = buffered_levels_;
      lose(result);
      buffer_ = std::move(rest);
      buffered_levels_ = levels;
      return false;
    }
    if (judge(diff) == verdict::apply) apply(diff, nullptr);
    buffered_levels_ -= diff.levels();
    buffer_.pop_front();
  }
  overflow_reported_ = false;
  return true;
}

void book_joiner::keep(diff_units diff, joined& result) {
  ++waited_;
  buffered_levels_ += diff.levels();
  buffer_.push_back(std::move(diff));
  while (buffer_.size() > limits_.diffs || buffered_levels_ > limits_.levels) {
    buffered_levels_ -= buffer_.front().levels();
    buffer_.pop_front();
    if (std::exchange(overflow_reported_, true)) continue;
    result.problems.push_back("no snapshot of " + symbol_ +
                              " has come for long; the oldest updates are no longer kept for it");
  }
}

void book_joiner::lose(joined& result) {
  loss_told_ |= result.gap;
  state_ = state::waiting;
  book_.clear();
  last_ = 0;
  buffer_.clear();
  buffered_levels_ = 0;
  if (std::exchange(published_, false))
    result.book = book_update{true, {{}, {}, book_.checksum()}, 0};
}

void book_joiner::publish_whole(joined& result) {
  result.book = book_update{true, {book_.bids(), book_.asks(), book_.checksum()}, last_};
  published_ = true;
  loss_told_ = false;
  waited_ = 0;
}

std::string book_joiner::missing_before(diff_units const& diff) const {
  return "updates are missing between " + std::to_string(last_) + " and " +
         std::to_string(diff.first) + ": the book of " + symbol_ +
         " is lost until the next snapshot";
}

}  // namespace exchange
