// What a server says of itself, when what it asks for that belongs to the user.
#include <runes/server.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>

using runes::component_health;

BOOST_AUTO_TEST_SUITE(server_report)

BOOST_AUTO_TEST_CASE(what_is_asked_may_ask_the_server) {
  runes::server server;
  runes::instrument one;
  one.symbol = "A";
  server.add_instrument(one);
  server.add_health("list", [&server] {
    component_health now;
    now.details = std::to_string(server.instruments().size()) + " instruments";
    return now;
  });
  server.add_metric("listed", "Instruments",
                    [&server] { return static_cast<double>(server.instruments().size()); });
  BOOST_TEST(server.health_json().find("1 instruments") != std::string::npos);
  BOOST_TEST(server.metrics_text().find("\nlisted 1\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_fails_says_so_of_itself_only) {
  runes::server server;
  server.add_health("disk", []() -> component_health { throw std::runtime_error("no such disk"); });
  server.add_metric("broken", "Fails",
                    []() -> double { throw std::runtime_error("no such disk"); });
  auto const health = server.health_json();
  BOOST_TEST(
      health.find(R"("disk":{"status":"unhealthy","details":"can't be asked: no such disk"})") !=
      std::string::npos);
  BOOST_TEST(health.find(R"("connections":{"status":"healthy")") != std::string::npos);
  BOOST_TEST(server.metrics_text().find("\nbroken Nan\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
