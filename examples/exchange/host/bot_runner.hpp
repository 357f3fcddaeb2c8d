// One bot over the client's own interface: its connection, its account's streams, its clock.
#pragma once

#include "bots/cast.hpp"

#include <runes/runes.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace exchange::host {

/// A decimal in whole steps (a tick, a lot), rounded towards zero; and back.
std::int64_t steps_of(runes::decimal value, runes::decimal step);
runes::decimal from_steps(std::int64_t count, runes::decimal step);

/// What all bots share, on the executor that all of them run on.
struct bots_world {
  runes::local_endpoint where;
  bots::fair_prices prices;
  std::uint64_t seed = 1;
};

/// Runs until it is cancelled; whatever goes wrong is logged, and tried again. The world outlives
/// it.
class bot_runner {
 public:
  bot_runner(bots_world& world, bots::role role, runes::api_key key);

  runes::awaitable<> run();

 private:
  /// One life of a client: prepares, then trades until a stream ends or it is cancelled.
  runes::awaitable<> live();
  runes::awaitable<> prepare();
  runes::awaitable<> fund();
  runes::awaitable<> provide(std::string asset, runes::decimal least, runes::decimal full);
  runes::awaitable<> begin_worth();

  runes::awaitable<> watch_book();
  runes::awaitable<> watch_trades();
  runes::awaitable<> watch_orders();
  runes::awaitable<> watch_balances();
  runes::awaitable<> watch_positions();
  runes::awaitable<> act();
  runes::awaitable<> take_turn();

  runes::awaitable<bool> carry_out(bots::action what);
  runes::awaitable<> place(bots::place what);
  runes::awaitable<> amend(bots::amend what);
  runes::awaitable<> cancel(bots::cancel what);
  runes::awaitable<> beg(bots::beg what);

  bots::ticks best(runes::order_book const& in, runes::side which) const;
  bots::own_order own(runes::order const& of) const;
  void hear(runes::balance const& of);
  bool perpetual() const noexcept { return instrument_.kind == runes::instrument_kind::perpetual; }
  void log(runes::severity level, std::string const& what) const;

  bots_world& world_;
  bots::role role_;
  runes::api_key key_;
  std::size_t worth_;
  runes::instrument instrument_;
  std::unique_ptr<bots::bot> bot_;
  bots::desk desk_;
  bots::glance seen_;
  bots::micros funded_ = 0;  // when it last looked whether it has what it needs
  std::optional<runes::client> client_;
  std::optional<runes::trader> trader_;
};

}  // namespace exchange::host
