#include "funding.hpp"

#include "machine.hpp"

#include <algorithm>

namespace exchange::venue {
namespace {

constexpr std::int64_t parts_a_million = billion / 1'000'000;

// Halves away from zero. Precondition: of > 0.
std::int64_t nearest(amount value, amount of) noexcept {
  auto const half = value < 0 ? -of / 2 : of / 2;
  return static_cast<std::int64_t>((value + half) / of);
}

}  // namespace

bool has_funding(instrument_config const& one) noexcept {
  return one.market.kind == accounts::market_kind::perpetual && one.funding.interval != 0;
}

std::int64_t premium_of(ticks bid, ticks ask, ticks mark) noexcept {
  if (mark <= 0) return 0;
  amount distance = 0;
  if (bid > mark) distance = amount{bid} - mark;
  if (ask > 0 && ask < mark) distance = amount{ask} - mark;
  auto const premium = distance * billion / mark;
  // A thousandfold price says no more than a hundredfold: no rate reaches as far.
  constexpr amount most = amount{100} * billion;
  return static_cast<std::int64_t>(std::clamp(premium, -most, most));
}

std::int64_t funding_rate(std::int64_t average_premium, funding_config const& rules) noexcept {
  auto const interest = std::int64_t{rules.interest} * parts_a_million;
  auto const damper = std::int64_t{rules.damper} * parts_a_million;
  auto const most = std::int64_t{rules.most} * parts_a_million;
  auto const towards = std::clamp(interest - average_premium, -damper, damper);
  return nearest(std::clamp(average_premium + towards, -most, most), parts_a_million);
}

void funding_clock::begin(micros now, micros interval) noexcept {
  since = until = now;
  due = now - now % interval + interval;
}

void funding_clock::observe(micros now, std::int64_t changed) noexcept {
  if (changed == premium) return;
  sum += amount{premium} * (now - until);
  until = now;
  premium = changed;
}

std::int64_t funding_clock::average(micros now) const noexcept {
  if (now <= since) return premium;
  return nearest(sum + amount{premium} * (now - until), now - since);
}

void funding_clock::next(micros now, micros interval) noexcept {
  begin(now - now % interval, interval);
  sum = 0;
}

// ---- in the venue

void machine::begin_funding(market_id market) noexcept {
  auto const& of = config_.instruments[market];
  auto& clock = desks_[market]->funding;
  if (has_funding(of) && !clock.running()) clock.begin(now_, of.funding.interval);
}

// A market that does not trade has no premium.
void machine::observe_premium(market_id market) noexcept {
  auto& desk = *desks_[market];
  if (!desk.funding.running()) return;
  auto const bid = desk.engine.best(side::buy);
  auto const ask = desk.engine.best(side::sell);
  bool const trades = desk.engine.state() == market_state::active;
  desk.funding.observe(
      now_,
      trades ? premium_of(bid ? bid->price : 0, ask ? ask->price : 0, house_.mark(market)) : 0);
}

// Where nobody can get out of his position nobody pays for it.
void machine::run_funding(market_id market) {
  auto& desk = *desks_[market];
  auto& clock = desk.funding;
  if (!clock.running() || now_ < clock.due) return;
  auto const& rules = config_.instruments[market].funding;
  auto const due = clock.due;
  auto const rate = funding_rate(clock.average(due), rules);
  clock.next(now_, rules.interval);
  if (desk.engine.state() == market_state::active) pay_funding(market, rate, due);
}

engine::error machine::pay_funding(market_id market, std::int64_t rate, micros at) {
  auto const wrong = house_.fund(market, rate);
  if (wrong != engine::error::none) return wrong;
  auto& clock = desks_[market]->funding;
  clock.last_rate = rate;
  clock.last_at = at;
  outcomes_.emplace_back(funded{market, rate, house_.mark(market), at});
  markets_at_risk_.push_back(market);
  return engine::error::none;
}

funding_view machine::funding(market_id market, micros now) const noexcept {
  auto const& clock = desks_[market]->funding;
  auto const& rules = config_.instruments[market].funding;
  funding_view view;
  view.interval = rules.interval;
  view.due = clock.due;
  view.last_rate = clock.last_rate;
  view.last_at = clock.last_at;
  if (clock.running()) view.rate = funding_rate(clock.average(std::min(now, clock.due)), rules);
  return view;
}

}  // namespace exchange::venue
