// The broker in memory: a registry of channels and topics over the loops of one process.
#pragma once

#include "broker/history.hpp"
#include "broker/shard.hpp"
#include "broker/topic.hpp"

#include <runes/broker.hpp>
#include <runes/channel.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace runes::detail {

/// Hears of topics that come to a channel: a subscription to all symbols.
class channel_watcher {
 public:
  virtual void topic_added(std::shared_ptr<topic> made) = 0;  ///< on its shard's strand

 protected:
  ~channel_watcher() = default;
};

class memory_broker final : public broker {
 public:
  /// The shards stay as they are. With `seed` 0 epochs are unpredictable; another one makes a run
  /// repeatable.
  explicit memory_broker(shard_list shards, std::uint64_t seed = 0, history_rules histories = {});
  ~memory_broker() override;

  void add_channel(channel what) override;
  topic_ref topic(std::string_view channel, std::string_view symbol, std::string_view window,
                  std::string_view account) override;
  topic_ref raw_topic(std::string_view name, raw_options options) override;
  using broker::try_publish;
  push_result try_publish(topic_ref const& to, std::span<payload_ptr const> changes,
                          timestamp at) override;

  /// Nothing is published from now on: publishers that wait get error(errc::closed), in-process
  /// subscriptions end behind what they have queued. Any thread; more than once.
  void close();

  shard_list const& shards() const noexcept { return shards_; }
  history_budget const& histories() const noexcept { return *histories_; }
  std::uint64_t new_epoch();

  /// The channel of that name; null when there is none.
  std::shared_ptr<channel const> find_channel(std::string_view name) const;
  /// The root topic; null when there is none.
  std::shared_ptr<detail::topic> find(std::string_view channel, topic::identity const& who) const;
  /// All root topics of a channel with this window and account. With a watcher: in one step, it
  /// hears of all later ones.
  std::vector<std::shared_ptr<detail::topic>> find_all(
      std::string_view channel, std::string_view window, std::string_view account,
      std::shared_ptr<channel_watcher> const& watcher = {}, shard* on = nullptr);
  void unwatch(std::string_view channel, std::shared_ptr<channel_watcher> const& watcher);

 protected:
  awaitable<bool> wait_for_room(topic_ref const& to) override;
  std::shared_ptr<local_member> join_locally(topic_query const& query) override;

 private:
  struct watch {
    std::weak_ptr<channel_watcher> who;
    std::string window, account;
    shard* on;
  };
  struct entry {
    std::shared_ptr<channel const> what;
    std::unordered_map<std::string, std::shared_ptr<detail::topic>> topics;  ///< by key_of()
    std::vector<watch> watchers;
  };

  static bool is_nameable(detail::topic::identity const& who) noexcept;
  static std::string key_of(detail::topic::identity const& who);
  entry const* find_entry(std::string_view channel) const;
  void remember(std::shared_ptr<local_member> const& made);
  void tell_watchers(entry& where, std::shared_ptr<detail::topic> const& made);

  shard_list shards_;
  std::shared_ptr<history_budget> histories_;
  mutable std::shared_mutex mutex_;  ///< guards what follows; never taken on the way of a message
  std::unordered_map<std::string, entry> channels_;
  std::unordered_map<std::string, std::shared_ptr<detail::topic>> raw_;
  std::mt19937_64 epochs_;
  std::vector<std::weak_ptr<local_member>> locals_;  ///< told when the broker closes
  std::atomic<bool> closed_{false};
};

}  // namespace runes::detail
