#include "bot_runner.hpp"

#include "time_of_day.hpp"

#include <runes/log.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace exchange::host {
namespace {

namespace asio = boost::asio;
using bots::micros;

constexpr std::chrono::seconds before_another_life{2};
constexpr std::chrono::seconds before_knocking{10};
constexpr std::chrono::milliseconds between_books{100};
constexpr micros between_funding = 60'000'000;
/// Of one turn; a maker that begins places all its quotes in the first.
constexpr int most_actions = 32;

runes::awaitable<> sleep(std::chrono::microseconds how_long) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(how_long);
  co_await timer.async_wait(asio::use_awaitable);
}

runes::side wire_side(engine::side which) {
  return which == engine::side::buy ? runes::side::buy : runes::side::sell;
}

bool is_gambler(bots::role const& of) {
  return std::holds_alternative<bots::gambler_style>(of.style);
}

}  // namespace

bot_runner::bot_runner(bots_world& world, bots::role role, runes::api_key key)
    : world_(world),
      role_(std::move(role)),
      key_(std::move(key)),
      worth_(world.prices.find(role_.symbol).value()) {}

runes::awaitable<> bot_runner::run() {
  bot_ = bots::make_bot(role_, world_.seed, now());
  for (;;) {
    std::string wrong;
    try {
      co_await live();
      wrong = "its connection has ended";
    } catch (runes::error const& e) {
      wrong = e.what();
    }
    log(runes::severity::info, wrong + "; it begins again");
    co_await sleep(before_another_life);
  }
}

runes::awaitable<> bot_runner::live() {
  using namespace asio::experimental::awaitable_operators;
  runes::client_config config;
  config.name = role_.account;
  // Within a process a connection is lost when the server ends: that is not to be knocked at.
  config.reconnect.base = before_knocking;
  trader_.reset();
  client_.emplace(co_await asio::this_coro::executor, world_.where, config);
  co_await client_->connect();
  auto sign = runes::signed_by(key_.id, key_.secret);
  co_await client_->authenticate(std::move(sign));
  runes::trader_config trading;
  trading.client_id_prefix = "bot";
  trader_.emplace(*client_, trading);
  co_await prepare();
  co_await (watch_book() || watch_trades() || watch_orders() || watch_balances() ||
            watch_positions() || act());
}

// ---- before it trades

// What an earlier life has left goes; what it lacks is deposited.
runes::awaitable<> bot_runner::prepare() {
  auto const all = co_await client_->get_instruments();
  auto const mine = std::ranges::find(all, role_.symbol, &runes::instrument::symbol);
  if (mine == all.end())
    throw runes::error(runes::errc::unknown_symbol, "there is no " + role_.symbol);
  instrument_ = *mine;
  co_await trader_->cancel_on_disconnect(true, runes::disconnect_scope::account);
  co_await trader_->cancel_all();
  desk_.snapshot({});
  co_await fund();
  if (role_.leverage > 0) co_await trader_->set_leverage(role_.symbol, role_.leverage);
  co_await begin_worth();
}

runes::awaitable<> bot_runner::fund() {
  funded_ = now();
  auto const full = runes::decimal(role_.money, 0);
  // A gambler gets no more than its first stake this way; then it has to beg.
  auto const least = is_gambler(role_) ? runes::decimal(0, 0) : runes::decimal(role_.money / 2, 0);
  co_await provide(instrument_.quote, least, full);
  if (role_.stock > 0) {
    auto const stock = from_steps(role_.stock, instrument_.lot_size);
    co_await provide(instrument_.base, runes::decimal(0, 0), stock);
  }
}

runes::awaitable<> bot_runner::provide(std::string asset, runes::decimal least,
                                       runes::decimal full) {
  auto const all = co_await trader_->balances();
  auto const held = std::ranges::find(all, asset, &runes::balance::asset);
  auto const total = held == all.end() ? runes::decimal(0, 0) : held->total;
  if (total > least) co_return;
  co_await trader_->deposit(std::move(asset), full - total);
}

