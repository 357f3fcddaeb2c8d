// A session at work: reads messages, hands them to the handler, and cleans up after itself.
#pragma once

#include "broker/loop.hpp"
#include "monitoring/counters.hpp"
#include "session/idle_watch.hpp"
#include "session/keep_alive.hpp"
#include "session/outbox_writer.hpp"
#include "session/transport.hpp"

#include <runes/handler.hpp>
#include <runes/session.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace runes::detail {

class raw_memberships;
class waiting_line;

/// What talks on a session instead of the handler's on_message(): the runes protocol, server side.
class dialect {
 public:
  virtual ~dialect() = default;
  virtual awaitable<> on_message(message const& said) = 0;
  /// There is room in the outbox again.
  virtual void on_room() {}
  /// A request is being carried out, and its reply is owed.
  virtual bool owes_reply() const noexcept { return false; }
  /// The peer holds something, so it needs ask for nothing more.
  virtual bool in_use() const noexcept { return false; }
  /// The server's configuration has changed.
  virtual void on_reload() {}
  /// The server goes away within this time.
  virtual void on_drain(std::chrono::milliseconds) {}
  /// The connection has ended; whatever it holds elsewhere is let go.
  virtual void on_end() noexcept = 0;
};

/// Unique in this process.
std::uint64_t next_session_id() noexcept;

struct session_limits {
  std::chrono::milliseconds ping{20'000};  ///< silence before a ping; 0: none
  std::chrono::milliseconds pong{10'000};
  std::chrono::milliseconds close{5'000};
  std::chrono::milliseconds idle{0};  ///< without any use; 0: as long as it likes
};

/// Serves both roles. Lives until run() has ended and nobody holds it any more.
class session_impl final : public session {
 public:
  session_impl(std::shared_ptr<runes::detail::loop> on, loop_counters* counters,
               std::unique_ptr<transport> wire, std::shared_ptr<handler> user,
               session_limits limits, std::uint64_t id = next_session_id());
  ~session_impl() override;

  /// Before run(). Without one, messages go to the handler's on_message().
  void use(std::unique_ptr<dialect> speaks) { dialect_ = std::move(speaks); }
  /// How raw topics are joined: by the server, which knows the shard.
  void use_raw_topics(std::unique_ptr<raw_memberships> joins);

  /// Runs the connection to its end: on_open, messages, on_close. Never throws. Returns why it
  /// ended. On the strand. If the coroutine is cancelled, the connection is broken off and on_close
  /// is told all the same. `own` is what cancels that coroutine: emitted when the connection is
  /// broken off while a handler runs. It outlives the coroutine.
  awaitable<close_reason> run(asio::cancellation_signal* own = nullptr);

  /// Other limits from now on, and whatever else of the server's configuration has changed.
  void reload(session_limits limits);
  /// Ends it without a closing handshake.
  void abort() noexcept;
  /// Tells the peer that the server goes away; closes when its protocol has no word for it.
  void drain(std::chrono::milliseconds by);
  /// Lets go of all that belongs to the server, which ends: run() does not go on.
  void let_go() noexcept;

  outbox_writer& writer() noexcept { return *writer_; }
  runes::detail::loop& loop() const noexcept { return *loop_; }
  loop_counters& counters() noexcept { return *counters_; }
  runes::handler& user() noexcept { return *user_; }
  /// A frame for this peer alone, compressed where that was agreed on.
  shared_frame encode(opcode op, std::string_view payload) const;
  void set_identity(runes::identity who) {
    identity_ = std::make_unique<runes::identity>(std::move(who));
  }

  asio::any_io_executor executor() const override { return loop_->executor(); }
  runes::role role() const noexcept override { return wire_->role(); }
  std::string peer() const override { return wire_->peer(); }
  std::string const& target() const noexcept override { return wire_->target(); }
  std::string const& subprotocol() const noexcept override { return wire_->subprotocol(); }
  runes::identity const* identity() const noexcept override { return identity_.get(); }
  bool is_open() const noexcept override { return state_ == state::open; }
  push_result try_send(std::string_view text) override;
  push_result try_send_binary(std::string_view bytes) override;
  std::size_t queued_bytes() const noexcept override { return writer_->queue().bytes(); }
  void close(close_reason reason) override;
  void join(topic_ref const& raw) override;
  void leave(topic_ref const& raw) override;

 protected:
  awaitable<bool> wait_for_room() override;

 private:
  enum class state { open, closing, ended };
  awaitable<> handle(message const& said);
  awaitable<> finish();
  push_result push(opcode op, std::string_view payload);
  void start_close(close_reason reason);
  void watch();
  void on_watch();
  bool in_use() const noexcept;
  void note_use();
  void tell_room();
  void end_sending();

  std::shared_ptr<runes::detail::loop> loop_;
  loop_counters* counters_;  ///< the loop's
  std::unique_ptr<transport> wire_;
  outbox_writer* writer_;  ///< wire_'s: asked for with each event, so the way to it is kept short
  state state_ = state::open;
  std::shared_ptr<handler> user_;
  std::unique_ptr<dialect> dialect_;
  std::unique_ptr<raw_memberships> raw_;
  std::unique_ptr<runes::identity> identity_;
  std::unique_ptr<waiting_line> room_;  ///< senders waiting for room; made by the first
  keep_alive alive_;
  idle_watch idle_;
  timer_queue::id watch_{};  ///< the one deadline: keep-alive and idleness, or the end of the
                             ///< closing handshake
  std::chrono::milliseconds close_timeout_;
  std::uint32_t unblocked_seen_ = 0;
  bool handling_ = false;  ///< a handler runs, so nothing is read: silence proves nothing
  asio::cancellation_signal* cancel_ =
      nullptr;  ///< of the coroutine that runs it; null when it isn't to be used any more
  std::optional<close_reason> reason_;  ///< ours, if we closed first
  std::optional<close_reason> closes_after_reply_;
};

}  // namespace runes::detail
