// The command line that all peers share.
#pragma once

#include "bench/arguments.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace runes::bench {

struct peer_options {
  std::uint16_t port = 0;  // 0: any free one
  int threads = 1;
  bool ipv6 = false;   // ::1 in place of 127.0.0.1; peers never listen on anything but loopback
  bool nagle = false;  // leave TCP_NODELAY off, as a socket comes
  bool help = false;
};

/// Reads `PORT [--threads N] [--ipv6] [--nagle] [--help]`, and the peer's own flags.
/// @throws usage_error
peer_options parse_peer_options(std::vector<std::string_view> const& arguments,
                                std::vector<flag> const& own = {});

/// The text of --help.
std::string peer_help(std::string_view program, std::string_view what,
                      std::vector<flag> const& own = {});

/// Tells standard output where the server listens, in the line that compare.py waits for.
void announce(peer_options const& options, std::uint16_t port);

/// Lets the process open as many files as the system allows it to.
void allow_many_descriptors();

/// A peer's main: reads the options, calls `serve` and turns exceptions into sentences and exit
/// statuses.
int peer_main(int argc, char** argv, std::string_view program, std::string_view what,
              std::function<void(peer_options const&)> const& serve,
              std::vector<flag> const& own = {});

}  // namespace runes::bench
