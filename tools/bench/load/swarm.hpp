// All connections of the load generator on one epoll, in one thread.
#pragma once

#include "bench/load/connection.hpp"
#include "bench/load/endpoint.hpp"
#include "bench/load/expander.hpp"
#include "bench/load/histogram.hpp"
#include "bench/load/number_finder.hpp"
#include "bench/load/options.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace runes::bench {

/// The run cannot go on; the sentence says why.
struct run_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What came in so far.
struct tally {
  std::uint64_t messages = 0;
  std::uint64_t payload_bytes = 0;  // as they travel
  std::uint64_t compressed = 0;     // messages that were
  std::uint64_t reads = 0;
  std::uint64_t gaps = 0;
};

/// Opens the connections, sends on them and counts what they receive. Nothing blocks but turn(),
/// and that no longer than it is told to. The options must outlive it.
class swarm {
 public:
  explicit swarm(load_options const& options);
  ~swarm();
  swarm(swarm const&) = delete;
  swarm& operator=(swarm const&) = delete;

  /// Opens all connections and subscribes each as soon as it is open.
  /// @throws run_error if none opens, or not all within the time allowed.
  void open_all();

  /// Receives for a time, or until no connection is left, or so many more messages came (0: any
  /// number).
  void run_for(std::chrono::duration<double> time, std::uint64_t enough = 0);

  /// Sends a message on the first connection that is open.
  void send_on_first(std::string_view message);

  /// Echo: puts the requests in flight on every connection; each answer is then followed by the
  /// next request.
  void start_echo();

  /// Echo: sends no further requests.
  void stop_echo() { echoing_ = false; }

  /// Whether latencies go into latency().
  void measure(bool on) { measuring_ = on; }

  /// Says goodbye on every connection; from here on none counts as lost.
  void close_all();

  std::size_t open() const { return open_; }
  std::size_t lost() const { return lost_; }
  tally const& counts() const { return counts_; }
  histogram const& latency() const { return latency_; }
  histogram const& handshake() const { return handshake_; }

 private:
  void begin(std::size_t index);
  void bind_source(int fd, std::size_t index);
  void turn(int timeout_ms);
  void on_event(connection& c, std::uint32_t events);
  void on_connected(connection& c);
  void receive(connection& c, bool ending);
  void on_bytes(connection& c, std::span<char> bytes);
  std::span<char> on_response(connection& c, std::span<char> bytes);
  void on_open(connection& c);
  bool on_frame(connection& c, frame_head const& head, std::string_view payload);
  void on_message(connection& c, std::string_view shown);
  void on_answer(connection& c);
  void ask_again(connection& c);
  void send_message(connection& c, std::string_view message);
  void send_bytes(connection& c, std::string_view bytes);
  void flush(connection& c);
  void watch(connection& c, bool for_room);
  void rearm(connection const& c);
  void lose(connection& c, std::string_view why);
  std::uint32_t random_key() { return static_cast<std::uint32_t>(random_()); }
  std::size_t index_of(connection const& c) const;

  load_options const& options_;
  endpoint server_;
  int epoll_;
  std::vector<connection> connections_;
  std::vector<char> buffer_;  // every read goes here first
  std::mt19937 random_;       // keys and masks; nothing here is secret
  std::string requests_;      // echo: as many as may be in flight on one connection, framed
  std::size_t request_size_ = 0;
  std::size_t answered_ = 0;  // echo: answers in the bytes being read
  std::uint64_t stamp_ = 0;   // when these bytes were read
  std::size_t open_ = 0;
  std::size_t lost_ = 0;
  bool echoing_ = false;
  bool measuring_ = false;
  bool closing_ = false;
  tally counts_;
  histogram latency_;
  histogram handshake_;
  number_finder ts_;
  number_finder seq_;
  expander expander_{connection::longest_shown};
};

}  // namespace runes::bench
