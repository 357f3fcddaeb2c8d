// An in-process subscriber: a bounded queue between a loop and a coroutine of any executor.
#pragma once

#include "broker/backlog.hpp"
#include "broker/topic.hpp"
#include "broker/update.hpp"
#include "broker/waiting_line.hpp"

#include <runes/broker.hpp>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace runes::detail {

class local_member final : public member, public std::enable_shared_from_this<local_member> {
 public:
  local_member(std::shared_ptr<topic> to, std::shared_ptr<shard> on, std::size_t queue);

  asio::any_io_executor executor() const;

  /// On the shard's strand.
  void join();
  void leave();
  void deliver(update const& what) override;

  awaitable<std::optional<broker_event>> next();
  /// Any thread: leaves on the shard's strand, and ends a next() that waits.
  void close();
  /// Any thread: nothing more comes; what is queued can still be taken.
  void end();

 private:
  std::optional<broker_event> take();
  broker_event event_of(update const& what) const;

  std::shared_ptr<topic> topic_;
  std::shared_ptr<shard> shard_;
  std::size_t capacity_;
  std::string epoch_;      ///< set by join(), before anybody reads
  std::uint64_t seq_ = 0;  ///< the strand's: the last one taken in
  bool joined_ = false;    ///< the strand's

  std::mutex mutex_;  ///< guards what follows
  std::deque<broker_event> queue_;
  std::optional<backlog> behind_;
  bool ended_ = false;

  waiting_line consumer_;
};

}  // namespace runes::detail
