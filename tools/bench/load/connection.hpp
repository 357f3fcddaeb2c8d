// One connection of the load generator.
#pragma once

#include "bench/wire/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace runes::bench {

struct connection {
  enum class stage : std::uint8_t { unused, connecting, upgrading, open, lost };

  // Longer messages are counted, but only their beginning is looked at.
  static constexpr std::size_t longest_shown = 65536;

  int fd = -1;
  stage now = stage::unused;
  bool waits_for_room = false;       // EPOLLOUT is asked for
  std::uint64_t began = 0;           // when connecting began
  std::optional<std::uint64_t> seq;  // of the last message
  std::string key;                   // of the handshake, and then the response's head
  std::string unsent;                // what the socket had no room for
  frame_cutter frames{longest_shown};
  std::vector<std::uint64_t> asked;  // echo: when the requests in flight were sent, a ring
  std::size_t oldest = 0;            // its next to be answered
};

}  // namespace runes::bench
