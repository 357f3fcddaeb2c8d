// What a channel *is*: how its updates apply, merge and are shown to someone who comes late.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runes {

/// What one update or snapshot carries: the `data` of an event. Immutable once made, and shared by
/// all threads.
class payload : public boost::intrusive_ref_counter<payload, boost::thread_safe_counter> {
 public:
  virtual ~payload();
  /// Appends the JSON of `data`.
  virtual void encode(std::string& out) const = 0;
  /// Bytes held in memory, about; bounds are counted in it.
  virtual std::size_t bytes() const noexcept = 0;
  /// How many sequence numbers it takes: the entries of a log, else one.
  virtual std::uint64_t count() const noexcept { return 1; }
};
using payload_ptr = boost::intrusive_ptr<payload const>;

/// The state that a topic's updates add up to. Owned by its topic and touched under the topic's
/// lock only.
class topic_state {
 public:
  virtual ~topic_state();
  /// Applies a change and returns it as it is to be published (a book adds its checksum and leaves
  /// out levels that did not change). Null: nothing changed, and nothing is published. Throws
  /// runes::error when the change does not belong to this state (another type of payload, other
  /// decimals), which is then as it was.
  virtual payload_ptr apply(payload_ptr const& change) = 0;
  /// All that a late subscriber needs. Never null.
  virtual payload_ptr snapshot() const = 0;
};

/// What the updates of a channel mean. Snapshot on subscribe, conflation, `interval` and `depth`
/// all follow from it. Stateless, and called from any thread. Subclass it to add a model of your
/// own.
class channel_model {
 public:
  virtual ~channel_model();
  /// The state of a new topic, before any change.
  virtual std::unique_ptr<topic_state> make_state() const = 0;
  /// One change that does what `older` and then `newer` do. Null: both must be delivered.
  virtual payload_ptr merge(payload_ptr const& older, payload_ptr const& newer) const = 0;
  /// Brings `view`, a state of this model limited to `depth`, up to `source` and returns the
  /// change, null when there is none. Only called for a channel that takes `depth`; the default
  /// throws std::logic_error.
  virtual payload_ptr project(topic_state const& source, topic_state& view, unsigned depth) const;
};

/// What happens to a subscriber whose outbox is full (protocol.md, "Slow consumers"), strictest
/// last.
enum class overflow {
  conflate,    ///< updates are merged until it has caught up
  gap,         ///< the oldest are dropped, and it is told which
  disconnect,  ///< closed with 4100; the client resumes
};
std::string_view name_of(overflow policy) noexcept;

/// Who may subscribe to a channel.
enum class audience {
  everyone,
  account,  ///< authenticated sessions, each to the topics of its own account
};

/// A channel as a server offers it. A builder: `channel("ticker", latest()).throttled()`.
class channel {
 public:
  /// `name` is what a client asks for. Throws std::invalid_argument when it is empty, or `model`
  /// null.
  channel(std::string name, std::shared_ptr<channel_model const> model);

  /// The name of its events ("market" by default).
  channel& event(std::string name) &;
  /// Who may subscribe; `account` channels need an authenticated session and have one topic an
  /// account.
  channel& for_accounts() &;
  /// It takes `interval` as the smallest time between two updates.
  channel& throttled() &;
  /// It takes `interval` as one of these windows, each a topic of its own that the publisher feeds;
  /// the first is the default.
  channel& windows(std::vector<std::string> names) &;
  /// It takes `depth`, the number of levels a side (0 = all).
  channel& depths() &;
  /// What happens to a subscriber who doesn't keep up (`gap` by default); a client may ask for a
  /// stricter policy.
  channel& when_slow(overflow policy) &;

  // The same on a temporary.
  channel event(std::string name) &&;
  channel for_accounts() &&;
  channel throttled() &&;
  channel windows(std::vector<std::string> names) &&;
  channel depths() &&;
  channel when_slow(overflow policy) &&;

  std::string const& name() const noexcept { return name_; }
  channel_model const& model() const noexcept { return *model_; }
  std::string const& event() const noexcept { return event_; }
  audience who() const noexcept { return who_; }
  bool is_throttled() const noexcept { return throttled_; }
  bool has_depths() const noexcept { return depths_; }
  std::vector<std::string> const& windows() const noexcept { return windows_; }
  overflow when_slow() const noexcept { return overflow_; }

 private:
  std::string name_;
  std::shared_ptr<channel_model const> model_;
  std::string event_ = "market";
  audience who_ = audience::everyone;
  bool throttled_ = false;
  bool depths_ = false;
  std::vector<std::string> windows_;
  overflow overflow_ = overflow::gap;
};

/// The four models of the library.
namespace models {
std::shared_ptr<channel_model const>
log();  ///< entries, each once and in order; snapshot: none yet
std::shared_ptr<channel_model const> latest();  ///< one object, whole each time
std::shared_ptr<channel_model const> keyed();   ///< objects by key, changed ones in an update
std::shared_ptr<channel_model const> book();    ///< an order book, changed levels in an update
}  // namespace models

/// The channels of protocol.md, as a server offers them.
namespace channels {
channel ticker();
channel orderbook();
channel trades();
channel statistics();
channel liquidations();
channel orders();
channel fills();
channel positions();
channel account();
channel system();
/// All of the above.
std::vector<channel> standard();
}  // namespace channels

}  // namespace runes
