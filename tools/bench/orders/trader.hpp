// One connection that trades: places, cancels, places, … each when the one before is answered.
#pragma once

#include "bench/descriptor.hpp"
#include "bench/orders/options.hpp"
#include "bench/wire/frame.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace runes::bench {

class trader {
 public:
  /// Connects, authenticates and deposits; blocking.
  /// @throws run_error when the exchange refuses.
  explicit trader(orders_options const& o);

  int socket() const noexcept { return socket_.get(); }

  void place();
  /// What was placed last. Precondition: its answer was read.
  void cancel();
  void ping();
  /// Whichever of place and cancel is next.
  void next() { order_.empty() ? place() : cancel(); }

  /// Reads what is there, waiting for something. Returns how many requests that answered.
  /// @throws run_error for a refusal or the end of the connection.
  std::size_t read();
  /// Reads until the one request under way is answered.
  void await() {
    while (read() == 0) {
    }
  }

 private:
  void send(std::string const& fields);
  void answered(std::string_view text);

  descriptor socket_;
  frame_cutter frames_;
  std::uint64_t id_ = 0;
  std::string order_;  // that rests, by its id; empty: none
};

}  // namespace runes::bench
