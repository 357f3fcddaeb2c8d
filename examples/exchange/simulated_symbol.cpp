#include "simulated_symbol.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace exchange {
namespace {

constexpr double seconds_between_quotes = 1.0 / 30;
constexpr double seconds_between_trades = 0.8;  // without excitement
constexpr double calm_down_seconds = 2;
constexpr double wild_seconds = 60;   // how long volatility remembers
constexpr double spread_seconds = 5;  // how long the spread does
constexpr double homesick_seconds = 4 * 3600;
constexpr std::size_t untouchable_levels = 5;  // takers leave these

double seconds(std::chrono::microseconds time) { return static_cast<double>(time.count()) * 1e-6; }

// One step of a process that is drawn back to zero and strays by `deviation` from it in the long
// run.
double drawn_back(double value, double deviation, double memory, double dt, double shock) {
  return value * std::exp(-dt / memory) + deviation * std::sqrt(2 * dt / memory) * shock;
}

runes::side other(runes::side which) noexcept {
  return which == runes::side::buy ? runes::side::sell : runes::side::buy;
}

// Away from the middle of the book.
int outward(runes::side which) noexcept { return which == runes::side::buy ? -1 : 1; }

}  // namespace

simulated_symbol::simulated_symbol(simulated_character character, std::uint64_t seed,
                                   runes::timestamp begin)
    : who_(std::move(character)),
      noise_(seed),
      book_(who_.of.price_decimals(), who_.of.quantity_decimals()),
      summary_(who_.of),
      now_(begin),
      next_quote_(begin),
      next_trade_(begin + std::chrono::milliseconds(100)),
      fair_(who_.price) {}

step simulated_symbol::next() {
  step made;
  move_to(due());
  made.ts = now_;
  summary_.advance(now_, made);
  bool const first = update_id_ == 0;
  made.book = book_update{first, {}, ++update_id_};
  if (now_ == next_quote_) {
    quote(*made.book);
    next_quote_ = after(seconds_between_quotes);
  } else {
    trade(made);
    next_trade_ = after(seconds_between_trades / (1 + excitement_));
  }
  auto& levels = made.book->levels;
  if (first) levels = {book_.bids(), book_.asks(), 0};
  levels.checksum = book_.checksum();
  if (levels.bids.empty() && levels.asks.empty()) made.book.reset();
  summary_.finish(top_of(book_), made);
  return made;
}

void simulated_symbol::move_to(runes::timestamp ts) {
  auto const dt = seconds(ts - now_);
  now_ = ts;
  wild_ = std::clamp(drawn_back(wild_, 0.6, wild_seconds, dt, noise_.normal()), -1.5, 2.0);
  spread_ = std::clamp(drawn_back(spread_, 0.5, spread_seconds, dt, noise_.normal()), -1.0, 2.0);
  excitement_ *= std::exp(-dt / calm_down_seconds);
  fair_ += (who_.price - fair_) * dt / homesick_seconds;
  fair_ += who_.volatility * wildness() * std::sqrt(dt) * noise_.normal();
  fair_ = std::clamp(fair_, who_.price / 3, who_.price * 3);
}

void simulated_symbol::quote(book_update& update) {
  auto const half = who_.spread * std::exp(0.5 * wild_ + spread_) / 2;
  auto const bid = static_cast<std::int64_t>(std::floor(fair_ - half));
  auto const ask = std::max(bid + 1, static_cast<std::int64_t>(std::ceil(fair_ + half)));
  // Both sides are pulled before either is quoted, so at no moment is the book crossed.
  pull(runes::side::buy, bid, update.levels);
  pull(runes::side::sell, ask, update.levels);
  for (auto const which : {runes::side::buy, runes::side::sell}) {
    auto const best = which == runes::side::buy ? bid : ask;
    if (noise_.chance(0.8)) put(which, best, some_lots(), update.levels);
    refresh(which, best, update.levels);
    fill_up(which, best, update.levels);
  }
}

