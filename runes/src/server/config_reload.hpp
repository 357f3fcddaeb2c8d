// What becomes of another configuration while the server runs, decided apart from any server.
#pragma once

#include <runes/config.hpp>

#include <string>
#include <vector>

namespace runes::detail {

struct reload_plan {
  server_config effective;             ///< what counts from now on
  std::vector<config_change> changes;  ///< in the order of the table of keys
};

/// Of the keys that differ, those that can change at run time are taken over.
reload_plan plan_reload(server_config const& current, server_config const& wanted);

/// The log's line of a change: `rateLimit.maxRequestsPerMinute: 6000 -> 100`, and of one that is
/// not applied that it isn't.
std::string line_of(config_change const& change);

}  // namespace runes::detail
