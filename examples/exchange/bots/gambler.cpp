#include "gambler.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace exchange::bots {
namespace {

using engine::side;

constexpr micros micros_a_day = 86'400'000'000;
constexpr double seconds_between_tries = 5;
/// Of what the leverage allows, so that fees and a price that moves away are paid for, too.
constexpr double courage = 0.9;

side any(noise& from) { return from.chance(0.5) ? side::buy : side::sell; }

}  // namespace

gambler::gambler(gambler_style style, std::uint64_t seed, micros begin)
    : style_(style), noise_(seed), due_(begin) {
  wait(begin, style_.mean_wait_seconds);
}

std::optional<action> gambler::next(micros now, glance const& seen, desk const& mine) {
  if (now < due_ || seen.bid <= 0 || seen.ask <= 0) return std::nullopt;
  due_ = now + static_cast<micros>(seconds_between_tries * 1e6);
  if (mine.position() != 0) {
    if (entry_ == 0) entry_ = (seen.bid + seen.ask) / 2;
    return hold(seen, mine.position());
  }
  if (entry_ != 0) {
    entry_ = 0;
    wait(now, style_.mean_wait_seconds);
    return std::nullopt;
  }
  if (mine.funds() < style_.stake / 2) return ask(now, mine.funds());
  return open(now, seen, mine.funds());
}

std::optional<action> gambler::hold(glance const& seen, lots position) const {
  auto const which = position > 0 ? side::sell : side::buy;
  auto const best = which == side::buy ? seen.ask : seen.bid;
  auto const gained = (position > 0 ? best - entry_ : entry_ - best);
  if (static_cast<double>(gained) < style_.gain * static_cast<double>(entry_)) return std::nullopt;
  return place{which, std::max<ticks>(1, best - outward(which) * style_.reach), std::abs(position),
               false, true};
}

std::optional<action> gambler::ask(micros now, std::int64_t funds) {
  if (now / micros_a_day != gift_day_) {
    gift_day_ = now / micros_a_day;
    gifts_ = 0;
  }
  if (now < next_gift_ || gifts_ >= style_.gifts_a_day) return std::nullopt;
  next_gift_ = now + style_.between_gifts;
  ++gifts_;
  return beg{style_.stake - funds};
}

std::optional<action> gambler::open(micros now, glance const& seen, std::int64_t funds) {
  auto const which = any(noise_);
  auto const best = which == side::buy ? seen.ask : seen.bid;
  auto const price = std::max<ticks>(1, best - outward(which) * style_.reach);
  // What it has won beyond its stake stays out of it.
  auto const value = static_cast<double>(std::min(funds, style_.stake)) * courage *
                     static_cast<double>(style_.leverage);
  auto const quantity =
      std::min<lots>(style_.limit, static_cast<lots>(value / static_cast<double>(price)));
  if (quantity < 1) return std::nullopt;
  wait(now, 1);
  return place{which, price, quantity, false, false};
}

void gambler::wait(micros now, double mean_seconds) {
  due_ = now + 1'000'000 + std::llround(noise_.exponential(mean_seconds) * 1e6);
}

}  // namespace exchange::bots
