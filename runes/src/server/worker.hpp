// One loop of a server: its thread's context, its shard, and what runs on it.
#pragma once

#include "broker/loop.hpp"
#include "broker/shard.hpp"
#include "session/runes_dialect.hpp"
#include "session/session_impl.hpp"

#include <runes/asio.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <memory>

namespace runes::detail {

/// What a session takes of the configuration.
session_limits limits_of(server_config const& config) noexcept;

/// Owns the coroutines of its loop: each is cancelled and waited for before the end.
class worker {
 public:
  /// `ended` is called, on this loop, whenever a coroutine has ended.
  worker(std::size_t index, std::size_t max_inbox_updates, std::function<void()> ended);
  ~worker();
  worker(worker const&) = delete;
  worker& operator=(worker const&) = delete;

  std::shared_ptr<shard> const& own_shard() const noexcept { return shard_; }
  std::shared_ptr<runes::detail::loop> const& own_loop() const noexcept { return loop_; }
  asio::any_io_executor executor() { return context_->get_executor(); }
  bool is(asio::execution_context const* which) const noexcept { return context_.get() == which; }

  /// Before run(): what sessions here are offered, and the configuration that is in effect.
  void offer(protocol_services services, std::shared_ptr<server_config const> config);
  /// On the strand: another configuration is in effect, which every session is told.
  void reload(std::shared_ptr<server_config const> config);
  /// On the strand.
  server_config const& config() const noexcept { return *config_; }
  protocol_services const& services() const noexcept { return services_; }

  /// Works until stop(); on one thread.
  void run() { context_->run(); }
  void stop() { context_->stop(); }

  /// How a coroutine ends when the server goes away.
  enum class patience {
    till_the_end,  ///< with the last connection
    none,          ///< at once
  };
  /// Any thread: starts a coroutine here. An exception that leaves it is logged under `what`.
  void start(char const* what, std::function<awaitable<>()> coroutine,
             patience at_end = patience::till_the_end);
  /// The same for one that comes to another mind: it is given its patience to change, on the
  /// strand.
  void start(char const* what, std::function<awaitable<>(patience&)> coroutine, patience at_end);
  /// Coroutines that have not ended. Any thread.
  std::size_t running() const noexcept { return running_.load(); }

  /// After run() has ended, or when it never began: destroys what still waits.
  void drop_coroutines();

  /// On the strand: cancels all of them.
  void cancel_all();

  /// On the strand: runs a session to its end, then lets go of what it keeps, its place say. A
  /// coroutine of its own, so that an open connection does not carry along what its handshake
  /// needed.
  void run_session(std::shared_ptr<session_impl> session, std::shared_ptr<void> keeps);
  /// All sessions, and those that still begin.
  void close_sessions(close_reason const& why);
  /// Cancels those that were started without patience: handshakes, and idle HTTP connections.
  void cancel_impatient();
  /// Tells all sessions that the server goes away, and those that still begin.
  void drain_sessions(std::chrono::milliseconds by);
  void abort_sessions();

 private:
  struct task {
    asio::cancellation_signal cancel;
    session_impl* session = nullptr;  ///< if it is one's
    patience at_end = patience::till_the_end;
  };
  using task_place = std::list<task>::iterator;

  void task_ended(char const* what, task_place which, std::exception_ptr failure);

  /// A context whose handlers can be destroyed before its services.
  struct context : asio::io_context {
    using asio::io_context::io_context;
    void drop_handlers() { shutdown(); }
  };

  std::function<void()> ended_;
  /// Shared with the loop: what users keep of a connection may outlive this.
  std::shared_ptr<context> context_ = std::make_shared<context>(1);
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::shared_ptr<runes::detail::loop> loop_;
  std::shared_ptr<shard> shard_;
  protocol_services services_;
  std::shared_ptr<server_config const> config_;  ///< what services_ points at
  std::atomic<std::size_t> running_{0};
  std::list<task> tasks_;                  ///< the strand's
  std::optional<time_point> leaves_at_;    ///< once drain_sessions() has told when
  std::optional<close_reason> closes_by_;  ///< once close_sessions() was called
};

}  // namespace runes::detail
