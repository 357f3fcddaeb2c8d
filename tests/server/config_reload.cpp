#include "server/config_reload.hpp"

#include "server/config_keys.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace std::chrono_literals;
using runes::server_config;
using runes::detail::line_of;
using runes::detail::plan_reload;
using runes::detail::reload_scope;

namespace {

/// Every key as it is not by default.
server_config all_different() {
  server_config config;
  for (auto const& entry : runes::detail::config_entries()) {
    auto const value = entry.get(config);
    if (std::holds_alternative<std::uint64_t>(value)) {
      entry.set(config, std::get<std::uint64_t>(value) + 1);
    } else if (std::holds_alternative<bool>(value)) {
      entry.set(config, !std::get<bool>(value));
    } else if (std::holds_alternative<std::vector<std::string>>(value)) {
      entry.set(config, std::vector<std::string>{"192.0.2.1"});
    } else if (entry.name == "log.level") {
      entry.set(config, std::string("debug"));
    } else if (entry.name == "flush") {
      entry.set(config, std::string("send"));
    } else if (entry.name == "log.format") {
      entry.set(config, std::string("json"));
    } else {
      entry.set(config, std::string("192.0.2.1"));
    }
  }
  return config;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config_reload)

BOOST_AUTO_TEST_CASE(the_same_configuration_changes_nothing) {
  server_config const config = all_different();
  BOOST_TEST(plan_reload(config, config).changes.empty());
}

BOOST_AUTO_TEST_CASE(a_change_is_taken_over_and_told) {
  server_config const current;
  server_config wanted;
  wanted.rate_limit.max_requests_per_minute = 100;
  wanted.security.whitelisted_ips = {"10.0.0.0/8", "::1"};
  wanted.log.level = runes::severity::debug;
  auto const plan = plan_reload(current, wanted);
  BOOST_TEST(plan.effective.rate_limit.max_requests_per_minute == 100u);
  BOOST_TEST((plan.effective.security.whitelisted_ips == wanted.security.whitelisted_ips));
  BOOST_TEST((plan.effective.log.level == runes::severity::debug));
  BOOST_REQUIRE(plan.changes.size() == 3u);
  BOOST_TEST(line_of(plan.changes[0]) == "rateLimit.maxRequestsPerMinute: 6000 -> 100");
  BOOST_TEST(line_of(plan.changes[1]) == R"(security.whitelistedIPs: [] -> ["10.0.0.0/8", "::1"])");
  BOOST_TEST(line_of(plan.changes[2]) == R"(log.level: "info" -> "debug")");
}

BOOST_AUTO_TEST_CASE(what_takes_a_restart_stays_and_is_told_every_time) {
  server_config const current;
  server_config wanted;
  wanted.port = 9002;
  wanted.timeouts.idle = 60s;
  auto const plan = plan_reload(current, wanted);
  BOOST_TEST(plan.effective.port == 9001);
  BOOST_TEST((plan.effective.timeouts.idle == 60s));
  BOOST_REQUIRE(plan.changes.size() == 2u);
  BOOST_TEST(!plan.changes[0].applied);
  BOOST_TEST(line_of(plan.changes[0]) ==
             "port: 9001 -> 9002, which takes a restart: it stays 9001");
  BOOST_TEST(plan.changes[1].applied);
  auto const again = plan_reload(plan.effective, wanted);
  BOOST_REQUIRE(again.changes.size() == 1u);
  BOOST_TEST(again.changes[0].key == "port");
}

BOOST_AUTO_TEST_CASE(every_key_is_either_taken_over_or_takes_a_restart) {
  server_config const current, wanted = all_different();
  auto const plan = plan_reload(current, wanted);
  auto const entries = runes::detail::config_entries();
  BOOST_REQUIRE(plan.changes.size() == entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto const& entry = entries[i];
    BOOST_TEST_CONTEXT(entry.name) {
      BOOST_TEST(plan.changes[i].key == entry.name);
      BOOST_TEST(plan.changes[i].applied == (entry.reload != reload_scope::restart));
      auto const& from = plan.changes[i].applied ? wanted : current;
      BOOST_TEST((entry.get(plan.effective) == entry.get(from)));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
