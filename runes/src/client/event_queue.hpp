// The events that a subscription's reader has not yet taken.
#pragma once

#include "client/state_keeper.hpp"

#include <runes/events.hpp>
#include <runes/subscription.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <string_view>

namespace runes::detail {

/// Bounded: when it is full, what it holds is made less without ever becoming wrong. It may exceed
/// its limit by one or two events a symbol, and by the few of the connection's ups and downs. A
/// plain object.
class event_queue {
 public:
  enum class verdict {
    queued,
    reduced,  ///< queued, and something before it was merged or has become a gap
    lost,     ///< a gap is queued in place of it: the symbol's state must come anew from the server
  };

  /// What its events are, where it matters.
  enum class contents {
    any,
    windows,  ///< those of `statistics`: an event that closes one is the last word on it
  };

  event_queue(event_model model, std::size_t limit, contents of = contents::any) noexcept
      : model_(model), limit_(limit), of_(of) {}

  /// A snapshot, update or gap. `state` is what an update has led to, where it is held.
  verdict push(any_event what, state_keeper const* state = nullptr);
  /// The connection was lost. False: to stay within its bound, it has dropped events behind an
  /// earlier such word that nobody has read yet.
  bool push_stale(any_event what);
  /// Resumed or end: always has room.
  void push_always(any_event what) { events_.push_back(std::move(what)); }

  bool empty() const noexcept { return events_.empty(); }
  std::size_t size() const noexcept { return events_.size(); }
  any_event pop();
  void clear() noexcept { events_.clear(); }

 private:
  bool must_be_kept(any_event const& e) const;
  verdict reduce(any_event what, state_keeper const* state);
  verdict replace_by_state(any_event what, shared_data image);
  verdict merge_latest(any_event what);
  verdict replace_by_gap(any_event what);
  void remove(std::string_view symbol, std::function<void(any_event const&)> const& each);

  event_model model_;
  std::size_t limit_;
  contents of_;
  std::deque<any_event> events_;
};

}  // namespace runes::detail
