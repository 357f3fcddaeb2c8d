#include "server/config_keys.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <array>

namespace runes {
namespace {

constexpr std::string_view prefix = "RUNES_";

/// What the tests and tools are told this way, and no server is.
constexpr std::array<std::string_view, 2> not_of_a_server{"RUNES_DATA", "RUNES_SKIP_INSTALL"};

detail::config_entry const& entry_of(std::string const& variable) {
  std::vector<std::string> known;
  for (auto const& entry : detail::config_entries()) {
    known.push_back(detail::environment_name(entry.name));
    if (known.back() == variable) return entry;
  }
  throw error(errc::bad_config, "environment: there is no key for " + variable +
                                    detail::did_you_mean(variable, known));
}

}  // namespace

void load_config_environment(server_config& into,
                             std::map<std::string, std::string> const& environment,
                             std::span<std::string const> ignored) {
  auto changed = into;
  for (auto const& [variable, value] : environment) {
    if (!variable.starts_with(prefix)) continue;
    if (std::ranges::find(not_of_a_server, variable) != not_of_a_server.end()) continue;
    if (std::ranges::find(ignored, variable) != ignored.end()) continue;
    detail::set_from_text(changed, entry_of(variable), "environment: " + variable, value);
  }
  into = std::move(changed);
}

}  // namespace runes
