#include <runes/config.hpp>

#include "server/config_keys.hpp"
#include "server/config_support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

using namespace std::chrono_literals;
using runes::server_config;

namespace {

server_config from_json(std::string_view json) {
  server_config config;
  runes::load_config_text(config, json, "config.json");
  return config;
}

std::string complaint(std::string_view json) {
  return complaint_of([&] { from_json(json); });
}

server_config from_environment(std::map<std::string, std::string> const& environment) {
  server_config config;
  runes::load_config_environment(config, environment);
  return config;
}

std::string environment_complaint(std::string const& name, std::string const& value) {
  return complaint_of([&] { from_environment({{name, value}}); });
}

constexpr auto every_key = R"({
  "host": "0.0.0.0", "port": 0, "threads": 4, "flush": "send", "maxConnections": 17,
  "rateLimit": {"maxRequestsPerMinute": 120, "maxConnectionsPerIP": 3},
  "security": {"enableIPWhitelist": true, "whitelistedIPs": ["10.0.0.0/8", "::1"],
               "requireAuthentication": true, "authTimeoutMs": 1500},
  "limits": {"maxMessageBytes": 1000, "maxOutboxBytes": 2000, "maxSubscriptions": 5,
             "maxInboxUpdates": 6, "maxHeaderBytes": 700, "minIntervalMs": 50},
  "history": {"maxBytes": 1, "maxAgeMs": 2, "accountMaxBytes": 3, "accountMaxAgeMs": 4, "totalBytes": 5},
  "timeouts": {"handshakeMs": 1, "pingMs": 0, "pongMs": 3, "idleMs": 7, "closeMs": 4, "drainNoticeMs": 6, "drainMs": 5},
  "compression": {"enabled": true, "minBytes": 8},
  "log": {"level": "debug", "format": "json"}
})";

}  // namespace

BOOST_AUTO_TEST_SUITE(config)

BOOST_AUTO_TEST_CASE(the_defaults_are_valid) { BOOST_CHECK_NO_THROW(server_config{}.validate()); }

BOOST_AUTO_TEST_CASE(a_file_may_set_every_key) {
  auto const c = from_json(every_key);
  BOOST_TEST(c.host == "0.0.0.0");
  BOOST_TEST(c.port == 0);
  BOOST_TEST(c.threads == 4u);
  BOOST_TEST((c.flush == runes::flush_mode::send));
  BOOST_TEST(c.max_connections == 17u);
  BOOST_TEST(c.rate_limit.max_requests_per_minute == 120u);
  BOOST_TEST(c.rate_limit.max_connections_per_ip == 3u);
  BOOST_TEST(c.security.enable_ip_whitelist);
  BOOST_TEST((c.security.whitelisted_ips == std::vector<std::string>{"10.0.0.0/8", "::1"}));
  BOOST_TEST(c.security.require_authentication);
  BOOST_TEST((c.security.auth_timeout == 1500ms));
  BOOST_TEST(c.limits.max_message_bytes == 1000u);
  BOOST_TEST(c.limits.max_outbox_bytes == 2000u);
  BOOST_TEST(c.limits.max_subscriptions == 5u);
  BOOST_TEST(c.limits.max_inbox_updates == 6u);
  BOOST_TEST(c.limits.max_header_bytes == 700u);
  BOOST_TEST((c.limits.min_interval == 50ms));
  BOOST_TEST(c.history.max_bytes == 1u);
  BOOST_TEST((c.history.max_age == 2ms));
  BOOST_TEST(c.history.account_max_bytes == 3u);
  BOOST_TEST((c.history.account_max_age == 4ms));
  BOOST_TEST(c.history.total_bytes == 5u);
  BOOST_TEST((c.timeouts.handshake == 1ms));
  BOOST_TEST((c.timeouts.ping == 0ms));
  BOOST_TEST((c.timeouts.pong == 3ms));
  BOOST_TEST((c.timeouts.idle == 7ms));
  BOOST_TEST((c.timeouts.close == 4ms));
  BOOST_TEST((c.timeouts.drain_notice == 6ms));
  BOOST_TEST((c.timeouts.drain == 5ms));
  BOOST_TEST(c.compression.enabled);
  BOOST_TEST(c.compression.min_bytes == 8u);
  BOOST_TEST((c.log.level == runes::severity::debug));
  BOOST_TEST((c.log.format == runes::log_format::json));
  BOOST_CHECK_NO_THROW(c.validate());
}

