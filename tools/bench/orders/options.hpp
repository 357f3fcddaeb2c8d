// What runes-bench-orders is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runes::bench {

struct orders_options {
  std::uint16_t port = 9001;
  std::string key;
  std::string secret;
  std::size_t connections = 100;
  std::size_t seconds = 5;
  std::size_t rounds = 3;
  int pid = 0;
  bool help = false;
};

/// @throws usage_error
orders_options parse_orders_options(std::vector<std::string_view> const& arguments);
std::string orders_help();

}  // namespace runes::bench