// A market goes on where its maker last traded, so that a restart is no jump.
runes::awaitable<> bot_runner::begin_worth() {
  if (perpetual() || !std::holds_alternative<bots::maker_style>(role_.style)) co_return;
  auto const part = runes::history().symbol(role_.symbol).limit(1);
  auto const last = co_await trader_->fill_history(part);
  auto const first = last.empty() ? 0 : steps_of(last.front().price, instrument_.tick_size);
  world_.prices.begin(worth_, first, now());
}

// ---- what it hears

// Not the ticker, which says nothing before somebody has traded.
runes::awaitable<> bot_runner::watch_book() {
  auto const wanted = runes::orderbook(role_.symbol).depth(1).interval(between_books);
  auto stream = co_await client_->subscribe(wanted);
  while (auto const event = co_await stream.next()) {
    auto const* const book = stream.book(role_.symbol);
    seen_.bid = book == nullptr ? 0 : best(*book, runes::side::buy);
    seen_.ask = book == nullptr ? 0 : best(*book, runes::side::sell);
  }
}

bots::ticks bot_runner::best(runes::order_book const& in, runes::side which) const {
  if (in.size(which) == 0) return 0;
  runes::decimal const price(in.at(which, 0).price, in.price_decimals());
  return steps_of(price, instrument_.tick_size);
}

runes::awaitable<> bot_runner::watch_trades() {
  // Only a follower listens; the others wait here for their end.
  if (!std::holds_alternative<bots::follower_style>(role_.style)) {
    for (;;) co_await sleep(std::chrono::hours(24));
  }
  auto const wanted = runes::trades(role_.symbol);
  auto stream = co_await client_->subscribe(wanted);
  while (auto const event = co_await stream.next()) {
    if (!event.has_data()) continue;
    for (auto const& each : event.data()) {
      bot_->saw_trade(now(), steps_of(each.price, instrument_.tick_size));
    }
  }
}

runes::awaitable<> bot_runner::watch_orders() {
  auto wanted = runes::order_updates();
  wanted.symbols({role_.symbol});
  auto stream = co_await client_->subscribe(wanted);
  while (auto const event = co_await stream.next()) {
    if (!event.has_data()) continue;
    std::vector<bots::own_order> all;
    for (auto const& each : event.data()) all.push_back(own(each));
    if (event.is_snapshot()) {
      desk_.snapshot(all);
    } else {
      for (auto const& each : all) desk_.told(each);
    }
  }
}

runes::awaitable<> bot_runner::watch_balances() {
  auto const wanted = runes::balances();
  auto stream = co_await client_->subscribe(wanted);
  while (auto const event = co_await stream.next()) {
    if (!event.has_data()) continue;
    for (auto const& each : event.data()) hear(each);
  }
}

runes::awaitable<> bot_runner::watch_positions() {
  if (!perpetual()) {
    for (;;) co_await sleep(std::chrono::hours(24));
  }
  auto wanted = runes::positions();
  wanted.symbols({role_.symbol});
  auto stream = co_await client_->subscribe(wanted);
  while (auto const event = co_await stream.next()) {
    if (!event.has_data()) continue;
    if (event.is_snapshot()) desk_.position(0);
    for (auto const& each : event.data()) {
      desk_.position(each.removed ? 0 : steps_of(each.size, instrument_.lot_size));
    }
  }
}

void bot_runner::hear(runes::balance const& of) {
  if (of.asset == instrument_.quote) {
    auto const a_tick_lot = instrument_.tick_size * instrument_.lot_size;
    desk_.funds(steps_of(of.free, a_tick_lot));
  } else if (of.asset == instrument_.base && !perpetual()) {
    desk_.position(steps_of(of.total, instrument_.lot_size) - role_.stock);
  }
}

bots::own_order bot_runner::own(runes::order const& of) const {
  bots::own_order made;
  made.id = of.order_id;
  made.side = of.side == runes::side::buy ? engine::side::buy : engine::side::sell;
  if (of.price) made.price = steps_of(*of.price, instrument_.tick_size);
  if (of.is_open()) made.remaining = steps_of(of.remaining, instrument_.lot_size);
  made.filled = steps_of(of.filled, instrument_.lot_size);
  made.ts = of.ts.time_since_epoch().count();
  return made;
}

// ---- what it does