BOOST_AUTO_TEST_CASE(every_key_of_the_table_is_in_the_example_above) {
  // Whoever adds a key extends the test.
  auto const c = from_json(every_key);
  for (auto const& entry : runes::detail::config_entries()) {
    BOOST_TEST((entry.get(c) != entry.get(server_config{})), entry.name << " keeps its default");
  }
}

BOOST_AUTO_TEST_CASE(what_a_file_leaves_out_stays) {
  server_config config;
  config.port = 1234;
  config.limits.max_subscriptions = 7;
  runes::load_config_text(config, R"({"limits": {"maxOutboxBytes": 4096}})", "x");
  BOOST_TEST(config.port == 1234);
  BOOST_TEST(config.limits.max_subscriptions == 7u);
  BOOST_TEST(config.limits.max_outbox_bytes == 4096u);
  runes::load_config_text(config, "{}", "x");
  BOOST_TEST(config.port == 1234);
}

BOOST_AUTO_TEST_CASE(a_wrong_file_changes_nothing) {
  server_config config;
  BOOST_CHECK_THROW(runes::load_config_text(config, R"({"threads": 2, "port": -1})", "x"),
                    runes::error);
  BOOST_TEST(config.threads == server_config{}.threads);
}

BOOST_AUTO_TEST_CASE(wrong_types_are_named) {
  BOOST_TEST(complaint(R"({"rateLimit": {"maxRequestsPerMinute": "many"}})") ==
             "config.json: rateLimit.maxRequestsPerMinute must be a whole number from 0 to "
             "1000000000, not \"many\"");
  auto const port = [](std::string const& value) { return complaint("{\"port\": " + value + "}"); };
  std::string const wants = "config.json: port must be a whole number from 0 to 65535, not ";
  BOOST_TEST(port("null") == wants + "null");
  BOOST_TEST(port("true") == wants + "true");
  BOOST_TEST(port("[]") == wants + "a list");
  BOOST_TEST(port("{}") == wants + "an object");
  BOOST_TEST(port("\"80\"") == wants + "\"80\"");
  BOOST_TEST(port("80.5") == wants + "80.5");
  BOOST_TEST(port("80.0") == wants + "80.0");
  BOOST_TEST(port("\"a\\nb\"") == wants + "\"a\\nb\"");
  BOOST_TEST(complaint(R"({"security": {"requireAuthentication": 1}})") ==
             "config.json: security.requireAuthentication must be true or false, not 1");
  BOOST_TEST(complaint(R"({"security": {"requireAuthentication": "true"}})") ==
             "config.json: security.requireAuthentication must be true or false, not \"true\"");
  BOOST_TEST(complaint(R"({"host": 1})") ==
             "config.json: host must be an IP address or \"localhost\", not 1");
  BOOST_TEST(complaint(R"({"log": {"level": ["info"]}})") ==
             "config.json: log.level must be trace, debug, info, warning, error or fatal, not a "
             "list");
  BOOST_TEST(complaint(R"({"security": {"whitelistedIPs": "10.0.0.1"}})") ==
             "config.json: security.whitelistedIPs must be a list of IP addresses and CIDR ranges, "
             "not \"10.0.0.1\"");
  BOOST_TEST(complaint(R"({"rateLimit": 5})") == "config.json: rateLimit must be an object, not 5");
}

