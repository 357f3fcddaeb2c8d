// How a desk begins, what runs in it, and how it ends with nothing left open.
#include "desk.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace bots {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds between_attempts{100};

std::string sentence_of(std::exception_ptr const& failed) {
  try {
    std::rethrow_exception(failed);
  } catch (std::exception const& e) {
    return e.what();
  }
}

}  // namespace

template <class Wanted>
runes::awaitable<> desk::read(Wanted wanted) {
  auto const channel = wanted.wanted().channel + " ";
  auto stream = co_await client_.subscribe(wanted);
  for (;;) {
    auto const event = co_await stream.next();
    if (event.is_snapshot()) unseen_.erase(channel + event.symbol());
    take(tracker_->on(event));
    if (event) continue;
    if (event.why()) throw *event.why();
    co_return;
  }
}

runes::awaitable<> desk::run(runes::awaitable<> watching, runes::awaitable<> trading) {
  using namespace asio::experimental::awaitable_operators;
  co_await open();
  std::vector<std::string> all, perpetuals;
  for (auto const& [symbol, of] : instruments_) {
    all.push_back(symbol);
    unseen_.insert("orders " + symbol);
    if (of.kind != runes::instrument_kind::perpetual) continue;
    perpetuals.push_back(symbol);
    unseen_.insert("positions " + symbol);
  }
  auto const orders = runes::order_updates().symbols(all);
  auto const fills = runes::fills().symbols(all);
  auto const positions = runes::positions().symbols(perpetuals);
  if (perpetuals.empty()) {
    co_await (guard(read(orders)) || guard(read(fills)) || guard(std::move(watching)) ||
              guard(std::move(trading)));
  } else {
    co_await (guard(read(orders)) || guard(read(fills)) || guard(read(positions)) ||
              guard(std::move(watching)) || guard(std::move(trading)));
  }
  co_await close();
  if (failed_) std::rethrow_exception(failed_);
}

void desk::stop() {
  stopping_ = true;
  note();
}

/// One of the parts that run side by side: the first that ends ends all, and says how.
runes::awaitable<> desk::guard(runes::awaitable<> part) {
  std::exception_ptr failed;
  try {
    co_await std::move(part);
  } catch (...) {
    failed = std::current_exception();
  }
  if (!std::exchange(ended_, true)) failed_ = failed;
}

runes::awaitable<> desk::open() {
  auto const listed = co_await client_.get_instruments();
  for (auto const& each : listed) {
    if (positions_.contains(each.symbol)) instruments_.emplace(each.symbol, each);
  }
  for (auto const& [symbol, lots] : positions_) {
    if (!instruments_.contains(symbol))
      throw runes::error(runes::errc::unknown_symbol, "there is no market '" + symbol + "'");
  }
  if (how_.keeps_orders) co_return;
  co_await cancel_all();
  co_await begin_positions();
}

runes::awaitable<> desk::cancel_all() {
  for (auto const& [symbol, of] : instruments_) co_await trader_.cancel_all(symbol);
}

/// While no order is open, so that they stay as they are.
runes::awaitable<> desk::begin_positions() {
  auto const positions = co_await trader_.positions();
  auto const balances = co_await trader_.balances();
  for (auto& [symbol, lots] : positions_) {
    auto const& of = instruments_.at(symbol);
    runes::decimal size;
    if (of.kind == runes::instrument_kind::perpetual) {
      auto const held = std::ranges::find(positions, symbol, &runes::position::symbol);
      if (held != positions.end()) size = held->size;
    } else {
      auto const held = std::ranges::find(balances, of.base, &runes::balance::asset);
      if (held != balances.end()) size = held->total;
      size = size - how_.stock;
    }
    lots = steps_of(size, of.lot_size);
  }
}

/// Cancels first, since what is unknown may take a while to be settled, and may be open then.
runes::awaitable<bool> desk::leaves_nothing() {
  co_await cancel_all();
  co_await trader_.reconcile();
  co_await cancel_all();
  for (auto const& [symbol, of] : instruments_) {
    auto const left = co_await trader_.open_orders(symbol);
    if (!left.empty()) co_return false;
  }
  co_return true;
}

/// Nothing is left open, whatever the connection does meanwhile: the venue is asked. Errors: that
/// something may be.
runes::awaitable<> desk::close() {
  auto const latest = std::chrono::steady_clock::now() + how_.longest_close;
  std::string why;
  do {
    try {
      bool const done = co_await leaves_nothing();
      if (done) co_return say("all orders are cancelled");
      why = "the venue shows some";
    } catch (runes::error const& e) {
      why = e.sentence();
    }
    if (client_.state() == runes::connection_state::closed) break;
    bell_.expires_after(between_attempts);
    boost::system::error_code ignored;
    co_await bell_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  } while (std::chrono::steady_clock::now() < latest);
  if (failed_) why += "; the bot had ended, since " + sentence_of(failed_);
  throw runes::error(runes::errc::connection_lost, "orders may still be open: " + why);
}

// ---- a bot

bot::bot(runes::asio::any_io_executor executor, runes::client& over,
         std::vector<std::string> symbols, desk_settings settings)
    : client_(over), desk_(std::move(executor), over, std::move(symbols), std::move(settings)) {}

runes::awaitable<> bot::watch() {
  asio::steady_timer never(co_await asio::this_coro::executor,
                           asio::steady_timer::time_point::max());
  co_await never.async_wait(asio::use_awaitable);
}

}  // namespace bots
