// One subscriber of a log that goes and comes back.
#pragma once

#include "bench/descriptor.hpp"
#include "bench/local/event_scanner.hpp"
#include "bench/wire/frame.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace runes::bench {

/// Blocking; it must be sent what it waits for.
class resume_client {
 public:
  /// Connects and subscribes to the trades of a symbol; with an epoch it asks for what came after
  /// the place where it was. Returns when the server's reply has come.
  void subscribe(std::uint16_t port, std::string_view symbol, bool resume);
  /// Receives until an event has this number.
  void receive_until(std::uint64_t seq);
  /// Goes, without a word.
  void leave() { socket_ = descriptor(); }

  std::uint64_t seq() const { return seq_; }
  bool recovered() const { return recovered_; }
  std::uint64_t events() const { return events_; }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t wrong() const { return wrong_; }

 private:
  void receive();
  void on_message(std::string_view message);
  void on_reply(std::string_view reply);

  descriptor socket_;
  frame_cutter frames_{1 << 20};
  event_scanner scanner_;
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
  std::string epoch_;
  bool replied_ = false;
  bool recovered_ = false;
  std::uint64_t seq_ = 0;
  std::uint64_t events_ = 0, bytes_ = 0;
  std::uint64_t wrong_ = 0;  ///< that did not follow the one before, and what was not expected
};

}  // namespace runes::bench
