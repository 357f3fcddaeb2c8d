// One direction of a connection: bytes that take their time.
#pragma once

#include "simulation/frame_tap.hpp"
#include "simulation/random.hpp"
#include "simulation/world.hpp"
#include "support/memory_wire.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace runes::simulation {

/// How a connection's bytes travel.
struct pipe_terms {
  nanoseconds least_latency{std::chrono::microseconds(200)};
  nanoseconds most_latency{std::chrono::milliseconds(40)};
  std::size_t window = 64 * 1024;  ///< bytes written and not yet read by the other side
  std::size_t most_a_write = test::memory_wire::no_limit;  ///< a write takes no more at once
  std::size_t most_a_segment = 16 * 1024;  ///< arrive together; what is longer comes in parts
};

/// Takes what one end writes and gives it to the other, in order and later. Bounded: who writes
/// faster than the other side reads finds its socket full. All on the world's strand.
class pipe : public std::enable_shared_from_this<pipe> {
 public:
  pipe(world& in, random chance, pipe_terms terms, std::shared_ptr<test::memory_wire> from,
       std::shared_ptr<test::memory_wire> to);

  /// What the writing end sends from now on passes through here.
  void open(std::unique_ptr<frame_tap> tap = {});

  /// Nothing arrives until it is released again.
  void stall(bool yes);
  /// The other side reads so many bytes a second only; 0: at once, as they arrive.
  void throttle(std::size_t bytes_a_second);
  /// What is under way and whatever comes is lost, and nobody is told.
  void lose() noexcept;
  /// The connection has been reset: no more is to be carried.
  void cut() noexcept;

  bool quiet() const noexcept { return segments_.empty() || lost_; }

 private:
  struct segment {
    detail::time_point due;
    std::string bytes;
    bool last = false;  ///< the writing end is done
  };

  void take(std::string_view bytes);
  void carry(std::string_view bytes);
  void end();
  void add(std::string bytes, bool last);
  void arm();
  void arm_anew();
  void arrive();
  void give_room();

  world& world_;
  random chance_;
  pipe_terms terms_;
  std::shared_ptr<test::memory_wire> from_, to_;
  std::unique_ptr<frame_tap> tap_;
  std::string untapped_;  ///< no whole frame yet
  std::deque<segment> segments_;
  detail::time_point last_due_{};
  detail::timer_queue::id timer_{};
  std::size_t under_way_ = 0;
  std::size_t rate_ = 0;
  bool stalled_ = false, lost_ = false, cut_ = false, armed_ = false;
};

}  // namespace runes::simulation
