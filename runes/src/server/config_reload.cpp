#include "server/config_reload.hpp"

#include "server/config_keys.hpp"

#include <utility>

namespace runes::detail {

reload_plan plan_reload(server_config const& current, server_config const& wanted) {
  reload_plan plan{current, {}};
  for (auto const& entry : config_entries()) {
    auto const before = entry.get(current), after = entry.get(wanted);
    if (before == after) continue;
    bool const applied = entry.reload != reload_scope::restart;
    if (applied) entry.set(plan.effective, after);
    plan.changes.push_back({std::string(entry.name), shown(before), shown(after), applied});
  }
  return plan;
}

std::string line_of(config_change const& change) {
  std::string line = change.key + ": " + change.before + " -> " + change.after;
  if (!change.applied) line += ", which takes a restart: it stays " + change.before;
  return line;
}

}  // namespace runes::detail
