// A server's configuration: a plain struct, its keys, and where the values come from.
#pragma once

#include <runes/log.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace runes {

/// How what is to be sent reaches the kernel.
enum class flush_mode {
  automatic,  ///< by io_uring where there is one, else by send
  uring,      ///< by io_uring: one system call for all connections of a thread that have something
              ///< to send
  send,       ///< one system call a connection
};
/// "auto", "uring", "send".
std::string_view name_of(flush_mode mode) noexcept;
/// The mode of that name; nothing when there is none.
std::optional<flush_mode> flush_mode_from(std::string_view name) noexcept;

/// Everything a server can be told. The names of the keys in a file are those in the comments
/// (protocol.md, "Objects named by the product's guide", and our own). Every member has a safe
/// default.
struct server_config {
  std::string host = "localhost";  ///< `host`: an address, IPv4 or IPv6; "localhost" is 127.0.0.1
                                   ///< and [::1]; "::" is all of both
  std::uint16_t port = 9001;       ///< `port`: 0 takes any free one
  unsigned threads = 1;  ///< `threads`: loops, each on a thread of its own; 0 = one a core
  flush_mode flush = flush_mode::automatic;  ///< `flush`: auto, uring, send; a server that can't
                                             ///< have the io_uring it was told to use is not made
  std::size_t max_connections = 10'000;      ///< `maxConnections`: further ones are answered 503

  struct rate_limits {
    std::uint32_t max_requests_per_minute =
        6'000;  ///< `rateLimit.maxRequestsPerMinute`: a connection; 0 = no limit
    std::uint32_t max_connections_per_ip =
        0;  ///< `rateLimit.maxConnectionsPerIP`: 429 above it; 0 = no limit
  } rate_limit;

  struct security_rules {
    bool enable_ip_whitelist = false;  ///< `security.enableIPWhitelist`: others are answered 403
    std::vector<std::string>
        whitelisted_ips;                  ///< `security.whitelistedIPs`: addresses and CIDR ranges
    bool require_authentication = false;  ///< `security.requireAuthentication`
    std::chrono::milliseconds auth_timeout{
        10'000};  ///< `security.authTimeoutMs`: then closed with 4105
  } security;

  struct bounds {
    std::size_t max_message_bytes =
        64 * 1024;  ///< `limits.maxMessageBytes`: larger ones are closed with 1009
    std::size_t max_outbox_bytes = 1024 * 1024;  ///< `limits.maxOutboxBytes`: of one connection
    std::size_t max_subscriptions = 1'000;       ///< `limits.maxSubscriptions`: topics a connection
    std::size_t max_inbox_updates =
        4'096;  ///< `limits.maxInboxUpdates`: a loop; publishers wait above it
    std::size_t max_header_bytes = 8 * 1024;  ///< `limits.maxHeaderBytes`: of an HTTP request
    std::chrono::milliseconds min_interval{
        10};  ///< `limits.minIntervalMs`: smallest `interval` of a subscription
  } limits;

  /// permessage-deflate (RFC 7692), for clients that offer it.
  struct compression_rules {
    /// `compression.enabled`: agree to it on every path; without it on those whose handler's
    /// options say so
    bool enabled = false;
    /// `compression.minBytes`: smaller messages are sent as they are
    std::uint32_t min_bytes = 128;
  } compression;

