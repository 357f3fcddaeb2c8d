// A reader of what is subscribed: its queue, and the coroutine that waits for the next event.
#pragma once

#include "client/bell.hpp"
#include "client/event_decode.hpp"
#include "client/event_queue.hpp"

#include <runes/subscription.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace runes::detail {

class client_impl;
class feed;

/// Kept by its `subscription`, and by its feed while that is read. On the client's strand.
class subscription_core : public std::enable_shared_from_this<subscription_core> {
 public:
  subscription_core(asio::any_io_executor const& executor, std::weak_ptr<client_impl> owner,
                    wish wanted, std::shared_ptr<feed> of, std::size_t queue_limit);

  wish const& wanted() const noexcept { return wanted_; }
  bool wants_all() const noexcept { return !wanted_.symbols; }
  /// What it reads, with others perhaps.
  std::shared_ptr<feed> const& source() const noexcept { return source_; }
  std::weak_ptr<client_impl> const& owner() const noexcept { return owner_; }

  // What its feed says.
  /// A snapshot, update or gap. `state` is what it has led to.
  event_queue::verdict push(any_event what, state_keeper const* state);
  /// The connection is lost. False: events behind an earlier such word were dropped, so that the
  /// reader must begin anew.
  bool push_stale();
  void push_resumed();
  /// One symbol cannot be had, or not any more.
  void refuse(std::string_view symbol, error const& why);
  /// The last event. Nothing counts after it.
  void end(std::optional<error> why);
  bool ended() const noexcept { return ended_; }
  bool detached() const noexcept { return detached_; }

  // The reader's side.
  /// Keeps the core until it has ended: the subscription may be destroyed meanwhile.
  static awaitable<any_event> next(std::shared_ptr<subscription_core> self);
  void detach() noexcept;
  order_book const* book(std::string_view symbol) const;
  std::vector<refused_symbol> const& refused() const noexcept { return refused_; }

 private:
  bool takes_none() const noexcept { return ended_ || detached_; }

  std::weak_ptr<client_impl> owner_;
  wish wanted_;
  std::shared_ptr<feed> source_;
  std::vector<refused_symbol> refused_;
  event_queue queue_;
  bell ready_;
  any_event last_;  ///< what next() says after the end
  bool ended_ = false;
  bool detached_ = false;
};

}  // namespace runes::detail
