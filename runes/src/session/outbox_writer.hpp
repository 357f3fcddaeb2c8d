// The outbox at work: marks itself dirty, is flushed with its loop, waits for a slow socket.
#pragma once

#include "broker/loop.hpp"
#include "broker/update_run.hpp"
#include "monitoring/counters.hpp"
#include "session/outbox.hpp"
#include "session/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace runes::detail {

class outbox_writer final : public flushable {
 public:
  /// `on`, `counters` and `sink` outlive it.
  outbox_writer(std::shared_ptr<loop> on, loop_counters* counters, byte_sink& sink,
                std::size_t max_bytes)
      : loop_(std::move(on)), counters_(counters), sink_(sink), queue_(max_bytes) {}
  ~outbox_writer() { loop_->forget(*this); }
  outbox_writer(outbox_writer const&) = delete;
  outbox_writer& operator=(outbox_writer const&) = delete;

  /// From now on messages of these sizes are to be sent compressed: that was agreed on.
  void deflate(deflate_sizes sizes) noexcept { deflates_ = sizes; }
  deflate_sizes const& deflates() const noexcept { return deflates_; }

  /// An event of a topic, published at `published`: false when there is no room for it.
  bool push(shared_frame what, time_point published);
  /// The same, compressed where that was agreed on.
  bool push(update const& what) {
    return push(what.frame_for(deflates_, *counters_), what.published);
  }
  /// Several events of a topic in one frame: false, with nothing pushed, when they come to so much
  /// of the outbox that they are better pushed one by one.
  bool push_run(update_run& run);
  /// A message of the user's own: false when there is no room.
  bool push(shared_frame what);
  /// A reply or control bytes: when even the reserve is full the connection is broken off, and
  /// false comes back.
  bool push_reserved(shared_frame what);

  outbox const& queue() const noexcept { return queue_; }
  bool broken() const noexcept { return broken_; }
  /// The socket takes no more for now.
  bool blocked() const noexcept { return waiting_; }
  /// How often it took more after it had been full: a peer that reads, if slowly.
  std::uint32_t unblocked() const noexcept { return unblocked_; }
  /// Somebody was told that there is no room, and on_room() has not come since.
  bool refused() const noexcept { return refused_; }

  /// Called on the strand when room has come back after a refusal, and once when the writer breaks.
  void on_room(std::function<void()> callback) { on_room_ = std::move(callback); }
  /// Calls back when all that is queued now has been written, or never can be. Once.
  void when_empty(std::function<void()> callback);
  /// Ends when all that is queued now has been written, or never can be, or it is cancelled.
  awaitable<> written();

  void flush() override;
  socket_write next_write(std::span<iovec> room) noexcept override;
  void on_written(socket_write const& done) override;
  void after_flush() override;
  /// Takes no more: the close frame is in the queue, and nothing may follow it (RFC 6455,
  /// section 5.5.1).
  /// The session is told by on_room().
  void seal();
  bool sealed() const noexcept { return sealed_; }
  /// Forgets what is queued and not yet begun, so that a close frame needn't wait behind it.
  void drop_unsent() noexcept { queue_.drop_unsent(); }
  /// Forgets what is queued: nothing can be written any more.
  void break_off();

 private:
  void after_push();
  void measure();
  void write_queue();
  void note_written(std::span<iovec const> pieces, std::size_t written);
  void wait_for_socket();
  void tell_room();

  std::shared_ptr<loop> loop_;
  loop_counters* counters_;
  byte_sink& sink_;
  time_point oldest_{};   ///< when the oldest event in the queue was published; zero for none
  bool waiting_ = false;  ///< for the socket to take more
  bool refused_ = false;  ///< somebody was told that there is no room
  bool failed_ = false;   ///< a write has; it is broken as soon as that may be told
  bool broken_ = false;
  bool sealed_ = false;
  std::uint8_t flushes_ = 0;
  deflate_sizes deflates_;
  std::uint32_t unblocked_ = 0;
  outbox queue_;  // the last that each event needs
  std::function<void()> on_room_;
  std::function<void()> when_empty_;
  /// Lives as long as this: callbacks that come late look here first.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace runes::detail
