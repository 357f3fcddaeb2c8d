// A session's place in raw topics: bytes of a topic go into its outbox as they are.
#pragma once

#include "broker/shard.hpp"
#include "broker/topic.hpp"

#include <runes/broker.hpp>

#include <memory>
#include <vector>

namespace runes::detail {

class session_impl;

/// All on the session's strand. The session outlives it.
class raw_memberships {
 public:
  explicit raw_memberships(std::shared_ptr<shard> on);
  ~raw_memberships();

  void join(session_impl& who, topic_ref const& raw);
  void leave(topic_ref const& raw);
  /// Room in the outbox again: what paced topics held back goes on.
  void on_room();
  /// The session is closing: nothing more is passed on, and no publisher waits for it.
  void let_go() noexcept;
  void leave_all() noexcept;
  bool empty() const noexcept { return held_.empty(); }

 private:
  class membership;

  std::shared_ptr<shard> shard_;
  std::vector<std::unique_ptr<membership>> held_;
};

}  // namespace runes::detail
