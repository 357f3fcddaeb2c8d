// The subscribers of the Beast peer, and the way from one event to all of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

namespace runes::bench {

/// An event, shared by all sessions that still have to write it.
using shared_text = std::shared_ptr<std::string const>;

/// A session as the room sees it.
class room_member : public std::enable_shared_from_this<room_member> {
 public:
  virtual ~room_member() = default;
  /// Queues an event. Callable from any thread.
  virtual void deliver(shared_text const& text) = 0;
};

/// The session list under its mutex. All functions may be called from any thread.
class room {
 public:
  void join(room_member& member);
  void leave(room_member& member);

  /// Delivers an event to every member, and counts these deliveries as unwritten.
  void send(std::string text);

  /// A delivery was written, or given up.
  void written(std::size_t count = 1) { unwritten_ -= count; }

  /// Deliveries on their way.
  std::size_t unwritten() const { return unwritten_; }
  std::size_t members() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_set<room_member*> members_;  // guarded by mutex_
  std::atomic<std::size_t> unwritten_ = 0;
};

}  // namespace runes::bench
