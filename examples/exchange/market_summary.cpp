#include "market_summary.hpp"

#include "units.hpp"

#include <runes/error.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace exchange {
namespace {

std::string late(runes::trade const& trade, std::string_view window) {
  return "the trade " + std::to_string(trade.trade_id) + " comes after its window of " +
         std::string(window) + " was closed, and is left out of it";
}

}  // namespace

market_summary::market_summary(runes::instrument const& of)
    : windows_([&]<std::size_t... n>(std::index_sequence<n...>) {
        return std::array{
            window{window_lengths[n].name,
                   {window_lengths[n].length, of.price_decimals(), of.quantity_decimals()}}...};
      }(std::make_index_sequence<std::size(window_lengths)>())),
      ticker_(of),
      price_decimals_(of.price_decimals()),
      quantity_decimals_(of.quantity_decimals()) {}

void market_summary::advance(runes::timestamp now, step& into) {
  for (auto& one : windows_) close_until(now, one, into);
  ticker_.advance(now);
}

void market_summary::add(runes::trade const& trade, std::uint64_t line, step& into) {
  try {
    ticker_.add(trade);
  } catch (runes::error const& wrong) {
    into.problems.push_back({line, wrong.sentence() + "; the trade is left out"});
    return;
  }
  for (auto& one : windows_) {
    close_until(trade.ts, one, into);
    if (one.state.add(trade)) {
      one.touched = true;
    } else {
      into.problems.push_back({line, late(trade, one.name)});
    }
  }
  line_ = line;
  // A recording may show more zeros than its market has decimals; the ticker has just found that
  // all else fits.
  into.trades.push_back(trade);
  auto& shown = into.trades.back();
  shown.price = {units_of(trade.price, price_decimals_, "price"), price_decimals_};
  shown.quantity = {units_of(trade.quantity, quantity_decimals_, "quantity"), quantity_decimals_};
}

void market_summary::finish(std::optional<top_of_book> best, step& into) {
  for (auto& one : windows_) {
    if (std::exchange(one.touched, false)) publish(one, one.state.current(), into);
  }
  ticker_.top(best);
  if (ticker_.outgrown()) {
    outgrown("the volume of the last 24 hours has", volume_told_, into);
  } else {
    volume_told_ = false;
  }
  auto const now = ticker_.value();
  if (now && now != published_) into.ticker = published_ = now;
}

void market_summary::show_all() noexcept {
  for (auto& one : windows_) one.touched = one.state.open();
  published_.reset();
}

void market_summary::save(engine::byte_writer& out) const {
  for (auto const& one : windows_) one.state.save(out);
  ticker_.save(out);
}

void market_summary::load(engine::byte_reader& in) {
  for (auto& one : windows_) one.state.load(in);
  ticker_.load(in);
}

void market_summary::close_until(runes::timestamp now, window& one, step& into) {
  bool const was_open = one.state.open();
  auto ended = one.state.advance(now);
  if (!was_open || one.state.open()) return;
  one.touched = false;  // what a trade of this step changed is in the closed one
  publish(one, ended, into);
  one.outgrown_told = false;
}

void market_summary::publish(window& one, std::optional<runes::statistics> value, step& into) {
  if (value) {
    into.statistics.push_back({one.name, *value});
  } else {
    outgrown("the sums of a window of " + std::string(one.name) + " have", one.outgrown_told, into);
  }
}

void market_summary::outgrown(std::string const& what, bool& told, step& into) const {
  if (std::exchange(told, true)) return;
  into.problems.push_back(
      {line_, what + " outgrown what can be written exactly; nothing of it is published for now"});
}

}  // namespace exchange
