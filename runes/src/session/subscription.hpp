// One topic, as one connection hears it.
#pragma once

#include "broker/backlog.hpp"
#include "broker/shard.hpp"
#include "broker/topic.hpp"
#include "broker/update.hpp"

#include <runes/channel.hpp>

#include <cstdint>
#include <memory>
#include <span>

namespace runes::detail {

class session_impl;

/// Passes a topic's events on while the outbox has room, else keeps what the subscriber is owed and
/// gives it when there is room again. All on the session's strand; the session outlives it.
class subscription final : public member {
 public:
  /// Hears when a subscription falls behind.
  class listener {
   public:
    virtual void fell_behind(subscription& which) = 0;
    virtual void too_slow(subscription& which) = 0;  ///< its policy says to disconnect

   protected:
    ~listener() = default;
  };

  /// Joins the topic, at the place `since` if there is one and all after it is still held. Nothing
  /// reaches the outbox before start().
  subscription(session_impl& who, std::shared_ptr<topic> to, std::shared_ptr<shard> on,
               overflow policy, listener& tells, sequence_point const* since = nullptr);
  ~subscription();

  detail::topic const& of() const noexcept { return *topic_; }
  std::string const& epoch() const noexcept { return start_.epoch; }
  /// The number of the snapshot, or of the last update that it had missed.
  std::uint64_t begins_at() const noexcept { return start_.seq; }
  /// It goes on where `since` said. Until start().
  bool recovered() const noexcept { return start_.missed.has_value(); }
  /// The last number that is in the outbox or was sent.
  std::uint64_t sent() const noexcept { return sent_; }

  /// Sends the snapshot, or what was missed.
  void start();
  void deliver(update const& what) override;
  void deliver_run(update_run& run) override;
  /// There is room again. True when it has caught up.
  bool catch_up();

  /// Whether it moved since the last call: what a heartbeat lists.
  bool moved() noexcept { return std::exchange(reported_, sent_) != sent_; }

 private:
  class replay;

  bool push(shared_frame const& what, std::uint64_t seq, time_point published);
  void compress_snapshot();
  bool send_snapshot();
  void send_missed();
  bool go_on_with_replay();
  bool hold(update const& what);
  bool bound_merged();
  void take_next();
  void lag();

  session_impl& session_;
  std::shared_ptr<topic> topic_;
  std::shared_ptr<shard> shard_;
  listener& listener_;
  overflow policy_;
  bool behind_ = false;
  bool owes_snapshot_ = false;  ///< there was no room for it
  joined start_;
  std::uint64_t seen_;  ///< the last number taken in
  std::uint64_t sent_;
  std::uint64_t reported_;
  std::unique_ptr<replay> replay_;  ///< what it has missed and the outbox had no room for yet
  std::unique_ptr<backlog> backlog_;
  shared_frame next_;  ///< taken from the backlog, waiting for room
  std::uint64_t next_seq_ = 0;
};

}  // namespace runes::detail
