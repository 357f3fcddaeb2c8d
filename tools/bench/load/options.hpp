// What a run of runes-load is to do.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runes::bench {

enum class load_mode {
  fanout,  ///< subscribe, and count what the server publishes
  echo,    ///< keep requests in flight and count the answers
  idle,    ///< hold the connections open
};

struct load_options {
  using seconds = std::chrono::duration<double>;

  load_mode mode = load_mode::fanout;
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: not given, which is an error
  std::string path = "/";
  std::vector<std::string> headers;

  bool compress = false;  // offer permessage-deflate, and insist on it

  std::size_t connections = 100;
  std::size_t handshakes = 64;  // in flight at once: a server's backlog holds at least 128
  std::size_t sources = 1;      // local addresses; one has some 28,000 ports

  // Unset: those of a benchmark server, in mode fanout.
  std::optional<std::vector<std::string>> subscribe;
  std::optional<std::string> start;
  std::optional<std::string> stop;

  std::size_t request_bytes = 64;
  std::size_t depth = 1;
  bool binary = false;

  seconds timeout{60};  // to open all connections
  seconds settle{0.3};
  seconds warmup{1};
  seconds duration{5};
  std::uint64_t enough = 0;  // messages that end the measurement early; 0: it takes its time

  std::string ts_key = "\"ts\":";
  std::string seq_key = "\"seq\":";
  int pid = 0;             // 0: the server's usage is not measured
  std::optional<int> cpu;  // unset: the kernel chooses
  bool spin = false;
  std::string label;
  bool quiet = false;
  bool help = false;
};

/// The name of a mode on the command line.
std::string_view name_of(load_mode mode);

/// Reads and checks the arguments, the program's name left out, and fills in the defaults that
/// depend on the mode.
/// @throws usage_error
load_options parse_load_options(std::vector<std::string_view> const& arguments);

/// The text of --help.
std::string load_help();

}  // namespace runes::bench
