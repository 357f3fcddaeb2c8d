// Quotes both sides of a market around what it is worth.
#pragma once

#include "bot.hpp"
#include "noise.hpp"

#include <cstdint>
#include <vector>

namespace exchange::bots {

struct maker_style {
  unsigned levels = 12;   ///< a side
  ticks half_spread = 1;  ///< from the worth to the best quote
  ticks spacing = 1;      ///< between quotes further out, which stand on multiples of it
  ticks skew = 0;         ///< how far quotes are moved against a full position
  lots size = 1;          ///< of the best quote; the twelfth is nearly four times as large
  lots limit = 100;       ///< no position beyond it, if everything that is open is filled
  unsigned requests_per_second = 5;
};

/// One action at a time, at a bounded rate: first what stands too close to the worth is moved away,
/// then what is missing is made of what stands too far off, or placed. An order is amended as long
/// as there is one to amend, also to fill it up. Its bids are below its asks at any moment.
class market_maker final : public bot {
 public:
  market_maker(maker_style style, std::uint64_t seed);

  std::optional<action> next(micros now, glance const& seen, desk const& mine) override;

 private:
  struct quotes {
    engine::side side = engine::side::buy;
    std::vector<ticks> wanted;        // best first
    std::vector<own_order> standing;  // at one of these
    std::vector<own_order> loose;     // elsewhere, best first
    std::vector<ticks> missing;       // best first
    ticks opposite = 0;               // the best price of its own other side; 0: none
  };

  bool may_ask(micros now);
  void look(ticks fair, lots position);
  quotes plan(engine::side which, glance const& seen, desk const& mine) const;
  std::optional<action> decide(quotes const& bids, quotes const& asks, desk const& mine);
  std::optional<action> pull(quotes const& of, desk const& mine);
  std::optional<action> add(quotes const& of, desk const& mine);
  action move(own_order const& one, ticks to, quotes const& of, desk const& mine);
  lots some_lots(ticks price, quotes const& of);
  std::optional<action> refill(quotes const& of, desk const& mine) const;
  lots weight(std::size_t level) const noexcept;
  lots room(engine::side which, desk const& mine) const noexcept;

  maker_style style_;
  noise noise_;
  ticks center_ = 0;
  micros next_allowed_ = 0;
};

}  // namespace exchange::bots
