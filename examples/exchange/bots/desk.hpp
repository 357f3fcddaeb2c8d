// What a bot has in its market: its open orders, its position, its money.
#pragma once

#include "engine/types.hpp"

#include <cstddef>
#include <map>
#include <vector>

namespace exchange::bots {

using engine::lots;
using engine::micros;
using engine::order_id;
using engine::ticks;

struct own_order {
  order_id id = 0;
  engine::side side = engine::side::buy;
  ticks price = 0;
  lots remaining = 0;  ///< 0: it is closed
  lots filled = 0;
  micros ts = 0;  ///< of the change that made it so, by the venue's clock
  friend bool operator==(own_order const&, own_order const&) = default;
};

/// Fed from two sides, which may overtake each other: answers to what was asked, and states that
/// the venue tells. The newer one counts, and of the same time the venue's own state.
class desk {
 public:
  /// A state that the venue tells.
  void told(own_order const& now);
  /// What an answer says must be so. Ignored where a state of that time or a newer one is there.
  void answered(own_order const& now);
  /// All open orders, in place of those held.
  void snapshot(std::vector<own_order> const& open);
  /// It is gone, says the venue, and not how.
  void forget(order_id id);

  void position(lots now) noexcept { position_ = now; }
  void funds(std::int64_t now) noexcept { funds_ = now; }

  std::map<order_id, own_order> const& orders() const noexcept { return orders_; }
  own_order const* find(order_id id) const noexcept;
  /// The most willing first; of the same price the older one.
  std::vector<own_order> orders_of(engine::side which) const;
  lots open(engine::side which) const noexcept;
  /// Of a spot market: beyond what the bot was given at first.
  lots position() const noexcept { return position_; }
  /// Free money, in ticks × lots.
  std::int64_t funds() const noexcept { return funds_; }

 private:
  static constexpr std::size_t most_closed = 64;
  void take(own_order const& now);

  std::map<order_id, own_order> orders_;
  std::map<order_id, micros> closed_;  // so that an answer that comes late brings none back
  lots position_ = 0;
  std::int64_t funds_ = 0;
};

}  // namespace exchange::bots
