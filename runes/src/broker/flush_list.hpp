// The connections of a loop that have something to send, and how they are flushed together.
#pragma once

#include "broker/batch_sender.hpp"
#include "monitoring/counters.hpp"

#include <sys/uio.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace runes::detail {

/// Something with bytes to send: the outbox side of a connection. It can be flushed alone, by
/// flush(), or with others, in three steps: all say what they have to write, all learn what was
/// written, and then each says what follows from it. Only the last step calls anybody, so whoever
/// is called finds every connection of the flush as far as it has come.
class flushable {
 public:
  /// Hands what is queued to the kernel, without waiting.
  virtual void flush() = 0;

  /// The next bytes to write, in pieces that are put into `room` and hold until on_written().
  /// Nothing in it to do: the connection has nothing, waits for its socket, or has none that takes
  /// plain bytes; then it is flushed alone.
  virtual socket_write next_write(std::span<iovec> room) noexcept = 0;
  /// What became of them. Calls nobody.
  virtual void on_written(socket_write const& done) = 0;
  /// Behind on_written() of all: writes by itself what the socket would still take, and tells who
  /// waits for it.
  virtual void after_flush() = 0;

 protected:
  ~flushable() = default;

 private:
  friend class flush_list;
  static constexpr std::size_t clean = static_cast<std::size_t>(-1);
  std::size_t dirty_index_ = clean;  ///< its place in the list, so that it can leave in no time
};

/// The dirty connections of one loop. Belongs to the loop's strand, but for what it says of itself.
class flush_list {
 public:
  flush_list() = default;
  flush_list(flush_list const&) = delete;
  flush_list& operator=(flush_list const&) = delete;

  /// From now on connections are flushed with this, as long as it works; without it each is flushed
  /// alone. On the strand, or while nothing runs there.
  void use(std::unique_ptr<batch_sender> together);

  /// False when it was marked already.
  bool mark(flushable& connection);
  /// It will not be flushed any more.
  void forget(flushable& connection) noexcept;
  bool empty() const noexcept { return marked_.empty(); }
  /// Flushes all that are marked now. Those that are marked meanwhile stay for the next time, so
  /// that none starves the others. Does nothing when called from inside itself.
  void flush();

  // Any thread.
  /// Whether there is a batch_sender that works.
  bool together() const noexcept { return together_.load(std::memory_order_relaxed); }
  /// Its calls so far.
  std::uint64_t batches() const noexcept { return batches_.get(); }

 private:
  std::size_t flush_part(std::size_t from);
  std::size_t gather(std::size_t from);
  void send();
  void finish(std::size_t from, std::size_t to);
  flushable* take(std::size_t place) noexcept;

  std::vector<flushable*> marked_;    ///< null where one has left
  std::vector<flushable*> flushing_;  ///< the list being worked off; kept for its memory
  std::unique_ptr<batch_sender> sender_;
  std::atomic<bool> together_{false};
  counter batches_;
  std::vector<socket_write> writes_;  ///< of the part of flushing_ that is sent together
  std::vector<std::size_t> places_;   ///< where in flushing_ the writer of each stands
  std::vector<iovec> pieces_;         ///< room for all of them
};

}  // namespace runes::detail
