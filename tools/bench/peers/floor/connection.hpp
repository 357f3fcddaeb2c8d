// One connection of the floor: bytes in, bytes out.
#pragma once

#include "bench/descriptor.hpp"
#include "bench/wire/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace runes::bench {

struct floor_connection {
  explicit floor_connection(int socket) : fd(socket) {}

  static constexpr std::size_t longest_message = std::size_t{1} << 20;

  descriptor fd;
  bool open = false;  // the handshake is over
  bool subscribed = false;
  bool ending = false;  // to be closed at the end of this turn
  std::string head;     // of the request, while it is incomplete
  frame_cutter frames{longest_message};
  std::string replies;              // made while reading, sent together afterwards
  std::string unsent;               // what the socket had no room for
  std::uint64_t blocked_since = 0;  // 0: it is not
};

}  // namespace runes::bench
