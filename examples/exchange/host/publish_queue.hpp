// Publishing in order without waiting: what finds a loop's inbox full waits here.
#pragma once

#include <runes/broker.hpp>

#include <cstddef>
#include <deque>

namespace exchange::host {

/// Touched on one executor only, which outlives it or has stopped before.
class publish_queue {
 public:
  publish_queue(runes::broker& to, runes::asio::any_io_executor on);

  /// Publishes at once, or behind what waits already.
  void publish(runes::topic_ref to, runes::payload_ptr what, runes::timestamp at);
  /// How much waits: whoever feeds this stops when it is too much.
  std::size_t waiting() const noexcept { return waiting_.size(); }

 private:
  struct item {
    runes::topic_ref to;
    runes::payload_ptr what;
    runes::timestamp at;
  };
  bool published(item const& one);
  void start_draining();
  runes::awaitable<> drain();

  runes::broker& broker_;
  runes::asio::any_io_executor executor_;
  std::deque<item> waiting_;
};

}  // namespace exchange::host
