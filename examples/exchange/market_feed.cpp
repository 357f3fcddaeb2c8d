#include "market_feed.hpp"

#include "units.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace exchange {
namespace {

std::string missing(std::uint64_t first, std::uint64_t last) {
  if (first == last) return "the trade " + std::to_string(first) + " is missing";
  return "the trades " + std::to_string(first) + " to " + std::to_string(last) + " are missing";
}

runes::order_book::entry in_units(runes::level const& level, runes::instrument const& of) {
  return {units_of(level.price, of.price_decimals(), "price"),
          units_of(level.quantity, of.quantity_decimals(), "quantity")};
}

}  // namespace

market_feed::round::round(std::filesystem::path const& file, feed_options const& options,
                          runes::instrument const& of)
    : reader(file, options.max_line), joiner(of, options.joiner), summary(of) {}

market_feed::market_feed(std::filesystem::path file, feed_options options)
    : file_(std::move(file)), options_(options) {
  auto market = survey(file_, options_.survey_lines);
  recorded_symbol_ = std::move(market.recorded_symbol);
  instruments_.push_back(std::move(market.instrument));
  instruments_.front().status = status_;
  round_.emplace(file_, options_, instruments_.front());
}

std::optional<step> market_feed::next() {
  while (auto const seen = round_->reader.next()) {
    step made;
    take(*seen, made);
    if (made.empty()) continue;
    count(made);
    return made;
  }
  return end();
}

std::optional<step> market_feed::end() {
  if (std::exchange(round_->ended, true)) return std::nullopt;
  step made;
  made.at = round_->at;
  made.ts = round_->now;
  take(round_->joiner.end(), 0, made);
  if (made.empty()) return std::nullopt;
  count(made);
  return made;
}

void market_feed::rewind() {
  auto const so_far = counters();
  round_.emplace(file_, options_, instruments_.front());
  counters_ = so_far;
}

source_counters market_feed::counters() const noexcept {
  auto all = counters_;
  all.lines += round_->reader.lines();
  all.skipped += round_->reader.skipped();
  return all;
}

void market_feed::take(record const& seen, step& into) {
  round_->at = std::max(round_->at, seen.received);
  into.at = round_->at;
  into.ts = round_->now;
  std::visit([&](auto const& what) { take(what, seen.line, into); }, seen.what);
  tell_status(into);
}

void market_feed::take(depth_diff const& diff, std::uint64_t line, step& into) {
  if (!ours(diff.symbol, line, into)) return;
  happened(diff.ts, into);
  take(round_->joiner.add(diff), line, into);
}

void market_feed::take(rest_snapshot const& snapshot, std::uint64_t line, step& into) {
  happened(snapshot.ts, into);
  take(round_->joiner.add(snapshot), line, into);
}

void market_feed::take(joined result, std::uint64_t line, step& into) {
  if (result.gap) {
    ++counters_.gaps;
    round_->best.reset();  // from before the hole
  }
  for (auto& sentence : result.problems) into.problems.push_back({line, std::move(sentence)});
  into.book = std::move(result.book);
  if (into.book) round_->summary.finish(top(), into);
}

void market_feed::take(recorded_trade const& recorded, std::uint64_t line, step& into) {
  if (!ours(recorded.symbol, line, into)) return;
  happened(recorded.trade.ts, into);
  if (!in_order(recorded.trade, line, into)) return;
  round_->summary.add(recorded.trade, line, into);
  round_->summary.finish(top(), into);
}

// While there is a book, the best bid and ask are its own, and a book ticker only moves the clock.
void market_feed::take(book_ticker const& seen, std::uint64_t line, step& into) {
  if (!ours(seen.symbol, line, into)) return;
  happened(seen.ts, into);
  try {
    auto const& of = instruments_.front();
    top_of_book const best{in_units(seen.bid, of), in_units(seen.ask, of)};
    if (round_->joiner.has_book()) return;
    round_->best = best;
    round_->summary.finish(top(), into);
  } catch (runes::error const& wrong) {
    into.problems.push_back({line, wrong.sentence() + "; the book ticker is left out"});
  }
}

void market_feed::take(problem const& wrong, std::uint64_t, step& into) {
  into.problems.push_back(wrong);
}

// A REST snapshot names no symbol, so a recording can be of one market only: the first.
bool market_feed::ours(std::string_view symbol, std::uint64_t line, step& into) {
  if (symbol == recorded_symbol_) return true;
  ++counters_.skipped;
  if (!std::exchange(other_reported_, true)) {
    into.problems.push_back({line, "the recording is of " + recorded_symbol_ +
                                       "; what it holds of " + std::string(symbol) +
                                       " and others is left out"});
  }
  return false;
}

bool market_feed::in_order(runes::trade const& trade, std::uint64_t line, step& into) {
  auto& last = round_->last_trade;
  if (last && trade.trade_id <= *last) {
    into.problems.push_back({line, "the trade " + std::to_string(trade.trade_id) + " comes after " +
                                       std::to_string(*last) + " and is left out"});
    return false;
  }
  if (last && trade.trade_id > *last + 1) {
    ++counters_.trade_gaps;
    into.problems.push_back({line, missing(*last + 1, trade.trade_id - 1)});
  }
  last = trade.trade_id;
  return true;
}

std::optional<top_of_book> market_feed::top() const {
  if (!round_->joiner.has_book()) return round_->best;
  return top_of(round_->joiner.book());
}

void market_feed::tell_status(step& into) {
  auto const now = round_->joiner.has_book() ? runes::instrument_status::active
                                             : runes::instrument_status::suspended;
  if (now != std::exchange(status_, now)) into.status = now;
}

void market_feed::happened(std::optional<runes::timestamp> ts, step& into) {
  auto& now = round_->now;
  now = std::max(now, ts.value_or(now));
  into.ts = ts.value_or(now);
  round_->summary.advance(now - options_.grace, into);
}

void market_feed::count(step const& made) noexcept {
  counters_.problems += made.problems.size();
  counters_.trades += made.trades.size();
  if (made.book) ++counters_.book_updates;
}

}  // namespace exchange
