// What is said of a server, in JSON and to Prometheus.
#include "monitoring/report.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace runes;
using namespace runes::detail;
namespace json = boost::json;
using state = component_health::state;

BOOST_AUTO_TEST_SUITE(reports)

BOOST_AUTO_TEST_CASE(health_is_that_of_the_worst_component) {
  component_list parts;
  BOOST_TEST((worst_of(parts) == state::healthy));
  BOOST_TEST(health_object(parts) == R"({"status":"healthy","components":{}})");
  parts.emplace_back("a", component_health{state::degraded, "slow"});
  parts.emplace_back("b", component_health{state::healthy, ""});
  BOOST_TEST((worst_of(parts) == state::degraded));
  parts.emplace_back("c", component_health{state::unhealthy, "\"gone\""});
  BOOST_TEST((worst_of(parts) == state::unhealthy));
  auto const said = json::parse(health_object(parts));
  BOOST_TEST(said.at("status").as_string() == "unhealthy");
  BOOST_TEST(said.at("components").at("a").at("status").as_string() == "degraded");
  BOOST_TEST(said.at("components").at("c").at("details").as_string() == "\"gone\"");
}

BOOST_AUTO_TEST_CASE(loops_are_summed_and_the_largest_is_kept) {
  loop_counters one, other;
  one.connections_opened.add(5);
  one.connections_closed.add(2);
  other.connections_opened.add(4);
  one.largest_outbox.raise(100);
  other.largest_outbox.raise(300);
  totals sum;
  add(sum, one);
  add(sum, other);
  BOOST_TEST(sum.connections_opened == 9u);
  BOOST_TEST(sum.connections_active == 7u);
  BOOST_TEST(sum.largest_outbox_bytes == 300u);
}

BOOST_AUTO_TEST_CASE(metrics_are_whole_json) {
  totals t;
  t.messages_received = 1;
  t.events_sent = 2;
  t.replies_sent = 3;
  t.latency_p50_us = 1'234;
  t.loops = t.loops_by_uring = 2;
  auto const said = json::parse(metrics_object(t));
  BOOST_TEST(said.at("messageCount").as_int64() == 6);
  BOOST_TEST(said.at("latency").as_double() == 1.234);
  BOOST_TEST(said.at("flush").as_string() == "uring");
  t.loops_by_uring = 1;
  BOOST_TEST(json::parse(metrics_object(t)).at("flush").as_string() == "mixed");
  t.loops_by_uring = 0;
  BOOST_TEST(json::parse(metrics_object(t)).at("flush").as_string() == "send");
}

BOOST_AUTO_TEST_CASE(prometheus_has_a_type_and_a_line_for_each) {
  totals t;
  t.connections_active = 7;
  std::vector<user_metric> const own{{"orders_total", "Orders", [] { return 12.0; }},
                                     {"depth", "Levels", [] { return 3.5; }}};
  auto const text = prometheus_text(t, own);
  for (std::string const line :
       {"# TYPE runes_connections_active gauge", "runes_connections_active 7",
        "# HELP orders_total Orders", "# TYPE orders_total counter", "orders_total 12",
        "# TYPE depth gauge", "depth 3.5"}) {
    BOOST_TEST(text.find(line + "\n") != std::string::npos, line);
  }
}

BOOST_AUTO_TEST_SUITE_END()