// Takes away what the fair price has come too close to.
void simulated_symbol::pull(runes::side which, std::int64_t best, runes::book_changes& changes) {
  while (book_.size(which) > 0 && (best - tick_at(which, 0)) * outward(which) > 0) {
    put(which, tick_at(which, 0), 0, changes);
  }
}

void simulated_symbol::refresh(runes::side which, std::int64_t best, runes::book_changes& changes) {
  for (auto n = noise_.geometric(1.0); n > 0; --n) {
    bool const cancel = noise_.chance(0.45) && book_.size(which) > fewest_levels;
    if (cancel) {
      auto const behind = static_cast<std::size_t>(noise_.geometric(8.0));
      auto const level = std::min(behind, book_.size(which) - 1);
      put(which, tick_at(which, level), 0, changes);
    } else {
      put(which, best + outward(which) * noise_.geometric(spacing() * 12), some_lots(), changes);
    }
  }
}

void simulated_symbol::fill_up(runes::side which, std::int64_t best, runes::book_changes& changes) {
  while (book_.size(which) < fewest_levels) {
    auto const from = book_.size(which) > 0 ? tick_at(which, book_.size(which) - 1) : best;
    put(which, from + outward(which) * (1 + noise_.geometric(spacing())), some_lots(), changes);
  }
  while (book_.size(which) > most_levels) {
    put(which, tick_at(which, book_.size(which) - 1), 0, changes);
  }
}

void simulated_symbol::trade(step& into) {
  if (noise_.chance(0.35)) taker_ = other(taker_);
  auto const maker = other(taker_);
  // Sizes have a long tail: most takers want little, a few sweep several levels.
  auto wanted =
      std::max<std::int64_t>(1, std::llround(who_.size * 0.4 * std::exp(1.2 * noise_.normal())));
  auto const lot = who_.of.lot_size.units();
  while (wanted > 0 && book_.size(maker) > untouchable_levels) {
    auto const best = book_.at(maker, 0);
    auto const lots = std::min(wanted, best.quantity / lot);
    wanted -= lots;
    set(maker, {best.price, best.quantity - lots * lot}, into.book->levels);
    runes::trade const made{++trade_id_,
                            {best.price, book_.price_decimals()},
                            {lots * lot, book_.quantity_decimals()},
                            taker_,
                            now_};
    summary_.add(made, 0, into);
    fair_ += outward(maker) * who_.volatility * 0.02 * std::abs(noise_.normal());
  }
  excitement_ = std::min(excitement_ + 0.25, 8.0);
}

runes::timestamp simulated_symbol::after(double mean_seconds) {
  auto const wait = std::llround(noise_.exponential(mean_seconds) * 1e6);
  return now_ + std::chrono::microseconds(std::max(wait, 1LL));
}

void simulated_symbol::put(runes::side which, std::int64_t tick, std::int64_t lots,
                           runes::book_changes& changes) {
  set(which, {tick * who_.of.tick_size.units(), lots * who_.of.lot_size.units()}, changes);
}

// A price that changes twice in one step is told once, as it is in the end.
void simulated_symbol::set(runes::side which, runes::order_book::entry level,
                           runes::book_changes& changes) {
  if (!book_.set(which, level)) return;
  auto& told = which == runes::side::buy ? changes.bids : changes.asks;
  runes::level const now{{level.price, book_.price_decimals()},
                         {level.quantity, book_.quantity_decimals()}};
  auto const same = std::ranges::find(told, now.price, &runes::level::price);
  if (same == told.end()) {
    told.push_back(now);
  } else {
    *same = now;
  }
}

std::int64_t simulated_symbol::tick_at(runes::side which, std::size_t n) const noexcept {
  return book_.at(which, n).price / who_.of.tick_size.units();
}

std::int64_t simulated_symbol::some_lots() {
  return std::max<std::int64_t>(1, std::llround(who_.size * std::exp(0.8 * noise_.normal())));
}

double simulated_symbol::wildness() const { return std::exp(wild_); }

}  // namespace exchange
