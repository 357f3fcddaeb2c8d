// The channel broker: topics, who publishes to them, and who hears it.
#pragma once

#include <runes/asio.hpp>
#include <runes/channel.hpp>
#include <runes/market_data.hpp>
#include <runes/payloads.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runes {

namespace detail {
class topic;
class local_member;
}  // namespace detail

/// What became of something pushed into a bounded queue.
enum class push_result {
  accepted,      ///< it is in
  backpressure,  ///< not taken: full, wait and come again
  dropped,       ///< not taken, and never will be
};

/// A handle on a topic, to publish with. Cheap to copy and safe to share between threads; it keeps
/// the topic alive.
class topic_ref {
 public:
  /// Of no topic: false, and to be assigned to. Nothing else may be asked of it.
  topic_ref() noexcept = default;
  explicit topic_ref(std::shared_ptr<detail::topic> to) noexcept : topic_(std::move(to)) {}
  explicit operator bool() const noexcept { return topic_ != nullptr; }

  /// As on the wire: "orderbook.BTC-USD", or "statistics.BTC-USD.1m".
  std::string name() const;
  /// The number of its last change.
  std::uint64_t seq() const;
  /// How many subscribers it has, over all loops, those of its derived topics included.
  std::size_t subscribers() const;

  detail::topic& get() const noexcept { return *topic_; }
  std::shared_ptr<detail::topic> const& share() const noexcept { return topic_; }

 private:
  std::shared_ptr<detail::topic> topic_;
};

/// What an in-process subscriber hears. See broker::subscribe().
struct broker_event {
  enum class kind { snapshot, update, gap };
  kind what = kind::update;
  payload_ptr data;        ///< null for a gap
  std::uint64_t prev = 0;  ///< for a gap: the number before the first one missing
  std::uint64_t seq = 0;   ///< for a gap: the last number missing
  std::string epoch;       ///< which life of the topic the numbers belong to
};

/// Which topic an in-process subscriber wants. A builder.
class topic_query {
 public:
  topic_query(std::string channel, std::string symbol)
      : channel_(std::move(channel)), symbol_(std::move(symbol)) {}
  /// "raw", "100ms", "1s", … or a window's name.
  topic_query& interval(std::string text) {
    interval_ = std::move(text);
    return *this;
  }
  /// Levels a side, for channels that take a depth; 0 = all.
  topic_query& depth(unsigned levels) {
    depth_ = levels;
    return *this;
  }
  /// Whose topic, for account channels.
  topic_query& account(std::string name) {
    account_ = std::move(name);
    return *this;
  }
  /// Updates held for a subscriber that does not keep up, before its channel's overflow policy
  /// applies. At least 1.
  topic_query& queue(std::size_t updates) {
    queue_ = updates;
    return *this;
  }
  std::string const& channel() const noexcept { return channel_; }
  std::string const& symbol() const noexcept { return symbol_; }
  std::string const& interval() const noexcept { return interval_; }
  unsigned depth() const noexcept { return depth_; }
  std::string const& account() const noexcept { return account_; }
  std::size_t queue() const noexcept { return queue_; }

 private:
  std::string channel_, symbol_, interval_, account_;
  unsigned depth_ = 0;
  std::size_t queue_ = 1'024;
};

/// An in-process subscription: an awaitable stream of what a topic publishes. It ends when
/// destroyed.
class broker_subscription {
 public:
  broker_subscription(broker_subscription&&) noexcept;
  broker_subscription& operator=(broker_subscription&&) noexcept;
  ~broker_subscription();

  /// The next event: first the snapshot, then updates in order. Empty when the broker has closed,
  /// when the policy `disconnect` has hit or what is owed has come to 16 MiB, or when the waiting
  /// coroutine was cancelled. One caller at a time, any executor.
  ///
  /// Lifetimes: it may be destroyed while a coroutine waits here, which then gets nothing, and it
  /// may outlive the server.
  awaitable<std::optional<broker_event>> next();

 private:
  friend class broker;
  explicit broker_subscription(std::shared_ptr<detail::local_member> member) noexcept;
  std::shared_ptr<detail::local_member> member_;
};

