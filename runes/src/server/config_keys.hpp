// The one table of the configuration's keys: file, environment, flags, validation, help and docs
// all follow from it.
#pragma once

#include <runes/config.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace runes::detail {

/// A value between a source and its member.
using key_value = std::variant<std::uint64_t, bool, std::string, std::vector<std::string>>;

/// What may stand at a key.
struct whole_number {
  std::uint64_t least, most;
};
struct true_or_false {};
struct host_address {};
struct address_ranges {};
struct one_of {
  std::span<std::string_view const> names;
};
using key_rule = std::variant<whole_number, true_or_false, host_address, address_ranges, one_of>;

/// When a change counts that is made while the server runs.
enum class reload_scope {
  at_once,          ///< for the connections that are there, too
  new_connections,  ///< for those that are accepted from then on
  restart,          ///< never
};
/// "at once", "new connections", "restart".
std::string_view name_of(reload_scope scope) noexcept;

struct config_entry {
  std::string_view name;  ///< dotted, as `rateLimit.maxRequestsPerMinute`
  key_rule rule;
  reload_scope reload;
  key_value (*get)(server_config const&);
  void (*set)(server_config&, key_value const&);  ///< precondition: problem_with() is empty
  std::string_view meaning;
};

std::span<config_entry const> config_entries();
config_entry const* find_entry(std::string_view name);

/// What the rule asks for: "a whole number from 0 to 65535".
std::string asked_for(key_rule const& rule);
/// What the rule has against a value, to be written right behind the key's name: ` must be …, not
/// …`, or for an item of a list `[1] must be …, not …`. Empty: nothing.
std::optional<std::string> problem_with(key_rule const& rule, key_value const& value);
/// ` must be WHAT, not GIVEN`.
std::string must_be(std::string_view what, std::string_view given);
/// What each item of a list of address ranges must be.
inline constexpr std::string_view range_asked_for =
    "an IP address or a CIDR range such as 10.0.0.0/8";
/// The value as JSON, for defaults and in errors.
std::string shown(key_value const& value);

/// Sets a key from text, as environment and flags have it; lists are separated by commas. `name` is
/// what the user called the key. Throws error(errc::bad_config): `NAME must be …, not "…"`.
void set_from_text(server_config& into, config_entry const& entry, std::string_view name,
                   std::string_view text);

/// `RUNES_RATE_LIMIT_MAX_REQUESTS_PER_MINUTE` for `rateLimit.maxRequestsPerMinute`.
std::string environment_name(std::string_view key);

/// The table of docs/configuration.md.
std::string keys_as_markdown();

/// The candidate that was probably meant, as `; did you mean …?`; empty when none is near. Upper
/// and lower case count as the same, and so does a candidate's last part without those before it.
std::string did_you_mean(std::string_view word, std::span<std::string const> candidates);

}  // namespace runes::detail
