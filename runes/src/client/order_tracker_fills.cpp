// Fills, each told once; and what has to be asked.
#include <runes/order_tracker.hpp>

#include <algorithm>
#include <utility>

namespace runes {
namespace {

constexpr unsigned page_size = 1'000;

}  // namespace

/// A log's hole is not closed by a snapshot, which is empty, but by the history.
order_tracker::changes order_tracker::on(event<fill_list> const& what) {
  changes all;
  fills_state_.begun = true;
  auto const& topic = what.symbol();
  auto const last = last_of_topic_.find(topic);
  bool const is_known = last != last_of_topic_.end();
  switch (what.kind()) {
    case event_kind::stale:
    case event_kind::end:
      fills_state_.stale = outage_ = true;
      ++round_;
      break;
    case event_kind::resumed:
      fills_state_.stale = false;
      break;
    case event_kind::gap:
      missed(is_known ? last->second : 0);
      break;
    case event_kind::snapshot:
      // A topic that has come up while nobody listened may have had fills, and nobody said so.
      if (!is_known && outage_) missed(0);
      last_of_topic_.try_emplace(topic, 0);
      break;
    case event_kind::update:
      for (auto const& each : what.data()) {
        auto& newest = last_of_topic_[topic];
        newest = std::max(newest, each.trade_id);
        count(each, false, all);
      }
      break;
  }
  return all;
}

/// `after`: all of its topic up to there have come; 0: that is not known.
void order_tracker::missed(std::uint64_t after) {
  ++round_;
  if (!complete_ && after == 0) return;  // nothing was counted yet
  auto const from = std::max(after, complete_.value_or(0));
  missed_after_ = std::min(missed_after_.value_or(from), from);
  missed_before_ = 0;
}

void order_tracker::count(fill const& what, bool was_missed, changes& into) {
  if (what.trade_id <= floor_) return;
  if (!known_fills_.emplace(what.trade_id, what.order_id).second) return;
  if (known_fills_.size() > limits_.known_fills) {
    floor_ = known_fills_.begin()->first;
    known_fills_.erase(known_fills_.begin());
  }
  if (!last_fill_ || last_fill_->trade_id <= what.trade_id) last_fill_ = what;
  ++fills_counted_;
  into.emplace_back(fill_counted{what, was_missed});
}

// ---- questions

std::optional<order_tracker::question> order_tracker::next_question() const {
  using about = question::about;
  if (fills_state_.begun && !complete_) {
    question first(about::newest_fill);
    first.history_.limit(1);
    return first;
  }
  if (missed_after_) {
    question next(about::fills);
    next.history_.limit(page_size);
    if (*missed_after_ > 0) next.history_.after(*missed_after_);
    if (missed_before_ > 0) next.history_.before(missed_before_);
    next.round_ = round_;
    return next;
  }
  if (!lost_.empty()) {
    question next(about::order);
    next.which_ = *lost_.begin();
    return next;
  }
  for (auto const& [id, each] : pending_) {
    if (!each.unanswered) continue;
    question next(about::placement);
    next.which_ = id;
    next.expires_at_ = each.expires_at;
    return next;
  }
  return {};
}

order_tracker::changes order_tracker::answer(question const& to, fill_list const& page) {
  changes all;
  if (to.what_ == question::about::newest_fill) {
    if (!complete_) complete_ = page.empty() ? 0 : page.front().trade_id;
    return all;
  }
  fill_list in_order = page;
  std::ranges::sort(in_order, {}, &fill::trade_id);
  for (auto const& each : in_order) count(each, true, all);
  if (to.round_ != round_ || !missed_after_) return all;  // more was missed: it is asked again
  if (page.size() >= page_size) {
    on_whole_page(to, in_order);
  } else {
    on_last_page(to, in_order);
  }
  return all;
}

/// There may be more behind it. The two fills of one trade may stand on two pages.
void order_tracker::on_whole_page(question const& to, fill_list const& page) {
  if (to.history_.after()) {
    missed_after_ = std::max(*missed_after_ + 1, page.back().trade_id - 1);
  } else {
    missed_before_ = page.front().trade_id + 1;
  }
}

void order_tracker::on_last_page(question const& to, fill_list const& page) {
  auto const newest = page.empty() ? to.history_.after().value_or(0) : page.back().trade_id;
  complete_ = std::max({complete_.value_or(0), newest, *missed_after_});
  missed_after_.reset();
  missed_before_ = 0;
  outage_ = false;
}

}  // namespace runes
