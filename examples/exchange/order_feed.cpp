#include "order_feed.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <span>
#include <utility>
#include <variant>

namespace exchange {
namespace {

using action = venue::outside_order::action;
using engine::order_id;
using kind = lobster_message::kind;

engine::engine_config config_of(feed_options const& options) {
  engine::engine_config config;
  config.max_orders = options.max_orders;
  config.state = engine::market_state::active;
  return config;
}

engine::side side_of(runes::side which) {
  return which == runes::side::buy ? engine::side::buy : engine::side::sell;
}

runes::side side_of(engine::side which) {
  return which == engine::side::buy ? runes::side::buy : runes::side::sell;
}

runes::decimal price_of(std::int64_t units) { return {units, lobster_price_decimals}; }
runes::decimal size_of(std::int64_t units) { return {units, 0}; }

venue::outside_order order_of(lobster_message const& message, action what) {
  return {0, what, message.order, message.price, message.size, side_of(message.side)};
}

std::string order_text(order_id id) { return "the order " + std::to_string(id); }

std::string refusal(engine::error why, lobster_message const& of) {
  auto const order = order_text(of.order);
  if (why == engine::error::bad_request) return order + " is in the book already";
  if (why == engine::error::unknown_order) return order + " is not in the book";
  if (why == engine::error::bad_quantity)
    return order + " has less than the " + std::to_string(of.size) + " that are taken away";
  if (why == engine::error::overloaded) return "the book has no room for " + order;
  return order + ": " + std::string(engine::name_of(why));
}

bool same_level(engine::event const& a, engine::event const& b) {
  return a.price == b.price && a.side == b.side;
}

engine::error run(engine::matching_engine& in, venue::outside_order const& one) {
  switch (one.what) {
    case action::add:
      return in.outside(engine::outside_add{one.order, one.price, one.quantity, one.side});
    case action::reduce:
      return in.outside(engine::outside_reduce{one.order, one.quantity});
    case action::remove:
      return in.outside(engine::outside_delete{one.order});
    case action::execute:
      break;
  }
  return in.outside(engine::outside_execute{one.order, one.quantity});
}

std::vector<venue::outside_order> removals_of(engine::book const& book) {
  std::vector<venue::outside_order> all;
  for (auto const which : {engine::side::buy, engine::side::sell}) {
    auto const& ladder = book.ladder(which);
    for (auto level = ladder.best(); level != engine::nil; level = ladder.worse(level)) {
      for (auto at = book.level(level).head; at != engine::nil; at = book.order(at).next) {
        auto const id = book.order(at).id & ~engine::outside_bit;
        all.push_back({0, action::remove, id, book.level(level).price, book.open(at), which});
      }
    }
  }
  return all;
}

}  // namespace

void order_feed::told::on_events(std::span<engine::event const> events) noexcept {
  for (auto const& one : events) {
    if (one.kind == engine::event_kind::trade) trades.push_back(one);
    if (one.kind != engine::event_kind::level) continue;
    auto const same =
        std::ranges::find_if(levels, [&](auto const& other) { return same_level(one, other); });
    if (same == levels.end()) {
      levels.push_back(one);
    } else {
      *same = one;
    }
  }
}

order_feed::round::round(std::filesystem::path const& file, feed_options const& options,
                         runes::instrument const& of)
    : lines(file, options.max_line),
      engine(config_of(options), told),
      book(of.price_decimals(), of.quantity_decimals()),
      summary(of) {}

order_feed::order_feed(std::filesystem::path file, feed_options options)
    : file_(std::move(file)),
      options_(options),
      name_(lobster_name_of(file_)),
      opening_(read_lobster_book(file_)) {
  instruments_.emplace_back(name_.symbol, name_.symbol, "USD", price_of(1), size_of(1));
  instruments_.front().status = status_;
  round_.emplace(file_, options_, instruments_.front());
}

std::optional<step> order_feed::next() {
  while (auto const item = round_->lines.next()) {
    step made;
    std::visit([&](auto const& what) { take(what, made); }, *item);
    made.at = round_->at;
    if (made.empty()) continue;
    count(made);
    return made;
  }
  return std::nullopt;
}

void order_feed::rewind() {
  auto const so_far = counters();
  auto open = removals_of(round_->engine.book());
  left_over_.insert(left_over_.end(), open.begin(), open.end());
  round_.emplace(file_, options_, instruments_.front());
  counters_ = so_far;
}

source_counters order_feed::counters() const noexcept {
  auto all = counters_;
  all.lines += round_->lines.lines();
  return all;
}

void order_feed::take(problem const& wrong, step& into) { into.problems.push_back(wrong); }

void order_feed::take(text_line line, step& into) {
  if (line.text.empty()) {
    ++counters_.skipped;
    return;
  }
  try {
    take(parse_lobster_message(line.text), line.number, into);
  } catch (runes::error const& wrong) {
    into.problems.push_back({line.number, wrong.sentence()});
  }
}

void order_feed::take(lobster_message const& message, std::uint64_t line, step& into) {
  auto& now = *round_;
  now.at = std::max(now.at, name_.midnight.time_since_epoch() + message.time);
  into.ts = runes::timestamp(std::chrono::floor<std::chrono::microseconds>(now.at));
  now.summary.advance(into.ts, into);
  into.orders = std::exchange(left_over_, {});
  if (!now.begun) begin(message, line, into);
  switch (message.what) {
    case kind::submission:
    case kind::cancellation:
    case kind::deletion:
      change_order(message, line, into);
      break;
    case kind::execution:
    case kind::hidden_execution:
    case kind::cross_trade:
      execute(message, line, into);
      break;
    case kind::halt:
      now.halted = message.halted_to != lobster_message::halt_step::trading;
  }
  publish(line, into);
}

// The row is of after the first line, which is taken back. (If that is damaged, the row has it all
// the same.)
void order_feed::begin(lobster_message const& first, std::uint64_t line, step& into) {
  if (opening_.empty()) return;
  std::map<std::pair<engine::side, engine::ticks>, engine::lots> before;
  for (auto const& one : opening_) before[{side_of(one.side), one.price}] += one.size;
  if (line == 1 && names_an_order(first.what)) {
    auto const by = first.what == kind::submission ? -first.size : first.size;
    before[{side_of(first.side), first.price}] += by;
  }
  for (auto const& [level, size] : before) {
    auto const& [which, price] = level;
    if (size <= 0 || !make_up({0, action::add, 0, price, size, which}, line, into)) continue;
    round_->from_before[level] = round_->made_up;
  }
}

// An order that no line has added. False: there is no room for it, which is reported.
bool order_feed::make_up(venue::outside_order like, std::uint64_t line, step& into) {
  like.order = ++round_->made_up;
  auto const wrong = carry_out(like, into);
  if (wrong == engine::error::none) return true;
  into.problems.push_back({line, "the book has no room for " + size_of(like.quantity).str() +
                                     " at " + price_of(like.price).str()});
  return false;
}

// Whose id it is, or that of the order that was there before the first line and has room for it.
engine::order_id order_feed::known(lobster_message const& message) const {
  auto const open = [&](order_id id) {
    auto const found = round_->engine.find(id | engine::outside_bit);
    return found ? found->quantity : 0;
  };
  auto const level = round_->from_before.find({side_of(message.side), message.price});
  if (open(message.order) > 0 || level == round_->from_before.end()) return message.order;
  return open(level->second) >= message.size ? level->second : message.order;
}

void order_feed::change_order(lobster_message const& message, std::uint64_t line, step& into) {
  auto one = order_of(message, action::add);
  if (message.what != kind::submission) {
    look_at(message, line, into);
    one.order = known(message);
    bool const all = message.what == kind::deletion && one.order == message.order;
    one.what = all ? action::remove : action::reduce;
  }
  auto const wrong = carry_out(one, into);
  if (wrong == engine::error::none) return;
  into.problems.push_back({line, refusal(wrong, message) + "; the line is left out"});
}

// It was traded, whatever the book has of it.
void order_feed::execute(lobster_message const& message, std::uint64_t line, step& into) {
  auto one = order_of(message, action::execute);
  if (names_an_order(message.what)) one.order = known(message);
  auto const found = round_->engine.find(one.order | engine::outside_bit);
  one.quantity = std::min(message.size, found ? found->quantity : 0);
  if (one.quantity > 0) {
    look_at(message, line, into);
    carry_out(one, into);
  }
  auto const left = message.size - one.quantity;
  if (left == 0) return;
  if (names_an_order(message.what)) {
    auto const why = found ? engine::error::bad_quantity : engine::error::unknown_order;
    into.problems.push_back({line, refusal(why, message) + "; the trade is told"});
  }
  one = {0, action::add, 0, message.price, left, side_of(message.side)};
  if (!make_up(one, line, into)) return;
  one.order = round_->made_up;
  one.what = action::execute;
  carry_out(one, into);
}

// What the line says of the order must be what the book has: if not, one of the two is wrong.
void order_feed::look_at(lobster_message const& message, std::uint64_t line, step& into) const {
  auto const found = round_->engine.find(message.order | engine::outside_bit);
  if (!found || (found->price == message.price && found->side == side_of(message.side))) return;
  into.problems.push_back(
      {line, order_text(message.order) + " is in the book to " +
                 std::string(engine::name_of(found->side)) + " at " + price_of(found->price).str() +
                 ", and not as the line says at " + price_of(message.price).str()});
}

engine::error order_feed::carry_out(venue::outside_order const& one, step& into) {
  auto const wrong = run(round_->engine, one);
  if (wrong == engine::error::none) into.orders.push_back(one);
  return wrong;
}

void order_feed::publish(std::uint64_t line, step& into) {
  for (auto const& one : round_->told.trades) {
    round_->summary.add(
        {one.trade, price_of(one.price), size_of(one.quantity), side_of(one.side), into.ts}, line,
        into);
  }
  round_->told.trades.clear();
  publish_book(into);
  round_->summary.finish(top_of(round_->book), into);
  tell_status(into);
}

void order_feed::publish_book(step& into) {
  auto& book = round_->book;
  book_update update;
  for (auto const& one : std::exchange(round_->told.levels, {})) {
    if (!book.set(side_of(one.side), {one.price, one.quantity})) continue;
    auto& levels = one.side == engine::side::buy ? update.levels.bids : update.levels.asks;
    levels.push_back({price_of(one.price), size_of(one.quantity)});
  }
  update.whole = !std::exchange(round_->begun, true);
  if (update.whole) update.levels = {book.bids(), book.asks()};
  if (!update.whole && update.levels.bids.empty() && update.levels.asks.empty()) return;
  update.levels.checksum = book.checksum();
  into.book = std::move(update);
}

void order_feed::tell_status(step& into) {
  auto const now =
      round_->halted ? runes::instrument_status::halted : runes::instrument_status::active;
  if (now != std::exchange(status_, now)) into.status = now;
}

void order_feed::count(step const& made) noexcept {
  counters_.problems += made.problems.size();
  counters_.trades += made.trades.size();
  if (made.book) ++counters_.book_updates;
}

}  // namespace exchange
