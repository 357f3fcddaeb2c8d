#include "market_reports.hpp"

#include "merged_steps.hpp"
#include "wire/market_values.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace exchange::service {

using venue::market_id;
using venue::micros;

market_reports::market_reports(venue::trading_venue const& of) : venue_(of) {
  for (std::size_t market = 0; market < of.config().instruments.size(); ++market) {
    summaries_.emplace_back(wire::instrument_of(static_cast<market_id>(market), of));
  }
}

std::vector<step> market_reports::report(std::span<venue::outcome const> outcomes, micros now) {
  std::vector<step> steps;
  for (auto const& one : outcomes) take(one, steps, now);
  return finished(std::move(steps));
}

void market_reports::remember(std::span<venue::outcome const> outcomes, micros now) {
  step nobody;
  for (auto const& one : outcomes) {
    auto const* const trade = std::get_if<venue::traded>(&one);
    if (trade == nullptr) continue;
    auto const told = wire::trade_of(*trade, now, venue_.config());
    summaries_[trade->market].advance(told.ts, nobody);
    summaries_[trade->market].add(told, 0, nobody);
    nobody = step();
  }
}

void market_reports::save(std::string& to) const {
  engine::byte_writer out(to);
  out.put(static_cast<std::uint32_t>(summaries_.size()));
  for (auto const& one : summaries_) one.save(out);
}

void market_reports::load(engine::byte_reader& in) {
  if (in.get<std::uint32_t>() != summaries_.size()) {
    throw std::runtime_error("the snapshot has the reports of other markets");
  }
  for (auto& one : summaries_) one.load(in);
}

std::vector<step> market_reports::advance(micros now) {
  std::vector<step> steps;
  for (std::size_t i = 0; i < summaries_.size(); ++i) of(steps, static_cast<market_id>(i), now);
  return finished(std::move(steps));
}

std::vector<step> market_reports::begin(micros now) {
  std::vector<step> steps;
  for (std::size_t i = 0; i < summaries_.size(); ++i) {
    auto const market = static_cast<market_id>(i);
    auto& one = of(steps, market, now);
    one.status = wire::status_of(venue_.engine(market).state());
    one.book = whole_book(market);
    summaries_[i].show_all();
  }
  return finished(std::move(steps));
}

std::vector<step> market_reports::finished(std::vector<step> steps) {
  keep_last(steps);
  for (auto& one : steps) {
    summaries_[one.market].finish(top(static_cast<market_id>(one.market)), one);
  }
  std::erase_if(steps, [](step const& one) { return one.empty(); });
  return steps;
}

step& market_reports::of(std::vector<step>& steps, market_id market, micros now) {
  auto const found = std::ranges::find(steps, std::size_t{market}, &step::market);
  if (found != steps.end()) return *found;
  auto& made = steps.emplace_back();
  made.market = market;
  made.ts = wire::time_of(now);
  summaries_[market].advance(made.ts, made);
  return made;
}

void market_reports::take(venue::outcome const& one, std::vector<step>& steps, micros now) {
  if (auto const* const level = std::get_if<venue::level_changed>(&one)) {
    change_level(*level, of(steps, level->market, now));
  } else if (auto const* const trade = std::get_if<venue::traded>(&one)) {
    auto& into = of(steps, trade->market, now);
    summaries_[trade->market].add(wire::trade_of(*trade, now, venue_.config()), 0, into);
  } else if (auto const* const best = std::get_if<venue::ticker_changed>(&one)) {
    of(steps, best->market, now);
  } else if (auto const* const state = std::get_if<venue::state_changed>(&one)) {
    of(steps, state->market, now).status = wire::status_of(state->state);
  }
}

void market_reports::change_level(venue::level_changed const& one, step& into) const {
  if (!into.book) into.book.emplace();
  auto& levels = one.side == venue::side::buy ? into.book->levels.bids : into.book->levels.asks;
  levels.push_back(wire::level_of(one, venue_.config()));
}

top_of_book market_reports::top(market_id market) const {
  auto const& steps = venue_.config().instruments[market].steps;
  auto const entry = [&](venue::side which) -> runes::order_book::entry {
    auto const best = venue_.engine(market).best(which);
    if (!best) return {0, 0};
    return {static_cast<std::int64_t>(steps.price_units(best->price)),
            static_cast<std::int64_t>(steps.quantity_units(best->quantity))};
  };
  return {entry(venue::side::buy), entry(venue::side::sell)};
}

book_update market_reports::whole_book(market_id market) const {
  book_update all;
  all.whole = true;
  auto const& book = venue_.engine(market);
  std::vector<engine::level_view> levels(book.open_orders());
  for (auto const side : {venue::side::buy, venue::side::sell}) {
    auto& into = side == venue::side::buy ? all.levels.bids : all.levels.asks;
    auto const count = book.levels(side, levels);
    for (std::size_t i = 0; i < count; ++i) {
      venue::level_changed const one{market, side, levels[i].price, levels[i].quantity};
      into.push_back(wire::level_of(one, venue_.config()));
    }
  }
  return all;
}

}  // namespace exchange::service