runes::awaitable<> bot_runner::act() {
  // Not all at the same moment.
  auto const offset =
      bots::seed_for(world_.seed, role_.account) % static_cast<std::uint64_t>(role_.period);
  co_await sleep(std::chrono::microseconds(offset));
  for (;;) {
    co_await sleep(std::chrono::microseconds(role_.period));
    if (client_->state() == runes::connection_state::closed) co_return;
    if (client_->state() == runes::connection_state::live) co_await take_turn();
  }
}

runes::awaitable<> bot_runner::take_turn() {
  for (int n = 0; n < most_actions; ++n) {
    seen_.fair = world_.prices.at(worth_, now());
    auto const what = bot_->next(now(), seen_, desk_);
    if (!what) co_return;
    bool const done = co_await carry_out(*what);
    if (!done) co_return;
  }
}

runes::awaitable<bool> bot_runner::carry_out(bots::action what) {
  std::optional<runes::error> wrong;
  try {
    if (auto const* const one = std::get_if<bots::place>(&what)) {
      co_await place(*one);
    } else if (auto const* const other = std::get_if<bots::amend>(&what)) {
      co_await amend(*other);
    } else if (auto const* const third = std::get_if<bots::cancel>(&what)) {
      co_await cancel(*third);
    } else {
      co_await beg(std::get<bots::beg>(what));
    }
    co_return true;
  } catch (runes::error const& e) {
    wrong = e;
  }
  log(runes::severity::debug, wrong->what());
  bool const poor = wrong->code() == runes::errc::insufficient_funds;
  if (poor && now() - funded_ > between_funding) co_await fund();
  bool const gone =
      wrong->code() == runes::errc::unknown_order || wrong->code() == runes::errc::order_closed;
  if (!gone) co_return false;
  if (auto const* const one = std::get_if<bots::amend>(&what)) desk_.forget(one->order);
  if (auto const* const one = std::get_if<bots::cancel>(&what)) desk_.forget(one->order);
  co_return false;
}

runes::awaitable<> bot_runner::place(bots::place what) {
  auto wanted = runes::limit_order(role_.symbol, wire_side(what.side),
                                   from_steps(what.quantity, instrument_.lot_size),
                                   from_steps(what.price, instrument_.tick_size));
  wanted.post_only(what.rests).reduce_only(what.reduce_only);
  if (!what.rests) wanted.tif(runes::time_in_force::ioc);
  auto const ack = co_await trader_->place(wanted);
  if (!what.rests) co_return;
  desk_.answered(
      {ack.order_id, what.side, what.price, what.quantity, 0, ack.ts.time_since_epoch().count()});
}

runes::awaitable<> bot_runner::amend(bots::amend what) {
  runes::amendment wanted(what.order);
  wanted.price(from_steps(what.price, instrument_.tick_size));
  wanted.quantity(from_steps(what.quantity, instrument_.lot_size));
  auto const ack = co_await trader_->amend(wanted);
  auto const* const held = desk_.find(what.order);
  if (held == nullptr) co_return;
  auto changed = *held;
  changed.price = what.price;
  changed.remaining = what.quantity - held->filled;
  changed.ts = ack.ts.time_since_epoch().count();
  desk_.answered(changed);
}

runes::awaitable<> bot_runner::cancel(bots::cancel what) {
  runes::order_ref const which(what.order);
  co_await trader_->cancel(which);
  desk_.forget(what.order);
}

runes::awaitable<> bot_runner::beg(bots::beg what) {
  auto const amount = from_steps(what.value, instrument_.tick_size * instrument_.lot_size);
  co_await trader_->deposit(instrument_.quote, amount);
}

void bot_runner::log(runes::severity level, std::string const& what) const {
  if (!runes::log::enabled(level)) return;
  runes::log::write(level, {"bots", 0}, role_.account + ": " + what);
}

// ---- decimals

std::int64_t steps_of(runes::decimal value, runes::decimal step) {
  __extension__ using wide = __int128;
  wide units = value.units(), step_units = step.units();
  for (auto scale = value.scale(); scale < step.scale(); ++scale) units *= 10;
  for (auto scale = step.scale(); scale < value.scale(); ++scale) step_units *= 10;
  return static_cast<std::int64_t>(units / step_units);
}

runes::decimal from_steps(std::int64_t count, runes::decimal step) {
  return {count * step.units(), step.scale()};
}

}  // namespace exchange::host
