// Publishes to the room at the pace asked for.
#pragma once

#include "bench/commands.hpp"
#include "bench/event_text.hpp"
#include "bench/pacing.hpp"
#include "bench/peers/beast/room.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <cstdint>
#include <optional>

namespace runes::bench {

/// Keeps its own strand; begin() and stop() may be called from any thread. It waits while sessions
/// lag far behind, so that their queues, which the chat pattern leaves without a bound, have one.
class publisher {
 public:
  publisher(boost::asio::io_context& context, room& subscribers);

  void begin(publish_command const& wanted);
  void stop();

 private:
  struct publication {
    publication(publish_command const& wanted, std::chrono::nanoseconds start)
        : pace(wanted.rate, wanted.burst, start), burst(wanted.burst), event(wanted.size) {}
    pacing pace;
    std::uint64_t burst;
    event_text event;
  };

  void turn(std::uint64_t generation);
  void publish_batch();
  bool may_publish(std::size_t members) const;
  void again_at(std::chrono::nanoseconds when, std::uint64_t generation);

  room& room_;
  boost::asio::strand<boost::asio::io_context::executor_type> strand_;
  // All of these are touched on the strand only.
  boost::asio::steady_timer timer_;
  std::optional<publication> publication_;
  std::uint64_t generation_ = 0;  // of the publication; waits of an older one mean nothing
  std::uint64_t seq_ = 0;
};

}  // namespace runes::bench
