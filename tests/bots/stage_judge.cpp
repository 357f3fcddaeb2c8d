// The venue's word on what the bot has, and what the bot may not do.
#include "stage.hpp"

#include "host/time_of_day.hpp"
#include "protocol/trading_codec.hpp"

#include <algorithm>
#include <utility>

namespace bots::test {

std::string stage::client_id_of(runes::request const& asked) {
  auto const* const found = asked.body().if_contains("clientOrderId");
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// Whether it is sent again what nobody knows the fate of.
void stage::note_request(runes::request const& asked, std::optional<runes::errc> refused) {
  if (refused == runes::errc::self_trade) ++self_trades;
  auto const id = client_id_of(asked);
  if (asked.op() == "order.place") {
    if (!unsettled_.empty())
      broken("it places " + id + " and does not know what became of " + unsettled_);
    if (refused != runes::errc::connection_lost) return;
    unsettled_ = id;
    unsettled_until_ = asked.body().at("expiresAt").to_number<std::int64_t>();
  } else if (asked.op() == "order.status" && id == unsettled_) {
    bool const final = !refused || exchange::host::now() > unsettled_until_;
    if (final && refused != runes::errc::connection_lost) unsettled_.clear();
  }
}

runes::awaitable<truth> stage::ask() {
  while (busy_) co_await hop();
  busy_ = true;
  std::shared_ptr<void> const over(nullptr, [this](void*) { busy_ = false; });
  truth now = co_await read_truth();
  co_return now;
}

runes::awaitable<truth> stage::read_truth() {
  runes::request const open("orders.open", {}), held("positions", {}), money("account", {});
  auto const orders = co_await host_.request(open, account_, auditor_);
  auto const positions = co_await host_.request(held, account_, auditor_);
  auto const account = co_await host_.request(money, account_, auditor_);
  truth now;
  now.open = runes::detail::decode_orders(orders);
  for (auto const& each : server_.instruments()) now.positions[each.symbol] = 0;
  for (auto const& each : runes::detail::decode_positions(positions))
    now.positions[each.symbol] = steps_of(each.size, {1, each.size.scale()});
  for (auto const& each : runes::detail::decode_balances(account)) {
    if (each.asset == "BTC") now.positions["BTC-USD"] = steps_of(each.total - stock_, {1, 4});
  }
  co_return now;
}

void stage::judge(truth const& now) {
  if (!bot_) return;  // it is being given its money
  judge_crossing(now);
  for (auto const& [symbol, limit] : limits) {
    auto const lots = now.positions.at(symbol);
    highest[symbol] = std::max(highest[symbol], lots);
    lowest[symbol] = std::min(lowest[symbol], lots);
    std::int64_t bids = 0, asks = 0;
    for (auto const& each : now.open) {
      if (each.symbol != symbol || each.reduce_only) continue;
      auto const rest = steps_of(each.remaining, {1, each.remaining.scale()});
      (each.side == runes::side::buy ? bids : asks) += rest;
    }
    if (lots + bids > limit || lots - asks < -limit) {
      broken(symbol + ": " + std::to_string(lots) + " lots with " + std::to_string(bids) +
             " bid and " + std::to_string(asks) + " offered exceed " + std::to_string(limit));
    }
  }
  if (check) check(now);
}

void stage::judge_crossing(truth const& now) {
  for (auto const& bid : now.open) {
    if (bid.side != runes::side::buy || !bid.price) continue;
    for (auto const& ask : now.open) {
      bool const crosses = ask.side == runes::side::sell && ask.symbol == bid.symbol && ask.price &&
                           *ask.price <= *bid.price;
      if (crosses) broken("its bid " + bid.price->str() + " crosses its ask " + ask.price->str());
    }
  }
}

void stage::broken(std::string what) {
  if (broken_.size() < 5) broken_.push_back(std::move(what));
}

}  // namespace bots::test
