// What comes out of the engine: a stream of records of one size.
#pragma once

#include "types.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace exchange::engine {

enum class event_kind : std::uint8_t {
  accepted,      ///< price, quantity: all of it, after a reduce-only order was cut to its position
  rested,        ///< it stands in the book: quantity shown, remaining open
  filled_maker,  ///< price, quantity, remaining, trade
  filled_taker,
  trade,        ///< price, quantity, trade; side of the taker; account and order are 0
  cancelled,    ///< why; quantity that was taken away; nothing remains
  expired,      ///< the same, by time
  reduced,      ///< why; quantity that was taken away; remaining
  amended,      ///< price, quantity: what is open now
  replenished,  ///< an iceberg shows its next part: quantity shown, remaining
  triggered,    ///< a stop: price of the stop, quantity
  rejected,     ///< why, as an engine::error
  level,        ///< side, price, quantity shown there after the command's step; 0: none any more
  auction,      ///< price, quantity executed; remaining: the surplus; side: who has it
  state         ///< why, as a market_state
};

/// What event::why holds of it.
constexpr std::uint16_t code_of(reason why) noexcept { return static_cast<std::uint16_t>(why); }

/// One thing that happened. What a kind does not name is 0.
struct event {
  event_kind kind = event_kind::accepted;
  engine::side side = side::buy;
  std::uint16_t why = 0;  ///< a reason, an error or a market_state, by kind
  account_id account = 0;
  order_id order = 0;
  ticks price = 0;
  lots quantity = 0;
  lots remaining = 0;
  trade_id trade = 0;

  engine::reason reason() const noexcept { return static_cast<engine::reason>(why); }
  engine::error error() const noexcept { return static_cast<engine::error>(why); }
  market_state state() const noexcept { return static_cast<market_state>(why); }

  friend bool operator==(event const&, event const&) = default;
};
static_assert(sizeof(event) == 48, "no padding: the stream is compared and hashed as bytes");

std::string_view name_of(event_kind value) noexcept;

/// Takes the events. It is called before a command returns, once or several times, and may not call
/// the engine.
class event_sink {
 public:
  virtual void on_events(std::span<event const> events) noexcept = 0;

 protected:
  ~event_sink() = default;
};

/// Gathers events in a small array that stays in the cache, and hands them on when it is full or
/// the command is done: so a command may have any number of them, and no memory is asked for.
class event_writer {
 public:
  explicit event_writer(event_sink& sink) noexcept : sink_(&sink), next_(events_.data()) {}
  event_writer(event_writer const&) = delete;  // points into itself
  event_writer& operator=(event_writer const&) = delete;

  void write(event const& one) noexcept {
    *next_ = one;
    if (++next_ == events_.data() + events_.size()) [[unlikely]]
      flush();
  }
  /// Hands on what is there if so many would not fit any more; then put() does not have to look.
  void make_room(std::size_t count) noexcept {
    if (static_cast<std::size_t>(events_.data() + events_.size() - next_) <= count) [[unlikely]] {
      flush();
    }
  }
  /// Precondition: there is room for it.
  void put(event const& one) noexcept { *next_++ = one; }
  void flush() noexcept {
    auto const count = static_cast<std::size_t>(next_ - events_.data());
    next_ = events_.data();
    if (count > 0) sink_->on_events({events_.data(), count});
  }

 private:
  std::array<event, 64> events_{};
  event_sink* sink_;
  event* next_;
};

}  // namespace exchange::engine
