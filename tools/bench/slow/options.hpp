// What runes-bench-slow is told.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runes::bench {

struct slow_options {
  using seconds = std::chrono::duration<double>;

  std::size_t subscribers = 1'000;
  std::size_t slow = 100;        ///< of the subscribers
  std::uint64_t rate = 5'000;    ///< updates a second
  std::uint64_t batch = 1;       ///< updates that fall due together
  std::uint64_t fraction = 100;  ///< the slow ones read at the rate divided by this
  std::size_t levels = 50;       ///< prices a side
  std::size_t outbox_bytes = 1024 * 1024;
  std::size_t slow_receive_bytes = 128 * 1024;  ///< what a slow one's kernel may hold for it
  std::size_t verified = 5;                     ///< others whose book is checked, too
  std::size_t rounds = 3;
  seconds warmup{1};
  seconds phase{4};
  seconds limit{60};  ///< longest wait for anything
  bool help = false;
};

/// @throws usage_error
slow_options parse_slow_options(std::vector<std::string_view> const& arguments);
std::string slow_help();

}  // namespace runes::bench
