#include "service.hpp"

#include "merged_steps.hpp"

#include <utility>

namespace exchange::service {
namespace {

/// Records of which the markets are told as one change, so that no event grows without bound.
constexpr unsigned most_merged = 64;

}  // namespace

venue_service::venue_service(venue::trading_venue& venue, reporter& reports, record_log* log,
                             news_sink& sink, storage::sequence last, service_config const& config)
    : venue_(venue),
      reports_(reports),
      log_(log),
      sink_(sink),
      config_(config),
      last_(last),
      told_(last) {}

taken venue_service::take(venue::request const& asked) {
  if (!failed_.empty()) return {verdict::stopped, {}};
  if (held_.size() >= config_.max_held) return {verdict::overloaded, {}};
  bool joins = false;
  if (log_ != nullptr) {
    // The record first: what the journal has no room for must not have happened.
    auto const put = log_->append(venue::encode(asked));
    if (put.verdict == storage::append_verdict::stopped) return {verdict::stopped, {}};
    if (put.verdict != storage::append_verdict::accepted) return {verdict::overloaded, {}};
    last_ = put.number;
    joins = put.joins;
  } else {
    ++last_;
  }
  auto const done = venue_.apply(asked);
  auto made = reports_.report(done);
  if (!joins) markets_ = nullptr;  // what is there may be told before this record is durable
  gather(made);
  tell(std::move(made));
  return {verdict::taken, done.result};
}

void venue_service::insist(venue::command what, venue::micros now) {
  insisted_.push_back(std::move(what));
  take_insisted(now);
}

void venue_service::take_insisted(venue::micros now) {
  while (!insisted_.empty()) {
    if (take({insisted_.front(), now}).verdict != verdict::taken) return;
    insisted_.pop_front();
  }
}

// What is durable at once is told at once: of the markets as one change of a few requests.
void venue_service::gather(news& what) {
  if (markets_ == nullptr || what.markets.empty() || markets_->records == most_merged) return;
  if (!merge(markets_->what.markets, what.markets)) return;
  markets_->number = last_;
  ++markets_->records;
}

void venue_service::when_durable(word what) { hold_or_tell({last_, {}, std::move(what)}); }

void venue_service::tell(news&& what) {
  if (!what.empty()) hold_or_tell({last_, std::move(what), {}});
}

void venue_service::hold_or_tell(held&& one) {
  bool const waits = log_ != nullptr && told_ < last_;
  if (waits && failed_.empty()) {
    bool const of_markets = !one.what.markets.empty();
    auto& stays = held_.emplace_back(std::move(one));
    if (of_markets) markets_ = &stays;
  } else {
    say(std::move(one));
  }
}

// After a failure news are dropped: what they tell of may not be there after the next start.
void venue_service::say(held&& one) {
  if (one.said) {
    one.said(failed_.empty() ? nullptr : &failed_);
  } else if (failed_.empty()) {
    if (one.records > 1) keep_last(one.what.markets);
    sink_.tell(std::move(one.what));
  }
}

void venue_service::durable(storage::sequence up_to, venue::micros now) {
  if (!failed_.empty()) return;
  told_ = up_to;
  while (!held_.empty() && held_.front().number <= up_to) {
    if (markets_ == &held_.front()) markets_ = nullptr;
    auto next = std::move(held_.front());
    held_.pop_front();
    say(std::move(next));
  }
  take_insisted(now);
}

void venue_service::fail(std::string why) {
  if (!failed_.empty()) return;
  failed_ = std::move(why);
  markets_ = nullptr;
  for (auto& each : std::exchange(held_, {})) say(std::move(each));
}

}  // namespace exchange::service
