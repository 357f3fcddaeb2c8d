// A topic: one sequence of changes, its state, and who hears it.
#pragma once

#include "broker/history.hpp"
#include "broker/update.hpp"
#include "broker/waiting_line.hpp"
#include "protocol/request_text.hpp"

#include <runes/broker.hpp>
#include <runes/channel.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace runes::detail {

class loop;
class shard;
using shard_list = std::vector<std::shared_ptr<shard>>;

/// The subscribers of one topic on one loop; touched on that loop's strand only.
class member_list {
 public:
  void add(member& who) {
    who.place_ = static_cast<std::uint32_t>(members_.size());
    members_.push_back(&who);
  }
  void remove(member& who) noexcept {
    members_.back()->place_ = who.place_;
    members_[who.place_] = members_.back();
    members_.pop_back();
  }
  bool empty() const noexcept { return members_.empty(); }
  std::vector<member*> const& all() const noexcept { return members_; }

 private:
  std::vector<member*> members_;
};

/// What a new subscriber starts from.
struct joined {
  shared_frame snapshot;  ///< encoded; null for a raw topic, and for one that resumes
  payload_ptr data;       ///< the same as a payload
  /// For one that resumes: all that it has missed, oldest first, which takes it to `seq`.
  std::optional<std::vector<update>> missed;
  std::uint64_t seq = 0;
  std::string epoch;
};

/// A raw topic has an owner, the broker's registry. A derived one (with an interval or a depth)
/// belongs to its root and lives while it has subscribers. Root and derived topics share the root's
/// lock.
class topic : public std::enable_shared_from_this<topic> {
 public:
  /// What distinguishes it within its channel.
  struct identity {
    std::string symbol;
    std::string window;   ///< of a channel with windows
    std::string account;  ///< of an account channel
  };

  /// `shards` outlives it.
  topic(std::shared_ptr<channel const> of, identity who, shard_list const& shards,
        std::shared_ptr<history_budget> histories, std::uint64_t epoch);
  /// A raw topic of the broker's.
  topic(std::string name, raw_options options, shard_list const& shards);
  ~topic();

  channel const* of() const noexcept { return channel_.get(); }
  std::string const& symbol() const noexcept { return who_.symbol; }
  std::string const& account() const noexcept { return who_.account; }
  bool is_raw() const noexcept { return channel_ == nullptr; }
  raw_options const& raw() const noexcept { return raw_; }
  std::chrono::milliseconds interval() const noexcept;
  unsigned depth() const noexcept;
  /// As on the wire: "raw", "100ms", or a window's name.
  std::string interval_text() const;
  std::string name() const;
  std::string epoch() const { return epoch_text_; }
  std::uint64_t seq() const;
  std::size_t subscribers() const noexcept;

  /// Whether try_publish() would be taken now. Any thread.
  bool has_room() const noexcept;
  /// Ends when what keeps it from having room is over, so that it is worth trying again; false when
  /// the broker has closed.
  awaitable<bool> wait_for_room();
  /// Ends the waits of a paced topic's publishers, also those to come.
  void close();

  /// Applies and publishes, all in one step for each loop. Any thread. Throws what
  /// topic_state::apply() throws; the changes before that one are published.
  push_result try_publish(std::span<payload_ptr const> changes, timestamp at);

  /// The derived topic of these options, itself for "raw" and 0. Any thread.
  std::shared_ptr<topic> derived(std::chrono::milliseconds interval, unsigned depth,
                                 std::uint64_t epoch);

  /// On the shard's strand. Between what `joined` says and the first update delivered nothing is
  /// lost or doubled; updates up to joined.seq may still come, and are to be passed over. With
  /// `since` the subscriber is given what it has missed since that place if all of it is still
  /// held, else a snapshot (protocol.md, "Resume").
  joined join(member& who, shard& on, sequence_point const* since = nullptr);
  void leave(member& who, shard& on);
  /// What join() gave as a snapshot, compressed: once for all who are given the same.
  shared_frame compressed(shared_frame const& snapshot, loop_counters& counters);
  /// Gives what was published, updates that follow one another, to this loop's subscribers; returns
  /// how many there are.
  std::size_t deliver(std::span<update const> run, shard& on);

  /// A paced raw topic's subscriber has no room, or has it again: its publishers wait meanwhile. On
  /// the strand.
  void block() noexcept { blocked_.fetch_add(1); }
  void unblock();

  /// An event of this topic's, for one subscriber: a merged update, or a gap.
  std::string event_for_one(update const& what) const;
  std::string gap_for_one(std::uint64_t from, std::uint64_t to) const;

 private:
  struct fan;         // subscribers by loop
  struct derivation;  // of a derived topic

  topic(std::shared_ptr<topic> root, std::chrono::milliseconds interval, unsigned depth,
        std::uint64_t epoch);

  // All below: with the root's lock held.
  std::mutex& mutex() const noexcept { return root_ ? root_->mutex_ : mutex_; }
  topic_state& state();
  void apply(payload_ptr const& change, timestamp at);
  void commit(payload_ptr change, timestamp at);
  void hand_over();
  void abandon_history(loop& on);
  void watch_history(loop& on);
  void begin_history(loop& on);
  std::optional<std::vector<update>> missed_since(sequence_point const& place, time_point now);
  void source_changed(payload_ptr const& change, timestamp at);
  void emit();
  void catch_up_with_root();
  void follow_root(shard& home);
  shared_frame encode(update const& what) const;
  std::string const& head() const;
  std::optional<std::string> shown_interval() const;
  std::optional<unsigned> shown_depth() const;
  void drop_derived(topic const& which) noexcept;

  void look_after_history(loop& on);  // on that loop's strand
  void arm(shard& home);              // on that shard's strand
  void on_due(shard& home);           // likewise

  std::shared_ptr<channel const> channel_;  ///< null for a raw topic
  identity who_;
  raw_options raw_;
  shard_list const* shards_;
  std::shared_ptr<history_budget> histories_;  ///< null for a raw topic
  std::shared_ptr<topic> root_;                ///< null for a root

  mutable std::mutex mutex_;  ///< a root's: guards it and all that derive from it
  std::string epoch_text_;
  std::uint64_t seq_ = 0;
  timestamp last_ts_{};  ///< of the last change
  std::unique_ptr<topic_state>
      state_;                 ///< made at the first need: a million topics are mostly quiet
  std::unique_ptr<fan> fan_;  ///< made with the first subscriber
  /// From the first subscriber on, since before that nobody can hold a place in the sequence.
  std::unique_ptr<history> history_;
  std::unique_ptr<derivation> derivation_;                        ///< of a derived topic
  std::unique_ptr<std::vector<std::shared_ptr<topic>>> derived_;  ///< of a root
  mutable std::string head_;          ///< the fixed beginning of its events
  shared_frame snapshot_;             ///< the last one encoded, good for snapshot_seq_
  shared_frame compressed_snapshot_;  ///< the same compressed, once somebody was sent it so
  std::uint64_t snapshot_seq_ = 0;
  std::atomic<unsigned> blocked_{0};     ///< paced subscribers without room
  std::unique_ptr<waiting_line> paced_;  ///< publishers of a paced raw topic
};

}  // namespace runes::detail