BOOST_AUTO_TEST_CASE(what_is_out_of_range_is_named) {
  std::string const port = "config.json: port must be a whole number from 0 to 65535, not ";
  BOOST_TEST(complaint(R"({"port": 65536})") == port + "65536");
  BOOST_TEST(complaint(R"({"port": -1})") == port + "-1");
  BOOST_TEST(complaint(R"({"port": 18446744073709551615})") == port + "18446744073709551615");
  BOOST_TEST(from_json(R"({"port": 65535})").port == 65'535);
  BOOST_TEST(complaint(R"({"maxConnections": 0})") ==
             "config.json: maxConnections must be a whole number from 1 to 10000000, not 0");
  BOOST_TEST(complaint(R"({"limits": {"maxOutboxBytes": 1023}})") ==
             "config.json: limits.maxOutboxBytes must be a whole number from 1024 to 1073741824, "
             "not 1023");
  BOOST_TEST(complaint(R"({"timeouts": {"pongMs": 0}})") ==
             "config.json: timeouts.pongMs must be a whole number from 1 to 3600000, not 0");
  BOOST_TEST(complaint(R"({"log": {"format": "xml"}})") ==
             "config.json: log.format must be automatic, human or json, not \"xml\"");
}

BOOST_AUTO_TEST_CASE(addresses_are_checked) {
  for (auto good : {"127.0.0.1", "::", "::1", "0.0.0.0", "localhost", "2001:db8::1"}) {
    BOOST_TEST(from_json("{\"host\": \"" + std::string(good) + "\"}").host == good);
  }
  for (auto bad : {"", "example.com", "127.0.0.1:80", "256.0.0.1", "*"}) {
    BOOST_TEST(complaint("{\"host\": \"" + std::string(bad) + "\"}") ==
               "config.json: host must be an IP address or \"localhost\", not \"" +
                   std::string(bad) + "\"");
  }
  BOOST_TEST(
      complaint(R"({"security": {"whitelistedIPs": ["10.0.0.1", "10.0.0.0/33"]}})") ==
      "config.json: security.whitelistedIPs[1] must be an IP address or a CIDR range such as "
      "10.0.0.0/8, not \"10.0.0.0/33\"");
  BOOST_TEST(
      complaint(R"({"security": {"whitelistedIPs": [null]}})") ==
      "config.json: security.whitelistedIPs[0] must be an IP address or a CIDR range such as "
      "10.0.0.0/8, not null");
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_named_with_the_nearest_known_one) {
  BOOST_TEST(complaint(R"({"prot": 1})") ==
             "config.json: there is no key \"prot\"; did you mean port?");
  BOOST_TEST(complaint(R"({"rateLimit": {"maxRequestPerMinute": 1}})") ==
             "config.json: there is no key \"rateLimit.maxRequestPerMinute\"; did you mean "
             "rateLimit.maxRequestsPerMinute?");
  BOOST_TEST(complaint(R"({"maxconnections": 1})") ==
             "config.json: there is no key \"maxconnections\"; did you mean maxConnections?");
  // Right word, wrong place.
  BOOST_TEST(complaint(R"({"maxConnectionsPerIP": 1})") ==
             "config.json: there is no key \"maxConnectionsPerIP\"; did you mean "
             "rateLimit.maxConnectionsPerIP?");
  BOOST_TEST(complaint(R"({"colour": "red"})") == "config.json: there is no key \"colour\"");
  BOOST_TEST(complaint(R"({"": 1})") == "config.json: there is no key \"\"");
}

BOOST_AUTO_TEST_CASE(dots_are_written_as_objects) {
  BOOST_TEST(complaint(R"({"rateLimit.maxRequestsPerMinute": 1})") ==
             "config.json: rateLimit.maxRequestsPerMinute must be written as an object "
             "\"rateLimit\" with \"maxRequestsPerMinute\" in it");
  BOOST_TEST(complaint(R"({"log.levle": "info"})") ==
             "config.json: there is no key \"log.levle\"; did you mean log.level?");
}

BOOST_AUTO_TEST_CASE(keys_given_twice_are_named) {
  BOOST_TEST(complaint(R"({"port": 1, "port": 2})") == "config.json: port is given twice");
  BOOST_TEST(complaint(R"({"log": {"level": "info", "level": "info"}})") ==
             "config.json: log.level is given twice");
  BOOST_TEST(complaint(R"({"log": {}, "port": 1, "log": {}})") ==
             "config.json: log is given twice");
}

BOOST_AUTO_TEST_CASE(malformed_json_is_found_by_line_and_column) {
  BOOST_TEST(complaint("{\n  \"port\": 9001,\n  \"threads\": x\n}") ==
             "config.json: syntax error at line 3, column 14");
  BOOST_TEST(complaint("{\"port\": 1} more") == "config.json: extra data at line 1, column 13");
  BOOST_TEST(complaint("{\"port\":\n") == "config.json: incomplete JSON at line 2, column 1");
  BOOST_TEST(complaint("") == "config.json: incomplete JSON at line 1, column 1");
  BOOST_TEST(complaint(std::string(100, '[')) == "config.json: too deep at line 1, column 33");
}

BOOST_AUTO_TEST_CASE(the_whole_must_be_an_object) {
  BOOST_TEST(complaint("[]") == "config.json: the configuration must be a JSON object, not a list");
  BOOST_TEST(complaint("9001") == "config.json: the configuration must be a JSON object, not 9001");
}

BOOST_AUTO_TEST_CASE(files_are_read_and_named) {
  server_config config;
  temporary_file const good(R"({"port": 4321})");
  runes::load_config_file(config, good.path());
  BOOST_TEST(config.port == 4321);

  auto const load = [&](std::string const& path) {
    return complaint_of([&] { runes::load_config_file(config, path); });
  };
  BOOST_TEST(load("no-such-folder/runes.json") ==
             "no-such-folder/runes.json: can't be read: No such file or directory");
  BOOST_TEST(load("/") == "/: can't be read: Is a directory");
}

BOOST_AUTO_TEST_CASE(a_file_without_end_is_not_read_to_its_end) {
  temporary_file const huge(std::string(1024 * 1024 + 1, ' '));
  server_config config;
  BOOST_TEST(complaint_of([&] { runes::load_config_file(config, huge.path()); }) ==
             huge.path() + ": is larger than 1 MiB");
}

BOOST_AUTO_TEST_CASE(the_environment_has_a_name_for_each_key) {
  using runes::detail::environment_name;
  BOOST_TEST(environment_name("port") == "RUNES_PORT");
  BOOST_TEST(environment_name("maxConnections") == "RUNES_MAX_CONNECTIONS");
  BOOST_TEST(environment_name("rateLimit.maxRequestsPerMinute") ==
             "RUNES_RATE_LIMIT_MAX_REQUESTS_PER_MINUTE");
  BOOST_TEST(environment_name("rateLimit.maxConnectionsPerIP") ==
             "RUNES_RATE_LIMIT_MAX_CONNECTIONS_PER_IP");
  BOOST_TEST(environment_name("security.enableIPWhitelist") ==
             "RUNES_SECURITY_ENABLE_IP_WHITELIST");
  BOOST_TEST(environment_name("security.whitelistedIPs") == "RUNES_SECURITY_WHITELISTED_IPS");
  BOOST_TEST(environment_name("security.authTimeoutMs") == "RUNES_SECURITY_AUTH_TIMEOUT_MS");
  std::set<std::string> names;
  for (auto const& entry : runes::detail::config_entries()) {
    names.insert(environment_name(entry.name));
  }
  BOOST_TEST(names.size() == runes::detail::config_entries().size());
}

BOOST_AUTO_TEST_CASE(the_environment_is_laid_over) {
  auto const c = from_environment({{"RUNES_PORT", "1"},
                                   {"RUNES_RATE_LIMIT_MAX_REQUESTS_PER_MINUTE", "2"},
                                   {"RUNES_SECURITY_ENABLE_IP_WHITELIST", "true"},
                                   {"RUNES_SECURITY_WHITELISTED_IPS", "10.0.0.0/8, ::1"},
                                   {"RUNES_LOG_LEVEL", "error"},
                                   {"PATH", "/bin"},
                                   {"RUNESTONE", "x"},
                                   {"RUNES_DATA", "/data"},
                                   {"RUNES_SKIP_INSTALL", "1"}});
  BOOST_TEST(c.port == 1);
  BOOST_TEST(c.rate_limit.max_requests_per_minute == 2u);
  BOOST_TEST(c.security.enable_ip_whitelist);
  BOOST_TEST((c.security.whitelisted_ips == std::vector<std::string>{"10.0.0.0/8", "::1"}));
  BOOST_TEST((c.log.level == runes::severity::error));
}

BOOST_AUTO_TEST_CASE(an_empty_list_in_the_environment_is_empty) {
  server_config config;
  config.security.whitelisted_ips = {"::1"};
  runes::load_config_environment(config, {{"RUNES_SECURITY_WHITELISTED_IPS", " "}});
  BOOST_TEST(config.security.whitelisted_ips.empty());
}

BOOST_AUTO_TEST_CASE(the_environment_s_mistakes_are_named) {
  std::string const port = "environment: RUNES_PORT must be a whole number from 0 to 65535, not ";
  for (std::string const bad :
       {"", "x", "1x", "-1", "+1", " 1", "1.0", "0x10", "99999999999999999999999"}) {
    BOOST_TEST(environment_complaint("RUNES_PORT", bad) == port + '"' + bad + '"');
  }
  BOOST_TEST(environment_complaint("RUNES_PORT", "65536") == port + "65536");
  BOOST_TEST(environment_complaint("RUNES_SECURITY_REQUIRE_AUTHENTICATION", "yes") ==
             "environment: RUNES_SECURITY_REQUIRE_AUTHENTICATION must be true or false, not "
             "\"yes\"");
  BOOST_TEST(environment_complaint("RUNES_SECURITY_WHITELISTED_IPS", "::1,,::2") ==
             "environment: RUNES_SECURITY_WHITELISTED_IPS[1] must be an IP address or a CIDR range "
             "such as 10.0.0.0/8, not \"\"");
  BOOST_TEST(environment_complaint("RUNES_PROT", "1") ==
             "environment: there is no key for RUNES_PROT; did you mean RUNES_PORT?");
  BOOST_TEST(environment_complaint("RUNES_XYZZY_PLUGH_QUUX", "1") ==
             "environment: there is no key for RUNES_XYZZY_PLUGH_QUUX");
}

BOOST_AUTO_TEST_CASE(variables_may_be_ignored) {
  server_config config;
  std::vector<std::string> const ignored{"RUNES_MINE"};
  BOOST_CHECK_NO_THROW(runes::load_config_environment(config, {{"RUNES_MINE", "1"}}, ignored));
  BOOST_TEST(complaint_of([&] {
               runes::load_config_environment(
                   config, {{"RUNES_MINE", "1"}, {"RUNES_YOURS_TOO", "1"}}, ignored);
             }) == "environment: there is no key for RUNES_YOURS_TOO");
}

BOOST_AUTO_TEST_CASE(what_a_program_sets_is_validated) {
  auto const complaint_about = [](auto change) {
    server_config config;
    change(config);
    return complaint_of([&] { config.validate(); });
  };
  BOOST_TEST(complaint_about([](auto& c) { c.threads = 2000; }) ==
             "threads must be a whole number from 0 to 1024, not 2000");
  BOOST_TEST(complaint_about([](auto& c) { c.host = "nowhere"; }) ==
             "host must be an IP address or \"localhost\", not \"nowhere\"");
  BOOST_TEST(complaint_about([](auto& c) { c.security.whitelisted_ips = {"::1", "x"}; }) ==
             "security.whitelistedIPs[1] must be an IP address or a CIDR range such as 10.0.0.0/8, "
             "not \"x\"");
  BOOST_TEST(complaint_about([](auto& c) { c.timeouts.pong = -5ms; }) ==
             "timeouts.pongMs must be a whole number from 1 to 3600000, not \"-5\"");
}

BOOST_AUTO_TEST_CASE(the_keys_describe_themselves) {
  auto const keys = runes::config_keys();
  BOOST_TEST(keys.size() == runes::detail::config_entries().size());
  auto const find = [&](std::string_view name) {
    return *std::ranges::find_if(keys, [&](auto const& key) { return key.name == name; });
  };
  BOOST_TEST(find("port").type == "whole number from 0 to 65535");
  BOOST_TEST(find("port").default_value == "9001");
  BOOST_TEST(find("host").type == "IP address or \"localhost\"");
  BOOST_TEST(find("security.whitelistedIPs").default_value == "[]");
  BOOST_TEST(find("log.level").default_value == "\"info\"");
  for (auto const& key : keys) BOOST_TEST(!key.meaning.empty());
}

BOOST_AUTO_TEST_CASE(the_documented_table_is_true) {
  std::ifstream file(RUNES_SOURCE_DIR "/docs/configuration.md");
  BOOST_REQUIRE(file.is_open());
  std::stringstream text;
  text << file.rdbuf();
  auto const table = runes::detail::keys_as_markdown();
  BOOST_TEST((text.str().find(table) != std::string::npos),
             "docs/configuration.md should have this table:\n"
                 << table);
}

BOOST_AUTO_TEST_SUITE_END()
