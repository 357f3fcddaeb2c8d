// A server at work in this process, on a thread and, where there are several, a CPU of its own.
#pragma once

#include <runes/server.hpp>

#include <chrono>
#include <cstdint>
#include <thread>

namespace runes::bench {

/// Runs a server on CPU 0 and leaves CPU 1 to the thread that made it.
class server_thread {
 public:
  /// Opens the server's port; what it serves must be set up before.
  explicit server_thread(runes::server& what);
  /// Stops it and waits for its end.
  ~server_thread();
  server_thread(server_thread const&) = delete;
  server_thread& operator=(server_thread const&) = delete;

  std::uint16_t port() const { return server_.port(); }
  /// CPU time that the server's thread has used.
  std::chrono::nanoseconds cpu_time() const;
  /// Waits until the server has done what it was given before.
  void settle();

 private:
  runes::server& server_;
  std::thread thread_;
};

/// CPU time that the calling thread has used.
std::chrono::nanoseconds own_thread_time();

}  // namespace runes::bench
