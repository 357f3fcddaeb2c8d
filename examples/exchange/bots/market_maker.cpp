#include "market_maker.hpp"

#include <algorithm>
#include <cmath>

namespace exchange::bots {
namespace {

using engine::side;

constexpr micros second = 1'000'000;
/// So many requests may come at once after a quiet time: all quotes of both sides.
constexpr micros burst = 30;

ticks floor_to(ticks value, ticks step) { return value - value % step; }  // of values above 0
ticks ceil_to(ticks value, ticks step) { return floor_to(value + step - 1, step); }

bool better(side which, ticks a, ticks b) { return which == side::buy ? a > b : a < b; }

}  // namespace

market_maker::market_maker(maker_style style, std::uint64_t seed) : style_(style), noise_(seed) {}

std::optional<action> market_maker::next(micros now, glance const& seen, desk const& mine) {
  if (seen.fair <= 0 || !may_ask(now)) return std::nullopt;
  look(seen.fair, mine.position());
  auto const bids = plan(side::buy, seen, mine);
  auto const asks = plan(side::sell, seen, mine);
  auto const what = decide(bids, asks, mine);
  if (what) next_allowed_ += second / style_.requests_per_second;
  return what;
}

bool market_maker::may_ask(micros now) {
  next_allowed_ = std::max(next_allowed_, now - burst * second / style_.requests_per_second);
  return next_allowed_ <= now;
}

// Small moves are let pass, or every tick would cost two requests.
void market_maker::look(ticks fair, lots position) {
  auto const wanted = fair - position * style_.skew / style_.limit;
  auto const patience = std::max<ticks>(1, style_.half_spread / 2);
  if (center_ == 0 || std::abs(wanted - center_) >= patience) center_ = wanted;
}

market_maker::quotes market_maker::plan(side which, glance const& seen, desk const& mine) const {
  quotes made;
  made.side = which;
  auto const out = outward(which);
  auto best = center_ + out * style_.half_spread;
  auto const own_opposite = mine.orders_of(engine::opposite(which));
  if (!own_opposite.empty()) made.opposite = own_opposite.front().price;
  // Somebody else's quote is not crossed; one's own, where it is in the way, is pulled first.
  auto const in_the_way = which == side::buy ? seen.ask : seen.bid;
  bool const others = in_the_way > 0 && in_the_way != made.opposite;
  if (others && !better(which, in_the_way, best)) best = in_the_way + out;
  made.wanted.push_back(best);
  auto price =
      which == side::buy ? floor_to(best - 1, style_.spacing) : ceil_to(best + 1, style_.spacing);
  for (; made.wanted.size() < style_.levels && price > 0; price += out * style_.spacing)
    made.wanted.push_back(price);
  made.missing = made.wanted;
  for (auto const& one : mine.orders_of(which)) {
    auto const at = std::ranges::find(made.missing, one.price);
    if (at == made.missing.end()) {
      made.loose.push_back(one);
    } else {
      made.standing.push_back(one);
      made.missing.erase(at);
    }
  }
  return made;
}

std::optional<action> market_maker::decide(quotes const& bids, quotes const& asks,
                                           desk const& mine) {
  for (auto const* const each : {&bids, &asks}) {
    if (auto const what = pull(*each, mine)) return what;
  }
  // The side that lacks more goes first, so that neither starves.
  bool const bids_first = bids.missing.size() >= asks.missing.size();
  for (auto const* const each : {bids_first ? &bids : &asks, bids_first ? &asks : &bids}) {
    if (auto const what = add(*each, mine)) return what;
  }
  for (auto const* const each : {&bids, &asks}) {
    if (auto const what = refill(*each, mine)) return what;
    if (each->missing.empty() && !each->loose.empty()) return cancel{each->loose.back().id};
  }
  return std::nullopt;
}

// What the worth has come too close to goes to the far end, if that is open, or away.
std::optional<action> market_maker::pull(quotes const& of, desk const& mine) {
  if (of.loose.empty()) return std::nullopt;
  auto const& first = of.loose.front();
  if (!better(of.side, first.price, of.wanted.front())) return std::nullopt;
  if (of.missing.empty()) return cancel{first.id};
  return move(first, of.missing.back(), of, mine);
}

std::optional<action> market_maker::add(quotes const& of, desk const& mine) {
  if (of.missing.empty()) return std::nullopt;
  auto const price = of.missing.front();
  if (of.opposite > 0 && !better(of.side, of.opposite, price)) return std::nullopt;
  if (!of.loose.empty()) return move(of.loose.back(), price, of, mine);
  auto const quantity = std::min(some_lots(price, of), room(of.side, mine));
  if (quantity < 1) return std::nullopt;
  return place{of.side, price, quantity, true, false};
}

action market_maker::move(own_order const& one, ticks to, quotes const& of, desk const& mine) {
  auto const quantity = std::min(some_lots(to, of), one.remaining + room(of.side, mine));
  return amend{one.id, to, one.filled + std::max<lots>(1, quantity)};
}

lots market_maker::some_lots(ticks price, quotes const& of) {
  auto const level = std::ranges::find(of.wanted, price) - of.wanted.begin();
  auto const full = static_cast<double>(weight(static_cast<std::size_t>(level)));
  return std::max<lots>(1, std::llround(full * (0.6 + 0.8 * noise_.uniform())));
}

// What trades have eaten from.
std::optional<action> market_maker::refill(quotes const& of, desk const& mine) const {
  for (std::size_t level = 0; level < of.wanted.size(); ++level) {
    auto const at = std::ranges::find(of.standing, of.wanted[level], &own_order::price);
    if (at == of.standing.end()) continue;
    auto const full = std::min(weight(level), at->remaining + room(of.side, mine));
    if (at->remaining * 5 < full * 2) return amend{at->id, at->price, at->filled + full};
  }
  return std::nullopt;
}

lots market_maker::weight(std::size_t level) const noexcept {
  return style_.size + style_.size * static_cast<lots>(level) / 4;
}

lots market_maker::room(side which, desk const& mine) const noexcept {
  auto const position = which == side::buy ? mine.position() : -mine.position();
  return style_.limit - position - mine.open(which);
}

}  // namespace exchange::bots