  /// What is held for subscribers that come back with `since` (protocol.md, "Resume"). Nothing is
  /// held of a topic nobody has subscribed to lately.
  struct histories {
    std::size_t max_bytes = 4 * 1024 * 1024;    ///< `history.maxBytes`: a topic; 0 = none
    std::chrono::milliseconds max_age{60'000};  ///< `history.maxAgeMs`; 0 = none
    std::size_t account_max_bytes =
        16 * 1024 * 1024;  ///< `history.accountMaxBytes`: a topic of an account channel; 0 = none
    std::chrono::milliseconds account_max_age{600'000};  ///< `history.accountMaxAgeMs`; 0 = none
    /// `history.totalBytes`: all topics; those that publish give way. Public channels have three
    /// quarters of it at most.
    std::size_t total_bytes = 256 * 1024 * 1024;
  } history;

  struct timeouts {
    std::chrono::milliseconds handshake{
        10'000};  ///< `timeouts.handshakeMs`: for a request's header, and for the upgrade
    std::chrono::milliseconds ping{
        20'000};  ///< `timeouts.pingMs`: silence before a ping is sent; 0 = none
    std::chrono::milliseconds pong{10'000};  ///< `timeouts.pongMs`: then closed with 4102
    std::chrono::milliseconds idle{0};  ///< `timeouts.idleMs`: without a subscription and without a
                                        ///< message, then closed with 4104; 0 = never
    std::chrono::milliseconds close{
        5'000};  ///< `timeouts.closeMs`: for the peer's half of the closing handshake
    std::chrono::milliseconds drain_notice{
        1'000};  ///< `timeouts.drainNoticeMs`: from the `drain` event to the close; 0 = neither
    std::chrono::milliseconds drain{5'000};  ///< `timeouts.drainMs`: then, for connections to end
  } timeouts;

  struct logging {
    severity level = severity::info;            ///< `log.level`
    log_format format = log_format::automatic;  ///< `log.format`: automatic, human, json
  } log;

  /// Throws error(errc::bad_config) naming the first key that is out of range or contradicts
  /// another.
  void validate() const;
};

/// Lays a JSON file over `into`. Throws error(errc::bad_config) with one sentence that names the
/// file and the key: an unknown key (with the nearest known one), a wrong type, a value out of
/// range, a file that can't be read.
void load_config_file(server_config& into, std::string const& path);
/// The same from JSON text; `where` names it in errors.
void load_config_text(server_config& into, std::string_view json, std::string_view where);
/// Lays environment variables over `into`: `RUNES_PORT`,
/// `RUNES_RATE_LIMIT_MAX_REQUESTS_PER_MINUTE`, … (the key in capitals,
/// `_` between its words). Lists are separated by commas. A RUNES_ variable that is no key is an
/// error, but for those in `ignored`.
void load_config_environment(server_config& into,
                             std::map<std::string, std::string> const& environment,
                             std::span<std::string const> ignored = {});

/// All keys with their type, default and meaning, and what a change needs that is made while the
/// server runs (server::reload()): "at once", "new connections" or "restart". For --help and the
/// docs.
struct config_key {
  std::string name, type, default_value, meaning, reload;
};
std::vector<config_key> config_keys();

/// A key whose value differs between two configurations; the values are written as JSON.
struct config_change {
  std::string key, before, after;
  bool applied = false;  ///< else it takes a restart
};

/// The command line of a program that serves.
struct command_line {
  server_config config;
  std::vector<std::string> rest;  ///< what stood behind the options
  /// Reads the configuration once more, from the same file, environment and options in the same
  /// order, for server::reload(). The file may have changed, the others are those of the start.
  /// Throws error(errc::bad_config) with one sentence. Blocks while it reads; thread-safe.
  std::function<server_config()> reread;

  /// Changes the configuration, now and each time it is read again. `how` is copied, and may be
  /// called on another thread.
  void change(std::function<void(server_config&)> const& how);
  /// For a program whose port may stand behind its options, `echo_server 9001`: takes it from
  /// `rest`, where nothing else may be. Throws error(errc::bad_config) with one sentence.
  void take_port();
};

/// One more option of a program, beside the configuration's own.
struct program_option {
  std::string name;   ///< without the dashes
  std::string value;  ///< what its value is called in --help; empty: a switch
  std::string meaning;
  std::vector<std::string>* into = nullptr;  ///< where its values go; a switch adds an empty string
};

/// Reads `--host`, `--port`, `--threads`, `--config FILE`, `--log-level`, `--log-format`, `--help`,
/// `--version`, a
/// `--KEY VALUE` for every key of the configuration, and the program's own options. File first,
/// environment over it, flags over both. Prints help or version and exits 0; on any error prints
/// one sentence to standard error and exits 2.
command_line parse_command_line(int argc, char** argv, std::string_view program,
                                std::string_view what_it_does,
                                std::span<program_option const> own = {});

/// The version of the library, as in "0.1.0".
std::string_view version() noexcept;

}  // namespace runes
