#include "server/config_keys.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <array>
#include <type_traits>

namespace runes::detail {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kibibyte = 1024;
constexpr std::uint64_t mebibyte = 1024 * kibibyte;
constexpr std::uint64_t gibibyte = 1024 * mebibyte;
constexpr std::uint64_t hour_ms = 3'600'000;

std::array const level_names{name_of(severity::trace), name_of(severity::debug),
                             name_of(severity::info),  name_of(severity::warning),
                             name_of(severity::error), name_of(severity::fatal)};
std::array const format_names{name_of(log_format::automatic), name_of(log_format::human),
                              name_of(log_format::json)};

std::array const flush_names{name_of(flush_mode::automatic), name_of(flush_mode::uring),
                             name_of(flush_mode::send)};

/// How a member of any type turns into a key_value and back.
template <class Member>
key_value to_value(Member const& member) {
  if constexpr (std::is_same_v<Member, milliseconds>) {
    // A negative one is no whole number; as text it is of the wrong type, and shown as it is.
    if (member.count() < 0) return std::to_string(member.count());
    return static_cast<std::uint64_t>(member.count());
  } else if constexpr (std::is_enum_v<Member>) {
    return std::string(name_of(member));
  } else if constexpr (std::is_integral_v<Member> && !std::is_same_v<Member, bool>) {
    return std::uint64_t{member};
  } else {
    return member;
  }
}

template <class Member>
void from_value(Member& member, key_value const& value) {
  if constexpr (std::is_same_v<Member, milliseconds>) {
    member = milliseconds(static_cast<milliseconds::rep>(std::get<std::uint64_t>(value)));
  } else if constexpr (std::is_same_v<Member, severity>) {
    member = severity_from(std::get<std::string>(value)).value();
  } else if constexpr (std::is_same_v<Member, log_format>) {
    member = log_format_from(std::get<std::string>(value)).value();
  } else if constexpr (std::is_same_v<Member, flush_mode>) {
    member = flush_mode_from(std::get<std::string>(value)).value();
  } else if constexpr (std::is_integral_v<Member> && !std::is_same_v<Member, bool>) {
    member = static_cast<Member>(std::get<std::uint64_t>(value));
  } else {
    member = std::get<Member>(value);
  }
}

/// One row; `Member` is a function from a configuration to its member.
template <auto Member>
config_entry entry(std::string_view name, key_rule rule, reload_scope reload,
                   std::string_view meaning) {
  return {name,
          rule,
          reload,
          [](server_config const& config) { return to_value(Member(config)); },
          [](server_config& config, key_value const& value) { from_value(Member(config), value); },
          meaning};
}

// A member cannot be named in parentheses. NOLINTNEXTLINE(bugprone-macro-parentheses)
#define RUNES_MEMBER(path) [](auto& config) -> auto& { return config.path; }

// clang-format off
std::vector<config_entry> make_entries() {
  using enum reload_scope;
  return {
    entry<RUNES_MEMBER(host)>("host", host_address{}, restart,
          "address to listen on; `localhost` is 127.0.0.1 and ::1, `::` all of IPv4 and IPv6, `0.0.0.0` all of IPv4"),
    entry<RUNES_MEMBER(port)>("port", whole_number{0, 65'535}, restart,
          "port to listen on; 0 takes any free one"),
    entry<RUNES_MEMBER(threads)>("threads", whole_number{0, 1'024}, restart,
          "threads that serve connections; 0 is one a core"),
    entry<RUNES_MEMBER(flush)>("flush", one_of{flush_names}, restart,
          "how sends reach the kernel: `uring` is one system call for all connections of a thread that have something to send, `send` one each; `auto` is `uring` where the system has it"),
    entry<RUNES_MEMBER(max_connections)>("maxConnections", whole_number{1, 10'000'000}, new_connections,
          "connections at a time; further ones are answered 503"),
    entry<RUNES_MEMBER(rate_limit.max_requests_per_minute)>("rateLimit.maxRequestsPerMinute", whole_number{0, 1'000'000'000}, at_once,
          "requests a minute and connection, further ones get `rate_limited`; 0 is no limit"),
    entry<RUNES_MEMBER(rate_limit.max_connections_per_ip)>("rateLimit.maxConnectionsPerIP", whole_number{0, 10'000'000}, new_connections,
          "connections of one IPv4 address or IPv6 /64, further ones are answered 429; 0 is no limit"),
    entry<RUNES_MEMBER(security.enable_ip_whitelist)>("security.enableIPWhitelist", true_or_false{}, new_connections,
          "answers 403 to every address that is not in the list"),
    entry<RUNES_MEMBER(security.whitelisted_ips)>("security.whitelistedIPs", address_ranges{}, new_connections,
          "who may connect when the whitelist is enabled"),
    entry<RUNES_MEMBER(security.require_authentication)>("security.requireAuthentication", true_or_false{}, at_once,
          "refuses every op but `hello`, `auth`, `ping` and `time` before authentication"),
    entry<RUNES_MEMBER(security.auth_timeout)>("security.authTimeoutMs", whole_number{1, hour_ms}, new_connections,
          "time to authenticate where that is required; then closed with 4105"),
    entry<RUNES_MEMBER(limits.max_message_bytes)>("limits.maxMessageBytes", whole_number{1, gibibyte}, new_connections,
          "size of a message from a client; larger ones are closed with 1009"),
    entry<RUNES_MEMBER(limits.max_outbox_bytes)>("limits.maxOutboxBytes", whole_number{kibibyte, gibibyte}, new_connections,
          "bytes waiting for one client, before its channels' overflow policies take over"),
    entry<RUNES_MEMBER(limits.max_subscriptions)>("limits.maxSubscriptions", whole_number{1, 1'000'000}, at_once,
          "topics a connection may subscribe to"),
    entry<RUNES_MEMBER(limits.max_inbox_updates)>("limits.maxInboxUpdates", whole_number{1, 16'777'216}, restart,
          "updates waiting for one thread; publishers wait above it"),
    entry<RUNES_MEMBER(limits.max_header_bytes)>("limits.maxHeaderBytes", whole_number{256, mebibyte}, new_connections,
          "size of the header of an HTTP request"),
    entry<RUNES_MEMBER(limits.min_interval)>("limits.minIntervalMs", whole_number{1, hour_ms}, at_once,
          "smallest `interval` of a subscription but `raw`"),
    entry<RUNES_MEMBER(compression.enabled)>("compression.enabled", true_or_false{}, new_connections,
          "agrees to compress for every client that offers permessage-deflate; without it only where a handler says so"),
    entry<RUNES_MEMBER(compression.min_bytes)>("compression.minBytes", whole_number{1, gibibyte}, new_connections,
          "size from which a message to such a client is compressed"),
    entry<RUNES_MEMBER(history.max_bytes)>("history.maxBytes", whole_number{0, gibibyte}, restart,
          "bytes of a public topic's latest updates held for subscribers that come back; 0 holds none"),
    entry<RUNES_MEMBER(history.max_age)>("history.maxAgeMs", whole_number{0, 24 * hour_ms}, restart,
          "how long they are held; 0 holds none"),
    entry<RUNES_MEMBER(history.account_max_bytes)>("history.accountMaxBytes", whole_number{0, gibibyte}, restart,
          "the same for a topic of an account channel"),
    entry<RUNES_MEMBER(history.account_max_age)>("history.accountMaxAgeMs", whole_number{0, 24 * hour_ms}, restart,
          "the same for a topic of an account channel"),
    entry<RUNES_MEMBER(history.total_bytes)>("history.totalBytes", whole_number{0, 1024 * gibibyte}, restart,
          "bytes of all topics' held updates, three quarters of it at most for public channels; above it the topics that publish hold fewer"),
    entry<RUNES_MEMBER(timeouts.handshake)>("timeouts.handshakeMs", whole_number{1, hour_ms}, new_connections,
          "time for the header of an HTTP request, and for the upgrade it asks for"),
    entry<RUNES_MEMBER(timeouts.ping)>("timeouts.pingMs", whole_number{0, hour_ms}, at_once,
          "silence after which a client is sent a ping; 0 sends none"),
    entry<RUNES_MEMBER(timeouts.pong)>("timeouts.pongMs", whole_number{1, hour_ms}, at_once,
          "time to answer a ping; then closed with 4102"),
    entry<RUNES_MEMBER(timeouts.idle)>("timeouts.idleMs", whole_number{0, 24 * hour_ms}, at_once,
          "time without a subscription and without a message, though pings are answered; then closed with 4104; 0 is never"),
    entry<RUNES_MEMBER(timeouts.close)>("timeouts.closeMs", whole_number{1, hour_ms}, at_once,
          "time for the client's half of the closing handshake"),
    entry<RUNES_MEMBER(timeouts.drain_notice)>("timeouts.drainNoticeMs", whole_number{0, hour_ms}, at_once,
          "time from the `drain` event to the close with 4200 when the server stops; 0 closes at once, without the event"),
    entry<RUNES_MEMBER(timeouts.drain)>("timeouts.drainMs", whole_number{0, hour_ms}, at_once,
          "time that connections then have to end"),
    entry<RUNES_MEMBER(log.level)>("log.level", one_of{level_names}, at_once,
          "least severity that is logged"),
    entry<RUNES_MEMBER(log.format)>("log.format", one_of{format_names}, restart,
          "`human` text or `json` lines; `automatic` is human on a terminal, else json"),
  };
}
// clang-format on

#undef RUNES_MEMBER

}  // namespace

std::span<config_entry const> config_entries() {
  static std::vector<config_entry> const all = make_entries();
  return all;
}

config_entry const* find_entry(std::string_view name) {
  auto const all = config_entries();
  auto const found =
      std::find_if(all.begin(), all.end(), [&](auto const& entry) { return entry.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace runes::detail

namespace runes {

void server_config::validate() const {
  for (auto const& entry : detail::config_entries()) {
    if (auto const problem = detail::problem_with(entry.rule, entry.get(*this))) {
      throw error(errc::bad_config, std::string(entry.name) + *problem);
    }
  }
}

}  // namespace runes
