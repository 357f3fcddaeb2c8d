#include "ticker_state.hpp"

#include "units.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace exchange {
namespace {

constexpr std::int64_t minutes_a_day = 24 * 60;

std::int64_t minute_of(runes::timestamp ts) noexcept {
  return std::chrono::floor<std::chrono::minutes>(ts.time_since_epoch()).count();
}

runes::order_book::entry best(runes::order_book const& book, runes::side which) noexcept {
  return book.size(which) > 0 ? book.at(which, 0) : runes::order_book::entry{};
}

}  // namespace

top_of_book top_of(runes::order_book const& book) noexcept {
  return {best(book, runes::side::buy), best(book, runes::side::sell)};
}

ticker_state::ticker_state(runes::instrument const& of) noexcept
    : price_decimals_(of.price_decimals()), quantity_decimals_(of.quantity_decimals()) {}

void ticker_state::add(runes::trade const& trade) {
  auto const traded_at = units_of(trade.price, price_decimals_, "price");
  auto const amount = units_of(trade.quantity, quantity_decimals_, "quantity");
  advance(trade.ts);
  // A trade that comes late counts in the latest minute: a minute more or less in a day.
  auto const now = minute_of(trade.ts);
  if (minutes_.empty() || minutes_.back().number < now) {
    minutes_.push_back({now, traded_at, traded_at, traded_at, 0});
  }
  auto& latest = minutes_.back();
  latest.high = std::max(latest.high, traded_at);
  latest.low = std::min(latest.low, traded_at);
  latest.volume += amount;
  volume_ += amount;
  bool const first = minutes_.size() == 1;
  high_ = first ? latest.high : std::max(high_, traded_at);
  low_ = first ? latest.low : std::min(low_, traded_at);
  last_ = traded_at;
  traded_ = true;
}

void ticker_state::advance(runes::timestamp now) {
  auto const oldest = minute_of(now) - minutes_a_day + 1;
  bool left = false;
  while (!minutes_.empty() && minutes_.front().number < oldest) {
    volume_ -= minutes_.front().volume;
    minutes_.pop_front();
    left = true;
  }
  if (left) find_extremes();
}

// Best prices are the book's, and no part of it; what the minutes add up to is worked out again.
void ticker_state::save(engine::byte_writer& out) const {
  out.put(traded_);
  out.put(last_);
  out.put(static_cast<std::uint32_t>(minutes_.size()));
  for (auto const& one : minutes_) {
    for (auto const value : {one.number, one.open, one.high, one.low}) out.put(value);
    out.put(one.volume);
  }
}

void ticker_state::load(engine::byte_reader& in) {
  constexpr auto impossible = "the snapshot has an impossible ticker";
  in.get(traded_);
  in.get(last_);
  auto const count = in.get<std::uint32_t>();
  if (count > minutes_a_day) throw std::runtime_error(impossible);
  for (std::uint32_t i = 0; i < count; ++i) {
    minute one{};
    for (auto* const value : {&one.number, &one.open, &one.high, &one.low}) in.get(*value);
    one.volume = in.get_wide();
    bool const rises = minutes_.empty() || minutes_.back().number < one.number;
    if (!rises || one.volume < 0 || !traded_) throw std::runtime_error(impossible);
    volume_ += one.volume;
    minutes_.push_back(one);
  }
  find_extremes();
}

void ticker_state::find_extremes() noexcept {
  high_ = low_ = minutes_.empty() ? last_ : minutes_.front().open;
  for (auto const& one : minutes_) {
    high_ = std::max(high_, one.high);
    low_ = std::min(low_, one.low);
  }
}

bool ticker_state::outgrown() const noexcept { return !to_decimal(volume_, quantity_decimals_); }

std::optional<runes::ticker> ticker_state::value() const {
  auto const volume = to_decimal(volume_, quantity_decimals_);
  if (!traded_ || !top_ || !volume) return std::nullopt;
  runes::ticker now;
  now.last = price(last_);
  now.bid = price(top_->bid.price);
  now.bid_quantity = quantity(top_->bid.quantity);
  now.ask = price(top_->ask.price);
  now.ask_quantity = quantity(top_->ask.quantity);
  now.open_24h = price(minutes_.empty() ? last_ : minutes_.front().open);
  now.high_24h = price(high_);
  now.low_24h = price(low_);
  now.volume_24h = *volume;
  return now;
}

}  // namespace exchange
