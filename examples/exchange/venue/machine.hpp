// The state of a venue and the steps that commands are made of.
#pragma once

#include "client_ids.hpp"
#include "funding.hpp"
#include "history.hpp"
#include "venue.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace exchange::venue {

/// An account beside what the clearing house keeps of it.
struct account_state {
  std::string name;
  std::vector<order_id> open;  ///< rising
  closed_orders closed;
  fill_history fills;
  client_ids ids;
  micros deadman = 0;  ///< when it cancels; 0: off
};

/// One that is up, or in its grace.
struct connection_state {
  account_id account = 0;
  bool cancels = false;
  disconnect_scope scope = disconnect_scope::connection;
  micros grace = 0;
  micros due = 0;  ///< 0: it is up
};

/// A market's engine, and its events until they are booked.
struct market_desk final : engine::event_sink {
  explicit market_desk(engine::engine_config const& config) : engine(config, *this) {}
  void on_events(std::span<engine::event const> more) noexcept override {
    events.insert(events.end(), more.begin(), more.end());
  }
  std::vector<engine::event> events;
  engine::matching_engine engine;
  ticker_changed shown;  ///< as it was told last
  funding_clock funding;
};

class machine final : accounts::change_sink {
 public:
  explicit machine(venue_config const& config);

  applied apply(request const& one);

  // view.cpp
  std::optional<micros> next_due() const noexcept;
  order const* find_order(account_id account, order_id id) const noexcept;
  funding_view funding(market_id market, micros now) const noexcept;  // funding.cpp
  bool known(account_id account) const noexcept { return 0 < account && account < users_.size(); }
  bool known_market(market_id market) const noexcept { return market < desks_.size(); }
  market_id markets() const noexcept { return static_cast<market_id>(desks_.size()); }
  bool perpetual(market_id market) const noexcept {
    return config_.instruments[market].market.kind == accounts::market_kind::perpetual;
  }

  // snapshot.cpp, check.cpp
  std::string save() const;
  void load(std::string_view bytes);
  std::string check() const;

  venue_config config_;
  micros now_ = 0;
  order_id last_order_ = 0;
  trade_id last_trade_ = 0;
  std::vector<account_state> users_;  ///< by id; 0: the outside flow, which has nothing here
  std::unordered_map<std::string, account_id> names_;
  std::unordered_map<order_id, order> orders_;  ///< the open ones
  std::map<connection_id, connection_state> connections_;
  std::set<std::pair<micros, connection_id>> graces_;
  std::set<std::pair<micros, account_id>> deadmen_;
  accounts::clearing_house house_;
  std::vector<std::unique_ptr<market_desk>> desks_;

 private:
  // machine.cpp
  void refuse(venue::error why, venue::field where = field::none) noexcept;
  bool right_account(account_id account) noexcept;
  bool right_market(market_id market) noexcept;
  bool expired(request const& one) const noexcept;
  void run_due();
  void tell_tickers();
  void on_posting(accounts::posting const& one) noexcept override;
  void on_balance(accounts::balance_change const& one) noexcept override;
  void on_position(accounts::position_change const& one) noexcept override;

  // place.cpp
  void run(place_order const& c);
  void place(place_order const& c);
  bool right_options(place_order const& c, time_in_force tif) noexcept;
  bool right_terms(place_order const& c, time_in_force tif) noexcept;
  bool converted(place_order const& c, order& o) noexcept;
  bool repeat(place_order const& c) noexcept;
  void remember(place_order const& c);
  void enter(order&& o);
  engine::new_order engine_order(order const& o) const noexcept;
  bool stops_with_limit(order const& o) const noexcept;
  ticks stop_limit_of(order const& o) const noexcept;

  // reserve.cpp
  venue::error reserve(order const& o);
  ticks worst_price(order const& o) const noexcept;
  lots reducible(order const& o) const noexcept;

  // amend.cpp, cancel.cpp
  void run(amend_order const& c);
  bool amended(amend_order const& c, order& changed) noexcept;
  order* find_open(account_id account, order_id id, std::string const& client_id);
  void run(cancel_order const& c);
  void run(cancel_all const& c);
  void cancel(order_id id, order_reason why);
  template <class Which>
  std::uint32_t cancel_those(account_id account, order_reason why, Which&& which);

  // money.cpp
  void run(open_account const& c);
  void run(set_leverage const& c);
  void run(deposit const& c);
  void run(withdraw const& c);
  void run(deposit_insurance const& c);
  void moved(engine::error wrong, asset_id asset);

  // market.cpp
  void run(advance_time const& c);
  void run(set_mark const& c);
  void run(set_reference const& c);
  void run(fund const& c);
  void run(change_state const& c);
  void run(outside_order const& c);

  // funding.cpp
  void begin_funding(market_id market) noexcept;
  void observe_premium(market_id market) noexcept;
  void run_funding(market_id market);
  engine::error pay_funding(market_id market, std::int64_t rate, micros at);

  // presence.cpp
  void run(connection_up const& c);
  void run(connection_down const& c);
  void run(cancel_on_disconnect const& c);
  void run(deadman const& c);
  std::uint32_t lost(connection_id id);
  void forget_connection(connection_id id, connection_id heir);
  void run_deadman(account_id account);

  // booking.cpp: what the engines' events mean for orders and accounts.
  struct open_trade {
    engine::event trade;
    trade_id id = 0;  // 0: none
    engine::event const* buyer = nullptr;
    engine::event const* seller = nullptr;
  };
  template <class Command>
  engine::error call(market_id market, Command const& c);
  void book(market_id market);
  void book_event(market_id market, engine::event const& e);
  void book_public(market_id market, engine::event const& e);
  void begin_trade(market_id market, engine::event const& e);
  void add_fill(market_id market, engine::event const& e);
  void finish_trade(market_id market);
  void book_fill(market_id market, engine::event const& e, amount fee, ticks price, trade_id id);
  void reduce(order& o, engine::event const& e);
  void trim(order const& o);
  void tell(order& o, order_reason why);
  void close(order& o, order_status status, order_reason why);

  // liquidation.cpp
  void liquidate();
  void look_after(account_id account);
  bool carry_out(accounts::liquidation const& what);
  bool cancel_before(accounts::liquidation const& what);
  void close_position(accounts::liquidation const& what);
  ticks bankruptcy_price(accounts::liquidation const& what) const;
  ticks within_band(market_id market, side which, ticks price) const noexcept;
  void take_over(order& o);

  std::vector<outcome> outcomes_;
  venue::result result_;
  open_trade trade_;
  std::optional<order_reason> cancelled_for_;  // instead of the engine's reason
  std::vector<order_id> to_cancel_;            // after the events were booked
  std::vector<account_id> at_risk_;
  std::vector<market_id> markets_at_risk_;
};

template <class Command>
engine::error machine::call(market_id market, Command const& c) {
  auto& desk = *desks_[market];
  desk.events.clear();
  auto const wrong = desk.engine.apply(engine::command(c));
  if (wrong == engine::error::none) book(market);
  desk.events.clear();
  return wrong;
}

template <class Which>
std::uint32_t machine::cancel_those(account_id account, order_reason why, Which&& which) {
  std::uint32_t count = 0;
  auto const open = users_[account].open;
  for (auto const id : open) {
    auto const found = orders_.find(id);
    if (found == orders_.end() || !which(found->second)) continue;
    cancel(id, why);
    ++count;
  }
  return count;
}

}  // namespace exchange::venue
