// What the bots' tests share: the venue with its real table of markets, and bots that play on it as
// fast as they can be asked, under a clock that is moved by hand.
#pragma once

#include "moments.hpp"

#include <bots/cast.hpp>
#include <service/mark_prices.hpp>
#include <service/markets.hpp>
#include <venue/venue.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace exchange::bots {

struct player {
  bots::role role;
  std::unique_ptr<bots::bot> bot;
  bots::desk desk;
  venue::account_id account = 0;
  venue::market_id market = 0;
  std::size_t worth = 0;
  micros due = 0;
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;
  std::uint64_t gifts = 0;
  lots furthest = 0;  // the largest position either way
};

class stage {
 public:
  stage(std::vector<role> const& roles, std::uint64_t seed);

  /// Everything until then; `look` is called each second.
  void play(micros until, std::function<void()> const& look = {});
  /// Another account's command, as any client's.
  venue::result run(venue::command what);

  venue::trading_venue venue;
  fair_prices prices;
  std::vector<player> players;
  micros now = opening;
  std::uint64_t hash = 14'695'981'039'346'656'037u;  // of all outcomes
  std::uint64_t trades = 0, liquidations = 0, requests = 0;
  std::vector<std::uint64_t> trades_of;  // by market
  bool self_crossed = false;

 private:
  void enter(role const& as, std::uint64_t seed);
  void ask(player& who);
  venue::result carry_out(player& who, action const& what);
  void listen(venue::outcome const& what);
  void tell_order(venue::order const& order);
  void refresh(player& who);
  glance look_at(player const& who);

  service::mark_prices marks_;
};

}  // namespace exchange::bots
