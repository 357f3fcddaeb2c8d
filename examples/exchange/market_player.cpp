#include "market_player.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace exchange {
namespace asio = boost::asio;
namespace {

/// How often it looks whether somebody has come.
constexpr std::chrono::milliseconds look_again{5};
/// At full speed the loop's other work gets its turn after so many steps.
constexpr unsigned steps_a_turn = 64;

}  // namespace

market_player::market_player(runes::server& to, std::unique_ptr<market_source> source,
                             replay_clock clock)
    : server_(to), source_(std::move(source)), clock_(clock) {
  for (auto const& of : source_->instruments()) {
    if (of.status == runes::instrument_status::suspended) ++suspended_;
    problem_logs_.emplace_back(source_->origin(problem_logs_.size()));
  }
  add_metrics();
}

void market_player::add_metrics() {
  auto const metric = [this](std::string name, std::string help,
                             std::atomic<std::uint64_t> const& value) {
    server_.add_metric(std::move(name), std::move(help),
                       [&value] { return static_cast<double>(value.load()); });
  };
  metric("exchange_market_lines_total", "Lines of the recording read", counted_.lines);
  metric("exchange_market_problems_total", "Damaged or unexpected lines survived",
         counted_.problems);
  metric("exchange_market_gaps_total", "Times a book was lost for missing updates", counted_.gaps);
  metric("exchange_market_book_updates_total", "Book updates published", counted_.book_updates);
  metric("exchange_market_trades_total", "Trades published", counted_.trades);
  server_.add_metric("exchange_market_suspended", "Markets whose order book is not known",
                     [this] { return static_cast<double>(suspended_.load()); });
  server_.add_health("market", [this] { return health(); });
}

// A market without a book is nothing bad by itself: each begins so. One that has lost it, or will
// never have it, has a problem counted for that.
runes::component_health market_player::health() const {
  auto const problems = counted_.problems.load();
  auto const suspended = suspended_.load();
  std::string details = std::to_string(problems) + " problems in the data";
  if (suspended > 0) details += ", markets without an order book: " + std::to_string(suspended);
  auto const state = problems > 0 ? runes::component_health::state::degraded
                                  : runes::component_health::state::healthy;
  return {state, std::move(details)};
}

runes::awaitable<> market_player::play(bool wait) {
  auto const executor = co_await asio::this_coro::executor;
  if (wait) co_await wait_for_subscriber();
  runes::log::write(runes::severity::info, {"market", 0}, "the market is open");
  for (;;) {
    co_await play_round();
    report_end();
    if (!clock_.again()) break;
    source_->rewind();
    // A round may be shorter than a turn of steps: the loop's other work gets its own here.
    co_await asio::post(executor, asio::use_awaitable);
  }
  runes::log::write(runes::severity::info, {"market", 0},
                    "the recording has ended; its last state stays");
}

runes::awaitable<> market_player::wait_for_subscriber() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!anyone_listens()) {
    timer.expires_after(look_again);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

runes::awaitable<> market_player::play_round() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  unsigned steps = 0;
  while (auto const now = source_->next()) {
    auto const due = clock_.wait(now->at, std::chrono::steady_clock::now());
    if (due.count() > 0) {
      timer.expires_after(due);
      co_await timer.async_wait(asio::use_awaitable);
      steps = 0;
    } else if (++steps % steps_a_turn == 0) {
      co_await asio::post(timer.get_executor(), asio::use_awaitable);
    }
    report(*now);
    co_await take(*now);
    count(*now);
    count();
  }
  count();
}

void market_player::report(step const& now) {
  for (auto const& p : now.problems) {
    auto const line = problem_logs_[now.market].add(p, now.ts);
    if (line) runes::log::write(runes::severity::warning, {"market", 0}, *line);
  }
}

void market_player::report_end() {
  for (auto& of_market : problem_logs_) {
    auto const line = of_market.end();
    if (line) runes::log::write(runes::severity::warning, {"market", 0}, *line);
  }
}

void market_player::count(step const& now) {
  if (now.status == runes::instrument_status::suspended) ++suspended_;
  if (now.status == runes::instrument_status::active) --suspended_;
}

void market_player::count() {
  auto const now = source_->counters();
  counted_.lines = now.lines;
  counted_.problems = now.problems;
  counted_.gaps = now.gaps;
  counted_.book_updates = now.book_updates;
  counted_.trades = now.trades;
}

}  // namespace exchange
