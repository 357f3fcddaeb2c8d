// A server that takes another configuration over, asked from several threads.
#include <runes/error.hpp>
#include <runes/server.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using runes::server_config;

namespace {

server_config small_config() {
  server_config config;
  config.host = "127.0.0.1";
  config.port = 0;
  config.threads = 2;
  return config;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reload)

BOOST_AUTO_TEST_CASE(what_differs_is_told_and_what_can_change_has_changed) {
  runes::server server(small_config());
  auto next = small_config();
  next.port = 9001;
  next.max_connections = 7;
  auto const changes = server.reload(next);
  BOOST_REQUIRE(changes.size() == 2u);
  BOOST_TEST(changes[0].key == "port");
  BOOST_TEST(!changes[0].applied);
  BOOST_TEST(changes[1].key == "maxConnections");
  BOOST_TEST(changes[1].before == "10000");
  BOOST_TEST(changes[1].after == "7");
  BOOST_TEST(changes[1].applied);
  BOOST_TEST(server.config().port == 0);
  BOOST_TEST(server.config().max_connections == 7u);
  BOOST_TEST(server.health_json().find("0 of 7") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_that_is_wrong_changes_nothing) {
  runes::server server(small_config());
  auto next = small_config();
  next.limits.max_subscriptions = 7;
  next.security.whitelisted_ips = {"nowhere"};
  BOOST_CHECK_THROW(server.reload(next), runes::error);
  BOOST_TEST(server.config().limits.max_subscriptions == 1'000u);
  BOOST_TEST(server.config().security.whitelisted_ips.empty());
}

BOOST_AUTO_TEST_CASE(a_core_a_thread_is_the_same_again) {
  auto config = small_config();
  config.threads = 0;
  runes::server server(config);
  BOOST_TEST(server.reload(config).empty());
}

BOOST_AUTO_TEST_CASE(from_several_threads_while_it_runs) {
  runes::server server(small_config());
  server.listen();
  std::thread running([&server] { server.run(); });
  std::atomic<bool> torn = false;
  std::vector<std::thread> others;
  for (std::size_t who : {1u, 2u}) {
    others.emplace_back([&server, &torn, who] {
      for (std::size_t i = 0; i < 100; ++i) {
        auto next = small_config();
        next.limits.max_subscriptions = next.max_connections = who * 1'000 + i;
        server.reload(next);
        auto const now = server.config();
        // One's or the other's, never some of each.
        if (now.max_connections != now.limits.max_subscriptions) torn = true;
        server.health_json();
      }
    });
  }
  for (auto& each : others) each.join();
  BOOST_TEST(!torn);
  auto const last = server.config().max_connections % 1'000;
  BOOST_TEST(last == 99u);
  server.stop();
  running.join();
}

BOOST_AUTO_TEST_SUITE_END()
