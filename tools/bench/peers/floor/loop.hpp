// One thread of the floor server: an epoll with its connections.
#pragma once

#include "bench/commands.hpp"
#include "bench/descriptor.hpp"
#include "bench/event_text.hpp"
#include "bench/pacing.hpp"
#include "bench/peers/floor/connection.hpp"
#include "bench/peers/floor/ring.hpp"

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace runes::bench {

class floor_loop;

/// The loops of one server. A command that any connection sends holds for all of them.
using floor_loops = std::vector<std::unique_ptr<floor_loop>>;

/// Serves its connections and publishes to those that subscribed: one send of the batch's bytes a
/// socket, which were laid out once, each a system call, or all of them one by io_uring. Each loop
/// keeps the pace and numbers its events for itself; nothing passes between loops but commands and
/// new connections. While a socket is full no batch is published, so a connection holds one unsent
/// batch at most.
class floor_loop {
 public:
  /// @param listener Accepted on by this loop, for all; below zero: this loop does not accept.
  /// @param by_uring Batches are sent by io_uring. Replies never are.
  floor_loop(floor_loops& all, int listener, bool nagle, bool by_uring);

  /// Serves forever. Called once, on the thread that owns the loop.
  [[noreturn]] void run();

  /// Hands over a new connection. Callable from any thread.
  void adopt(int socket);

  /// Hands over a command. Callable from any thread.
  void order(std::variant<publish_command, stop_command> const& what);

 private:
  struct publication {
    publication(publish_command const& wanted, std::chrono::nanoseconds start)
        : pace(wanted.rate, wanted.burst, start), burst(wanted.burst), event(wanted.size) {}
    pacing pace;
    std::uint64_t burst;
    event_text event;
  };
  struct inbox {
    std::vector<int> sockets;
    std::optional<std::variant<publish_command, stop_command>> command;  // the last one holds
  };

  int wait_time() const;
  void on_event(int fd, std::uint32_t events);
  void accept_all();
  void empty_inbox();
  void begin(publish_command const& wanted);
  void receive(floor_connection& c);
  std::span<char> on_request(floor_connection& c, std::span<char> bytes);
  bool on_frame(floor_connection& c, frame_head const& head, std::span<char> payload);
  void on_text(floor_connection& c, frame_head const& head, std::string_view text);
  void command_all(std::variant<publish_command, stop_command> const& what);
  void publish_due();
  void publish_batch();
  void lay_out_batch();
  void set_timer();
  void send_bytes(floor_connection& c, std::string_view bytes);
  void keep_unsent(floor_connection& c, std::string_view bytes, ssize_t sent);
  void flush(floor_connection& c);
  void watch(int fd, bool for_room);
  void unblock(floor_connection& c);
  void subscribe(floor_connection& c);
  void end(floor_connection& c);
  void close_ended();
  void close_stuck();

  floor_loops& all_;
  int listener_;
  bool nagle_;
  bool by_uring_;
  descriptor epoll_;
  descriptor wake_;   // an eventfd: the inbox has something
  descriptor timer_;  // a timerfd: the next batch is due
  std::mutex mutex_;
  inbox inbox_;  // guarded by mutex_; all else belongs to the loop's thread

  std::unordered_map<int, std::unique_ptr<floor_connection>> connections_;
  std::vector<floor_connection*> subscribers_;
  std::unique_ptr<floor_ring> ring_;  // made on the loop's thread
  std::vector<int> sockets_;          // of the subscribers, for the ring
  std::vector<int> ended_;            // to be closed at the end of this turn
  std::vector<char> buffer_;
  std::optional<publication> publication_;
  std::string batch_;
  std::uint64_t seq_ = 0;
  std::size_t blocked_ = 0;  // subscribers whose socket is full
};

}  // namespace runes::bench
