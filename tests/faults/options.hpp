// The command line of the fault tests' client.
#pragma once

#include <runes/client.hpp>

#include <string>
#include <vector>

namespace faults {

struct options {
  runes::client_config client;  ///< of each client; `reconnect.seed` is that of the first
  unsigned clients = 1;
  unsigned threads = 1;
  std::vector<std::string> streams{"numbers", "orderbook"};
  std::string token;  ///< none: nobody is authenticated
};

/// `--url URL` and others, each with a value. Throws std::invalid_argument with a sentence that
/// names what is wrong.
options read_options(std::vector<std::string> const& arguments);

}  // namespace faults