/// Options of a raw topic: one without the protocol's envelope, for servers that speak a protocol
/// of their own.
class raw_options {
 public:
  /// Its messages are binary; by default they are text, and must be UTF-8.
  raw_options& binary(bool yes = true) {
    binary_ = yes;
    return *this;
  }
  /// A publisher waits while a subscriber's outbox is full, instead of that subscriber being closed
  /// with 4100 at once. One that stays full for longer than `stall` is closed all the same.
  raw_options& paced(std::chrono::milliseconds stall = std::chrono::milliseconds(5'000)) {
    stall_ = stall;
    return *this;
  }
  bool is_binary() const noexcept { return binary_; }
  std::chrono::milliseconds stall() const noexcept { return stall_; }

 private:
  bool binary_ = false;
  std::chrono::milliseconds stall_{0};
};

/// Topics, publishing and in-process subscriptions. One implementation is in memory (make it with a
/// server); the interface supposes nothing that one over several machines could not keep: sequence
/// numbers come from the topic's publisher, and a subscription starts with a snapshot and its place
/// in the sequence.
///
/// All members are thread-safe.
class broker {
 public:
  virtual ~broker();

  /// Offers a channel. Throws std::invalid_argument when the name is taken or empty.
  virtual void add_channel(channel what) = 0;

  /// The topic of a channel and symbol, made when it isn't there: from then on clients may
  /// subscribe to it, those that asked for all symbols included. `window` is for channels with
  /// windows, `account` for account channels. Throws error(errc::unknown_channel), or
  /// error(errc::bad_options) for a window the channel doesn't have, or
  /// std::invalid_argument for a name with a line break.
  virtual topic_ref topic(std::string_view channel, std::string_view symbol,
                          std::string_view window = {}, std::string_view account = {}) = 0;

  /// A topic without envelope and numbers: `session::join` it, publish raw_payload()s to it.
  virtual topic_ref raw_topic(std::string_view name, raw_options options = {}) = 0;

  /// Publishes one change. Waits while a loop has its inbox full, or a subscriber of a paced raw
  /// topic its outbox.
  ///
  /// Parameters: `at` is the event's `ts`; by default the time of the call. Returns when the change
  /// is on its way to all subscribers, not when they have it. Errors: those of
  /// topic_state::apply(), thrown; then nothing was published. error(errc::closed) when the broker
  /// has closed. Cancellation: while waiting, with nothing published. Order: the changes of one
  /// topic reach every subscriber in the order their publishing began, if one coroutine publishes;
  /// there is no order across topics.
  /// Lifetimes: the executor's context outlives the wait; the broker's end ends it.
  awaitable<> publish(topic_ref to, payload_ptr change, timestamp at = {});

  /// The same for typed data: anything that has a to_payload().
  template <class T>
    requires requires(T const& value) { to_payload(value); }
  awaitable<> publish(topic_ref to, T const& value, timestamp at = {}) {
    return publish(std::move(to), to_payload(value), at);
  }

  /// Publishes several changes of one topic together, oldest first: each has its number and its
  /// event, and all of them reach a subscriber that keeps up in one write (of 64 updates or 128 KiB
  /// at a time). A batch is taken whole or not yet at all, so an inbox may exceed its bound by one.
  ///
  /// Parameters, return, cancellation, order and lifetimes: as above. Errors: those of
  /// topic_state::apply(); the changes before the one that failed are published then, the ones
  /// behind it are not.
  awaitable<> publish(topic_ref to, std::vector<payload_ptr> changes, timestamp at = {});

  /// As publish(), but never waits: `backpressure` when it would have to, and `dropped` when the
  /// broker has closed, both with nothing published.
  push_result try_publish(topic_ref const& to, payload_ptr const& change, timestamp at = {}) {
    return try_publish(to, std::span(&change, 1), at);
  }
  /// The same for several together.
  virtual push_result try_publish(topic_ref const& to, std::span<payload_ptr const> changes,
                                  timestamp at = {}) = 0;

  /// Subscribes from inside the process.
  ///
  /// Returns a stream that begins with the snapshot; no update between is lost or doubled. Errors,
  /// thrown: error(errc::unknown_channel), error(errc::unknown_symbol), error(errc::bad_options),
  /// or error(errc::closed) when the broker has. Cancellation: before it has joined; nothing stays
  /// subscribed. Any executor.
  awaitable<broker_subscription> subscribe(topic_query query);

 protected:
  /// Ends when try_publish() to this topic may succeed; false when the broker has closed.
  virtual awaitable<bool> wait_for_room(topic_ref const& to) = 0;
  virtual std::shared_ptr<detail::local_member> join_locally(topic_query const& query) = 0;
};

/// The bytes of one message for a raw topic.
payload_ptr raw_payload(std::string_view bytes);

}  // namespace runes
